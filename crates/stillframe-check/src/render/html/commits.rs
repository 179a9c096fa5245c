//! A picture of a WAL: its commits, and what stands behind them.

use std::io::{self, Write};

use stillframe_wal::{Commit, Slot, SlotReason};

use super::{count, many};

/// The picture has no more commits, or groups of as many each, and no more runs of slots: twice as many would be thinner
/// than a line.
const MOST: usize = 256;
/// The picture is so wide and high, in units of its own.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 120.0;
/// Of that the slots take so much at the bottom.
const STRIP: f64 = 40.0;
/// Rows of the table below it.
const MOST_ROWS: usize = 64;

/// The commits of a WAL and the slots behind them, as few as a picture can show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommitPicture {
    groups: Vec<CommitGroup>,
    /// Commits in each group but the last.
    a_group: u32,
    runs: Vec<SlotRun>,
    last: u32,
}

/// Commits that follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommitGroup {
    first: u32,
    last: u32,
    first_frame: u32,
    last_frame: u32,
    /// Pages after the last of them.
    size_after: u32,
}

/// Slots that follow one another, for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotRun {
    first: u32,
    last: u32,
    kind: Kind,
}

/// What stands in a slot behind the last commit, as far as the picture tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Uncommitted,
    OtherGeneration,
    Intact,
    Broken,
    Zeros,
    Ignored,
    Several,
}

impl Kind {
    const ALL: [Self; 7] = [
        Self::Uncommitted,
        Self::OtherGeneration,
        Self::Intact,
        Self::Broken,
        Self::Zeros,
        Self::Ignored,
        Self::Several,
    ];

    const fn of(reason: SlotReason) -> Self {
        match reason {
            SlotReason::Committed | SlotReason::Uncommitted | SlotReason::ZeroSaltSpill => {
                Self::Uncommitted
            }
            SlotReason::OtherGeneration { .. } => Self::OtherGeneration,
            SlotReason::ChecksumMismatch { chains: true } => Self::Intact,
            SlotReason::ChecksumMismatch { chains: false }
            | SlotReason::PageNumberZero
            | SlotReason::Torn { .. } => Self::Broken,
            SlotReason::HeaderIgnored { .. } => Self::Ignored,
            SlotReason::ZeroFilled => Self::Zeros,
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Uncommitted => "uncommitted",
            Self::OtherGeneration => "other",
            Self::Intact => "intact",
            Self::Broken => "broken",
            Self::Zeros => "zeros",
            Self::Ignored => "ignored",
            Self::Several => "several",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Uncommitted => "not committed",
            Self::OtherGeneration => "of another generation of the WAL",
            Self::Intact => "intact, behind the frame that ends the log",
            Self::Broken => "damaged",
            Self::Zeros => "zeros",
            Self::Ignored => "behind a header that SQLite does not accept",
            Self::Several => "of several kinds",
        }
    }
}

impl CommitPicture {
    /// Takes the next commit.
    pub fn commit(&mut self, commit: &Commit) {
        let number = commit.number.get();
        self.last = commit.last_frame.get();
        self.a_group = self.a_group.max(1);
        match self.groups.last_mut() {
            Some(group) if group.last - group.first + 1 < self.a_group => {
                group.last = number;
                group.last_frame = commit.last_frame.get();
                group.size_after = commit.size_after;
                return;
            }
            _ => {}
        }
        if self.groups.len() == MOST {
            self.a_group = self.a_group.saturating_mul(2);
            let pairs = self.groups.chunks(2).filter_map(|pair| match pair {
                [one] => Some(*one),
                [one, two] => Some(CommitGroup {
                    last: two.last,
                    last_frame: two.last_frame,
                    size_after: two.size_after,
                    ..*one
                }),
                _ => None,
            });
            self.groups = pairs.collect();
        }
        self.groups.push(CommitGroup {
            first: number,
            last: number,
            first_frame: commit.first_frame.get(),
            last_frame: commit.last_frame.get(),
            size_after: commit.size_after,
        });
    }

    /// Takes the slots of accepted frames behind the last commit.
    pub fn uncommitted(&mut self, first: u32, last: u32) {
        if first <= last {
            self.run(first, last, Kind::Uncommitted);
        }
    }

    /// Takes the next slot behind all accepted frames.
    pub fn slot(&mut self, slot: &Slot) {
        let number = slot.number.get();
        self.run(number, number, Kind::of(slot.reason));
    }

    fn run(&mut self, first: u32, last: u32, kind: Kind) {
        self.last = last;
        let is_full = self.runs.len() == MOST;
        match self.runs.last_mut() {
            Some(run) if run.kind == kind => run.last = last,
            Some(run) if is_full => {
                run.last = last;
                run.kind = Kind::Several;
            }
            _ => self.runs.push(SlotRun { first, last, kind }),
        }
    }

    /// Whether there is nothing to be drawn.
    pub const fn is_empty(&self) -> bool {
        self.last == 0
    }

    /// Where a slot begins and how wide it is, with those up to `last`.
    fn place(&self, first: u32, last: u32) -> (f64, f64) {
        let slot = WIDTH / f64::from(self.last.max(1));
        let x = f64::from(first.saturating_sub(1)) * slot;
        (x, (f64::from(last) * slot - x).max(0.5))
    }

    /// Draws it, with a legend and a table.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let commits = self.groups.last().map_or(0, |group| group.last);
        let words = format!(
            "{} in {}",
            many(commits.into(), "commit"),
            many(self.last.into(), "slot")
        );
        writeln!(
            out,
            "<figure>\n<svg class=\"commits\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" \
             aria-label=\"{words}\">"
        )?;
        let tallest = self.groups.iter().map(|group| group.size_after).max();
        let tallest = f64::from(tallest.unwrap_or(1).max(1));
        let base = HEIGHT - STRIP - 8.0;
        for (number, group) in self.groups.iter().enumerate() {
            let (x, width) = self.place(group.first_frame, group.last_frame);
            let height = f64::from(group.size_after) / tallest * base;
            let (y, class) = (base - height, if number % 2 == 0 { "even" } else { "odd" });
            let title = group.words();
            writeln!(
                out,
                "<g class=\"{class}\"><title>{title}</title><rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" \
                 height=\"{height:.2}\"/><rect x=\"{x:.2}\" y=\"{}\" width=\"{width:.2}\" height=\"{STRIP}\"/></g>",
                HEIGHT - STRIP
            )?;
        }
        for run in &self.runs {
            let (x, width) = self.place(run.first, run.last);
            writeln!(
                out,
                "<rect class=\"{}\" x=\"{x:.2}\" y=\"{}\" width=\"{width:.2}\" height=\"{STRIP}\"><title>{}: {}</title></rect>",
                run.kind.class(),
                HEIGHT - STRIP,
                numbered("slot", run.first, run.last),
                run.kind.words()
            )?;
        }
        writeln!(out, "</svg>")?;
        let bars = match self.groups.is_empty() {
            true => "",
            false => {
                ". Above: pages of the database after each commit; below: the slots of the WAL"
            }
        };
        writeln!(out, "<figcaption>{words}{bars}.</figcaption>")?;
        self.legend(out)?;
        writeln!(out, "</figure>")?;
        self.table(out)
    }

    fn legend(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "<ul class=\"legend\">")?;
        let entry = |class: &str, name: &str, slots: u64, out: &mut dyn Write| {
            writeln!(
                out,
                "<li><svg class=\"swatch commits\" viewBox=\"0 0 1 1\"><rect class=\"{class}\" width=\"1\" height=\"1\"/></svg> \
                 {name} <span class=\"dim\">{}</span></li>",
                many(slots, "slot")
            )
        };
        if let Some(group) = self.groups.last() {
            entry("even", "committed", group.last_frame.into(), out)?;
        }
        for kind in Kind::ALL {
            let runs = self.runs.iter().filter(|run| run.kind == kind);
            let slots: u64 = runs.map(|run| u64::from(run.last - run.first) + 1).sum();
            if slots > 0 {
                entry(kind.class(), kind.words(), slots, out)?;
            }
        }
        writeln!(out, "</ul>")
    }

    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.groups.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "<details><summary>Commits</summary><div class=\"wide\"><table>\n<thead><tr><th class=\"n\">commit</th>\
             <th class=\"n\">frames</th><th class=\"n\">pages after it</th></tr></thead>\n<tbody>"
        )?;
        for group in self.groups.iter().take(MOST_ROWS) {
            writeln!(
                out,
                "<tr><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
                span(group.first, group.last),
                span(group.first_frame, group.last_frame),
                count(group.size_after.into())
            )?;
        }
        writeln!(out, "</tbody>\n</table></div>")?;
        let others = self.groups.len().saturating_sub(MOST_ROWS);
        if others > 0 {
            writeln!(
                out,
                "<p class=\"dim\">and {}: stillframe log lists them all</p>",
                many(others as u64, "more line")
            )?;
        }
        writeln!(out, "</details>")
    }
}

impl CommitGroup {
    fn words(&self) -> String {
        format!(
            "{}: {}, {} after",
            numbered("commit", self.first, self.last),
            numbered("frame", self.first_frame, self.last_frame),
            many(self.size_after.into(), "page")
        )
    }
}

/// `frame 3`, or `frames 3 to 5`.
fn numbered(what: &str, first: u32, last: u32) -> String {
    match first == last {
        true => format!("{what} {first}"),
        false => format!("{what}s {first} to {last}"),
    }
}

/// `3`, or `3-5`.
fn span(first: u32, last: u32) -> String {
    match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    }
}

#[cfg(test)]
mod tests;
