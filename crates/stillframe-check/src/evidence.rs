use stillframe_database::Header;
use stillframe_database::header::HEADER_BYTES;
use stillframe_format::{ByteRange, FileKind, PageNumber, Pages as _};
use stillframe_history::{
    BackupSet, Error, Exactness, Image, Origin, Progress, Refusal, Residue, Role, Timeline,
    exactness,
};
use stillframe_wal::FrameNumber;

use crate::{Part, Place};

/// What the bytes of a set say, gathered once for all rules.
pub struct Evidence<'a> {
    /// The set.
    pub set: &'a BackupSet,
    /// What the database file is, from its content; `None` where there is none.
    pub database_kind: Option<FileKind>,
    /// The header at the start of the database file, where there are enough bytes for one.
    pub file_header: Option<Header>,
    /// The WAL.
    pub timeline: Timeline,
    /// What stands in the WAL behind the last commit.
    pub residue: Residue,
    /// The image at the last moment, accepted or not; `None` where there is neither a database nor a commit.
    pub image: Option<Image<'a>>,
    /// What of the WAL was already copied into the database file.
    pub exactness: Exactness,
    /// Whether SQLite would play back the rollback journal.
    pub hot_journal: bool,
    /// Inputs that changed while they were read, and how.
    pub changes: Vec<(String, String)>,
}

impl<'a> Evidence<'a> {
    /// Reads the set.
    ///
    /// # Errors
    /// The set could not be read. Nothing that is wrong with its content is an error.
    pub fn gather(set: &'a BackupSet, progress: &dyn Progress) -> Result<Self, Error> {
        let (timeline, image) = Image::read(set, None, progress)?;
        let image = match image {
            Ok(image) => Some(image),
            Err(Error::Refused(_)) => None,
            Err(error) => return Err(error),
        };
        Ok(Self {
            set,
            database_kind: set.database_kind()?,
            file_header: file_header(set)?,
            residue: Residue::read(set, &timeline, progress)?,
            exactness: exactness(set, &timeline)?,
            hot_journal: set.has_hot_journal()?,
            timeline,
            image,
            changes: Vec::new(),
        })
    }

    /// Why SQLite would not have the database, or which page of it exists nowhere.
    pub fn refusal(&self) -> Option<Refusal> {
        self.image.as_ref().and_then(Image::refusal)
    }

    /// Page 1's header as SQLite would see it, where page 1 is the start of a database.
    pub(crate) fn header(&self) -> Option<&Header> {
        match self.refusal() {
            Some(Refusal::NotADatabase(_)) => None,
            _ => self.image.as_ref().and_then(Image::header),
        }
    }

    /// The name of an input of the set; for one that is missing the name it would have.
    pub(crate) fn name(&self, role: Role) -> String {
        let input = |role| match role {
            Role::Database => self.set.database.as_ref(),
            Role::Wal => self.set.wal.as_ref(),
            Role::WalIndex => self.set.wal_index.as_ref(),
            Role::Journal => self.set.journal.as_ref(),
        };
        if let Some(input) = input(role) {
            return input.name.clone();
        }
        let database = [Role::Database, Role::Wal, Role::WalIndex, Role::Journal]
            .into_iter()
            .find_map(|other| Some(input(other)?.name.strip_suffix(other.suffix())?.to_owned()));
        format!("{}{}", database.unwrap_or_default(), role.suffix())
    }

    /// A whole input.
    pub(crate) fn whole(&self, role: Role) -> Place {
        let length = match role {
            Role::Database => self.set.database_bytes(),
            Role::Wal => self.set.wal_bytes(),
            Role::WalIndex => self
                .set
                .wal_index
                .as_ref()
                .map_or(0, |input| input.bytes.len()),
            Role::Journal => self
                .set
                .journal
                .as_ref()
                .map_or(0, |input| input.bytes.len()),
        };
        self.place(role, ByteRange::new(0, length), Part::File)
    }

    /// A byte range of an input.
    pub(crate) fn place(&self, role: Role, range: ByteRange, part: Part) -> Place {
        Place {
            input: self.name(role),
            range,
            part,
        }
    }

    /// Bytes of page 1's header as SQLite would see it: in the database file, or in the frame that holds page 1.
    pub(crate) fn in_header(&self, range: ByteRange) -> Place {
        match self
            .image
            .as_ref()
            .map(|image| image.origin(PageNumber::FIRST))
        {
            Some(Origin::Wal { frame, offset }) => {
                self.place(Role::Wal, range.offset_by(offset), Part::Frame(frame))
            }
            _ => self.place(Role::Database, range, Part::DatabaseHeader),
        }
    }

    /// A frame of the WAL, or the slot where one would be; the whole WAL where its page size cannot be told.
    pub(crate) fn in_frame(&self, frame: FrameNumber) -> Place {
        let size = self.timeline.header().and_then(|header| header.page_size());
        match size {
            Some(size) => self.place(Role::Wal, frame.range(size), Part::Frame(frame)),
            None => self.whole(Role::Wal),
        }
    }

    /// The pages `first` to `last` of the database file.
    pub(crate) fn in_pages(&self, first: PageNumber, last: u32) -> Place {
        let Some(image) = &self.image else {
            return self.whole(Role::Database);
        };
        let size = image.page_size();
        let end = u64::from(last) * u64::from(size.get());
        let range = ByteRange {
            start: first.offset(size),
            end: end.min(self.set.database_bytes()),
        };
        self.place(Role::Database, range, Part::Page(first))
    }
}

fn file_header(set: &BackupSet) -> Result<Option<Header>, Error> {
    let Some(database) = &set.database else {
        return Ok(None);
    };
    let mut start = [0; HEADER_BYTES];
    if database.bytes.len() < HEADER_BYTES as u64 {
        return Ok(None);
    }
    database
        .bytes
        .read_exact_at(0, &mut start)
        .map_err(|source| Error::Read {
            input: database.name.clone(),
            offset: 0,
            source,
        })?;
    Ok(Header::parse(&start).ok())
}
