use stillframe_format::PageSize;
use stillframe_wal::frame::FRAME_HEADER_BYTES;
use stillframe_wal::{FrameHeader, FrameNumber};

use super::{WalIndex, each_block};
use crate::generation::{MOST_GENERATIONS, age};
use crate::{BackupSet, Error, Input, Residue, Timeline, WalState};

/// How a wal-index and a WAL go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The wal-index says nothing: no copy of its header holds.
    Unknown,
    /// There is no WAL.
    NoWal,
    /// The WAL has no frames: it has 0 bytes, or no more than a header.
    EmptyWal,
    /// SQLite does not accept the header of the WAL.
    WalIgnored,
    /// Both are of the same generation, and the last frame that the wal-index knows ends just that commit in the WAL.
    Same,
    /// Both are of the same generation, and the wal-index knows frames that the WAL does not hold.
    Ahead,
    /// Both are of the same generation, and the wal-index knows frames that are in the WAL and no longer hold.
    AheadOfDamage,
    /// Both are of the same generation, and the frame that the wal-index knows as the last one is another in the WAL.
    Diverged,
    /// The wal-index is of a generation before that of the WAL.
    Older,
    /// The wal-index is of a generation after that of the WAL.
    Newer,
    /// Salts that no reset leads from one to the other: of another WAL.
    OtherWal,
}

impl Relation {
    /// Compares the salts and the last frame.
    ///
    /// # Errors
    /// The WAL could not be read.
    pub fn of(
        index: &WalIndex,
        set: &BackupSet,
        timeline: &Timeline,
        residue: &Residue,
    ) -> Result<Self, Error> {
        let Some(known) = index.header() else {
            return Ok(Self::Unknown);
        };
        let Some(wal) = &set.wal else {
            return Ok(Self::NoWal);
        };
        let (header, size) = match (timeline.state(), timeline.header(), timeline.page_size()) {
            (WalState::Absent | WalState::Empty, ..) => return Ok(Self::EmptyWal),
            (WalState::Read, Some(header), Some(size)) => (header, size),
            _ => return Ok(Self::WalIgnored),
        };
        if known.salts != header.salts {
            let ahead = known.salts.salt1.wrapping_sub(header.salts.salt1);
            return Ok(if age(header, known.salts).is_some() {
                Self::Older
            } else if (1..=MOST_GENERATIONS).contains(&ahead) {
                Self::Newer
            } else {
                Self::OtherWal
            });
        }
        if known.mx_frame > timeline.mx_frame() {
            let is_damaged = residue.checksum_mismatch.slots > 0
                || residue.page_number_zero.slots > 0
                || residue.intact_commits.slots > 0;
            return Ok(if is_damaged {
                Self::AheadOfDamage
            } else {
                Self::Ahead
            });
        }
        let is_same = match FrameNumber::new(known.mx_frame) {
            None => true,
            Some(last) => {
                let frame = frame_header(wal, last, size)?;
                frame.checksum == known.frame_checksum && frame.size_after == known.page_count
            }
        };
        Ok(if is_same { Self::Same } else { Self::Diverged })
    }

    /// Whether frames of the same number are the same frames in both, as far as both have them.
    pub const fn is_same_generation(self) -> bool {
        matches!(self, Self::Same | Self::Ahead | Self::AheadOfDamage)
    }
}

/// What a wal-index tells of where the log of its WAL ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EndOfLog {
    /// Nothing: there is none, or it is of another generation, or from before the last commit.
    #[default]
    Unknown,
    /// It knows just the commits that there are, and was there when the last of them was made: what follows was not committed,
    /// unless the WAL was copied later. One that SQLite has made anew knows no more than the WAL itself.
    Right,
    /// It knows frames behind the end.
    TooEarly,
}

impl EndOfLog {
    /// Compares how far both come.
    pub fn of(index: &WalIndex, relation: Relation, timeline: &Timeline) -> Self {
        // Counted by those who commit, and 0 in one that was made of the WAL (`walIndexRecover` in `wal.c`).
        let has_commits = index.header().is_some_and(|header| header.change != 0);
        match relation {
            Relation::Same if has_commits && index.mx_frame() == timeline.mx_frame() => Self::Right,
            Relation::Ahead | Relation::AheadOfDamage => Self::TooEarly,
            _ => Self::Unknown,
        }
    }
}

fn frame_header(wal: &Input, frame: FrameNumber, size: PageSize) -> Result<FrameHeader, Error> {
    let (offset, mut bytes) = (frame.offset(size), [0; FRAME_HEADER_BYTES]);
    let read = wal.bytes.read_exact_at(offset, &mut bytes);
    read.map_err(|error| Error::read(wal, offset, error))?;
    Ok(FrameHeader::parse(&bytes))
}

/// Frames of which the wal-index names another page than the WAL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PagesDiffer {
    /// How many.
    pub frames: u32,
    /// The first: the frame, its page in the wal-index, and its page in the WAL.
    pub first: Option<(FrameNumber, u32, u32)>,
}

impl PagesDiffer {
    /// Compares the pages of all frames that both have, where they are of the same generation.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn of(
        index: &WalIndex,
        relation: Relation,
        set: &BackupSet,
        timeline: &Timeline,
    ) -> Result<Self, Error> {
        let mut differ = Self::default();
        let parts = (index.head(), &set.wal_index, &set.wal, timeline.page_size());
        let (Some(head), Some(input), Some(wal), Some(size)) = parts else {
            return Ok(differ);
        };
        if !relation.is_same_generation() {
            return Ok(differ);
        }
        let last = index.mx_frame().min(timeline.mx_frame());
        let mut result = Ok(());
        each_block(input, head, last, |block| {
            for entry in 0..block.entries(last) {
                let (Some(known), Ok(())) = (block.page(entry), &result) else {
                    return;
                };
                let frame = block.frame(entry);
                match frame_header(wal, frame, size) {
                    Ok(header) if header.page == known => {}
                    Ok(header) => {
                        differ.frames += 1;
                        differ.first.get_or_insert((frame, known, header.page));
                    }
                    Err(error) => result = Err(error),
                }
            }
        })?;
        result.map(|()| differ)
    }
}
