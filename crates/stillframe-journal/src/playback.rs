mod run;

use stillframe_format::{ByteRange, PageSize};

use crate::header::{HEADER_BYTES, RECORDS_THAT_FIT};
use crate::{End, Header, Layout, SectorSize, Segment, SegmentKind, Slot, SuperJournal};
use run::{Run, RunKind};

/// Follows a journal from its first header on as SQLite does when it plays a hot one back (`pager_playback` in
/// `pager.c`), and then through all that is behind the place where SQLite stops.
///
/// It does no I/O: [`Playback::wanted`] says which bytes come next, and they are given to [`Playback::header`] or, in
/// pieces of any whole number of slots, to [`Playback::records`]. So a journal of any size is read in bounded memory.
/// [`Playback::read`] is all of it over a journal that is in memory.
#[derive(Clone, Debug)]
pub struct Playback {
    length: u64,
    /// The page size that the database file names.
    database: PageSize,
    /// The name of a super-journal at the end: no record that is left over begins there.
    name: Option<u64>,
    layout: Option<Layout>,
    initial_size: Option<u32>,
    end: Option<End>,
    next: Next,
    slots: u32,
    /// Whether checksums are of pages as a key decrypts them.
    are_sums_sealed: bool,
}

/// The bytes of a journal that are to be read next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A header, for [`Playback::header`]: all of these bytes.
    Header(ByteRange),
    /// Slots of `slot_bytes` each, for [`Playback::records`]: all of these bytes, or the first of them, so many whole
    /// slots at least one. Where the file ends within a slot these end with it.
    Records {
        /// The bytes.
        range: ByteRange,
        /// Bytes of a slot.
        slot_bytes: usize,
    },
}

#[derive(Clone, Copy, Debug)]
enum Next {
    /// A header at this offset; what was read before ends at `behind`.
    Header {
        offset: u64,
        behind: u64,
        nonce: Option<u32>,
    },
    /// What is there of a header that the file ends within.
    CutHeader {
        offset: u64,
        behind: u64,
        nonce: Option<u32>,
    },
    Records(Run),
    Nothing,
}

impl Playback {
    /// Begins with a journal of `length` bytes, beside a database file that names the page size `database` (4096 where
    /// it names none). `name` is the name of a super-journal that was found at its end.
    pub fn new(length: u64, database: PageSize, name: Option<&SuperJournal<'_>>) -> Self {
        let mut playback = Self {
            length,
            database,
            name: name.map(|name| name.range.start),
            layout: None,
            initial_size: None,
            end: None,
            next: Next::Nothing,
            slots: 0,
            are_sums_sealed: false,
        };
        // Before the first header is read the sector size is the default.
        playback.seek_header(0, SectorSize::DEFAULT, None);
        playback
    }

    /// The checksums are of pages as a key decrypts them, as those of SQLite3 Multiple Ciphers are. So one holds where there is
    /// a page of which it does ([`can_hold`](crate::record::can_hold)), and damage to the page does not show.
    #[must_use]
    pub const fn with_sealed_sums(mut self) -> Self {
        self.are_sums_sealed = true;
        self
    }

    /// Whether that was said.
    pub const fn are_sums_sealed(&self) -> bool {
        self.are_sums_sealed
    }

    /// Reads a journal that is in memory from where it is up to the end; `found` gets every slot with its page, or what
    /// is there of it. Returns how many segments there are.
    pub fn read<'a>(&mut self, journal: &'a [u8], mut found: impl FnMut(Slot, &'a [u8])) -> u64 {
        let mut segments = 0;
        let bytes = |range: ByteRange| {
            let range = range.start as usize..range.end as usize;
            journal.get(range).unwrap_or_default()
        };
        while let Some(wanted) = self.wanted() {
            match wanted {
                Wanted::Header(range) => {
                    segments += u64::from(self.header(bytes(range)).is_some());
                }
                Wanted::Records { range, .. } => self.records(bytes(range), &mut found),
            }
        }
        segments
    }

    /// How the journal is laid out, once its first header was read; `None` where that cannot be told.
    pub const fn layout(&self) -> Option<Layout> {
        self.layout
    }

    /// The size in pages that SQLite cuts or extends the database to, once the first header was read; `None` where it
    /// plays nothing back.
    pub const fn initial_size(&self) -> Option<u32> {
        self.initial_size
    }

    /// Why the playback ends, once it has.
    pub const fn end(&self) -> Option<End> {
        self.end
    }

    /// How many slots were found so far.
    pub const fn slots(&self) -> u32 {
        self.slots
    }

    /// Which bytes are to be read next; `None` at the end.
    pub fn wanted(&self) -> Option<Wanted> {
        match self.next {
            Next::Nothing => None,
            Next::Header { offset: 0, .. } => {
                // Where the first header is zeroed, the first record behind it shows the sector size.
                let bytes = self.length.min(GUESS_BYTES as u64);
                Some(Wanted::Header(ByteRange::new(0, bytes)))
            }
            Next::Header { offset, .. } | Next::CutHeader { offset, .. } => {
                let bytes = (self.length - offset).min(HEADER_BYTES as u64);
                Some(Wanted::Header(ByteRange::new(offset, bytes)))
            }
            Next::Records(run) => {
                let slot_bytes = self.layout?.record_bytes();
                let end = match run.left {
                    u32::MAX => self.until(run.kind),
                    left => {
                        let bytes = u64::from(left) * slot_bytes as u64;
                        run.offset.saturating_add(bytes).min(self.until(run.kind))
                    }
                };
                let range = ByteRange {
                    start: run.offset,
                    end,
                };
                Some(Wanted::Records { range, slot_bytes })
            }
        }
    }

    /// Takes the header that was wanted. The segment that it begins, where it is one.
    pub fn header(&mut self, bytes: &[u8]) -> Option<Segment> {
        let (offset, behind, nonce) = match self.next {
            Next::Header {
                offset,
                behind,
                nonce,
            } => (offset, behind, nonce),
            Next::CutHeader {
                offset,
                behind,
                nonce,
            } => {
                self.cut_header(offset, bytes);
                self.leftovers(behind, nonce);
                return None;
            }
            Next::Records(_) | Next::Nothing => return None,
        };
        self.next = Next::Nothing;
        let header = Header::parse(bytes).ok();
        match (offset, header) {
            (0, Some(header)) => self.first_header(header, bytes),
            (_, header) => self.later_header(offset, behind, header, nonce),
        }
    }

    fn first_header(&mut self, header: Header, start: &[u8]) -> Option<Segment> {
        let accepted = header.validate(self.database);
        let layout = match accepted {
            Ok(layout) => Some(layout),
            Err(_) => header.layout(self.database).ok(),
        };
        self.layout = layout.or_else(|| guess(start, self.database));
        let kind = match accepted {
            Ok(_) => {
                self.initial_size = Some(header.initial_size);
                SegmentKind::Live
            }
            Err(error) => {
                self.end = Some(End::Header(error));
                if header.is_zeroed() {
                    SegmentKind::Zeroed
                } else if header.is_unsynced() {
                    SegmentKind::Unsynced
                } else {
                    SegmentKind::Ignored
                }
            }
        };
        self.begin(0, header, kind)
    }

    fn later_header(
        &mut self,
        offset: u64,
        behind: u64,
        header: Option<Header>,
        nonce: Option<u32>,
    ) -> Option<Segment> {
        let kind = match header {
            Some(header) if header.is_live() => match self.end {
                None => SegmentKind::Live,
                Some(_) if self.initial_size.is_some() => SegmentKind::AfterStop,
                Some(_) => SegmentKind::Leftover,
            },
            Some(header) if header.is_unsynced() && self.is_alike(&header) => SegmentKind::Unsynced,
            _ => {
                self.end.get_or_insert(End::NoHeader { offset });
                self.leftovers(behind, nonce);
                return None;
            }
        };
        if kind == SegmentKind::Unsynced {
            self.end.get_or_insert(End::NoHeader { offset });
        }
        self.begin(offset, header?, kind)
    }

    /// The playback ends at a header of which this is there.
    fn cut_header(&mut self, offset: u64, bytes: &[u8]) {
        let mut whole = [0; HEADER_BYTES];
        whole
            .iter_mut()
            .zip(bytes)
            .for_each(|(to, &from)| *to = from);
        let header = Header::parse(&whole).ok().filter(Header::is_live);
        let is_counted = |header: &Header| ![0, RECORDS_THAT_FIT].contains(&header.records);
        let segment = header.filter(is_counted).map(|header| Segment {
            offset,
            header,
            kind: SegmentKind::Live,
            records: header.records,
        });
        self.end
            .get_or_insert(segment.map_or(End::NoRoom, End::HeaderCut));
    }

    /// Whether a header names the layout that the journal has.
    fn is_alike(&self, header: &Header) -> bool {
        header.layout(self.database).ok() == self.layout
    }

    /// Goes on behind a header.
    fn begin(&mut self, offset: u64, header: Header, kind: SegmentKind) -> Option<Segment> {
        let mut segment = Segment {
            offset,
            header,
            kind,
            records: 0,
        };
        let Some(layout) = self.layout else {
            return Some(segment);
        };
        let behind = offset.saturating_add(layout.sector_size.get().into());
        let counted = match header.records {
            RECORDS_THAT_FIT => layout.records_that_fit(self.length),
            records => records,
        };
        let nonce = Some(header.nonce);
        let (kind, left, nonce) = match kind {
            SegmentKind::Live | SegmentKind::AfterStop => (RunKind::Counted, counted, nonce),
            SegmentKind::Leftover => (RunKind::Leftover, counted, nonce),
            SegmentKind::Unsynced => (RunKind::Unsynced, u32::MAX, nonce),
            SegmentKind::Zeroed => (RunKind::Leftover, u32::MAX, None),
            SegmentKind::Ignored => (RunKind::Ignored, u32::MAX, nonce),
        };
        if kind == RunKind::Counted {
            segment.records = left;
        }
        if left == 0 {
            self.seek_header(behind, layout.sector_size, nonce);
        } else {
            self.seek_records(Run {
                kind,
                offset: behind,
                left,
                nonce,
            });
        }
        Some(segment)
    }

    /// The header at the sector at or behind `behind` comes next, if there is room for it.
    fn seek_header(&mut self, behind: u64, sector: SectorSize, nonce: Option<u32>) {
        let offset = sector.align(behind);
        if offset.saturating_add(sector.get().into()) <= self.length {
            self.next = Next::Header {
                offset,
                behind,
                nonce,
            };
        } else if offset.saturating_add(COUNT_END) <= self.length && offset > 0 {
            self.next = Next::CutHeader {
                offset,
                behind,
                nonce,
            };
        } else {
            self.end.get_or_insert(End::NoRoom);
            self.leftovers(behind, nonce);
        }
    }

    /// Slots come next, if there are any.
    fn seek_records(&mut self, run: Run) {
        if run.offset < self.until(run.kind) {
            self.next = Next::Records(run);
        } else {
            if run.kind == RunKind::Counted {
                self.end.get_or_insert(End::Short);
            }
            self.next = Next::Nothing;
        }
    }

    /// What is left over behind the last segment goes on in the same steps.
    fn leftovers(&mut self, offset: u64, nonce: Option<u32>) {
        self.next = Next::Nothing;
        if self.layout.is_some() {
            self.seek_records(Run {
                kind: RunKind::Leftover,
                offset,
                left: u32::MAX,
                nonce,
            });
        }
    }

    /// Where slots end: those that nothing counts, before the name of a super-journal.
    fn until(&self, kind: RunKind) -> u64 {
        match (kind, self.name) {
            (RunKind::Counted, _) | (_, None) => self.length,
            (_, Some(name)) => name,
        }
    }
}

/// Where the number of records ends in a header.
const COUNT_END: u64 = 12;

/// As many bytes as may stand before the first page number.
const GUESS_BYTES: usize = 65536 + 4;

/// How a journal is laid out whose first header does not say so: zeros fill the sector up to the page number of the first
/// record.
fn guess(start: &[u8], page_size: PageSize) -> Option<Layout> {
    let at = HEADER_BYTES
        + start
            .iter()
            .skip(HEADER_BYTES)
            .position(|&byte| byte != 0)?;
    let sector_size = SectorSize::new(at as u32 & !3)?;
    Some(Layout {
        sector_size,
        page_size,
    })
}

#[cfg(test)]
mod tests;
