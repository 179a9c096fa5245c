//! What each page is and to which b-tree it belongs, against SQLite's own table of pages (`dbstat`): in the image of every
//! commit of sets that SQLite made; and the same followed from commit to commit.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use common::{rebuilt, set};
use stillframe_database::btree::PageKind;
use stillframe_database::page_map::{PageMap, PageUse, Tree};
use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::{AsFound, BackupSet, Image, Owners, Timeline, commits, exactness};
use stillframe_testkit::builder::{Plan, Seed, Set, SetBuilder, random_set, stories};
use stillframe_testkit::naive::{self, Writer};
use stillframe_testkit::oracle::Oracle;
use stillframe_wal::CommitNumber;

const SEEDS: u64 = 30;
/// Sets of tables that come and go.
const BUSY_SEEDS: u64 = 24;

fn sets() -> impl Iterator<Item = Set> {
    let known = stories::all().into_iter().chain((0..SEEDS).map(random_set));
    known.chain((0..BUSY_SEEDS).map(busy_set))
}

/// A set in which pages go from one tree to another in every way: tables and indexes are made and dropped, rows grow past
/// their pages and shrink, the database is vacuumed, in transactions of several statements that may spill.
fn busy_set(number: u64) -> Set {
    let mut choose = Seed(number + 1000);
    let plan = Plan {
        page_size: [512, 1024, 4096][choose.below(3) as usize],
        reserved: [0, 0, 12][choose.below(3) as usize],
        auto_vacuum: ["NONE", "FULL", "INCREMENTAL"][choose.below(3) as usize],
        cache_size: [5, 2000][choose.below(2) as usize],
        encoding: ["UTF-8", "UTF-16le", "UTF-16be"][choose.below(3) as usize],
        ..Plan::default()
    };
    let mut set = SetBuilder::new(&format!("busy-{number}"), &plan);
    for at in 0..20 {
        let mut sql = String::from("BEGIN;");
        for _ in 0..=choose.below(3) {
            sql.push_str(&statement(&mut choose, at));
        }
        sql.push_str("COMMIT;");
        set.commit(&sql);
        if choose.below(8) == 0 {
            set.commit("VACUUM;");
        }
    }
    set.copy()
}

fn statement(choose: &mut Seed, at: u64) -> String {
    let (table, rows) = (choose.below(4), choose.below(60) + 1);
    let made = format!(
        "CREATE TABLE IF NOT EXISTS t{table}(id INTEGER PRIMARY KEY, v TEXT, w BLOB); \
         CREATE INDEX IF NOT EXISTS i{table} ON t{table}(v);"
    );
    let filled = format!(
        "{made} INSERT INTO t{table}(v, w) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
         WHERE i < {rows}) SELECT printf('%08d-{at}', i * 7919 % 1000), zeroblob({} * i) FROM n;",
        choose.below(200)
    );
    match choose.below(9) {
        0 => format!("DROP TABLE IF EXISTS t{table};"),
        1 => format!(
            "{made} DELETE FROM t{table} WHERE id % 3 = {};",
            choose.below(3)
        ),
        2 => format!(
            "{made} UPDATE t{table} SET w = zeroblob({}) WHERE id % 5 = 0;",
            rows * 100
        ),
        3 => format!("DROP INDEX IF EXISTS i{table};"),
        4 => format!("PRAGMA incremental_vacuum({});", choose.below(9) + 1),
        5 => format!(
            "CREATE TABLE IF NOT EXISTS w{table}(a TEXT, b BLOB, PRIMARY KEY(a)) WITHOUT ROWID; \
             INSERT OR REPLACE INTO w{table} VALUES('{at}', zeroblob({}));",
            rows * 90
        ),
        _ => filled,
    }
}

fn read(image: &Image<'_>) -> PageMap {
    let header = image.header().copied().unwrap();
    PageMap::read(&AsFound::new(image, &()), &header)
        .unwrap()
        .unwrap()
}

fn images(database: &[u8], wal: &[u8], mut each: impl FnMut(&BackupSet, &Image<'_>)) {
    let set = set(database, wal);
    let timeline = Timeline::read(&set, &()).unwrap();
    // What a checkpoint has mixed may be no database at all.
    let exact_from = exactness(&set, &timeline).unwrap().exact_from().get();
    let first = exact_from.max(u32::from(database.len() <= 1));
    for number in first..=timeline.last().get() {
        let image = Image::at(&set, &timeline, CommitNumber::new(number), &()).unwrap();
        if image.refusal().is_none() && image.page_count() > 0 {
            each(&set, &image);
        }
    }
}

/// The name of a tree, as `dbstat` has it.
fn name(image: &Image<'_>, tree: &Tree) -> String {
    let encoding = image.header().unwrap().text_encoding();
    match &tree.object {
        Some(object) => encoding.text(&object.name),
        None => "sqlite_schema".to_owned(),
    }
}

fn page_type(is: PageUse) -> &'static str {
    match is {
        PageUse::Btree(PageKind::IndexInterior | PageKind::TableInterior) => "internal",
        PageUse::Btree(PageKind::IndexLeaf | PageKind::TableLeaf) => "leaf",
        PageUse::FirstOverflow | PageUse::LaterOverflow => "overflow",
        _ => "corrupted",
    }
}

/// Every page once: what `dbstat` lists is what is here, with the same owner; what it does not list is of no b-tree.
#[test]
fn every_page_is_what_sqlite_says() {
    let oracle = Oracle::new();
    let (mut maps, mut pages, mut chains) = (0, 0u64, 0u64);
    for made in sets() {
        images(&made.database, &made.wal, |set, image| {
            let at = format!("{}, commit {}", made.name, image.number());
            let bytes = rebuilt(set, image);
            let map = read(image);
            let sql = "SELECT pageno || '|' || pagetype || '|' || name FROM dbstat";
            let mut theirs: BTreeMap<u32, String> = BTreeMap::new();
            for row in oracle.query(&bytes, None, sql).unwrap() {
                let (page, rest) = row.split_once('|').unwrap();
                assert_eq!(theirs.insert(page.parse().unwrap(), rest.to_owned()), None);
            }
            assert_eq!(map.page_count(), image.page_count(), "{at}");
            let (mut free, mut others) = (0, 0);
            for number in 1..=map.page_count() {
                let page = PageNumber::new(number).unwrap();
                let (is, owner) = (map.use_of(page), map.owner(page));
                let ours = owner
                    .map(|tree| format!("{}|{}", page_type(is), name(image, &map.trees()[tree])));
                assert_eq!(ours.as_ref(), theirs.get(&number), "{at}, page {page}");
                pages += 1;
                chains += u64::from(is == PageUse::LaterOverflow);
                match is {
                    PageUse::FreelistTrunk | PageUse::FreelistLeaf => free += 1,
                    PageUse::Unused | PageUse::NoBtree => others += 1,
                    _ => {}
                }
            }
            assert_eq!(free, image.header().unwrap().freelist_count, "{at}");
            assert_eq!(others, 0, "{at}");
            sizes(&oracle, image, &map, &bytes, &at);
            maps += 1;
        });
    }
    println!("{maps} images: {pages} pages, {chains} of them later in a chain");
    assert!(maps > 900 && chains > 1000, "{maps}, {chains}");
}

/// The sizes of every b-tree are those that `dbstat` adds up to.
fn sizes(oracle: &Oracle, image: &Image<'_>, map: &PageMap, bytes: &[u8], at: &str) {
    let sql = "SELECT printf('%s|%d|%d|%d|%d|%d|%d|%d|%d|%d|%d', name, sum(pagetype='leaf'), \
        sum(pagetype='internal'), sum(pagetype='overflow'), sum(ncell), sum(payload), sum(unused), max(mx_payload), \
        sum(path LIKE '%+000000'), max(length(path) - length(replace(path, '/', ''))), \
        sum(CASE WHEN pagetype = 'leaf' THEN payload ELSE 0 END)) FROM dbstat GROUP BY name";
    let mut theirs = oracle.query(bytes, None, sql).unwrap();
    let mut ours: Vec<String> = Vec::new();
    let (mut counts, mut entries) = (Vec::new(), Vec::new());
    for tree in map.trees() {
        let sizes = &tree.sizes;
        let all = sizes.all();
        let name = name(image, tree);
        let mut unused = all.unused as i64;
        if image.page_size().get() == 65536 {
            // dbstat takes the 0 that stands for an empty page's 65536 for 0.
            let theirs = theirs
                .iter()
                .find(|row| row.starts_with(&format!("{name}|")));
            let theirs: i64 = theirs.unwrap().split('|').nth(6).unwrap().parse().unwrap();
            let empty = (unused - theirs) / 65536;
            unused -= empty * 65536;
        }
        ours.push(format!(
            "{name}|{}|{}|{}|{}|{}|{unused}|{}|{}|{}|{}",
            sizes.leaf.pages,
            sizes.interior.pages,
            sizes.overflow.pages,
            all.cells,
            all.payload,
            sizes.max_payload,
            sizes.overflowing,
            sizes.depth,
            sizes.leaf.payload
        ));
        if tree
            .object
            .as_ref()
            .is_none_or(|object| object.table_name == object.name)
        {
            counts.push(format!("SELECT count(*) FROM \"{name}\""));
            entries.push(sizes.entries.to_string());
        } else {
            assert_eq!(sizes.entries, all.cells, "{at}: {name}");
        }
    }
    let rows = oracle.query(bytes, None, &counts.join(" UNION ALL "));
    assert_eq!(rows.unwrap(), entries, "{at}");
    ours.sort();
    theirs.sort();
    assert_eq!(ours, theirs, "{at}");
}

/// From the first commit on that is exact, what was followed is what a walk of the whole image finds.
#[test]
fn a_followed_map_is_the_map_of_the_image() {
    let (mut compared, mut walked, mut work) = (0, 0u64, 0u64);
    for made in sets() {
        let set = set(&made.database, &made.wal);
        let timeline = Timeline::read(&set, &()).unwrap();
        let Some(page_size) = timeline.page_size() else {
            continue;
        };
        let exact_from = exactness(&set, &timeline).unwrap().exact_from();
        let mut owners = Owners::new(&set, page_size, &()).unwrap();
        commits(&set, &(), |record| {
            owners.follow(record).unwrap();
            let number = record.commit.number;
            let image = Image::at(&set, &timeline, number, &()).unwrap();
            if number < exact_from || image.refusal().is_some() {
                return;
            }
            let (followed, whole) = (owners.map().unwrap(), read(&image));
            assert_eq!(followed.page_count(), whole.page_count());
            for page in (1..=whole.page_count()).filter_map(PageNumber::new) {
                let of = |map: &PageMap| {
                    let owner = map.owner(page).map(|tree| map.trees()[tree].root);
                    (map.use_of(page), map.parent(page), owner)
                };
                assert_eq!(
                    of(followed),
                    of(&whole),
                    "{}, commit {number}, page {page}",
                    made.name
                );
            }
            let mut frames = 0;
            owners.frames(record, |_, _| frames += 1).unwrap();
            assert_eq!(frames, record.commit.frames());
            compared += 1;
            walked += whole.work();
            work = work.max(followed.work());
        })
        .unwrap();
    }
    println!("{compared} maps compared, {walked} pages walked anew");
    assert!(compared > 850, "{compared}");
}

/// Follows all commits of a set, and says how many pages that took, and whether it came to the end.
fn followed(set: &BackupSet) -> (u64, bool) {
    let timeline = Timeline::read(set, &()).unwrap();
    let Some(page_size) = timeline.page_size() else {
        return (0, true);
    };
    let mut owners = Owners::new(set, page_size, &()).unwrap();
    let mut work = 0;
    commits(set, &(), |record| {
        owners.follow(record).unwrap();
        if let Some(map) = owners.map() {
            work = map.work();
            // Whatever it is, it can be asked.
            for page in (1..=map.page_count()).filter_map(PageNumber::new) {
                let _ = (map.use_of(page), map.owner(page), map.parent(page));
            }
        }
    })
    .unwrap();
    (work, owners.map().is_some())
}

/// Commits whose pages are damaged under sums that hold.
#[test]
fn commits_of_damaged_pages_are_followed_all_the_same() {
    let mut seed = Seed(7);
    let mut sets_seen = 0;
    for made in stories::all().into_iter().chain((0..20).map(busy_set)) {
        let Some(accepted) = naive::accept(&made.wal).filter(|_| made.wal.len() > 32) else {
            continue;
        };
        let size = accepted.page_size as usize;
        for _ in 0..3 {
            let mut wal = Writer::with_header(&made.wal);
            for slot in made.wal[32..].chunks_exact(24 + size) {
                let (header, page) = slot.split_at(24);
                let mut page = page.to_vec();
                let number = |at: usize| u32::from_be_bytes(header[at..at + 4].try_into().unwrap());
                if seed.below(3) == 0 {
                    for _ in 0..=seed.below(6) {
                        let at = seed.below(page.len().min(600) as u64) as usize;
                        page[at] = [seed.bits() as u8, 0, 1, 2, 5, 13][seed.below(6) as usize];
                    }
                }
                wal.frame(number(0).max(1), &page, number(4));
            }
            let set = set(&made.database, &wal.into_bytes());
            followed(&set);
            sets_seen += 1;
        }
    }
    assert!(sets_seen > 100, "{sets_seen}");
}

/// A chain of pages that is the freelist after one commit and the payload of a row after the next has to be read anew
/// each time: that is given up before it takes long.
#[test]
fn commits_that_cost_too_much_are_given_up() {
    const PAGES: u32 = 2000;
    let mut first = vec![0; 512];
    first[..24].copy_from_slice(b"SQLite format 3\0\x02\0\x02\x02\0\x40\x20\x20");
    first[24..32].copy_from_slice(&[[0, 0, 0, 1], PAGES.to_be_bytes()].concat());
    first[92..96].copy_from_slice(&[0, 0, 0, 1]);
    first[100..108].copy_from_slice(&[13, 0, 0, 0, 0, 2, 0, 0]);
    let mut database = first.clone();
    for page in 2..=PAGES {
        let mut bytes = vec![0; 512];
        let next = if page < PAGES { page + 1 } else { 0 };
        bytes[..4].copy_from_slice(&next.to_be_bytes());
        database.extend(bytes);
    }
    let mut freelist = first.clone();
    freelist[35] = 2;
    // A row of 999,783 bytes, of which 39 are in the cell; its chain begins on page 2.
    let mut row = first;
    row[104] = 1;
    row[105..110].copy_from_slice(&[1, 44, 0, 1, 44]);
    row[300..304].copy_from_slice(&[0xbd, 0x82, 0x67, 1]);
    row[346] = 2;
    let mut wal = Writer::new(512, (1, 2), 0);
    for commit in 0..400 {
        let page = if commit % 2 == 0 { &freelist } else { &row };
        wal.frame(1, page, PAGES);
    }
    let set = set(&database, &wal.into_bytes());
    let (work, is_whole) = followed(&set);
    assert!(!is_whole, "{work}");
    assert!(work <= 64 * u64::from(PAGES + 400), "{work}");
}

/// Fuzzed databases: no page is read more often than the schema and the walk do, and every one has a place.
#[test]
fn fuzzed_databases_have_a_map() {
    let Some(corpora) = std::env::var_os("STILLFRAME_CORPORA").map(PathBuf::from) else {
        println!("skipped: STILLFRAME_CORPORA does not name the corpora");
        return;
    };
    let (mut maps, mut pages, mut unused) = (0, 0u64, 0u64);
    for folder in ["sqlite-fuzzdata/extracted", "sqlite-hexdb"] {
        for entry in fs::read_dir(corpora.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|end| end != "db") {
                continue;
            }
            let set = set(&fs::read(&path).unwrap(), b"");
            let Ok(image) = Image::read(&set, None, &()).unwrap().1 else {
                continue;
            };
            let Some(header) = image.header().copied() else {
                continue;
            };
            if header.page_size() != Some(image.page_size()) {
                continue;
            }
            let Some(map) = PageMap::read(&AsFound::new(&image, &()), &header).unwrap() else {
                continue;
            };
            let count = u64::from(map.page_count());
            let most = count + SCHEMA_READS * count.max(1);
            assert!(map.work() <= most, "{}: {}", path.display(), map.work());
            for page in (1..=map.page_count()).filter_map(PageNumber::new) {
                let is = map.use_of(page);
                let is_tree = is.is_of_btree() || is.is_overflow();
                assert_eq!(
                    map.owner(page).is_some(),
                    is_tree,
                    "{}, {page}",
                    path.display()
                );
                pages += 1;
                unused += u64::from(is == PageUse::Unused);
            }
            maps += 1;
        }
    }
    println!("{maps} maps of {pages} pages, {unused} of them unused");
    assert!(maps > 4000, "{maps}");
}

/// Rows of a hostile schema may read the same chains, up to as many bytes as the database has.
const SCHEMA_READS: u64 = 4;
