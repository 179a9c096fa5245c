//! What fills a WAL: to which tables and indexes its frames belong.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};

use anstyle::Style;
use serde::Serialize;
use stillframe_format::{PageNumber, PageSize};
use stillframe_history::{BackupSet, CommitRecord, Error, Owners, Progress, Rest};
use stillframe_wal::FrameNumber;
use stillframe_wal::frame::slot_bytes;

use crate::owners::{Key, Owner};
use crate::table::{Column, Table, counted};
use crate::words::count;

/// Counts frames by whom they belong to, from commit to commit.
pub struct Fill<'a> {
    owners: Owners<'a>,
    slot: u64,
    has_database: bool,
    total: BTreeMap<Owner, Total>,
}

#[derive(Default)]
struct Total {
    frames: u64,
    kept: u64,
    pages: HashSet<PageNumber>,
}

/// The frames of one owner.
#[derive(Serialize)]
pub struct Frames {
    #[serde(flatten)]
    owner: Owner,
    frames: u64,
    /// With the headers of the frames.
    bytes: u64,
    /// Different pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pages: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<Part>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dropped: Option<Part>,
}

#[derive(Serialize)]
struct Part {
    frames: u64,
    bytes: u64,
}

impl<'a> Fill<'a> {
    /// For a set whose WAL has pages of this size.
    pub fn new(
        set: &'a BackupSet,
        page_size: PageSize,
        progress: &dyn Progress,
    ) -> Result<Self, Error> {
        let rest = Rest::of(set.database_bytes(), progress);
        Ok(Self {
            owners: Owners::new(set, page_size, &rest)?,
            slot: slot_bytes(page_size) as u64,
            has_database: set.database.is_some(),
            total: BTreeMap::new(),
        })
    }

    /// Counts the frames of the next commit, of which some are `kept`, and says whose they are.
    pub fn take(
        &mut self,
        record: &CommitRecord<'_>,
        kept: impl Fn(FrameNumber) -> bool,
    ) -> Result<Vec<Frames>, Error> {
        self.owners.follow(record)?;
        let mut by_key: BTreeMap<Option<Key>, Total> = BTreeMap::new();
        let (map, has_database) = (self.owners.map(), self.has_database);
        self.owners.frames(record, |frame, page| {
            let key = map.filter(|map| page.get() <= map.page_count());
            let key = key.map(|map| Key::of(map, page));
            let total = by_key.entry(key).or_default();
            total.frames += 1;
            total.kept += u64::from(kept(frame));
            total.pages.insert(page);
        })?;
        let encoding = self.owners.encoding();
        let mut commit = Vec::new();
        for (key, part) in by_key {
            let owner = match (map, key) {
                (None, _) => Owner::UNKNOWN,
                // What leads to it may be in the database file.
                (Some(_), Some(Key::Unused)) if !has_database => Owner::UNKNOWN,
                (Some(map), Some(key)) => key.owner(map, encoding),
                (Some(_), None) => Owner::PAST_SIZE,
            };
            commit.push(Frames {
                owner: owner.clone(),
                frames: part.frames,
                bytes: part.frames * self.slot,
                pages: None,
                kept: None,
                dropped: None,
            });
            let total = self.total.entry(owner).or_default();
            total.frames += part.frames;
            total.kept += part.kept;
            total.pages.extend(part.pages);
        }
        commit.sort_by(|a, b| (b.frames, &a.owner).cmp(&(a.frames, &b.owner)));
        Ok(commit)
    }

    /// All frames that were counted, the most first; with `kept`, how many of them were and were not.
    pub fn total(&self, with_kept: bool) -> Vec<Frames> {
        let part = |frames| Part {
            frames,
            bytes: frames * self.slot,
        };
        let frames = self.total.iter().map(|(owner, total)| Frames {
            owner: owner.clone(),
            frames: total.frames,
            bytes: total.frames * self.slot,
            pages: Some(total.pages.len() as u64),
            kept: with_kept.then(|| part(total.kept)),
            dropped: with_kept.then(|| part(total.frames - total.kept)),
        });
        let mut frames: Vec<Frames> = frames.collect();
        frames.sort_by(|a, b| (b.frames, &a.owner).cmp(&(a.frames, &b.owner)));
        frames
    }
}

/// Prints whose frames they are, in a table of at most `width` columns.
pub fn print(frames: &[Frames], width: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
    let all: u64 = frames.iter().map(|part| part.frames).sum();
    let names = frames.iter().map(|part| part.owner.shown().chars().count());
    let longest = names.max().unwrap_or_default();
    let bytes = |frames: &Frames| frames.bytes;
    let (most, room) = (counted(all), counted(frames.iter().map(bytes).sum()));
    let has_kept = frames.iter().any(|part| part.kept.is_some());
    let mut columns = vec![
        Column::name("whose", longest),
        Column::text("type", 5).dispensable(4),
        Column::number("share", 7).dispensable(1),
        Column::number("frames", most),
        Column::number("bytes", room).dispensable(2),
        Column::number("pages", most).dispensable(3),
    ];
    if has_kept {
        columns.extend([
            Column::number("kept", most),
            Column::number("dropped", most),
        ]);
    }
    let table = Table::new(columns, width);
    table.heading(out)?;
    for part in frames {
        let share = 100.0 * part.frames as f64 / all.max(1) as f64;
        let is_tree = part.owner.name.is_some();
        let mut cells = vec![
            part.owner.shown(),
            if is_tree { part.owner.kind } else { "" }.to_owned(),
            format!("{share:.1} %"),
            count(part.frames),
            count(part.bytes),
            count(part.pages.unwrap_or_default()),
        ];
        let parts = [&part.kept, &part.dropped].into_iter().flatten();
        cells.extend(parts.map(|part| count(part.frames)));
        table.row(&cells, Style::new(), Style::new(), out)?;
    }
    Ok(())
}
