use serde::{Deserialize, Serialize};
use stillframe_database::Header;
use stillframe_format::Pages as _;
use stillframe_history::{BackupSet, Error, Image, Progress, Refusal, Role, Timeline};

use crate::fingerprints::{Fingerprints, sha256};

/// What some backup sets are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Says what the file is.
    stillframe_manifest: u32,
    /// One for each database, by name.
    pub sets: Vec<SetRecord>,
}

/// The version of the form; fields may be added to it.
const VERSION: u32 = 1;

/// Why a file is no manifest.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// It is no JSON, or not of this form.
    #[error("it is no manifest of stillframe: {0}")]
    Form(serde_json::Error),
    /// It is of a later form.
    #[error("it is a manifest of version {0}, expected 1: a newer stillframe made it")]
    Version(u32),
}

/// What a backup set is: a database with its sidecars.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetRecord {
    /// The name of the database, from the folder on that the manifest is of, with `/` between folders.
    pub name: String,
    /// The files.
    pub members: Vec<MemberRecord>,
    /// What the header of the database file says, where SQLite takes it for one; of an encrypted database nothing does.
    pub database: Option<DatabaseRecord>,
    /// How far the WAL goes, where SQLite reads one.
    pub wal: Option<WalRecord>,
    /// The database of the last commit, where SQLite would have it.
    pub image: Option<ImageRecord>,
}

/// A file of a set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRecord {
    /// What SQLite appends to the name of the database: "", "-wal", "-shm" or "-journal".
    pub suffix: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, as hexadecimal digits.
    pub sha256: String,
}

/// Fields of a database header (SQLite's file format, section 1.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseRecord {
    /// In bytes; 0 where the field holds none.
    pub page_size: u32,
    /// The size in pages that it counts.
    pub page_count: u32,
    /// The file change counter.
    pub change_counter: u32,
    /// The schema cookie.
    pub schema_cookie: u32,
}

/// How far a WAL goes (SQLite's file format, section 4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalRecord {
    /// One more at every reset.
    pub salt1: u32,
    /// Random at every reset.
    pub salt2: u32,
    /// The checkpoint sequence number.
    pub checkpoint_sequence: u32,
    /// SQLite's mxFrame: the last frame of the last commit; 0 where there is none.
    pub mx_frame: u32,
    /// How many commits there are.
    pub commits: u32,
    /// The cumulative checksum of the last commit, as the two words of it; 0 where there is none.
    pub checksum: (u32, u32),
}

/// A database as SQLite shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageRecord {
    /// Bytes of a page.
    pub page_size: u32,
    /// How many pages it has.
    pub pages: u32,
    /// Its schema cookie.
    pub schema_cookie: u32,
    /// The SHA-256 of its pages, one after the other: that of the file which SQLite's checkpoint would leave, but for pages
    /// behind those that it counts.
    pub sha256: String,
    /// Of each page, or of some at a time.
    pub fingerprints: Fingerprints,
}

impl Manifest {
    /// The manifest of some sets.
    pub fn new(sets: Vec<SetRecord>) -> Self {
        Self {
            stillframe_manifest: VERSION,
            sets,
        }
    }

    /// The text of its file.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self)
            .expect("a manifest has nothing that JSON cannot hold");
        text.push('\n');
        text
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// It is no manifest, or a later one.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        /// What every version has.
        #[derive(Deserialize)]
        struct Any {
            stillframe_manifest: u32,
        }
        let Any {
            stillframe_manifest: version,
        } = serde_json::from_str(text).map_err(ParseError::Form)?;
        if version != VERSION {
            return Err(ParseError::Version(version));
        }
        serde_json::from_str(text).map_err(ParseError::Form)
    }
}

impl SetRecord {
    /// Records a set by this name.
    ///
    /// # Errors
    /// The set could not be read. What is wrong with it is recorded as it is.
    pub fn of(name: &str, set: &BackupSet, progress: &dyn Progress) -> Result<Self, Error> {
        let members = members(set, progress)?;
        let (timeline, image) = Image::read(set, None, progress)?;
        let is_encrypted = image.as_ref().is_ok_and(|image| {
            let refusal = image.refusal();
            matches!(refusal, Some(Refusal::Encrypted(_)))
        });
        // Numbers read out of text, or of what a cipher wrote, are none.
        let header = set.database_header()?;
        let header = header.filter(|header| header.validate().is_ok() && !is_encrypted);
        let image = match image {
            Ok(image) => ImageRecord::of(&image, None, progress)?,
            Err(Error::Refused(_)) => None,
            Err(error) => return Err(error),
        };
        Ok(Self {
            name: name.to_owned(),
            members,
            database: header.as_ref().map(DatabaseRecord::of),
            wal: WalRecord::of(&timeline),
            image,
        })
    }

    /// The member with this suffix.
    pub fn member(&self, suffix: &str) -> Option<&MemberRecord> {
        self.members.iter().find(|member| member.suffix == suffix)
    }
}

pub(crate) fn members(
    set: &BackupSet,
    progress: &dyn Progress,
) -> Result<Vec<MemberRecord>, Error> {
    let inputs = [
        (Role::Database, &set.database),
        (Role::Wal, &set.wal),
        (Role::WalIndex, &set.wal_index),
        (Role::Journal, &set.journal),
    ];
    let mut members = Vec::new();
    for (role, input) in inputs {
        if let Some(input) = input {
            members.push(MemberRecord {
                suffix: role.suffix().to_owned(),
                bytes: input.bytes.len(),
                sha256: sha256(input, progress)?,
            });
        }
    }
    Ok(members)
}

impl DatabaseRecord {
    fn of(header: &Header) -> Self {
        Self {
            page_size: header.page_size().map_or(0, |size| size.get()),
            page_count: header.size_in_pages,
            change_counter: header.change_counter,
            schema_cookie: header.schema_cookie,
        }
    }
}

impl WalRecord {
    pub(crate) fn of(timeline: &Timeline) -> Option<Self> {
        timeline.page_size()?;
        let header = timeline.header()?;
        let last = timeline.last_commit();
        Some(Self {
            salt1: header.salts.salt1,
            salt2: header.salts.salt2,
            checkpoint_sequence: header.checkpoint_sequence,
            mx_frame: timeline.mx_frame(),
            commits: timeline.last().get(),
            checksum: last.map_or((0, 0), |last| (last.checksum.s0, last.checksum.s1)),
        })
    }
}

impl ImageRecord {
    /// Records an image, with so many pages to a fingerprint, or as many as are usual for its size; `None` where SQLite
    /// would not have it.
    pub(crate) fn of(
        image: &Image<'_>,
        pages_each: Option<u32>,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Error> {
        if image.refusal().is_some() {
            return Ok(None);
        }
        let pages = image.page_count();
        let pages_each = pages_each.unwrap_or(Fingerprints::pages_each(pages));
        let (fingerprints, sha256) = Fingerprints::of(image, pages_each, progress)?;
        Ok(Some(Self {
            page_size: image.page_size().get(),
            pages,
            schema_cookie: image.header().map_or(0, |header| header.schema_cookie),
            sha256,
            fingerprints,
        }))
    }
}
