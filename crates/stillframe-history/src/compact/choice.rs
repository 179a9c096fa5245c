use stillframe_format::PageNumber;
use stillframe_wal::{Commit, FrameNumber};

use super::{Keep, Plan, State};
use crate::{Event, Overlay, Timeline};

/// Chooses frames while a WAL is followed.
pub(super) struct Choice<'a> {
    keep: &'a Keep,
    /// Of the transaction that has not ended.
    pending: Overlay,
    /// Since the last kept state.
    segment: Overlay,
    segments: Vec<(Commit, Overlay)>,
    last: Option<Commit>,
}

impl<'a> Choice<'a> {
    pub(super) fn new(keep: &'a Keep) -> Self {
        Self {
            keep,
            pending: Overlay::default(),
            segment: Overlay::default(),
            segments: Vec::new(),
            last: None,
        }
    }

    pub(super) fn take(&mut self, event: Event) {
        match event {
            Event::Frame(frame) => self.pending.push(frame.page, frame.number),
            Event::Commit(commit) => {
                self.segment.append(&mut self.pending);
                self.last = Some(commit);
                if self.keep.commits().binary_search(&commit.number).is_ok() {
                    self.end_segment(commit);
                }
            }
        }
    }

    fn end_segment(&mut self, commit: Commit) {
        let mut segment = std::mem::take(&mut self.segment);
        segment.settle();
        self.segments.push((commit, segment));
    }

    pub(super) fn plan(mut self, timeline: Timeline) -> Plan {
        let ended = self.segments.last().map(|(commit, _)| commit.number);
        let last = self.last.filter(|_| self.keep.last());
        if let Some(commit) = last.filter(|last| Some(last.number) != ended) {
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
