//! What each page is and to which b-tree it belongs, against SQLite's own table of pages (`dbstat`): in the image of every
//! commit of sets that SQLite made; and the same followed from commit to commit.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod common;

use std::collections::BTreeMap;

use common::{rebuilt, set};
use stillframe_database::btree::PageKind;
use stillframe_database::page_map::{PageMap, PageUse, Tree};
use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::{AsFound, BackupSet, Image, Owners, Timeline, commits, exactness};
use stillframe_testkit::builder::{Plan, Seed, Set, SetBuilder, random_set, stories};
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
            let sql = format!("SELECT count(*) FROM \"{name}\"");
            let rows = oracle.query(bytes, None, &sql).unwrap();
            assert_eq!(rows, [sizes.entries.to_string()], "{at}: {name}");
        } else {
            assert_eq!(sizes.entries, all.cells, "{at}: {name}");
        }
    }
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
