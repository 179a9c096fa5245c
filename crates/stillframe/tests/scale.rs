//! Files that are large, or say that they are: what they take is bounded by what is in them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use stillframe_testkit::builder::lock_byte_set;
use stillframe_testkit::naive::Writer;
use stillframe_testkit::oracle::{self, private_folder};
use support::{Ran, Room};

mod support;

/// Runs a command line where the process may have a gigabyte of addresses.
#[cfg(unix)]
fn run_small(room: &Room, line: &str) -> Ran {
    let script = format!("ulimit -v 1000000 && exec {} {line}", support::PROGRAM);
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(room.path())
        .output();
    Ran::new(line.to_owned(), output.unwrap())
}

#[cfg(not(unix))]
fn run_small(room: &Room, line: &str) -> Ran {
    room.run(line)
}

/// The first page of a database with pages of 4,096 bytes, which counts so many of them.
fn page_1(pages: u32) -> Vec<u8> {
    let path = support::root().join("fixtures/sets/foreign-page-size/app.db");
    let mut page = fs::read(path).unwrap();
    page.truncate(4096);
    page[28..32].copy_from_slice(&pages.to_be_bytes());
    page
}

/// A file of so many bytes, of which only these are not zeros.
fn sparse(room: &Room, name: &str, bytes: &[u8], length: u64) {
    let mut file = File::create(room.at(name)).unwrap();
    file.write_all(bytes).unwrap();
    file.set_len(length).unwrap();
}

#[test]
fn a_database_of_eight_gigabytes_takes_no_more_than_its_header() {
    let room = Room::new();
    let length = 8 << 30;
    sparse(&room, "app.db", &page_1((length / 4096) as u32), length);
    let ran = run_small(&room, "inspect --pages --format json app.db").exits(0);
    assert_eq!(ran.json()["sets"][0]["image"]["page_count"], 1 << 21);
    let ran = run_small(&room, "inspect --sizes --format json app.db").exits(0);
    let sizes = &ran.json()["sets"][0]["sizes"];
    assert_eq!(sizes["unused_pages"], (1 << 21) - 2, "{sizes}");
    let ran = run_small(&room, "inspect --map --page 7 --svg map.svg app.db").exits(0);
    assert!(
        ran.stdout.contains("A letter stands for 1,093 pages"),
        "{ran}"
    );
    let picture = String::from_utf8(room.read("map.svg")).unwrap();
    assert!(picture.contains("a block stands for 64 pages"), "{picture}");
    assert!(
        picture.len() < 100_000 && picture.contains("pages 1-8192: mostly unused"),
        "{picture}"
    );
    // Its pages belong to nothing.
    let ran = run_small(&room, "check --format json app.db").exits(1);
    assert_eq!(ran.json()["reports"][0]["inputs"][0]["bytes"], length);
    run_small(&room, "log app.db").exits(0);
}

/// A database may have 2^32 - 2 pages, and be a hole but for its first: what there is to say of it is said at once, and
/// memory is taken for what leads somewhere.
#[cfg(target_os = "linux")]
#[test]
fn a_database_of_a_billion_pages_is_listed_in_a_few_lines() {
    let room = Room::new();
    let pages: u32 = 1 << 30;
    sparse(&room, "app.db", &page_1(pages), u64::from(pages) * 4096);
    let ran = room.run("inspect --pages app.db").exits(0);
    let lines = ran.stdout.lines().rev().take(3).map(str::trim_start);
    let lines: Vec<_> = lines.map(|line| line.split("  ").next().unwrap()).collect();
    assert_eq!(lines, ["262146-1073741824", "262145", "4-262144"], "{ran}");
    let ran = room
        .run("inspect --sizes --map --format json app.db")
        .exits(0);
    let set = &ran.json()["sets"][0];
    assert_eq!(set["sizes"]["unused_pages"], pages - 2, "{ran}");
    assert_eq!(set["map"].as_array().unwrap().len(), 6, "{ran}");
    let ran = room.run("inspect --map app.db").exits(0);
    assert!(ran.stdout.contains("A letter stands for"), "{ran}");
}

/// Where no level is said, the size of the database tells it, and the report tells the level.
#[cfg(target_os = "linux")]
#[test]
fn databases_from_a_gigabyte_on_are_checked_for_their_structure() {
    let room = Room::new();
    for (pages, level, words) in [
        ((1 << 18) - 1, "full", "full: structure, rows and indexes"),
        (1 << 18, "structure", "structure: pages, trees and lists"),
    ] {
        sparse(&room, "app.db", &page_1(pages), u64::from(pages) * 4096);
        let ran = room.run("check --format json app.db").exits(1);
        assert_eq!(ran.json()["reports"][0]["level"], level, "{ran}");
        let ran = room.run("check app.db").exits(1);
        assert!(
            ran.stdout.contains(&format!("checked         {words}")),
            "{ran}"
        );
        let ran = room
            .run("check --level quick --format json app.db")
            .exits(1);
        assert_eq!(ran.json()["reports"][0]["level"], "quick", "{ran}");
    }
}

/// Where the system tells of holes, one behind the last page takes no time: to read this one takes more than a minute.
#[cfg(target_os = "linux")]
#[test]
fn a_hole_behind_the_last_page_is_not_read() {
    let room = Room::new();
    let length = 100 << 30;
    sparse(&room, "app.db", &page_1(1), length);
    let start = std::time::Instant::now();
    let ran = run_small(&room, "check --format json app.db").exits(1);
    let seconds = start.elapsed().as_secs();
    assert!(ran.stdout.contains("DB903"), "{ran}");
    assert!(seconds < 20, "{seconds} seconds");
}

#[test]
fn a_count_of_all_pages_there_could_be_is_only_a_count() {
    let room = Room::new();
    room.write("app.db", &page_1(u32::MAX)[..1024]);
    run_small(&room, "check app.db").exits(1).quietly();
    run_small(&room, "inspect --pages --map --sizes --page 1 app.db").exits(0);
    run_small(&room, "rebuild app.db -o out.db").exits(1);

    // And where a commit says so.
    room.write("app.db", page_1(1));
    for (page, size_after) in [(1, u32::MAX), (u32::MAX, 1), (u32::MAX, u32::MAX)] {
        let mut wal = Writer::new(4096, (1, 2), 0);
        wal.frame(page, &page_1(size_after), size_after);
        room.write("app.db-wal", wal.into_bytes());
        for line in [
            "check app.db",
            "inspect --frames --pages --map --sizes app.db",
            "log --pages app.db",
            "log --tables app.db",
            "compact app.db --force -o out.db-compact",
            "rebuild app.db --force -o out.db",
        ] {
            let ran = run_small(&room, line);
            assert!(matches!(ran.status, Some(0 | 1)), "{ran}");
        }
    }
}

#[test]
fn a_wal_of_zeros_is_looked_at() {
    let room = Room::new();
    room.copy("good/wal-mode-closed", ".");
    sparse(&room, "app.db-wal", b"", 64 << 20);
    run_small(&room, "check app.db").exits(1).quietly();
    run_small(&room, "inspect --frames app.db").exits(0);
    run_small(&room, "log app.db").exits(1);

    // And behind a sound header.
    let header = Writer::new(512, (1, 2), 0).into_bytes();
    sparse(&room, "app.db-wal", &header, 64 << 20);
    let ran = run_small(&room, "inspect --format json app.db").exits(0);
    let slots = ((64 << 20) - 32u64).div_ceil(536);
    let counted = &ran.json()["sets"][0]["wal"]["slots"];
    let (zeros, torn) = (&counted["zero_filled"], &counted["torn"]);
    assert_eq!(zeros.as_u64().unwrap() + torn.as_u64().unwrap(), slots);
    run_small(&room, "check app.db").exits(0).quietly();
}

#[test]
fn the_largest_pages_need_not_be_there() {
    let room = Room::new();
    room.copy("good/page-size-65536", ".");
    let mut wal = room.read("app.db-wal");
    wal.truncate(40);
    room.write("app.db-wal", wal);
    let ran = run_small(&room, "inspect --format json app.db").exits(0);
    assert_eq!(ran.json()["sets"][0]["wal"]["slots"]["torn"], 1);
    run_small(&room, "check app.db").exits(0).quietly();
    run_small(&room, "rebuild app.db -o out.db").exits(0);
    assert_eq!(room.read("out.db"), room.read("app.db"));
}

/// A database of a gigabyte, around the page that SQLite never uses, is what SQLite's own checkpoint makes of it.
#[cfg(unix)]
#[test]
fn a_database_around_the_lock_byte_page_is_sqlites() {
    // In memory where there is such a place: a disk takes a minute for it.
    let room = Room(private_folder());
    for (folder, needed) in [(std::env::temp_dir(), 4 << 30), (room.at("."), 2 << 30)] {
        let free = free_bytes(&folder);
        if free < needed {
            let folder = folder.display();
            support::skipped(&format!(
                "{free} bytes are free in {folder}, {needed} are needed"
            ));
            return;
        }
    }
    let set = lock_byte_set(true);
    let line = format!("rebuild {} -o out.db", set.database.display());
    run_small(&room, &line).exits(0).quietly();
    // The set is ours alone: SQLite may change it.
    let connection = oracle::open(&set.database).unwrap();
    let busy = oracle::first_column_of(&connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    assert_eq!(busy.unwrap(), ["0"]);
    drop(connection);
    let same = std::process::Command::new("cmp")
        .args([&set.database, &room.at("out.db")])
        .status();
    assert!(same.unwrap().success());
}

#[cfg(unix)]
fn free_bytes(folder: &Path) -> u64 {
    let output = std::process::Command::new("df")
        .arg("-Pk")
        .arg(folder)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().nth(1).unwrap_or_default();
    let kilobytes = line.split_whitespace().nth(3).unwrap_or("0");
    kilobytes.parse::<u64>().unwrap_or(0) * 1024
}
