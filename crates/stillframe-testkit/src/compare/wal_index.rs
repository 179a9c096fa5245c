//! The checks of a wal-index beside a WAL, of two sizes: the work is linear if a frame takes the same time in both. In one
//! kind of WAL every frame is of the same page, so that every frame of a block has the same slot of its hash table first.

use std::fs;
use std::io;
use std::path::Path;

use stillframe_format::PageNumber;
use stillframe_history::{
    Backfill, BackupSet, Image, Lacking, PagesDiffer, Relation, Residue, Timeline, WalIndex,
};
use stillframe_source::Access;
use stillframe_wal::ByteOrder;
use stillframe_wal::wal_index::{CheckpointInfo, IndexHeader, Writer};

use super::Options;
use super::goals::Goals;
use super::stopwatch::Stopwatch;
use super::work::open;
use crate::builder::{PAGE_SIZE, huge_wal};

/// Pages that the frames of a WAL hold.
const KINDS: [(&str, u32); 2] = [("pages in turn", 100_000), ("one page", 1)];

/// A longer WAL has so many times the frames of a shorter one.
const TIMES: u64 = 4;

/// How much of the speed of the shorter one is left of a longer one's at least: less would be no linear work.
const LEAST: f64 = 0.6;

/// Measures and prints.
pub fn checks(folder: &Path, options: &Options, goals: &mut Goals) -> io::Result<()> {
    for (kind, distinct) in KINDS {
        let folder = folder.join(kind.replace(' ', "-"));
        let bytes = options.megabytes * 1_000_000;
        let sets = [("short", bytes / TIMES), ("long", bytes)];
        let mut benches = Vec::new();
        for (name, bytes) in sets {
            let folder = folder.join(name);
            fs::create_dir_all(&folder)?;
            benches.push(Bench::new(&folder, bytes, distinct)?);
        }
        let frames: Vec<u32> = benches
            .iter()
            .map(|bench| bench.timeline.mx_frame())
            .collect();
        goals.begin(format!(
            "wal-indexes of {} and {} frames of {kind}",
            frames[0], frames[1]
        ));
        let images: io::Result<Vec<Image<'_>>> = benches.iter().map(Bench::image).collect();
        let images = images?;
        let mut watch = Stopwatch::new(0);
        for _ in 0..options.rounds {
            for ((bench, image), (name, _)) in benches.iter().zip(&images).zip(sets) {
                watch.time(name, || bench.check(image))?;
            }
        }
        watch.print();
        let a_frame = |name: &str, frames: u32| {
            watch.median(name).unwrap_or_default() * 1e6 / f64::from(frames)
        };
        let [short, long] = [a_frame("short", frames[0]), a_frame("long", frames[1])];
        let measure = format!("a frame takes {long:.0} ns, and {short:.0} ns in the shorter");
        let words = format!("goal: at least {LEAST} of its speed, which is linear");
        let is_met = goals.take(&measure, &words, short / long >= LEAST);
        println!("  {measure}  ({words}: {is_met})");
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

/// A set with a wal-index, and what is known of it before that is looked at.
struct Bench {
    set: BackupSet,
    timeline: Timeline,
    residue: Residue,
}

impl Bench {
    /// The database file has none of the pages that the index says it has: each is compared.
    fn new(folder: &Path, bytes: u64, distinct: u32) -> io::Result<Self> {
        let [database, wal, index] =
            ["app.db", "app.db-wal", "app.db-shm"].map(|name| folder.join(name));
        huge_wal(&wal, bytes, distinct)?;
        fs::File::create(&database)?.set_len(u64::from(distinct) * PAGE_SIZE as u64)?;
        let mut set = BackupSet {
            database: Some(open(&database, Access::Map)?),
            wal: Some(open(&wal, Access::Map)?),
            ..BackupSet::default()
        };
        let timeline = Timeline::read(&set, &()).map_err(io::Error::other)?;
        let header = timeline.header().expect("the WAL was made with a header");
        let order = ByteOrder::Little;
        let commit = timeline.last_commit();
        let mut writer = Writer::new(order);
        for frame in 0..timeline.mx_frame() {
            writer.frame(PageNumber::new(frame % distinct + 1).expect("pages begin with 1"));
        }
        let mut checkpoint = CheckpointInfo::recovered(timeline.mx_frame());
        checkpoint.backfilled = timeline.mx_frame();
        let header = IndexHeader::new(order, header, commit.as_ref(), 1);
        fs::write(&index, writer.finish(header, checkpoint))?;
        set.wal_index = Some(open(&index, Access::Map)?);
        let residue = Residue::read(set.wal.as_ref(), &timeline, &()).map_err(io::Error::other)?;
        Ok(Self {
            set,
            timeline,
            residue,
        })
    }

    fn image(&self) -> io::Result<Image<'_>> {
        let last = self.timeline.last();
        Image::at(&self.set, &self.timeline, last, &()).map_err(io::Error::other)
    }

    /// All that is asked of a wal-index, beside the rest of its set; how much is found.
    fn check(&self, image: &Image<'_>) -> io::Result<u64> {
        let (set, timeline) = (&self.set, &self.timeline);
        let input = set.wal_index.as_ref().expect("the set has a wal-index");
        let found = || -> Result<u64, stillframe_history::Error> {
            let index = WalIndex::read(input)?;
            let relation = Relation::of(&index, set, timeline, &self.residue)?;
            let lacking = Lacking::of(&index, relation, set, timeline)?;
            let differ = PagesDiffer::of(&index, relation, set, timeline)?;
            let backfill = Backfill::of(&index, relation, set, timeline, image)?;
            assert!(lacking.is_none() && differ.frames == 0 && backfill.is_some());
            Ok(index.problems().count)
        };
        found().map_err(io::Error::other)
    }
}
