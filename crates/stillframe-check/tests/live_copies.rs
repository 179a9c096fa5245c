//! Copies of databases in use, whose files were copied at different moments: what SQLite shows rightly is not called
//! wrong.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its input fails"
)]

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;
use std::thread;

use stillframe_check::{Evidence, Report, Severity};
use stillframe_history::{BackupSet, Input};
use stillframe_testkit::builder::{LiveCopy, live_copies, skipped_copy, spilled_copy};
use stillframe_testkit::naive;
use stillframe_testkit::oracle::Oracle;

#[path = "support/mod.rs"]
mod support;

/// How many histories are tried, unless STILLFRAME_SEEDS names a range of them.
const SEEDS: u64 = 300;

fn seeds() -> Range<u64> {
    let named = std::env::var("STILLFRAME_SEEDS").ok();
    let range = named.as_ref().and_then(|named| named.split_once(".."));
    range.map_or(0..SEEDS, |(from, to)| {
        from.parse().unwrap()..to.parse().unwrap()
    })
}

/// How often each thing was said, and an example of it.
type Said = BTreeMap<String, (u32, String)>;

/// Calls `each` for all seeds, on two threads, and adds up what is said.
fn over_seeds(each: impl Fn(u64) -> Vec<(String, String)> + Sync) -> Said {
    let said = Mutex::new(Said::new());
    let half = |odd: u64| {
        for seed in seeds().filter(|seed| seed % 2 == odd) {
            for (what, story) in each(seed) {
                said.lock().unwrap().entry(what).or_insert((0, story)).0 += 1;
            }
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| half(0));
        half(1);
    });
    said.into_inner().unwrap()
}

fn set(copy: &LiveCopy) -> BackupSet {
    BackupSet {
        database: Some(Input::new("app.db", copy.database.clone())),
        wal: Some(Input::new("app.db-wal", copy.wal.clone())),
        wal_index: Some(Input::new("app.db-shm", copy.shm.clone())),
        ..BackupSet::default()
    }
}

fn keep(copy: &LiveCopy, name: &str) {
    if let Some(folder) = std::env::var_os("STILLFRAME_KEEP") {
        let folder = std::path::Path::new(&folder).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        for (suffix, bytes) in [
            ("", &copy.database),
            ("-wal", &copy.wal),
            ("-shm", &copy.shm),
        ] {
            std::fs::write(folder.join(format!("app.db{suffix}")), bytes).unwrap();
        }
        std::fs::write(folder.join("story"), copy.story.replace("; ", "\n")).unwrap();
    }
}

#[test]
fn a_copy_that_shows_what_there_was_is_not_called_wrong() {
    let said = over_seeds(|seed| {
        let mut said = Vec::new();
        for (number, copy) in live_copies(seed).iter().enumerate() {
            for with_index in [true, false] {
                let mut set = set(copy);
                if !with_index {
                    set.wal_index = None;
                }
                let report = Report::new(&Evidence::gather(&set, &()).unwrap());
                let codes = support::codes(&report, Severity::Warning);
                let kind = match (copy.is_sound(), copy.shows_a_moment) {
                    (true, _) if copy.index_is_newer() && with_index => "sound, index newer",
                    (true, _) if copy.was_emptied_since_index && with_index => "sound, WAL emptied",
                    (true, _) => "sound",
                    (false, true) => "stale",
                    (false, false) => "torn",
                };
                let what = format!("{kind} {codes:?}");
                if kind != "torn" && !codes.is_empty() {
                    keep(
                        copy,
                        &format!("{}-{kind}-{seed}-{number}-{with_index}", codes.join("-")),
                    );
                }
                said.push((what, format!("copy {number}, {with_index}: {}", copy.story)));
            }
        }
        said
    });
    for (what, (count, _)) in &said {
        println!("{count:6} {what}");
    }
    for (what, (count, story)) in &said {
        let is_right = match what.split_once(" [") {
            Some(("sound", codes)) => codes == "]",
            // A WAL that was emptied does not tell when, nor what of: its frames *may* be missing.
            Some(("sound, WAL emptied", codes)) => ["]", "\"SHM207\"]"].contains(&codes),
            // What the wal-index knows is not in the copy.
            Some(("sound, index newer", codes)) => {
                let says = ["206", "207", "208", "209"].map(|it| format!("\"SHM{it}\"]"));
                codes == "]" || says.iter().any(|it| it == codes)
            }
            _ => true,
        };
        assert!(is_right, "{count} {what}: {story}");
    }
}

/// Whatever transactions left in a WAL that were rolled back: of this generation, of one before, or of none.
#[test]
fn what_is_left_of_transactions_that_were_rolled_back_is_not_called_wrong() {
    let said = over_seeds(|seed| {
        let copy = spilled_copy(seed);
        let set = BackupSet {
            wal_index: None,
            ..set(&copy)
        };
        let report = Report::new(&Evidence::gather(&set, &()).unwrap());
        let mut codes = support::codes(&report, Severity::Note);
        codes.retain(|code| code.starts_with("WAL"));
        let worse = support::codes(&report, Severity::Warning);
        if !worse.is_empty() {
            keep(&copy, &format!("spill-{seed}"));
        }
        vec![(format!("{worse:?} {codes:?}"), copy.story)]
    });
    for (what, (count, story)) in &said {
        println!("{count:6} {what}");
        assert!(what.starts_with("[] "), "{count} {what}: {story}");
    }
}

/// Whether the database file is what a checkpoint of all of the WAL would make of it.
fn is_whole(copy: &LiveCopy) -> bool {
    let whole = Oracle::new().checkpoint(&copy.database, &copy.wal);
    whole.is_ok_and(|whole| whole == copy.database)
}

/// Whether SHM204 or SHM205 is said of the copy; then the pages are not in the database file as they were committed last.
fn is_found(copy: &LiveCopy) -> bool {
    let set = set(copy);
    let evidence = Evidence::gather(&set, &()).unwrap();
    let report = Report::new(&evidence);
    let codes = support::codes(&report, Severity::Warning);
    let is_said = codes.contains(&"SHM204") || codes.contains(&"SHM205");
    let backfill = evidence.wal_index.as_ref().unwrap().backfill.as_ref();
    let Some(overtaken) = backfill
        .filter(|_| is_said)
        .map(|it| it.overtaken.clone().unwrap())
    else {
        return false;
    };
    let accepted = naive::accept(&copy.wal).unwrap();
    let (size, frames) = (accepted.page_size as usize, &accepted.frames);
    assert!(!overtaken.pages.is_empty(), "{}", copy.story);
    for (page, frame) in overtaken.pages {
        let (page, number) = (page.get() as usize, frame.get() as usize);
        let newest = frames.iter().rposition(|frame| frame.page as usize == page);
        assert_eq!(newest, Some(number - 1), "{}", copy.story);
        let start = 32 + (number - 1) * (24 + size) + 24;
        let held = copy.database.get((page - 1) * size..page * size);
        assert_ne!(held, Some(&copy.wal[start..start + size]), "{}", copy.story);
    }
    true
}

/// It is not provable where the database has not grown since; that pages differ is noted all the same.
#[test]
fn a_checkpoint_that_skipped_frames_is_found_where_it_is_provable() {
    let said = over_seeds(|seed| {
        let copy = skipped_copy(seed);
        let report = support::report(&set(&copy));
        let is_noted = support::codes(&report, Severity::Note).contains(&"SHM904");
        let what = match (is_found(&copy), is_noted) {
            (true, _) => "found",
            (false, true) => "noted",
            (false, false) if is_whole(&copy) => "nothing lacks",
            (false, false) => "not noted",
        };
        vec![(what.to_owned(), copy.story)]
    });
    for (what, (count, story)) in &said {
        println!("{count:6} {what}: {story}");
    }
    assert!(said["found"].0 > 10 && said["noted"].0 > 10);
}
