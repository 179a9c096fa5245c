use core::fmt;

use stillframe_format::ByteRange;

use crate::{Error, Header, Layout, RecordNumber};

/// A record-sized place in a journal, with what stands there and the reason why SQLite uses it or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its number, from 1.
    pub number: RecordNumber,
    /// Where it begins. The page is 4 bytes behind.
    pub offset: u64,
    /// The page number that stands there; `None` where the file ends within it.
    pub page: Option<u32>,
    /// The checksum that stands there; `None` where the file ends before its end.
    pub checksum: Option<u32>,
    /// Why SQLite uses it or not.
    pub reason: SlotReason,
}

/// Why SQLite uses a slot or not, where it plays the journal back at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SlotReason {
    /// It is written into the database. Of several records of a page the last one counts.
    PlayedBack,
    /// The page lies past the size that the database had: it is passed over, and its checksum not looked at.
    BeyondInitialSize,
    /// The checksum does not hold: here the playback stops, and SQLite says nothing.
    ChecksumMismatch,
    /// The page number is 0, or that of the lock-byte page, of which there are no records: here the playback stops.
    PageNumberInvalid,
    /// The file ends within the slot: here the playback stops.
    Short {
        /// Bytes of the slot that are there.
        present: usize,
    },
    /// In a segment that counts, behind the place where the playback stopped.
    AfterStop {
        /// Whether the checksum holds with the nonce of the segment.
        holds: bool,
    },
    /// Behind a header that was never synced, whose nonce makes the checksum hold: SQLite does not see it.
    Unsynced,
    /// Behind all headers that count, left over from a transaction before.
    Leftover {
        /// Whether the checksum holds with the nonce of the header before it, or with the one that makes that of the
        /// slot before it hold: then both are intact, and of one transaction.
        holds: bool,
    },
    /// Behind a first header that SQLite does not accept.
    HeaderIgnored {
        /// As for a left-over slot.
        holds: bool,
    },
}

/// A run of records behind one header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Where the header begins.
    pub offset: u64,
    /// The header.
    pub header: Header,
    /// What SQLite makes of it.
    pub kind: SegmentKind,
    /// How many records SQLite takes it to have; 0 where SQLite does not read it.
    pub records: u32,
}

impl Segment {
    /// The bytes that the header's fields fill.
    pub const fn range(&self) -> ByteRange {
        ByteRange::new(self.offset, crate::header::HEADER_BYTES as u64)
    }

    /// Where the records end that it has, as SQLite takes it, in a journal of this layout.
    pub const fn end(&self, layout: Layout) -> u64 {
        let records = self.records as u64 * layout.record_bytes() as u64;
        let begin = self.offset.saturating_add(layout.sector_size.get() as u64);
        begin.saturating_add(records)
    }
}

/// What SQLite makes of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SegmentKind {
    /// Its records are played back.
    Live,
    /// It is a header, and behind the place where the playback stopped.
    AfterStop,
    /// It was never synced: magic and number of records are zero.
    Unsynced,
    /// It is the first, and zeroed: the transaction has ended.
    Zeroed,
    /// It is a header, and left over from a transaction before.
    Leftover,
    /// It is the first, and SQLite does not accept it.
    Ignored,
}

/// Why the playback ends. None of them is an error to SQLite, which never says anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// There is no room for another header: where everything is as it should be.
    NoRoom,
    /// The file ends within a header that counts records: there were more than are there, as SQLite writes their number once
    /// they are in the file.
    HeaderCut(Segment),
    /// What stands at the next sector is no header. So it is, too, where everything is as it should be, before records
    /// that were not synced or that are left over, and before the name of a super-journal.
    NoHeader {
        /// The offset of the sector.
        offset: u64,
    },
    /// The first header is not accepted.
    Header(Error),
    /// The checksum of this record does not hold.
    ChecksumMismatch(RecordNumber),
    /// This record is of page 0 or of the lock-byte page.
    PageNumberInvalid(RecordNumber),
    /// The file ends before all records that a header counts.
    Short,
    /// The name of the super-journal stands where the next record would.
    SuperJournal,
    /// There are more records than can be numbered, 2^32 - 1. SQLite would go on; no journal has as many.
    TooManyRecords,
}

impl fmt::Display for SlotReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = |holds: bool| if holds { ", intact" } else { "" };
        match *self {
            Self::PlayedBack => f.write_str("played back"),
            Self::BeyondInitialSize => f.write_str("beyond the initial size"),
            Self::ChecksumMismatch => f.write_str("checksum mismatch"),
            Self::PageNumberInvalid => f.write_str("page number invalid"),
            Self::Short { present } => write!(f, "short after {present} bytes"),
            Self::AfterStop { holds } => write!(f, "after the stop{}", held(holds)),
            Self::Unsynced => f.write_str("unsynced"),
            Self::Leftover { holds } => write!(f, "left over{}", held(holds)),
            Self::HeaderIgnored { holds } => write!(f, "header ignored{}", held(holds)),
        }
    }
}

impl fmt::Display for SegmentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Live => "played back",
            Self::AfterStop => "after the stop",
            Self::Unsynced => "unsynced",
            Self::Zeroed => "zeroed",
            Self::Leftover => "left over",
            Self::Ignored => "not accepted",
        })
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRoom => f.write_str("the file ends"),
            Self::HeaderCut(segment) => {
                let (records, offset) = (segment.records, segment.offset);
                write!(
                    f,
                    "the file ends within the header at 0x{offset:x}, which counts {records} records"
                )
            }
            Self::NoHeader { offset } => write!(f, "no header stands at 0x{offset:x}"),
            Self::Header(error) => error.fmt(f),
            Self::ChecksumMismatch(number) => {
                write!(f, "the checksum of record {number} does not hold")
            }
            Self::PageNumberInvalid(number) => {
                write!(f, "record {number} is of a page that has no records")
            }
            Self::Short => f.write_str("the file ends before all records that the header counts"),
            Self::SuperJournal => f.write_str("the name of the super-journal follows"),
            Self::TooManyRecords => f.write_str("more than 4294967295 records cannot be numbered"),
        }
    }
}
