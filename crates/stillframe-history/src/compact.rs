//! A shorter WAL with the same content.
//!
//! A WAL holds every version of every page. [`Plan::read`] chooses the frames that make the states to be kept: of each
//! page the last committed version, up to the last commit or an earlier one. [`Plan::write`] writes them under fresh
//! checksums, with a commit marker at the end of each kept state and nowhere else, so that a WAL cut short leaves the
//! state before or the state after. [`Plan::verify`] reads back what was written.
//!
//! Every frame is verified when the plan is made. When it is written its page is not summed again: its part of the
//! checksum is told from the verified checksums ([`stillframe_wal::writer::page_contribution`]), so a page that was
//! damaged in between does not verify when it is read back.

mod choice;
mod copier;
mod read_back;

use std::fs::File;
use std::io::Write;
use std::sync::mpsc;
use std::thread;

use stillframe_format::PageSize;
use stillframe_wal::frame::slot_bytes;
use stillframe_wal::header::HEADER_BYTES;
use stillframe_wal::{Commit, CommitNumber, FrameNumber, Header};

use crate::image::GROWTH_ALLOWANCE;
use crate::timeline::window;
use crate::{Difference, Error, Event, Input, Progress, Refusal, Residue, Timeline, WalState};
use choice::Choice;
use copier::Copier;
use read_back::{ReadBack, Reported};

/// The states that a compacted WAL keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The last commit alone.
    Last,
    /// These commits: sorted, each once. None past the last is allowed.
    Commits(Vec<CommitNumber>),
    /// These commits, and the last one, which may be one of them.
    CommitsAndLast(Vec<CommitNumber>),
}

impl Keep {
    fn commits(&self) -> &[CommitNumber] {
        match self {
            Self::Last => &[],
            Self::Commits(commits) | Self::CommitsAndLast(commits) => commits,
        }
    }

    const fn last(&self) -> bool {
        matches!(self, Self::Last | Self::CommitsAndLast(_))
    }
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

/// That SQLite's checkpoint of a compacted WAL fails as corrupt: see [`Plan::growth`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Growth {
    /// Bytes of the database after the last kept commit.
    pub after: u64,
    /// How many the checkpoint lets it have.
    pub reach: u64,
    /// Whether the checkpoint of the WAL as it was fails, too.
    pub was_refused: bool,
}

impl Plan {
    /// Verifies a WAL and chooses the frames to keep.
    ///
    /// To keep the last commit is not to lose any: where commit frames of the present generation lie behind the end of
    /// the log, intact or damaged, that is refused. To name a commit is to know what is left behind.
    ///
    /// # Errors
    /// The WAL could not be read, SQLite ignores or refuses it, it has no such commit, or it holds commits that would
    /// be lost.
    pub fn read(wal: &Input, keep: &Keep, progress: &dyn Progress) -> Result<Self, Error> {
        let mut choice = Choice::new(keep);
        let timeline = Timeline::follow(Some(wal), progress, |event| choice.take(event))?;
        match timeline.state() {
            WalState::Refused(error) | WalState::Ignored(error) => {
                return Err(Refusal::Wal(error).into());
            }
            WalState::Absent | WalState::Empty | WalState::Read => {}
        }
        // SQLite takes a WAL of 0 bytes for none, and an empty one is made of it.
        if timeline.header().is_none() && !wal.bytes.is_empty() {
            // All there is: fewer bytes than a header has.
            let bytes = window(wal, 0, wal.bytes.len() as usize)?;
            Header::parse(&bytes).map_err(Refusal::Wal)?;
        }
        let last = timeline.last();
        let mut commits = keep.commits().iter();
        if let Some(&asked) = commits.find(|&&asked| asked > last || asked.get() == 0) {
            return Err(Error::NoSuchCommit { asked, last });
        }
        if keep.last() {
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

    /// What SQLite's checkpoint of the compacted WAL stumbles over beside a database file of `database` bytes: it refuses
    /// to make the file larger than the file and the frames could. That is where pages of the last kept commit exist
    /// nowhere, as frames that are left out counted, too. `None` where it does not, or where there is no database.
    pub fn growth(&self, database: u64) -> Option<Growth> {
        let (commit, page_size) = (self.kept().last()?, self.page_size()?);
        let page = u64::from(page_size.get());
        let reach = |frames: u32| {
            database
                .saturating_add(GROWTH_ALLOWANCE)
                .saturating_add(u64::from(frames) * page)
        };
        let after = u64::from(commit.size_after) * page;
        (database > 1 && reach(self.frames_kept()) < after).then(|| Growth {
            after,
            reach: reach(self.frames_kept()),
            was_refused: reach(self.timeline.mx_frame()) < after,
        })
    }

    /// Whether a frame is written.
    pub fn keeps(&self, frame: FrameNumber) -> bool {
        let state = self
            .states
            .partition_point(|state| state.commit.last_frame < frame);
        let state = self.states.get(state);
        state.is_some_and(|state| state.frames.binary_search(&frame).is_ok())
    }

    /// What is saved and what is given up.
    pub fn summary(&self) -> Summary {
        let slot = self.page_size().map_or(0, slot_bytes) as u64;
        let frames_kept = self.frames_kept();
        let accepted = self.timeline.accepted();
        let mx_frame = self.timeline.mx_frame();
        Summary {
            bytes_before: self.timeline.length(),
            bytes_after: match self.timeline.header() {
                Some(_) => HEADER_BYTES as u64 + u64::from(frames_kept) * slot,
                None => 0,
            },
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
            for piece in state.frames.chunks(copier.piece) {
                let ends = piece.last().copied() == last;
                let size = if ends { state.commit.size_after } else { 0 };
                copier.copy(piece, size, output)?;
                progress.advance(piece.len() as u64 * copier.slot as u64);
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
        let mut marks = Vec::new();
        let timeline = Timeline::follow(Some(output), progress, |event| {
            if let Event::Commit(commit) = event {
                marks.push((commit.last_frame, commit.size_after));
            }
        })?;
        self.compare(output.bytes.len(), timeline.accepted(), &marks)
    }

    /// [`Plan::write`] and [`Plan::verify`] at once: what has been written to `output` is read from `back`, another
    /// handle on the same file, and verified on a second thread while more is written.
    ///
    /// # Errors
    /// As those of the two.
    pub fn write_verified(
        &self,
        wal: &Input,
        output: &mut File,
        back: &mut File,
        progress: &dyn Progress,
    ) -> Result<(), Error> {
        let (Some(header), Some(page_size)) = (self.timeline.header(), self.page_size()) else {
            return self.write(wal, output, progress);
        };
        let (written, pieces) = mpsc::channel();
        let read = thread::scope(|scope| {
            let reader = scope.spawn(move || ReadBack::new(header, page_size)?.read(back, &pieces));
            let result = self.write(wal, &mut Reported::new(output, written), progress);
            let read = reader
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            result.and(read)
        })?;
        self.compare(read.length, read.chain.accepted(), &read.marks)
    }

    /// Compares what was read back with what was to be written.
    fn compare(
        &self,
        length: u64,
        accepted: u32,
        marks: &[(FrameNumber, u32)],
    ) -> Result<(), Error> {
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
        let difference = if length != bytes {
            Difference::Length {
                found: length,
                expected: bytes,
            }
        } else if accepted != frames {
            Difference::Frames {
                found: accepted,
                expected: frames,
            }
        } else if !marks
            .iter()
            .map(|&(frame, size)| (frame.get(), size))
            .eq(expected)
        {
            Difference::Commits
        } else {
            return Ok(());
        };
        Err(Error::ReadBack(difference))
    }
}

fn refuse_lost_commits(
    wal: &Input,
    timeline: &Timeline,
    progress: &dyn Progress,
) -> Result<(), Error> {
    let residue = Residue::read(Some(wal), timeline, progress)?;
    // What was written while the WAL was copied is lost all the same.
    let (intact, unverified) = match residue.read_later {
        Some(later) => (later.intact, later.unverified),
        None => (residue.intact_commits, residue.unverified_commits),
    };
    let (intact, unverified) = (intact.slots, unverified.slots);
    let last = timeline.last();
    if let (Some(end), true) = (residue.end, intact + unverified > 0) {
        let end = end.number;
        return Err(Refusal::LostCommits {
            last,
            end,
            intact,
            unverified,
        }
        .into());
    }
    match residue.unexplained.first {
        Some(first) => Err(Refusal::UnexplainedSlots {
            last,
            first,
            count: residue.unexplained.slots,
        }
        .into()),
        None => Ok(()),
    }
}
