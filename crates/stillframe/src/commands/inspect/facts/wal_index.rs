use std::io::{self, Write};

use serde::Serialize;
use stillframe_check::render::text::field;
use stillframe_history::{BackupSet, Error, Input, Relation, Residue, Timeline, WalIndex};
use stillframe_wal::ByteOrder;
use stillframe_wal::wal_index::READ_MARKS;

use super::File;
use crate::words::{Run, count, many, runs};

/// What a wal-index says.
#[derive(Serialize)]
pub struct WalIndexFacts {
    #[serde(flatten)]
    file: File,
    /// Why SQLite would not use its header, were it to look.
    refused: Option<String>,
    header: Option<IndexHeaderFacts>,
    /// How it goes together with the WAL.
    relation: &'static str,
    /// Of the committed frames how many have their page in it.
    frames: u32,
    /// Entries behind them that are set.
    later_frames: u32,
    hash_problems: u64,
    first_hash_problem: Option<String>,
    /// The pages of the committed frames.
    pages: Vec<Run>,
    #[serde(skip)]
    in_words: String,
}

/// The header as far as one copy of it holds, and how far checkpoints have come.
#[derive(Serialize)]
struct IndexHeaderFacts {
    byte_order: Option<&'static str>,
    version: u32,
    change: u32,
    checksum_byte_order: &'static str,
    page_size: Option<u32>,
    mx_frame: u32,
    page_count: u32,
    frame_checksum: String,
    salts: String,
    backfilled: u32,
    backfill_attempted: u32,
    /// `None` for one that nobody uses.
    read_marks: [Option<u32>; READ_MARKS],
}

impl WalIndexFacts {
    pub fn new(
        input: &Input,
        set: &BackupSet,
        timeline: &Timeline,
        residue: &Residue,
    ) -> Result<Self, Error> {
        let index = WalIndex::read(input)?;
        let relation = Relation::of(&index, set, timeline, residue)?;
        let (name, words) = relation_words(relation);
        let problems = index.problems();
        let pages = index.pages().iter().map(|(page, _)| page.get());
        Ok(Self {
            file: File::new(input)?,
            refused: index.refusal().map(|error| error.to_string()),
            header: IndexHeaderFacts::new(&index),
            relation: name,
            frames: index.frames(),
            later_frames: index.later_frames(),
            hash_problems: problems.count,
            first_hash_problem: problems.first.map(|problem| problem.to_string()),
            pages: Run::all(pages),
            in_words: words.to_owned(),
        })
    }

    pub fn print(&self, width: usize, out: &mut dyn Write) -> io::Result<()> {
        self.file.print(width, out)?;
        if let Some(reason) = &self.refused {
            field(out, 2, "no header", reason, width)?;
        }
        if let Some(header) = &self.header {
            header.print(width, out)?;
            let pages = many(Run::count(&self.pages), "page");
            if !self.pages.is_empty() {
                let pages = format!("{pages}: {}", runs(&self.pages, MOST_RUNS));
                field(out, 2, "frames of", &pages, width)?;
            }
        }
        if self.later_frames > 0 {
            let frames = many(self.later_frames.into(), "frame");
            let text = format!("{frames} behind the last committed one");
            field(out, 2, "and", &text, width)?;
        }
        if let Some(first) = &self.first_hash_problem {
            let text = format!(
                "{}, the first: {first}",
                many(self.hash_problems, "problem")
            );
            field(out, 2, "hash tables", &text, width)?;
        }
        match self.in_words.as_str() {
            "" => Ok(()),
            words => field(out, 2, "goes with", words, width),
        }
    }
}

/// So many runs of pages are printed.
const MOST_RUNS: usize = 12;

impl IndexHeaderFacts {
    fn new(index: &WalIndex) -> Option<Self> {
        let (header, info) = (index.header()?, index.checkpoint()?);
        let order = |order| match order {
            ByteOrder::Little => "little-endian",
            ByteOrder::Big => "big-endian",
        };
        Some(Self {
            byte_order: index.head().and_then(|head| head.order).map(order),
            version: header.version,
            change: header.change,
            checksum_byte_order: match header.big_endian_checksums {
                0 => order(ByteOrder::Little),
                _ => order(ByteOrder::Big),
            },
            page_size: header.page_size().map(|size| size.get()),
            mx_frame: header.mx_frame,
            page_count: header.page_count,
            frame_checksum: header.frame_checksum.to_string(),
            salts: header.salts.to_string(),
            backfilled: info.backfilled,
            backfill_attempted: info.attempted,
            read_marks: info
                .read_marks
                .map(|mark| Some(mark).filter(|&it| it != u32::MAX)),
        })
    }

    fn print(&self, width: usize, out: &mut dyn Write) -> io::Result<()> {
        if let Some(order) = self.byte_order {
            let text = format!("{order}, as the host that wrote it");
            field(out, 2, "numbers", &text, width)?;
        }
        field(out, 2, "salts", &self.salts, width)?;
        let frames = match self.mx_frame {
            0 => "no committed frame".to_owned(),
            frames => format!(
                "{}, the last one leaves {}",
                many(frames.into(), "committed frame"),
                many(self.page_count.into(), "page")
            ),
        };
        field(out, 2, "knows", &frames, width)?;
        let begun = match self.backfill_attempted {
            attempted if attempted > self.backfilled => {
                format!("; begun, or not known, up to {}", count(attempted.into()))
            }
            _ => String::new(),
        };
        let checkpointed = format!(
            "to frame {} of {}{begun}",
            count(self.backfilled.into()),
            count(self.mx_frame.into())
        );
        field(out, 2, "checkpointed", &checkpointed, width)?;
        let marks = self.read_marks.iter().enumerate().skip(1);
        let marks =
            marks.filter_map(|(number, mark)| Some(format!("{number}: frame {}", (*mark)?)));
        let marks: Vec<String> = marks.collect();
        let marks = match marks.is_empty() {
            true => "none".to_owned(),
            false => format!("{}; left by readers, gone or not", marks.join(", ")),
        };
        field(out, 2, "read marks", &marks, width)
    }
}

/// For JSON, and in words.
const fn relation_words(relation: Relation) -> (&'static str, &'static str) {
    match relation {
        Relation::Unknown => ("unknown", ""),
        Relation::NoWal => ("no-wal", "a WAL that is not there"),
        Relation::EmptyWal => ("empty-wal", "a WAL of which no frame is left"),
        Relation::WalIgnored => ("wal-ignored", "a WAL that SQLite ignores"),
        Relation::Same => ("same", "this WAL"),
        Relation::Ahead => ("ahead", "this WAL, and knows frames that are not in it"),
        Relation::AheadOfDamage => (
            "ahead-of-damage",
            "this WAL, and knows frames that no longer hold in it",
        ),
        Relation::Diverged => (
            "diverged",
            "this WAL, which was written anew since from some frame on",
        ),
        Relation::Older => ("older", "this WAL, before it was begun anew"),
        Relation::Newer => ("newer", "this WAL, after it was begun anew"),
        Relation::OtherWal => ("other-wal", "another WAL"),
    }
}
