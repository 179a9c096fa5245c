//! What could not be read of an archive is a finding like any other: in every report, with a place in the archive.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use stillframe_testkit::archives::{CompressionMethod, gzip, tar, zip};
use support::Room;

mod support;

/// Replaces every run of bytes by another as long, and says how often.
fn replace(bytes: &mut [u8], what: &[u8], with: &[u8]) -> usize {
    let mut count = 0;
    for at in 0..bytes.len() - what.len() {
        if &bytes[at..at + what.len()] == what {
            bytes[at..at + what.len()].copy_from_slice(with);
            count += 1;
        }
    }
    count
}

/// A zip whose one member says at these offsets of its own header and of its entry in the directory that it is something
/// else.
fn zip_saying(database: &[u8], (own, listed): (usize, usize), value: u8) -> Vec<u8> {
    let mut bytes = zip(&[("app.db", database)], CompressionMethod::Stored);
    let entry = bytes.windows(4).position(|it| it == b"PK\x01\x02").unwrap();
    bytes[own] = value;
    bytes[entry + listed] = value;
    bytes
}

/// An archive of which a rule has something to say.
struct Unread {
    code: &'static str,
    name: &'static str,
    bytes: Vec<u8>,
    /// From where on it cannot be read, at the least.
    start: u64,
}

/// One for each rule.
fn archives(database: &[u8]) -> Vec<Unread> {
    let one = tar(&[("app.db", database)]);
    let two = tar(&[("app.db", database), ("b.db", database)]);
    // Two blocks of zeros, or as many as fill a record, end a tar.
    let second = 512 + database.len().next_multiple_of(512);
    let cut = two[..second + 512 + 100].to_vec();
    let mut damaged = gzip(&one);
    let sum = damaged.len() - 8;
    damaged[sum] ^= 1;
    let mut deep = one.clone();
    for _ in 0..9 {
        deep = tar(&[("inner.tar", deep)]);
    }
    let unread = |code, name, bytes, start: usize| Unread {
        code,
        name,
        bytes,
        start: start as u64,
    };
    let locked = zip_saying(database, (6, 8), 1);
    let odd = zip_saying(database, (8, 10), 98);
    vec![
        unread("AR101", "cut.tar", cut, second),
        unread("AR102", "damaged.tar.gz", damaged, 0),
        unread("AR103", "joined.tar", [one.clone(), one].concat(), 0),
        unread("AR104", "locked.zip", locked, 0),
        unread("AR105", "odd.zip", odd, 0),
        unread("AR106", "deep.tar", deep, 0),
    ]
}

#[test]
fn what_cannot_be_read_of_an_archive_is_a_finding_with_a_place() {
    let room = Room::new();
    room.copy("good/rollback-mode", "set");
    let database = room.read("set/app.db");
    for unread in archives(&database) {
        let Unread {
            code,
            name,
            bytes,
            start,
        } = unread;
        let length = bytes.len() as u64;
        room.write(name, bytes);
        let ran = room.run(&format!("check --format json {name}")).exits(3);
        let json = ran.json();
        let reports = json["reports"].as_array().unwrap();
        let last = reports.last().unwrap();
        assert_eq!(last["verdict"]["kind"], "not-wholly-read", "{ran}");
        assert_eq!(last["inputs"][0]["role"], "archive");
        let [finding] = &last["findings"].as_array().unwrap()[..] else {
            panic!("{ran}");
        };
        assert_eq!(finding["code"], code, "{ran}");
        let place = &finding["place"];
        assert_eq!(place["input"], name);
        let (from, to) = (place["start"].as_u64(), place["end"].as_u64());
        assert!(from < to && to <= Some(length), "{ran}");
        assert!(from >= Some(start), "{ran}");
        // Once among the findings is enough.
        assert!(json["not_read"].as_array().unwrap().is_empty(), "{ran}");
        assert_eq!(ran.stderr.lines().count(), 1, "{ran}");
        for format in [
            "full", "concise", "jsonl", "sarif", "junit", "html", "markdown",
        ] {
            let ran = room
                .run(&format!("check --format {format} {name}"))
                .exits(3);
            assert!(ran.stdout.contains(code), "{ran}");
        }
        room.run(&format!("explain {code}")).exits(0);
    }
}

#[test]
fn a_name_that_a_zip_lists_twice_is_judged_twice() {
    let room = Room::new();
    room.copy("good/rollback-mode", "set");
    room.copy("good/auto-vacuum", "other");
    let files = [
        ("app.db", room.read("set/app.db")),
        ("bpp.db", room.read("other/app.db")),
    ];
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let mut bytes = zip(&files, method);
        assert_eq!(replace(&mut bytes, b"bpp.db", b"app.db"), 2);
        room.write("b.zip", bytes);
        let ran = room.run("check --format json b.zip").exits(0);
        let json = ran.json();
        let reports = json["reports"].as_array().unwrap();
        assert_eq!(reports.len(), 2, "{ran}");
        for report in reports {
            let findings = report["findings"].as_array().unwrap();
            assert!(findings.iter().any(|it| it["code"] == "AR901"), "{ran}");
        }
        assert!(ran.stderr.contains("more than once"), "{ran}");
        // The last is what unpacking leaves.
        for (name, of) in [("b.zip!app.db", 1), ("b.zip!app.db#1", 0)] {
            room.run(&format!("rebuild {name} -o out.db --force"))
                .exits(0);
            assert!(room.read("out.db") == files[of].1, "{name}");
        }
    }
}

/// The whole of a name is quoted, and no part in the middle of it.
#[test]
fn a_member_that_cannot_be_read_is_quoted_whole() {
    let room = Room::new();
    room.copy("good/rollback-mode", "set");
    let name = "data/a\u{1b}[31m.db";
    let mut bytes = tar(&[(name, room.read("set/app.db"))]);
    bytes.truncate(1000);
    room.write("b.tar", bytes);
    for format in ["full", "json"] {
        let ran = room.run(&format!("check --format {format} b.tar")).exits(3);
        let told = "stillframe: $'b.tar!data/a\\033[31m.db' is cut short";
        assert!(ran.stderr.starts_with(told), "{ran}");
    }
}

/// It begins with a program, alone and among other files.
#[test]
fn a_zip_that_unpacks_itself_is_read() {
    let room = Room::new();
    room.copy("good/rollback-mode", "fixture");
    let database = room.read("fixture/app.db");
    let packed = zip(&[("saved.db", &database[..])], CompressionMethod::Deflated);
    room.write(
        "f/setup.exe",
        [&b"MZ\x90\0"[..], &[7; 3000], &packed].concat(),
    );
    for line in ["check --format json f", "check --format json f/setup.exe"] {
        let ran = room.run(line).exits(0);
        assert_eq!(ran.verdict(), "complete");
        assert_eq!(ran.json()["left_over"]["count"], 0);
    }
}

/// A database that stands first in a tar, of which the first header is lost: what is behind it is the next file.
#[test]
fn the_rest_of_a_tar_is_nothing_that_a_commit_left() {
    for fixture in ["good/rollback-mode", "good/live-wal"] {
        let room = Room::new();
        room.copy(fixture, "set");
        let database = room.read("set/app.db");
        let files = [("a.db", database.clone()), ("b.db", database)];
        room.write("a.db", &tar(&files)[512..]);
        let ran = room.run("check a.db --format json");
        let json = ran.json();
        let findings = json["reports"][0]["findings"].as_array().unwrap();
        let mut of_rule = findings.iter().filter(|it| it["code"] == "DB204");
        let finding = of_rule.next().unwrap();
        let help = finding["help"].as_str().unwrap();
        assert!(help.starts_with("get the archive again"), "{help}");
        let message = finding["message"].as_str().unwrap();
        let said = "the header of the next file in a tar";
        assert!(message.contains(said), "{message}");
        assert!(!message.contains("commit"), "{message}");
    }
}
