use stillframe_database::Header;
use stillframe_database::header::{HEADER_BYTES, MAGIC};
use stillframe_format::{ByteRange, FileKind, PageNumber, PageSize, Pages};
use stillframe_history::{
    BackupSet, Error, Exactness, Image, Mismatch, Missed, Origin, Progress, Refusal, Residue, Role,
    Stale, Tally, Timeline, WalState, exactness,
};
use stillframe_wal::{CommitNumber, FrameNumber};

use crate::content::{ContentProblem, Level};
use crate::rules::database::cut_page;
use crate::walk::{PagePlace, Problem};
use crate::{IndexEvidence, Inside, Part, Place, Trailing};

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
    /// The pages behind those that SQLite counts, in an image that SQLite accepts.
    pub trailing: Option<Trailing>,
    /// That the database file is newer than the WAL, where its header shows that, and what a checkpoint would do to it.
    pub stale: Option<(Stale, Overwritten)>,
    /// Pages of the generation before the WAL's present one that the database file lacks, where the WAL is not stale.
    pub missed: Option<Missed>,
    /// What the wal-index says.
    pub wal_index: Option<IndexEvidence>,
    /// What is inside the image at the last moment, where SQLite accepts it and the WAL is the database's own.
    pub inside: Option<Inside>,
    /// Whether SQLite would play back the rollback journal.
    pub hot_journal: bool,
    /// Inputs that changed while they were read, and how.
    pub changes: Vec<(String, String)>,
    /// What names the set on a command line, as a shell takes it, where that is more than the name of its database.
    pub arguments: Option<String>,
    /// Whether SQLite finds the WAL by the name of the database. The names of the inputs tell, where whoever opened
    /// them does not know better: a database may be a link.
    pub wal_is_beside: bool,
}

impl<'a> Evidence<'a> {
    /// Reads the set. How much of the inside of the database is looked at its size tells.
    ///
    /// # Errors
    /// The set could not be read. Nothing that is wrong with its content is an error.
    pub fn gather(set: &'a BackupSet, progress: &dyn Progress) -> Result<Self, Error> {
        Self::gather_at(set, None, progress)
    }

    /// As [`Evidence::gather`], with so much of the inside of the database as the level says.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn gather_at(
        set: &'a BackupSet,
        level: Option<Level>,
        progress: &dyn Progress,
    ) -> Result<Self, Error> {
        let (timeline, image) = Image::read(set, None, progress)?;
        let image = match image {
            Ok(image) => Some(image),
            Err(Error::Refused(_)) => None,
            Err(error) => return Err(error),
        };
        let accepted = image.as_ref().filter(|image| image.refusal().is_none());
        let trailing = accepted.map(|image| Trailing::of(image, progress));
        let trailing = trailing.transpose()?.flatten();
        let mut evidence = Self {
            set,
            trailing,
            stale: None,
            missed: None,
            wal_index: None,
            inside: None,
            database_kind: set.database_kind()?,
            file_header: set.database_header()?,
            residue: Residue::read(set.wal.as_ref(), &timeline, progress)?,
            exactness: exactness(set, &timeline)?,
            hot_journal: set.has_hot_journal()?,
            timeline,
            image,
            changes: Vec::new(),
            arguments: None,
            wal_is_beside: wal_is_beside(set),
        };
        if let Some(image) = &evidence.image {
            let page_1 = image.overlay().frame(PageNumber::FIRST);
            let mismatch = Mismatch::of(set, &evidence.timeline, page_1, progress)?;
            if let Some(Mismatch::Stale(stale)) = mismatch {
                evidence.stale = Some((stale, Overwritten::by(image, &evidence)?));
            }
        }
        if let (Some(image), false) = (&evidence.image, evidence.wal_is_foreign()) {
            let (timeline, residue) = (&evidence.timeline, &evidence.residue);
            evidence.missed = Missed::of(set, timeline, residue, image, progress)?;
        }
        let own = (!evidence.wal_is_foreign()).then_some(evidence.image.as_ref());
        let (timeline, residue) = (&evidence.timeline, &evidence.residue);
        evidence.wal_index = IndexEvidence::gather(set, timeline, residue, own.flatten())?;
        if evidence.missed.is_none() {
            evidence.inside = evidence.look(level, progress)?;
        }
        Ok(evidence)
    }

    /// Looks into the image, where SQLite would.
    fn look(&self, level: Option<Level>, progress: &dyn Progress) -> Result<Option<Inside>, Error> {
        let is_sound = self.refusal().is_none() && !self.hot_journal && !self.wal_is_foreign();
        let Some((image, header)) = self.accepted_image().filter(|_| is_sound) else {
            return Ok(None);
        };
        let mut inside = Inside::look(image, header, level, progress)?;
        if let (Some(inside), Some((cut, ..))) = (&mut inside, cut_page(self)) {
            // Zeros stand for what is cut off.
            let problems = &mut inside.structure.problems;
            problems.retain(|it| it.place.page != cut);
        }
        Ok(inside)
    }

    /// What is wrong with the content of tables and indexes.
    pub(crate) fn content_problems(&self) -> impl Iterator<Item = &ContentProblem> {
        self.inside.iter().flat_map(Inside::content_problems)
    }

    /// What is wrong with the structure.
    pub(crate) fn problems(&self) -> &[Problem] {
        self.inside.as_ref().map_or(&[], Inside::problems)
    }

    /// Bytes of a page, where the image has it from.
    pub(crate) fn in_page(&self, place: PagePlace) -> Place {
        let origin = self.image.as_ref().map(|image| image.origin(place.page));
        match origin {
            Some(Origin::Wal { frame, offset }) => {
                self.place(Role::Wal, place.range.offset_by(offset), Part::Frame(frame))
            }
            Some(Origin::Database { offset }) => {
                let range = place.range.offset_by(offset);
                // Of a page that is cut off the zeros behind the end are nowhere.
                let length = self.set.database_bytes();
                let (start, end) = (range.start.min(length), range.end.min(length));
                self.place(
                    Role::Database,
                    ByteRange { start, end },
                    Part::Page(place.page),
                )
            }
            _ => self.whole(Role::Database),
        }
    }

    /// Whether there may be frames in the WAL: it is longer than its header.
    pub(crate) fn has_frames(&self) -> bool {
        self.set.wal_bytes() > stillframe_wal::header::HEADER_BYTES as u64
    }

    /// Whether SQLite would delete the WAL unread: there is nothing in the database, and the WAL has the name for it.
    pub(crate) fn wal_would_be_deleted(&self) -> bool {
        self.wal_is_beside && self.set.wal_would_be_deleted()
    }

    /// Why SQLite would not have the database, or which page of it exists nowhere.
    pub fn refusal(&self) -> Option<Refusal> {
        self.image.as_ref().and_then(Image::refusal)
    }

    /// Page 1's header as SQLite would see it, where SQLite accepts it: not where page 1 is to be rolled back first, or
    /// has another page size than the WAL.
    pub(crate) fn header(&self) -> Option<&Header> {
        let accepted = match self.refusal() {
            None | Some(Refusal::SizeExceedsStored { .. } | Refusal::MissingPages { .. }) => {
                !self.header_is_cut_off() && self.page_sizes_that_differ().is_none()
            }
            Some(_) => false,
        };
        let header = self.image.as_ref().and_then(Image::header);
        header.filter(|header| accepted && header.validate().is_ok())
    }

    /// The image, where its header is accepted.
    pub(crate) fn accepted_image(&self) -> Option<(&Image<'a>, &Header)> {
        self.image.as_ref().zip(self.header())
    }

    /// What page 1 as SQLite would see it is refused for, as not the start of a database.
    pub(crate) fn not_a_database(&self) -> Option<stillframe_database::Error> {
        match self.refusal() {
            Some(Refusal::NotADatabase(error)) if !self.header_is_cut_off() => Some(error),
            _ => None,
        }
    }

    /// What the header of the WAL is not accepted for.
    pub(crate) fn wal_error(&self) -> Option<stillframe_wal::Error> {
        match self.timeline.state() {
            WalState::Ignored(error) | WalState::Refused(error) => Some(error),
            _ => None,
        }
    }

    /// Bytes of the head of the wal-index, as far as it is there.
    pub(crate) fn in_index_head(&self, start: u64, length: u64) -> Place {
        let bytes = self.set.wal_index.as_ref().map_or(0, |it| it.bytes.len());
        let range = ByteRange::new(start, length);
        let (start, end) = (range.start.min(bytes), range.end.min(bytes));
        self.place(
            Role::WalIndex,
            ByteRange { start, end },
            Part::WalIndexHeader,
        )
    }

    /// The frame that SQLite would read page 1 from.
    pub(crate) fn frame_of_page_1(&self) -> Option<FrameNumber> {
        match self.image.as_ref()?.origin(PageNumber::FIRST) {
            Origin::Wal { frame, .. } => Some(frame),
            _ => None,
        }
    }

    /// Whether the database file begins as a database does and ends within the header, and SQLite would read it from
    /// there.
    pub(crate) fn header_is_cut_off(&self) -> bool {
        let length = self.set.database_bytes();
        let header = self.image.as_ref().and_then(Image::header);
        let begins = header.is_some_and(|header| {
            let bytes = header.magic.iter().zip(MAGIC).take(length as usize);
            bytes
                .into_iter()
                .all(|(&found, expected)| found == expected)
        });
        length < HEADER_BYTES as u64 && begins && self.frame_of_page_1().is_none()
    }

    /// The page sizes that the database file and the WAL name, where there is a commit and they are not the same.
    pub(crate) fn page_sizes_that_differ(&self) -> Option<(PageSize, PageSize)> {
        let wal = self.timeline.last_commit().and(self.timeline.page_size())?;
        let header = self.file_header.filter(|header| header.magic == MAGIC)?;
        let database = header.page_size()?;
        (database != wal && !self.hot_journal).then_some((database, wal))
    }

    /// Whether something shows that the WAL is not the database file's own, as it is now: nothing can be said of how
    /// the two go together.
    pub(crate) fn wal_is_foreign(&self) -> bool {
        self.page_sizes_that_differ().is_some()
            || self.rollback_mode_beside_wal().is_some()
            || self.stale.is_some()
            || self.wal_hides_database()
            || self.trails_in_wal()
    }

    /// The header of a database file that is not in WAL mode, where the WAL beside it holds a commit.
    pub(crate) fn rollback_mode_beside_wal(&self) -> Option<&Header> {
        self.timeline.last_commit()?;
        let header = self.file_header.as_ref().filter(|_| !self.hot_journal)?;
        (header.read_version < 2 && header.validate().is_ok()).then_some(header)
    }

    /// Whether the database file begins as a database does, and the WAL has something else in place of page 1.
    pub(crate) fn wal_hides_database(&self) -> bool {
        let header = self.file_header;
        self.not_a_database().is_some()
            && self.frame_of_page_1().is_some()
            && header.is_some_and(|header| header.validate().is_ok())
    }

    /// Whether the WAL holds pages behind those that page 1 in the database file counts: SQLite writes page 1 whenever
    /// the number changes, so the WAL was not written over this database.
    pub(crate) fn trails_in_wal(&self) -> bool {
        let (Some(trailing), Some(image)) = (self.trailing, &self.image) else {
            return false;
        };
        let mut pages = image.overlay().iter().map(|(page, _)| page);
        self.frame_of_page_1().is_none() && pages.any(|page| page >= trailing.first)
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
            .find_map(|other| Some(input(other)?.name.strip_suffix(other.suffix())?.to_owned()))
            // Nothing lies beside standard input.
            .filter(|database| database != "-");
        match database {
            Some(database) => format!("{database}{}", role.suffix()),
            // Nothing in the name of the input tells that of the others.
            None => format!("the {}", role.words()),
        }
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
            _ => {
                let end = range.end.min(self.set.database_bytes());
                self.place(
                    Role::Database,
                    ByteRange { end, ..range },
                    Part::DatabaseHeader,
                )
            }
        }
    }

    /// A frame of the WAL, or the slot where one would be; the whole WAL where its page size cannot be told.
    pub(crate) fn in_frame(&self, frame: FrameNumber) -> Place {
        self.in_frames(frame, frame)
    }

    /// `length` bytes of a frame's header, from byte `start` of it on.
    pub(crate) fn in_frame_header(&self, frame: FrameNumber, start: u64, length: u64) -> Place {
        let whole = self.in_frame(frame);
        let range = ByteRange::new(whole.range.start + start, length);
        Place { range, ..whole }
    }

    /// The slots from the first to the last of a tally that is not empty.
    pub(crate) fn in_slots(&self, tally: Tally) -> Place {
        match (tally.first, tally.last) {
            (Some(first), Some(last)) => self.in_frames(first, last),
            _ => self.whole(Role::Wal),
        }
    }

    fn in_frames(&self, first: FrameNumber, last: FrameNumber) -> Place {
        let size = self.timeline.header().and_then(|header| header.page_size());
        let Some(size) = size else {
            return self.whole(Role::Wal);
        };
        let range = ByteRange {
            start: first.offset(size),
            end: last.range(size).end.min(self.set.wal_bytes()),
        };
        self.place(Role::Wal, range, Part::Frame(first))
    }

    /// The pages `first` to `last` of the database file, as far as they are in it.
    pub(crate) fn in_pages(&self, first: PageNumber, last: u32) -> Place {
        let Some(image) = &self.image else {
            return self.whole(Role::Database);
        };
        let size = image.page_size();
        let end = u64::from(last) * u64::from(size.get());
        let length = self.set.database_bytes();
        let range = ByteRange {
            start: first.offset(size).min(length),
            end: end.min(length),
        };
        self.place(Role::Database, range, Part::Page(first))
    }
}

/// What a checkpoint of a stale WAL would do to the database file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overwritten {
    /// How many pages it would replace by others.
    pub replaced: u32,
    /// How many pages it would cut off.
    pub cut: u32,
}

impl Overwritten {
    fn by(image: &Image<'_>, evidence: &Evidence<'_>) -> Result<Self, Error> {
        let (set, database) = (evidence.set, CommitNumber::DATABASE);
        let file = Image::at(set, &evidence.timeline, database, &())?;
        let mut replaced = 0;
        for (page, _) in image.overlay().iter() {
            if page.get() <= file.stored_pages() && file.page(page)? != image.page(page)? {
                replaced += 1;
            }
        }
        let pages = image.page_size().pages_in(set.database_bytes());
        Ok(Self {
            replaced,
            cut: pages.saturating_sub(image.stored_pages()),
        })
    }
}

fn wal_is_beside(set: &BackupSet) -> bool {
    let Some(wal) = &set.wal else {
        return false;
    };
    let (role, of_database) = Role::of_name(&wal.name);
    let database = set.database.as_ref();
    role == Role::Wal && database.is_none_or(|database| database.name == of_database)
}
