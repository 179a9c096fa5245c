mod database;
mod image;
mod wal;
mod wal_index;

use std::io::{self, Write};

use serde::Serialize;
use stillframe_check::render::text::{BOLD, field};
use stillframe_format::{FileKind, identify, limits::IDENTIFY_BYTES};
use stillframe_history::{BackupSet, Error, Image, Input, Residue, Rollback, Timeline};
use stillframe_journal::SlotReason;

use crate::commands::journal::JournalFacts;
use crate::words::bytes;
use database::Database;
use image::ImageFacts;
use wal::Wal;
use wal_index::WalIndexFacts;

/// What the bytes of a set say.
#[derive(Serialize)]
pub struct Facts {
    database: Option<Database>,
    wal: Option<Wal>,
    wal_index: Option<WalIndexFacts>,
    journal: Option<Journal>,
    image: Option<ImageFacts>,
}

/// A rollback journal.
#[derive(Serialize)]
struct Journal {
    #[serde(flatten)]
    file: File,
    #[serde(flatten)]
    facts: JournalFacts,
}

/// What can be said of any file.
#[derive(Serialize)]
struct File {
    name: String,
    kind: &'static str,
    bytes: u64,
    #[serde(skip)]
    words: String,
}

impl Facts {
    /// Gathers what there is to say.
    pub fn new(
        set: &BackupSet,
        timeline: &Timeline,
        residue: &Residue,
        rollback: &Rollback,
        image: Option<&Image<'_>>,
    ) -> Result<Self, Error> {
        Ok(Self {
            database: set.database.as_ref().map(Database::new).transpose()?,
            wal: match &set.wal {
                Some(wal) => Some(Wal::new(wal, timeline, residue)?),
                None => None,
            },
            wal_index: match &set.wal_index {
                Some(index) => Some(WalIndexFacts::new(index, set, timeline, residue)?),
                None => None,
            },
            journal: match &set.journal {
                Some(journal) => Some(Journal {
                    file: File::of_journal(journal, rollback)?,
                    facts: JournalFacts::new(set, rollback, false),
                }),
                None => None,
            },
            image: image.map(ImageFacts::new),
        })
    }

    /// Whether there is a rollback journal that is not empty.
    pub fn has_journal(&self) -> bool {
        let journal = self.journal.as_ref();
        journal.is_some_and(|journal| journal.file.bytes > 0)
    }

    /// The names of the database, the WAL and the rollback journal.
    pub fn names(&self) -> [String; 3] {
        let database = self.database.as_ref().map(|database| &database.file);
        let wal = self.wal.as_ref().map(|wal| &wal.file);
        let journal = self.journal.as_ref().map(|journal| &journal.file);
        [database, wal, journal].map(|file| file.map_or_else(String::new, |file| file.name.clone()))
    }

    /// Whether it can be told what the pages of the image are.
    pub fn has_pages(&self) -> bool {
        let image = self.image.as_ref();
        image.is_some_and(|image| image.page_size.is_some())
    }

    /// Prints what there is to say, in lines of at most `width` columns.
    pub fn print(&self, width: usize, out: &mut dyn Write) -> io::Result<()> {
        if let Some(database) = &self.database {
            database.file.print(width, out)?;
            if let Some(header) = &database.header {
                header.print(width, out)?;
            }
        }
        if let Some(wal) = &self.wal {
            wal.print(width, out)?;
        }
        if let Some(index) = &self.wal_index {
            index.print(width, out)?;
        }
        if let Some(journal) = &self.journal {
            journal.file.print(width, out)?;
            journal.facts.print(width, out)?;
        }
        self.image
            .as_ref()
            .map_or(Ok(()), |image| image.print(width, out))
    }
}

impl File {
    fn new(input: &Input) -> Result<Self, Error> {
        Ok(Self::of_kind(input, kind(input)?))
    }

    /// Of a file by the name of a journal, which was followed to the end: its records tell what the first bytes do not.
    fn of_journal(input: &Input, rollback: &Rollback) -> Result<Self, Error> {
        let is_intact = |reason| {
            matches!(
                reason,
                SlotReason::Unsynced
                    | SlotReason::Leftover { holds: true }
                    | SlotReason::HeaderIgnored { holds: true }
            )
        };
        let kind = match kind(input)? {
            FileKind::Other | FileKind::ZeroFilled if rollback.count(is_intact) > 0 => {
                FileKind::ZeroedJournal
            }
            kind => kind,
        };
        Ok(Self::of_kind(input, kind))
    }

    fn of_kind(input: &Input, kind: FileKind) -> Self {
        let length = input.bytes.len();
        Self {
            name: input.name.clone(),
            kind: kind.name(),
            bytes: length,
            words: match kind {
                FileKind::Empty => "empty".to_owned(),
                _ => format!("{kind}, {}", bytes(length)),
            },
        }
    }

    fn print(&self, width: usize, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{BOLD}{}{BOLD:#}", self.name)?;
        field(out, 2, "is", &self.words, width)
    }
}

fn read(input: &Input, length: usize) -> Result<stillframe_history::Window<'_>, Error> {
    input.bytes.window(0, length).map_err(|source| Error::Read {
        input: input.name.clone(),
        offset: 0,
        source,
    })
}

/// What a file is, from its first bytes.
fn kind(input: &Input) -> Result<FileKind, Error> {
    let length = input.bytes.len();
    let start = read(input, length.min(IDENTIFY_BYTES as u64) as usize)?;
    Ok(identify(&start, length))
}
