//! Whether a file is still the one that was opened.

use std::fmt;
use std::fs::Metadata;
use std::time::SystemTime;

/// What happened to a file since it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// It is longer. Lengths are bytes.
    Grew {
        /// Its length when it was opened.
        before: u64,
        /// Its length now.
        after: u64,
    },
    /// It is shorter. Lengths are bytes.
    Shrank {
        /// Its length when it was opened.
        before: u64,
        /// Its length now.
        after: u64,
    },
    /// It is as long as before and was written to.
    Modified,
    /// Another file has its name.
    Replaced,
    /// Its name is gone.
    Removed,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Grew { before, after } => write!(f, "grew from {before} to {after} bytes"),
            Change::Shrank { before, after } => write!(f, "shrank from {before} to {after} bytes"),
            Change::Modified => f.write_str("was written to"),
            Change::Replaced => f.write_str("was replaced by another file"),
            Change::Removed => f.write_str("was removed or renamed"),
        }
    }
}

/// What is remembered of a file to see later whether it changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    length: u64,
    pub(crate) modified: Option<SystemTime>,
    identity: Option<(u64, u64)>,
}

impl Stamp {
    pub(crate) fn of(metadata: &Metadata) -> Stamp {
        Stamp {
            length: metadata.len(),
            modified: metadata.modified().ok(),
            identity: identity(metadata),
        }
    }

    /// Whether both are of the same file, as far as the platform tells.
    pub(crate) fn same_file(&self, other: &Stamp) -> bool {
        self.identity == other.identity
    }

    /// The strongest difference of `now` from this earlier stamp.
    pub(crate) fn compare(&self, now: &Stamp) -> Option<Change> {
        let (before, after) = (self.length, now.length);
        if !self.same_file(now) {
            Some(Change::Replaced)
        } else if after > before {
            Some(Change::Grew { before, after })
        } else if after < before {
            Some(Change::Shrank { before, after })
        } else if self.modified != now.modified {
            Some(Change::Modified)
        } else {
            None
        }
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other platforms have none")]
fn identity(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Option<(u64, u64)> {
    None
}
