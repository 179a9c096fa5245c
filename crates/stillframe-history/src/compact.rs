//! A shorter WAL with the same content.
//!
//! A WAL holds every version of every page. [`Plan::read`] chooses the frames that make the states to be kept: of each
//! page the last committed version, up to the last commit or an earlier one. [`Plan::write`] writes them under fresh checksums,
//! with a commit marker at the end of each kept state and nowhere else, so that a WAL cut short leaves the state
//! before or the state after. [`Plan::verify`] reads back what was written.
//!
//! Every frame is verified when the plan is made. When it is written its page is not summed again: its part of the
//! checksum is told from the verified checksums ([`stillframe_wal::writer::page_contribution`]), so a page that was
//! damaged in between does not verify when it is read back.

use std::io::{self, IoSlice, Write};

use stillframe_format::{PageNumber, PageSize};
use stillframe_wal::frame::{FRAME_HEADER_BYTES, slot_bytes};
use stillframe_wal::header::HEADER_BYTES;
use stillframe_wal::writer::{over_page, page_contribution};
use stillframe_wal::{Commit, CommitNumber, FrameHeader, FrameNumber, Header, Writer};

use crate::timeline::window;
use crate::{Error, Event, Input, Overlay, Progress, Refusal, Residue, Timeline, WalState};

/// The states that a compacted WAL keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The last commit alone.
    Last,
    /// These commits: sorted, each once. None past the last is allowed.
    Commits(Vec<CommitNumber>),
}

/// The frames of a compacted WAL.
#[derive(Debug)]
pub struct Plan {
    timeline: Timeline,
    states: Vec<State>,
    /// Committed frames up to the last kept state.
    reached: u32,
    past_size: u32,
}

/// A kept state: the frames that lead to it from the one before, in the order of the WAL.
#[derive(Debug)]
struct State {
    commit: Commit,
    frames: Vec<FrameNumber>,
}

/// What a plan saves and what it gives up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Bytes of the WAL.
    pub bytes_before: u64,
    /// Bytes of the compacted WAL.
    pub bytes_after: u64,
    /// Frames that are written.
    pub frames_kept: u32,
    /// Committed frames that a later frame of a kept state replaces.
    pub frames_superseded: u32,
    /// Frames of pages past the size of every kept state that could show them.
    pub frames_past_size: u32,
    /// Committed frames of commits behind the last kept state.
    pub frames_later: u32,
    /// Frames that hold and were never committed.
    pub frames_uncommitted: u32,
    /// Slots behind the end of the log.
    pub slots_residual: u64,
    /// Commits of the WAL.
    pub commits_before: u32,
    /// Commits that remain as states.
    pub commits_kept: u32,
}

impl Plan {
    /// Verifies a WAL and chooses the frames to keep.
    ///
    /// To keep the last commit is not to lose any: where commit frames of the present generation lie behind the end of the log, intact
    /// or damaged, that is refused. To name a commit is to know what is left behind.
    ///
    /// # Errors
    /// The WAL could not be read, SQLite ignores or refuses it, it has no such commit, or it holds commits that would be lost.
    pub fn read(wal: &Input, keep: &Keep, progress: &dyn Progress) -> Result<Self, Error> {
        let mut choice = Choice::new(keep);
        let timeline = Timeline::follow(Some(wal), progress, |event| choice.take(event))?;
        match timeline.state() {
            WalState::Refused(error) | WalState::Ignored(error) => {
                return Err(Refusal::Wal(error).into());
            }
            WalState::Absent => return Err(Refusal::NothingThere.into()),
            WalState::Empty | WalState::Read => {}
        }
        if timeline.header().is_none() {
            let bytes = window(wal, 0, wal.bytes.len() as usize)?;
            Header::parse(&bytes).map_err(Refusal::Wal)?;
        }
        let last = timeline.last();
        if let Keep::Commits(commits) = keep {
            let asked = commits
                .iter()
                .find(|&&asked| asked > last || asked.get() == 0);
            if let Some(&asked) = asked {
                return Err(Error::NoSuchCommit { asked, last });
            }
        }
        if *keep == Keep::Last {
            refuse_lost_commits(wal, &timeline, progress)?;
        }
        Ok(choice.plan(timeline))
    }

    /// The timeline of the WAL.
    pub const fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The kept states.
    pub fn kept(&self) -> impl ExactSizeIterator<Item = Commit> + '_ {
        self.states.iter().map(|state| state.commit)
    }

    /// What is saved and what is given up.
    pub fn summary(&self) -> Summary {
        let slot = self.page_size().map_or(0, slot_bytes) as u64;
        let frames_kept = self.frames_kept();
        let accepted = self.timeline.accepted();
        let mx_frame = self.timeline.mx_frame();
        Summary {
            bytes_before: self.timeline.length(),
            bytes_after: HEADER_BYTES as u64 + u64::from(frames_kept) * slot,
            frames_kept,
            frames_superseded: self.reached - frames_kept - self.past_size,
            frames_past_size: self.past_size,
            frames_later: mx_frame - self.reached,
            frames_uncommitted: accepted - mx_frame,
            slots_residual: self.timeline.slots().saturating_sub(accepted.into()),
            commits_before: self.timeline.last().get(),
            commits_kept: self.states.len() as u32,
        }
    }

    fn page_size(&self) -> Option<PageSize> {
        self.timeline.header().and_then(Header::page_size)
    }

    fn frames_kept(&self) -> u32 {
        self.states
            .iter()
            .map(|state| state.frames.len() as u32)
            .sum()
    }

    /// Writes the compacted WAL: the header of the old one, and the frames.
    ///
    /// # Errors
    /// The WAL could not be read, or the output not be written.
    pub fn write(
        &self,
        wal: &Input,
        output: &mut dyn Write,
        progress: &dyn Progress,
    ) -> Result<(), Error> {
        let Some(header) = self.timeline.header() else {
            return Ok(());
        };
        output.write_all(&header.encode())?;
        let mut copier = Copier::new(wal, header)?;
        for state in &self.states {
            let last = state.frames.last().copied();
            for run in state.frames.chunk_by(|a, b| a.get() + 1 == b.get()) {
                for piece in run.chunks(copier.piece) {
                    let ends = piece.last().copied() == last;
                    let size = if ends { state.commit.size_after } else { 0 };
                    copier.copy(piece, size, output)?;
                    progress.advance(piece.len() as u64 * copier.slot as u64);
                }
            }
        }
        output.flush()?;
        Ok(())
    }

    /// Reads back what [`Plan::write`] wrote: every frame must hold, and the states be those that were kept.
    ///
    /// # Errors
    /// The output could not be read, or is not what was written.
    pub fn verify(&self, output: &Input, progress: &dyn Progress) -> Result<(), Error> {
        let mut commits = Vec::new();
        let timeline = Timeline::follow(Some(output), progress, |event| {
            if let Event::Commit(commit) = event {
                commits.push((commit.last_frame.get(), commit.size_after));
            }
        })?;
        let mut frames = 0;
        let expected: Vec<(u32, u32)> = self
            .states
            .iter()
            .map(|state| {
                frames += state.frames.len() as u32;
                (frames, state.commit.size_after)
            })
            .collect();
        let bytes = self.summary().bytes_after;
        let what = if output.bytes.len() != bytes {
            format!("{} bytes, expected {bytes}", output.bytes.len())
        } else if timeline.accepted() != frames {
            let held = timeline.accepted();
            format!(
                "{held} of {frames} frames hold; the input was damaged or changed while it was read"
            )
        } else if commits != expected {
            "the commits are not those that were kept".to_owned()
        } else {
            return Ok(());
        };
        Err(Error::ReadBack { what })
    }
}

fn refuse_lost_commits(
    wal: &Input,
    timeline: &Timeline,
    progress: &dyn Progress,
) -> Result<(), Error> {
    let residue = Residue::read(Some(wal), timeline, progress)?;
    let (intact, unverified) = (
        residue.intact_commits.slots,
        residue.unverified_commits.slots,
    );
    match residue.end {
        Some(end) if intact + unverified > 0 => Err(Refusal::LostCommits {
            last: timeline.last(),
            end: end.number,
            intact,
            unverified,
        }
        .into()),
        _ => Ok(()),
    }
}

/// Chooses frames while a WAL is followed.
struct Choice<'a> {
    keep: &'a Keep,
    /// Of the transaction that has not ended.
    pending: Overlay,
    /// Since the last kept state.
    segment: Overlay,
    segments: Vec<(Commit, Overlay)>,
    last: Option<Commit>,
}

impl<'a> Choice<'a> {
    fn new(keep: &'a Keep) -> Self {
        Self {
            keep,
            pending: Overlay::default(),
            segment: Overlay::default(),
            segments: Vec::new(),
            last: None,
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Frame(frame) => self.pending.push(frame.page, frame.number),
            Event::Commit(commit) => {
                self.segment.append(&mut self.pending);
                self.last = Some(commit);
                if let Keep::Commits(commits) = self.keep {
                    if commits.binary_search(&commit.number).is_ok() {
                        self.end_segment(commit);
                    }
                }
            }
        }
    }

    fn end_segment(&mut self, commit: Commit) {
        let mut segment = std::mem::take(&mut self.segment);
        segment.settle();
        self.segments.push((commit, segment));
    }

    fn plan(mut self, timeline: Timeline) -> Plan {
        if let (Keep::Last, Some(commit)) = (self.keep, self.last) {
            self.end_segment(commit);
        }
        let reached = self
            .segments
            .last()
            .map_or(0, |(commit, _)| commit.last_frame.get());
        let mut past_size = 0;
        let states = (0..self.segments.len())
            .filter_map(|at| {
                let (commit, segment) = self.segments.get(at)?;
                let mut frames: Vec<FrameNumber> = segment
                    .iter()
                    .filter(|&(page, _)| self.shows(at, page))
                    .map(|(_, frame)| frame)
                    .collect();
                past_size += (segment.len() - frames.len()) as u32;
                if frames.is_empty() {
                    // No page of it can show; the state still needs a frame to carry its size.
                    frames.push(commit.last_frame);
                    past_size -= 1;
                }
                frames.sort_unstable();
                Some(State {
                    commit: *commit,
                    frames,
                })
            })
            .collect();
        Plan {
            timeline,
            states,
            reached,
            past_size,
        }
    }

    /// Whether a page of segment `at` lies within the size of a kept state that shows this version of it.
    fn shows(&self, at: usize, page: PageNumber) -> bool {
        let mut later = self.segments.iter().skip(at);
        let within = |commit: &Commit| page.get() <= commit.size_after;
        if later.next().is_some_and(|(commit, _)| within(commit)) {
            return true;
        }
        later
            .take_while(|(_, segment)| segment.frame(page).is_none())
            .any(|(commit, _)| within(commit))
    }
}

/// Copies frames from a WAL, giving each a new header.
struct Copier<'a> {
    wal: &'a Input,
    header: Header,
    page_size: PageSize,
    slot: usize,
    /// How many frames are copied in one piece.
    piece: usize,
    over_page: stillframe_wal::Carry,
    writer: Writer,
}

/// Frames that are written in one call: each is two pieces, and systems take 1024 pieces.
const FRAMES_A_WRITE: usize = 512;

/// Bytes of the old WAL that are looked at in one piece.
const PIECE_BYTES: usize = 8 << 20;

impl<'a> Copier<'a> {
    fn new(wal: &'a Input, header: &Header) -> Result<Self, Error> {
        let writer = Writer::new(header).map_err(Refusal::Wal)?;
        let page_size = header.validate().map_err(Refusal::Wal)?;
        let slot = slot_bytes(page_size);
        Ok(Self {
            wal,
            header: *header,
            page_size,
            slot,
            piece: (PIECE_BYTES / slot).clamp(1, FRAMES_A_WRITE),
            over_page: over_page(page_size),
            writer,
        })
    }

    /// Copies frames that follow one another; the last one ends a commit where `size_after` is not 0.
    fn copy(
        &mut self,
        frames: &[FrameNumber],
        size_after: u32,
        output: &mut dyn Write,
    ) -> Result<(), Error> {
        let Some(&first) = frames.first() else {
            return Ok(());
        };
        // The header of the frame before is looked at, too: it has the checksum that this one goes on from.
        let before = FrameNumber::new(first.get() - 1);
        let start = before.unwrap_or(first);
        let lead = if before.is_some() { self.slot } else { 0 };
        let length = lead + frames.len() * self.slot;
        let bytes = window(self.wal, start.offset(self.page_size), length)?;
        let (lead, slots) = bytes.split_at(lead);
        let mut sum = match lead.first_chunk::<FRAME_HEADER_BYTES>() {
            Some(header) => FrameHeader::parse(header).checksum,
            None => self.header.checksum,
        };
        let mut headers = Vec::with_capacity(frames.len());
        let mut pages = Vec::with_capacity(frames.len());
        for (index, slot) in slots.chunks_exact(self.slot).enumerate() {
            let Some((old, page)) = slot.split_first_chunk::<FRAME_HEADER_BYTES>() else {
                continue;
            };
            let old = FrameHeader::parse(old);
            let Some(number) = PageNumber::new(old.page) else {
                return Err(changed("a frame names page 0 that did not before"));
            };
            let contribution =
                page_contribution(&old, sum, self.header.byte_order(), self.over_page);
            sum = old.checksum;
            let is_last = index + 1 == frames.len();
            let size = if is_last { size_after } else { 0 };
            headers.push(self.writer.carried_frame(number, size, contribution));
            pages.push(page);
        }
        let mut parts: Vec<IoSlice<'_>> = headers
            .iter()
            .zip(pages)
            .flat_map(|(header, page)| [IoSlice::new(header), IoSlice::new(page)])
            .collect();
        write_all_vectored(output, &mut parts)?;
        Ok(())
    }
}

fn changed(what: &str) -> Error {
    Error::ReadBack {
        what: format!("{what}: the input changed while it was read"),
    }
}

fn write_all_vectored(output: &mut dyn Write, mut parts: &mut [IoSlice<'_>]) -> io::Result<()> {
    while !parts.is_empty() {
        match output.write_vectored(parts) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut parts, written),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
