//! What can go wrong between a name and its bytes.

use std::io;

/// Why bytes could not be had. The message names the input, the offset where there is one, and
/// what to do; the operating system's own words are the [source](std::error::Error::source).
///
/// Offsets and lengths are bytes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file could not be opened or its size and time not be read.
    #[error("cannot open {name}: {}", words(.source))]
    Open {
        /// The input, as the user named it.
        name: String,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The name belongs to something that is not a regular file.
    #[error("cannot read {name}: it is {found}, not a regular file; {}", instead(.found))]
    NotAFile {
        /// The input, as the user named it.
        name: String,
        /// What it is, with its article: "a directory", "a named pipe".
        found: &'static str,
    },
    /// Reading failed.
    #[error("cannot read {name} at 0x{offset:x}: {}", words(.source))]
    Read {
        /// The input, as the user named it.
        name: String,
        /// Where the read began.
        offset: u64,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The bytes asked for are not all there.
    #[error(
        "cannot read {length} bytes of {name} at 0x{offset:x}: it ends at 0x{end:x}; \
         it may be cut short, or have shrunk while it was read"
    )]
    UnexpectedEnd {
        /// The input, as the user named it.
        name: String,
        /// Where the bytes asked for begin.
        offset: u64,
        /// How many were asked for.
        length: usize,
        /// Where the input ends: its length.
        end: u64,
    },
    /// What came from a stream could not be kept in a temporary file.
    #[error(
        "cannot keep {name} in a temporary file after {offset} bytes: {}; \
         make room in the folder for temporary files, or choose another with {TEMPORARY_FOLDER}",
        .source.kind()
    )]
    Spool {
        /// The input, as the user named it.
        name: String,
        /// How many bytes had been kept.
        offset: u64,
        /// The operating system's reason.
        source: io::Error,
    },
    /// Another file has taken the place of the one that was opened.
    #[error("{name} was replaced by another file while it was read; run again")]
    Replaced {
        /// The input, as the user named it.
        name: String,
    },
    /// A folder, or an entry of one, could not be listed.
    #[error("cannot list {name}: {}", words(.source))]
    List {
        /// The folder or entry.
        name: String,
        /// The operating system's reason.
        source: io::Error,
    },
}

impl Error {
    /// The input the error is about, as the user named it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Error::Open { name, .. }
            | Error::NotAFile { name, .. }
            | Error::Read { name, .. }
            | Error::UnexpectedEnd { name, .. }
            | Error::Spool { name, .. }
            | Error::Replaced { name }
            | Error::List { name, .. } => name,
        }
    }
}

/// The variable that names the folder for temporary files.
const TEMPORARY_FOLDER: &str = if cfg!(windows) { "TMP" } else { "TMPDIR" };

/// The reason and what to do about it. The source has the operating system's own sentence, which
/// is not repeated here: error chains print both.
fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it does not exist; check the path".into(),
        io::ErrorKind::PermissionDenied => {
            "permission denied; run as a user who may read it, or read a copy".into()
        }
        _ if is_loop(error) => {
            "it is a symbolic link that leads back to itself, or through too many others; name the file itself".into()
        }
        kind => format!("{kind}; check the disk, and read a copy if it fails again"),
    }
}

/// Whether a symbolic link leads to no file, however long it is followed. The standard library's kind of it cannot be
/// named yet.
fn is_loop(error: &io::Error) -> bool {
    let number = if cfg!(any(target_os = "linux", target_os = "android")) {
        40 // ELOOP
    } else if cfg!(windows) {
        1921 // ERROR_CANT_RESOLVE_FILENAME
    } else {
        62 // ELOOP
    };
    error.raw_os_error() == Some(number)
}

fn instead(found: &str) -> &'static str {
    match found {
        "a directory" => "name a file in it",
        _ => "pass its bytes on standard input",
    }
}
