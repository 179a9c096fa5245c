//! What members are called.

use std::path::{Path, PathBuf};

use crate::Container;

/// The name of a member: the path of each archive that it is in and its own, with `!` between them, as in
/// `backup.tar!data/homeassistant.tar.gz!data/home-assistant_v2.db`. A label, and never a path that is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    archive: PathBuf,
    member: PathBuf,
}

impl Name {
    /// The member `member` of the archive of that name.
    pub(crate) fn new(archive: PathBuf, member: PathBuf) -> Self {
        Self { archive, member }
    }

    /// All of it.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        let mut name = self.archive.as_os_str().to_owned();
        name.push("!");
        name.push(&self.member);
        name.into()
    }

    /// The archive that it is a member of, which may be a member itself.
    #[must_use]
    pub fn archive(&self) -> &Path {
        &self.archive
    }

    /// Its name in that archive, as it stands there.
    #[must_use]
    pub fn member(&self) -> &Path {
        &self.member
    }

    /// Puts a number behind it.
    pub(crate) fn number(&mut self, number: usize) {
        let mut name = std::mem::take(&mut self.member).into_os_string();
        name.push(format!("#{number}"));
        self.member = name.into();
    }
}

/// A name as it stands in an archive.
#[cfg(unix)]
pub(crate) fn of_bytes(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    Path::new(std::ffi::OsStr::from_bytes(bytes)).to_path_buf()
}

/// A name as it stands in an archive; what is no text in it is U+FFFD.
#[cfg(not(unix))]
pub(crate) fn of_bytes(bytes: &[u8]) -> PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}

/// What was compressed into the file of this path: `app.db` of `backup/app.db.gz`.
pub(crate) fn without_ending(path: &Path, container: Container) -> PathBuf {
    // Behind the last `!`, where this is a member itself.
    let bytes = path.as_os_str().as_encoded_bytes();
    let start = bytes.iter().rposition(|byte| *byte == b'!');
    let last = &bytes[start.map_or(0, |at| at + 1)..];
    let name = of_bytes(last);
    let name = Path::new(name.file_name().unwrap_or_default());
    let is_known = name.extension().is_some_and(|ending| {
        let mut known = container.endings().iter();
        known.any(|known| ending.eq_ignore_ascii_case(known))
    });
    match is_known {
        true => name.with_extension(""),
        false => name.to_path_buf(),
    }
}
