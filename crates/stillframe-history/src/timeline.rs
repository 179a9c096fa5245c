use stillframe_format::PageSize;
use stillframe_wal::frame::slot_bytes;
use stillframe_wal::header::HEADER_BYTES;
use stillframe_wal::{
    Chain, Commit, CommitNumber, Commits, ErrorKind, Frame, FrameHeader, FrameNumber, FrameSummary,
    Header, Slot, SlotReason, Tail,
};

use crate::verify::verify;
use crate::{BackupSet, Error, Input, Progress};

/// Bytes of a WAL that are looked at in one piece: large enough that a mapping costs little beside its reading, small
/// enough that memory stays far below its bound with a few of them in flight.
pub(crate) const PIECE_BYTES: usize = 4 << 20;

/// The WAL of a set, followed to the end: what SQLite would make of it.
#[derive(Clone, Debug)]
pub struct Timeline {
    state: WalState,
    header: Option<Header>,
    length: u64,
    chain: Option<Chain>,
    last_commit: Option<Commit>,
    /// Of the commits that left a smaller database than all before them, read from the last one back: their last frames, and
    /// the sizes, which grow.
    smallest: Vec<(FrameNumber, u32)>,
    largest: u32,
}

/// What SQLite makes of the header of a WAL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WalState {
    /// There is no WAL, or one of 0 bytes, which counts as none.
    Absent,
    /// It has no frames: 32 bytes or fewer.
    Empty,
    /// It ignores the whole WAL and says nothing.
    Ignored(stillframe_wal::Error),
    /// It refuses the database.
    Refused(stillframe_wal::Error),
    /// It reads the frames.
    Read,
}

/// What is met while a WAL is followed.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// An accepted frame.
    Frame(FrameSummary),
    /// The frame before ended this commit.
    Commit(Commit),
}

/// What is kept of a frame once its page is out of sight.
pub(crate) trait Looked: Send {
    fn summary(&self) -> &FrameSummary;
}

impl Looked for FrameSummary {
    fn summary(&self) -> &FrameSummary {
        self
    }
}

impl Timeline {
    /// Follows the WAL of `set` to the end.
    ///
    /// # Errors
    /// The WAL could not be read.
    pub fn read(set: &BackupSet, progress: &dyn Progress) -> Result<Self, Error> {
        Self::follow(set.wal.as_ref(), progress, |_| {})
    }

    /// Follows a WAL to the end and hands everything accepted to `visit`, in order. What has been visited is committed
    /// once its commit has been.
    ///
    /// # Errors
    /// The WAL could not be read.
    pub fn follow(
        wal: Option<&Input>,
        progress: &dyn Progress,
        mut visit: impl FnMut(Event),
    ) -> Result<Self, Error> {
        Self::follow_looking(
            wal,
            progress,
            |frame| frame.summary(),
            |frame, commit| {
                visit(Event::Frame(frame));
                if let Some(commit) = commit {
                    visit(Event::Commit(commit));
                }
            },
        )
    }

    /// As [`Timeline::follow`]; `look` sees every frame with its page, on whatever thread verified it and in any order,
    /// and what it keeps of it comes to `visit` in order, with the commit that the frame ends.
    pub(crate) fn follow_looking<T: Looked>(
        wal: Option<&Input>,
        progress: &dyn Progress,
        look: impl Fn(&Frame<'_>) -> T + Sync,
        mut visit: impl FnMut(T, Option<Commit>),
    ) -> Result<Self, Error> {
        let length = wal.map_or(0, |wal| wal.bytes.len());
        let mut timeline = Self {
            state: WalState::Absent,
            header: None,
            length,
            chain: None,
            last_commit: None,
            smallest: Vec::new(),
            largest: 0,
        };
        let Some(wal) = wal.filter(|wal| !wal.bytes.is_empty()) else {
            return Ok(timeline);
        };
        let start = window(wal, 0, length.min(HEADER_BYTES as u64) as usize)?;
        let Ok(header) = Header::parse(&start) else {
            timeline.state = WalState::Empty;
            return Ok(timeline);
        };
        timeline.header = Some(header);
        if length == HEADER_BYTES as u64 {
            timeline.state = WalState::Empty;
            return Ok(timeline);
        }
        let chain = match Chain::new(&header) {
            Ok(chain) => chain,
            Err(error) => {
                timeline.state = match error.kind {
                    ErrorKind::Version { .. } => WalState::Refused(error),
                    ErrorKind::HeaderTruncated { .. }
                    | ErrorKind::Magic { .. }
                    | ErrorKind::PageSize { .. }
                    | ErrorKind::HeaderChecksum { .. } => WalState::Ignored(error),
                };
                return Ok(timeline);
            }
        };
        let mut commits = Commits::default();
        let mut smallest: Vec<(FrameNumber, u32)> = Vec::new();
        let mut largest = 0;
        timeline.chain = Some(verify(
            wal,
            &header,
            chain,
            progress,
            &look,
            &mut |seen: T| {
                let commit = commits.push(seen.summary());
                if let Some(commit) = commit {
                    while smallest.last().is_some_and(|it| it.1 >= commit.size_after) {
                        smallest.pop();
                    }
                    smallest.push((commit.last_frame, commit.size_after));
                    largest = largest.max(commit.size_after);
                }
                visit(seen, commit);
            },
        )?);
        timeline.state = WalState::Read;
        timeline.last_commit = commits.last();
        timeline.smallest = smallest;
        timeline.largest = largest;
        Ok(timeline)
    }

    /// What SQLite makes of the WAL's header.
    pub const fn state(&self) -> WalState {
        self.state
    }

    /// The header, where there is a whole one, accepted or not.
    pub const fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// The page size of the WAL, where SQLite reads its frames.
    pub const fn page_size(&self) -> Option<PageSize> {
        match &self.chain {
            Some(chain) => Some(chain.page_size()),
            None => None,
        }
    }

    /// The frames that hold, followed to the last of them, where SQLite reads any.
    pub(crate) const fn chain(&self) -> Option<&Chain> {
        self.chain.as_ref()
    }

    /// The last commit, where there is one. Its last frame is SQLite's mxFrame, its size the size of the database.
    pub const fn last_commit(&self) -> Option<Commit> {
        self.last_commit
    }

    /// The last moment there is: the last commit, or 0 for the database file alone.
    pub fn last(&self) -> CommitNumber {
        self.last_commit
            .map_or(CommitNumber::DATABASE, |commit| commit.number)
    }

    /// The smallest size in pages that a commit left; 0 where there is none.
    pub fn smallest_size(&self) -> u32 {
        self.smallest.first().map_or(0, |&(_, size)| size)
    }

    /// The smallest size in pages that a commit left which ends with this frame or behind it; 0 where there is none.
    pub(crate) fn smallest_size_from(&self, frame: FrameNumber) -> u32 {
        let at = self.smallest.partition_point(|&(last, _)| last < frame);
        self.smallest.get(at).map_or(0, |&(_, size)| size)
    }

    /// The largest size in pages that a commit left; 0 where there is none.
    pub const fn largest_size(&self) -> u32 {
        self.largest
    }

    /// SQLite's mxFrame: the last frame of the last commit, or 0.
    pub fn mx_frame(&self) -> u32 {
        self.last_commit.map_or(0, |commit| commit.last_frame.get())
    }

    /// How many frames hold, those behind the last commit included.
    pub fn accepted(&self) -> u32 {
        self.chain.as_ref().map_or(0, Chain::accepted)
    }

    /// Bytes of the WAL.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// How many slots the WAL has, a torn one at the end included; 0 where its page size cannot be told.
    pub fn slots(&self) -> u64 {
        let size = self.header.as_ref().and_then(Header::page_size);
        size.map_or(0, |size| {
            self.length
                .saturating_sub(HEADER_BYTES as u64)
                .div_ceil(slot_bytes(size) as u64)
        })
    }
}

/// Gives every slot behind the accepted frames its reason, and hands it to `found` with its page, or what is there of
/// it. Where SQLite ignores the WAL for its header these are all slots there are.
///
/// # Errors
/// The WAL could not be read.
pub fn tail(
    wal: Option<&Input>,
    timeline: &Timeline,
    progress: &dyn Progress,
    mut found: impl FnMut(Slot, &[u8]),
) -> Result<(), Error> {
    let (Some(wal), Some(header)) = (wal, timeline.header()) else {
        return Ok(());
    };
    let tail = match &timeline.chain {
        Some(chain) => Some(Tail::behind(chain, header)),
        None => Tail::of_ignored(header),
    };
    let (Some(mut tail), Some(size)) = (tail, header.page_size()) else {
        return Ok(());
    };
    pieces(wal, size, timeline.accepted(), |piece| {
        tail.offer(piece, &mut found);
        progress.advance(piece.len() as u64);
        true
    })
}

/// Gives every slot of the WAL its reason, and hands it to `found` with its page, or what is there of it, in order.
///
/// # Errors
/// The WAL could not be read.
pub fn slots(
    wal: Option<&Input>,
    timeline: &Timeline,
    progress: &dyn Progress,
    mut found: impl FnMut(Slot, &[u8]),
) -> Result<(), Error> {
    if let (Some(wal), Some(page_size)) = (wal, timeline.page_size()) {
        let mut next = FrameNumber::new(1).filter(|_| timeline.accepted() > 0);
        pieces(wal, page_size, 0, |piece| {
            for bytes in piece.chunks_exact(slot_bytes(page_size)) {
                let (Some(number), Some((header, page))) = (next, bytes.split_first_chunk()) else {
                    return false;
                };
                let reason = if number.get() <= timeline.mx_frame() {
                    SlotReason::Committed
                } else {
                    SlotReason::Uncommitted
                };
                let header = Some(FrameHeader::parse(header));
                found(
                    Slot {
                        number,
                        header,
                        reason,
                    },
                    page,
                );
                next = number
                    .get()
                    .checked_add(1)
                    .and_then(FrameNumber::new)
                    .filter(|next| next.get() <= timeline.accepted());
            }
            progress.advance(piece.len() as u64);
            next.is_some()
        })?;
    }
    tail(wal, timeline, progress, found)
}

/// Hands the slots of a WAL from number `skip` + 1 on to `each`, whole ones together in pieces, until it returns false.
pub(crate) fn pieces(
    wal: &Input,
    page_size: PageSize,
    skip: u32,
    mut each: impl FnMut(&[u8]) -> bool,
) -> Result<(), Error> {
    let slot = slot_bytes(page_size);
    let piece = piece_bytes(page_size) as u64;
    let mut offset = HEADER_BYTES as u64 + u64::from(skip) * slot as u64;
    while offset < wal.bytes.len() {
        let length = piece.min(wal.bytes.len() - offset);
        if !each(&window(wal, offset, length as usize)?) {
            return Ok(());
        }
        offset += length;
    }
    Ok(())
}

/// Bytes of a piece: a whole number of groups of slots that are summed side by side.
pub(crate) fn piece_bytes(page_size: PageSize) -> usize {
    let slot = slot_bytes(page_size);
    (PIECE_BYTES / slot / 16).max(1) * 16 * slot
}

/// Hands the accepted frames of a WAL, from the first on, to `take`, as long as that wants more. The WAL is read in pieces;
/// after each `goes_on` tells whether the next one is wanted.
pub(crate) fn frame_headers(
    set: &BackupSet,
    timeline: &Timeline,
    goes_on: bool,
    mut take: impl FnMut(FrameNumber, &FrameHeader) -> bool,
) -> Result<(), Error> {
    let (Some(wal), Some(size)) = (&set.wal, timeline.page_size()) else {
        return Ok(());
    };
    let mut number = 0;
    pieces(wal, size, 0, |piece| {
        for slot in piece.chunks_exact(slot_bytes(size)) {
            number += 1;
            let frame = FrameNumber::new(number).filter(|frame| frame.get() <= timeline.mx_frame());
            let (Some(frame), Some((header, _))) = (frame, slot.split_first_chunk()) else {
                return false;
            };
            if !take(frame, &FrameHeader::parse(header)) {
                return false;
            }
        }
        goes_on
    })
}

pub(crate) fn window(
    input: &Input,
    offset: u64,
    length: usize,
) -> Result<crate::Window<'_>, Error> {
    input
        .bytes
        .window(offset, length)
        .map_err(|error| Error::read(input, offset, error))
}
