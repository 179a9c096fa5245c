//! What was found in an archive.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use stillframe_source::{Error, Source};

use crate::Name;

/// What was found in an archive.
#[derive(Debug, Default)]
pub struct Contents {
    /// The members that were to be kept, in the order of the archive.
    pub members: Vec<Member>,
    /// How many files were passed over.
    pub passed_over: u64,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl Contents {
    /// What could not be read, without the places.
    pub fn troubles(&self) -> Vec<&Trouble> {
        let problems = self.problems.iter();
        problems.map(|problem| &problem.trouble).collect()
    }

    /// Tells members of one name apart: the last one, which unpacking would leave, keeps it; those before it get their
    /// number behind it, as in `app.db#1`.
    pub(crate) fn tell_apart(&mut self) {
        let mut counts: HashMap<PathBuf, usize> = HashMap::new();
        for member in &self.members {
            *counts.entry(member.name.path()).or_default() += 1;
        }
        let mut taken: HashSet<PathBuf> = counts.keys().cloned().collect();
        let mut seen: HashMap<PathBuf, usize> = HashMap::new();
        for member in &mut self.members {
            let path = member.name.path();
            let count = counts.get(&path).copied().unwrap_or(1);
            if count == 1 {
                continue;
            }
            member.of_name = count;
            let number = seen.entry(path).or_default();
            *number += 1;
            if *number == count {
                continue;
            }
            // A file can have such a name itself.
            let mut numbers = *number..;
            let name = numbers
                .by_ref()
                .map(|number| member.name.numbered(number))
                .find(|name| taken.insert(name.path()));
            if let Some(name) = name {
                member.name = name;
                let shown = member.name.path();
                member.source.rename(shown.to_string_lossy());
            }
        }
    }
}

/// A file in an archive.
#[derive(Debug)]
pub struct Member {
    /// What it is called.
    pub name: Name,
    /// Its bytes, as far as they could be read. It has the whole name, with U+FFFD for what is no text.
    pub source: Source,
    /// How long the archive says that it is, in bytes, where it says so.
    pub declared: Option<u64>,
    /// Whether it is all there, as far as the archive tells.
    pub is_whole: bool,
    /// When it was last changed: as the archive says or, where it says nothing, the one that holds that.
    pub modified: Option<Modified>,
    /// Whether the archive, or one that it is in, has a checksum of its bytes, as far as its first header tells: where there is
    /// none, nobody knows whether they are what was packed.
    pub is_summed: bool,
    /// How many members of its name the archive holds: all but the last have their number in the name.
    pub of_name: usize,
    /// The bytes that stand for it in the archive that is no member of another: see [`Problem::range`].
    pub range: Range<u64>,
}

/// When a file was last changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Modified {
    /// The moment.
    pub time: SystemTime,
    /// Whether that is what a clock on the wall showed where the archive was made, taken for UTC: the archive does not
    /// tell the zone, so it may be up to 14 hours ahead or 12 behind.
    pub is_local: bool,
}

impl Modified {
    /// So many seconds after 1970 began, in UTC; `None` where there is no such moment.
    pub(crate) fn since_1970(seconds: u64) -> Option<Self> {
        let time = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
        time.map(Self::from)
    }
}

impl From<SystemTime> for Modified {
    fn from(time: SystemTime) -> Self {
        Self {
            time,
            is_local: false,
        }
    }
}

/// Something in an archive that could not be read, with its place.
#[derive(Debug)]
pub struct Problem {
    /// Why.
    pub trouble: Trouble,
    /// What the archive is called that is no member of another.
    pub archive: PathBuf,
    /// Its length in bytes.
    pub length: u64,
    /// The bytes of it that stand for what could not be read: a member with its header or, of what is compressed as a
    /// whole, all from where it was read to; all of it where that is the end.
    pub range: Range<u64>,
}

impl Trouble {
    /// What it is told of: a member, or the archive; `None` where that is a file that could not be read or kept.
    pub fn name_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Cut { name }
            | Self::Damaged { name, .. }
            | Self::Continues { name }
            | Self::Follows { name }
            | Self::Encrypted { name }
            | Self::Unsupported { name, .. }
            | Self::TooMuch { name, .. } => Some(name),
            Self::Source(_) => None,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.trouble.fmt(f)
    }
}

impl std::error::Error for Problem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.trouble.source()
    }
}

/// Why something in an archive could not be read. The message names it, and says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Trouble {
    /// The archive ends within a member, or its compressed data before their end.
    #[error("{name} is cut short; take the archive anew from where it was made")]
    Cut {
        /// The member, or the archive.
        name: String,
    },
    /// What stands there cannot be, or has another checksum.
    #[error("{name} is damaged: {reason}; take the archive anew from where it was made")]
    Damaged {
        /// The member, or the archive.
        name: String,
        /// What is wrong.
        reason: io::Error,
    },
    /// Something stands behind its end.
    #[error(
        "{name} goes on behind its end, as when archives are joined; what follows was not read: take them apart, and check each"
    )]
    Continues {
        /// The archive.
        name: String,
    },
    /// Another archive stands before it in its file.
    #[error(
        "{name} begins with members of another archive, as when archives are joined; they were not read: take them apart, and check each"
    )]
    Follows {
        /// The archive.
        name: String,
    },
    /// It is encrypted.
    #[error("{name} is encrypted in its archive; decrypt it, and check what comes out")]
    Encrypted {
        /// The member.
        name: String,
    },
    /// There is no decoder here for it.
    #[error(
        "{name} cannot be decoded here: it is {found}; unpack it with the program that made it, and check what comes out"
    )]
    Unsupported {
        /// The member.
        name: String,
        /// What it is, with its article.
        found: String,
    },
    /// A limit was reached.
    #[error(
        "{name} holds more than {limit}, as archives do that are made to fill a disk; unpack it where there is room if it is to be trusted, and check the folder"
    )]
    TooMuch {
        /// The archive.
        name: String,
        /// What there is too much of.
        limit: String,
    },
    /// It could not be read from the disk, or not be kept.
    #[error(transparent)]
    Source(#[from] Error),
}
