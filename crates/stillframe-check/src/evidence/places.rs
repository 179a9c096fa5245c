//! Where in the inputs something stands, as findings name it.

use stillframe_format::{ByteRange, PageNumber, Pages as _};
use stillframe_history::{Origin, Role, Tally};
use stillframe_wal::FrameNumber;

use crate::walk::PagePlace;
use crate::{Evidence, Part, Place};

impl Evidence<'_> {
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
        let image = self.image.as_ref();
        self.in_header_from(image.map(|image| image.origin(PageNumber::FIRST)), range)
    }

    /// Bytes of page 1's header that the WAL lies over: in the database file, or in the journal that is played back into it.
    pub(crate) fn in_header_below_wal(&self, range: ByteRange) -> Place {
        let image = self.image.as_ref();
        let origin = image.map(|image| image.origin_below_wal(PageNumber::FIRST));
        self.in_header_from(origin, range)
    }

    fn in_header_from(&self, origin: Option<Origin>, range: ByteRange) -> Place {
        match origin {
            Some(Origin::Wal { frame, offset }) => {
                self.place(Role::Wal, range.offset_by(offset), Part::Frame(frame))
            }
            Some(Origin::Journal { offset, .. }) => {
                self.place(Role::Journal, range.offset_by(offset), Part::DatabaseHeader)
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

    /// Bytes of the header of the journal's segment that begins at `offset`, from byte `start` of it on.
    pub(crate) fn in_journal_header(&self, offset: u64, start: u64, length: u64) -> Place {
        let range = ByteRange::new(offset.saturating_add(start), length);
        self.in_journal(range, Part::JournalHeader)
    }

    /// Bytes of the journal, as far as they are there.
    pub(crate) fn in_journal(&self, range: ByteRange, part: Part) -> Place {
        let bytes = self.set.journal.as_ref().map_or(0, |it| it.bytes.len());
        let (start, end) = (range.start.min(bytes), range.end.min(bytes));
        self.place(Role::Journal, ByteRange { start, end }, part)
    }

    /// Bytes of a page, where the image has it from.
    pub(crate) fn in_page(&self, place: PagePlace) -> Place {
        let origin = self.image.as_ref().map(|image| image.origin(place.page));
        match origin {
            Some(Origin::Wal { frame, offset }) => {
                self.place(Role::Wal, place.range.offset_by(offset), Part::Frame(frame))
            }
            Some(Origin::Journal { offset, .. }) => self.place(
                Role::Journal,
                place.range.offset_by(offset),
                Part::Page(place.page),
            ),
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
}
