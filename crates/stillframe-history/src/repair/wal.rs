use stillframe_wal::frame::slot_bytes;
use stillframe_wal::header::HEADER_BYTES;
use stillframe_wal::repair::{self, Part, Repair, START_BYTES};
use stillframe_wal::{
    Chain, Commit, CommitNumber, Commits, Frame, FrameHeader, FrameNumber, Header,
};

use super::patched::Patched;
use crate::timeline::{piece_bytes, window};
use crate::{Error, Input, Progress, Timeline, WalState, Window};

/// Damage to a WAL of which its checksums tell what stood there, as far as commits depend on it.
#[derive(Clone, Debug, Default)]
pub struct WalRepairs {
    repairs: Vec<WalRepair>,
    last: Option<Commit>,
}

/// Bytes of a WAL that were others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalRepair {
    /// What they are of.
    pub part: RepairedPart,
    /// Where they begin in the WAL.
    pub offset: u64,
    /// What stands there.
    pub found: Vec<u8>,
    /// What stood there.
    pub bytes: Vec<u8>,
}

/// What of a WAL was damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepairedPart {
    /// Its header, told from the first frame, whose checksum does not vouch for its page any more.
    Header,
    /// This frame.
    Frame(FrameNumber, Part),
}

/// What speaks for the slot that ended the log being a frame that was damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NearlyHolds {
    /// With this put right its checksum holds.
    Repair(Repair),
    /// It is a commit frame, and its checksum is another in one byte: that, or a byte that it is the sum of, was damaged.
    Commit,
}

impl NearlyHolds {
    /// Looks at that slot alone.
    ///
    /// # Errors
    /// The WAL could not be read.
    pub fn of(wal: &Input, timeline: &Timeline) -> Result<Option<Self>, Error> {
        let (WalState::Read, Some(header), Some(chain)) =
            (timeline.state(), timeline.header(), timeline.chain())
        else {
            return Ok(None);
        };
        let Some(end) = Ending::read(wal, chain)? else {
            return Ok(None);
        };
        let (slot, next) = end.slots();
        let before = chain.checksum();
        Ok(match repair::frame(header, before, slot, next) {
            Some(repair) => Some(Self::Repair(repair)),
            None => repair::is_nearly_commit(header, before, slot).then_some(Self::Commit),
        })
    }
}

/// The slot behind the frames that a chain accepted, with the one behind that.
struct Ending<'a> {
    number: FrameNumber,
    start: u64,
    slot: usize,
    bytes: Window<'a>,
}

impl<'a> Ending<'a> {
    /// `None` where it is not whole.
    fn read(wal: &'a Input, chain: &Chain) -> Result<Option<Self>, Error> {
        let size = chain.page_size();
        let slot = slot_bytes(size);
        let number = chain.accepted().checked_add(1).and_then(FrameNumber::new);
        let Some(number) = number else {
            return Ok(None);
        };
        let start = number.offset(size);
        let length = (2 * slot as u64).min(wal.bytes.len().saturating_sub(start));
        if length < slot as u64 {
            return Ok(None);
        }
        let bytes = window(wal, start, length as usize)?;
        Ok(Some(Self {
            number,
            start,
            slot,
            bytes,
        }))
    }

    /// The slot, and the one behind it where that is whole.
    fn slots(&self) -> (&[u8], Option<&[u8]>) {
        let (slot, next) = self.bytes.split_at(self.slot.min(self.bytes.len()));
        (slot, Some(next).filter(|next| next.len() == self.slot))
    }
}

/// More than this many are not looked for.
const MOST_REPAIRS: usize = 1 << 16;

impl WalRepairs {
    /// Looks for it. Nothing is repaired that more commits do not come from.
    ///
    /// # Errors
    /// The WAL could not be read.
    pub fn of(wal: &Input, timeline: &Timeline, progress: &dyn Progress) -> Result<Self, Error> {
        let mut found = Self::default();
        let header = match (timeline.state(), timeline.header()) {
            (WalState::Read, Some(&header)) => header,
            (WalState::Ignored(_), Some(damaged)) => match found.header(wal, damaged)? {
                Some(header) => header,
                None => return Ok(found),
            },
            _ => return Ok(found),
        };
        let Ok(chain) = Chain::new(&header) else {
            return Ok(Self::default());
        };
        let mut search = Search {
            wal,
            header,
            chain,
            commits: Commits::default(),
            found,
        };
        search.run(progress)?;
        let last = search.commits.last();
        let Some(last) = last.filter(|last| last.number > timeline.last()) else {
            return Ok(Self::default());
        };
        let mut found = search.found;
        found.last = Some(last);
        found.repairs.retain(|repair| match repair.part {
            RepairedPart::Header => true,
            RepairedPart::Frame(frame, _) => frame <= last.last_frame,
        });
        Ok(found)
    }

    /// What is to be put right, by place.
    pub fn repairs(&self) -> &[WalRepair] {
        &self.repairs
    }

    /// The last commit, with all of it put right; `None` where there is nothing.
    pub fn last_commit(&self) -> Option<CommitNumber> {
        self.last.map(|last| last.number)
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.repairs.is_empty()
    }

    /// The WAL with all of it put right. Offsets stay what they are.
    #[must_use]
    pub fn apply(&self, wal: Input) -> Input {
        let patches = self.repairs.iter();
        let patches = patches.map(|repair| (repair.offset, repair.bytes.clone()));
        let patched = Patched::new(wal.bytes, patches.collect());
        Input::new(wal.name, patched)
    }

    fn header(&mut self, wal: &Input, damaged: &Header) -> Result<Option<Header>, Error> {
        let length = wal.bytes.len().min(START_BYTES as u64) as usize;
        let header = repair::header(&window(wal, 0, length)?);
        if let Some(header) = header {
            self.repairs.push(WalRepair {
                part: RepairedPart::Header,
                offset: 0,
                found: damaged.encode().to_vec(),
                bytes: header.encode().to_vec(),
            });
        }
        Ok(header)
    }
}

/// A WAL that is followed through what can be put right.
struct Search<'a> {
    wal: &'a Input,
    header: Header,
    chain: Chain,
    commits: Commits,
    found: WalRepairs,
}

impl Search<'_> {
    fn run(&mut self, progress: &dyn Progress) -> Result<(), Error> {
        let piece = piece_bytes(self.chain.page_size()) as u64;
        let mut offset = HEADER_BYTES as u64;
        while offset < self.wal.bytes.len() && !self.chain.is_broken() {
            let length = piece.min(self.wal.bytes.len() - offset);
            let bytes = window(self.wal, offset, length as usize)?;
            self.piece(&bytes)?;
            progress.advance(length);
            offset += length;
        }
        Ok(())
    }

    fn piece(&mut self, mut slots: &[u8]) -> Result<(), Error> {
        let slot = slot_bytes(self.chain.page_size());
        loop {
            let commits = &mut self.commits;
            let accepted = self.chain.offer(slots, |frame| {
                commits.push(&frame.summary());
            });
            if !self.chain.is_broken() {
                return Ok(());
            }
            let broken = accepted as usize * slot;
            let Some(behind) = slots.get(broken + slot..) else {
                return Ok(());
            };
            if self.found.repairs.len() >= MOST_REPAIRS || !self.repair()? {
                return Ok(());
            }
            slots = behind;
        }
    }

    /// Goes on behind the slot that broke the chain, where that can be put right.
    fn repair(&mut self) -> Result<bool, Error> {
        let Some(end) = Ending::read(self.wal, &self.chain)? else {
            return Ok(false);
        };
        let (slot, next) = end.slots();
        let found = repair::frame(&self.header, self.chain.checksum(), slot, next);
        let Some(found) = found else {
            return Ok(false);
        };
        Ok(self.take(end.number, end.start, slot, &found))
    }

    fn take(&mut self, number: FrameNumber, start: u64, slot: &[u8], repair: &Repair) -> bool {
        let mut whole = slot.to_vec();
        let bytes = repair.bytes();
        let place = repair.offset..repair.offset + bytes.len();
        let Some(damaged) = whole.get_mut(place) else {
            return false;
        };
        let found = damaged.to_vec();
        damaged.copy_from_slice(bytes);
        let Some((head, _)) = whole.split_first_chunk() else {
            return false;
        };
        let stored = FrameHeader::parse(head).checksum;
        let chain = Chain::resume(&self.header, number.get(), stored);
        let (Some(frame), Ok(chain)) = (Frame::accepted(number, &whole), chain) else {
            return false;
        };
        self.commits.push(&frame.summary());
        self.chain = chain;
        self.found.repairs.push(WalRepair {
            part: RepairedPart::Frame(number, repair.part),
            offset: start + repair.offset as u64,
            found,
            bytes: bytes.to_vec(),
        });
        true
    }
}
