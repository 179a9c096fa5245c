//! What is written of sets with a rollback journal that is of no use, and what is said of it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use stillframe_testkit::builder::journal_stories;
use stillframe_testkit::naive;
use stillframe_testkit::oracle::Oracle;
use stillframe_testkit::recorder::{Device, Disk, open, record};
use support::Room;

mod support;

/// Aborted backups, and what is said of what they lack.
const ABORTED: [(&str, &str); 3] = [
    ("bad/SET207-aborted-backup", "page 1 was never written"),
    ("bad/SET207-aborted-vacuum-into", "page 1 was never written"),
    (
        "bad/SET207-aborted-vacuum-into-at-the-end",
        "page 1 counts 15 pages, and pages 9 to 15 are not in the file",
    ),
];

/// What had been copied is kept as evidence; SQLite would cut it to nothing.
#[test]
fn an_aborted_backup_is_evidence() {
    let oracle = Oracle::new();
    for (fixture, says) in ABORTED {
        let room = Room::new();
        room.copy(fixture, ".");
        let (database, journal) = (room.read("app.db"), room.read("app.db-journal"));
        let before = room.state();
        let ran = room.run("check --format json app.db").exits(1);
        assert_eq!(ran.verdict(), "aborted-backup");
        let next = ran.json()["reports"][0]["verdict"]["next"].clone();
        let next = next.as_str().unwrap().strip_prefix("stillframe ").unwrap();
        let ran = room.run(next).exits(1);
        let words: Vec<&str> = ran.stdout.split_whitespace().collect();
        assert!(words.join(" ").contains(says), "{ran}");
        ran.complains(&["evidence.db", "evidence, and no database"]);
        assert_eq!(room.read("evidence.db"), database);
        let json = "rebuild --format json --ignore-journal app.db -o again.db";
        let json = room.run(json).exits(1).json();
        assert_eq!(json["page_size"], 512);
        assert_eq!(json["pages"], database.len() / 512);

        // What SQLite leaves is written, too, and not without a word.
        assert_eq!(oracle.roll_back(&database, &journal).unwrap(), b"");
        let ran = room.run("rebuild app.db -o empty.db").exits(1);
        assert!(ran.stdout.contains("--ignore-journal"), "{ran}");
        let asked = room.run("rebuild --at journal app.db -o asked.db");
        asked.exits(0);
        for name in ["empty.db", "asked.db"] {
            assert!(room.read(name).is_empty());
        }
        let after = room.state();
        let mut changed = after.changes(&before);
        changed.retain(|path| path.to_string_lossy().contains("app.db"));
        assert!(changed.is_empty(), "{changed:?}");
    }
}

/// A journal that is not the database's own is left aside where that is asked for, and else it is said.
#[test]
fn a_foreign_journal_is_not_played_back_without_a_word() {
    let room = Room::new();
    room.copy("bad/RJ201-foreign-journal", ".");
    let ran = room.run("check --format json app.db").exits(1);
    assert_eq!(ran.verdict(), "foreign-journal");
    let next = ran.json()["reports"][0]["verdict"]["next"].clone();
    let next = next.as_str().unwrap().strip_prefix("stillframe ").unwrap();
    room.run(next).exits(0).quietly();
    assert_eq!(room.read("rebuilt.db"), room.read("app.db"));
    let ran = room.run("rebuild app.db -o out.db").exits(1);
    ran.complains(&["with its rollback journal", "--ignore-journal writes"]);
    let rows = Oracle::new().integrity(&room.read("rebuilt.db"), None);
    assert_eq!(rows.unwrap(), ["ok"]);
}

/// A database of 200 rows with the numbers from `first` on.
fn made(first: u32) -> Vec<u8> {
    let sql = format!(
        "PRAGMA page_size=512; CREATE TABLE log (text); CREATE INDEX log_text ON log (text);
         WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i+1 FROM n LIMIT 200)
         INSERT INTO log(rowid, text) SELECT i, printf('%d %.60c', i, 'x') FROM n"
    );
    let recording = record(&Disk::default(), Device::default(), || {
        open("app.db").unwrap().execute_batch(&sql).unwrap();
    });
    recording.after.files["app.db"].clone()
}

/// A journal of another database that holds page 1, with a change counter that fits by chance: `check` and `rebuild` say
/// the same.
#[test]
fn a_foreign_journal_with_page_1_is_told_by_both() {
    let (database, other) = (made(2001), made(5001));
    assert_eq!(database.len(), other.len());
    let pages = other.chunks(512).enumerate().step_by(2);
    let pages: Vec<(u32, Vec<u8>)> = pages
        .map(|(index, page)| (index as u32 + 1, page.to_vec()))
        .collect();
    let size = (database.len() / 512) as u32;
    let room = Room::new();
    room.write("app.db", &database);
    room.write(
        "app.db-journal",
        naive::journal(size, 512, 512, &[(7, pages)]),
    );
    let ran = room.run("check --format json app.db").exits(1);
    assert_eq!(ran.verdict(), "foreign-journal");
    let findings = ran.json()["reports"][0]["findings"].to_string();
    assert!(findings.contains("RJ203"), "{findings}");
    let ran = room.run("rebuild --format json app.db -o out.db").exits(1);
    let json = ran.json();
    assert_eq!(json["checked"], "full");
    let warnings = json["warnings"].to_string();
    assert!(warnings.contains("and none without it"), "{warnings}");
}

/// What a journal leaves that is not sound, where the file alone is not either.
#[test]
fn what_a_journal_leaves_is_looked_at() {
    let room = Room::new();
    room.copy("bad/SET202-hot-journal", ".");
    let mut database = room.read("app.db");
    let last = database.len() - 512;
    database[last..].fill(0xff);
    room.write("app.db", &database);
    let ran = room.run("rebuild --format json app.db -o out.db").exits(1);
    let json = ran.json();
    let warnings = json["warnings"].to_string();
    assert!(warnings.contains("check tells of them"), "{warnings}");
    assert_eq!(json["checked"], "full");
    let ran = room.run("dump app.db").exits(1);
    assert!(ran.stderr.contains("check tells of them"), "{ran}");
}

/// The journal of a backup that was given up, beside the file that was then copied over it: SQLite would cut that to
/// nothing.
#[test]
fn a_file_restored_over_an_aborted_backup_is_kept() {
    let room = Room::new();
    room.copy(ABORTED[0].0, ".");
    room.copy("good/rollback-mode", "restored");
    let database = room.read("restored/app.db");
    let journal = room.read("app.db-journal");
    assert_eq!(Oracle::new().roll_back(&database, &journal).unwrap(), b"");
    room.write("app.db", &database);
    let ran = room.run("check --format json app.db").exits(1);
    assert_eq!(ran.verdict(), "foreign-journal");
    for (options, status, words) in [
        ("--ignore-journal", 0, "was left aside"),
        ("--no-mmap", 1, "was played back as SQLite would"),
    ] {
        let line = format!("rebuild --format json {options} app.db -o out{status}.db");
        let ran = room.run(&line).exits(status).quietly();
        assert!(ran.json()["warnings"].to_string().contains(words), "{ran}");
    }
    assert_eq!(room.read("out0.db"), database);
    assert!(room.read("out1.db").is_empty());
}

/// Half a transaction is evidence, and no database, whether SQLite would open it or not.
#[test]
fn a_half_written_database_is_said_to_be_one() {
    let room = Room::new();
    room.copy("sets/half-a-transaction", ".");
    let line = "rebuild --format json --ignore-journal app.db -o half.db";
    let ran = room.run(line).exits(1);
    let ran = ran.complains(&["half.db: evidence, and no database"]);
    let warnings = ran.json()["warnings"].to_string();
    assert!(warnings.contains("a part of a transaction"), "{ran}");
    // The pages contradict one another, and that is written all the same.
    assert_eq!(ran.json()["problems"], 3, "{ran}");
    room.run("dump --ignore-journal app.db -o half.sql")
        .exits(1);
    room.run("rebuild app.db -o whole.db").exits(0).quietly();
    let rows = Oracle::new().integrity(&room.read("whole.db"), None);
    assert_eq!(rows.unwrap(), ["ok"]);
}

/// What SQLite would play back without a word is written, and what speaks against it is said.
#[test]
fn a_doubtful_journal_is_warned_of() {
    for (fixture, says) in [
        ("bad/RJ203-journal-breaks-database", "and none without it"),
        ("bad/RJ104-segment-header-differs", "name different sizes"),
        (
            "bad/RJ105-record-count-doubtful",
            "another header stands behind 2 records",
        ),
        (
            "bad/RJ106-records-not-counted",
            "counts 1 record, and 8 intact records of it stand directly behind",
        ),
    ] {
        let room = Room::new();
        room.copy(fixture, ".");
        let ran = room.run("rebuild --format json app.db -o out.db").exits(1);
        let warnings = ran.json()["warnings"].to_string();
        assert!(warnings.contains(says), "{fixture}: {ran}");
        // The file alone is evidence, but where it is the journal that is wrong.
        let alone = "rebuild --ignore-journal app.db -o alone.db";
        let is_wrong = fixture.contains("RJ203");
        room.run(alone).exits(if is_wrong { 0 } else { 1 });
        assert!(room.read("alone.db") == room.read("app.db"), "{fixture}");
    }
    // Its first header says one page more than all others.
    let room = Room::new();
    room.copy("bad/RJ104-segment-header-differs", ".");
    let mut journal = room.read("app.db-journal");
    journal[19] += 1;
    room.write("app.db-journal", &journal);
    let ran = room.run("rebuild app.db --ignore-journal -o evidence.db");
    ran.exits(1).complains(&["evidence, and no database"]);
    let ran = room.run("rebuild app.db -o out.db").exits(1);
    ran.complains(&[
        "--ignore-journal writes the file alone",
        "page 16 exists neither",
    ]);
    // The transaction made the file longer.
    room.write("app.db", [room.read("app.db"), vec![0; 512]].concat());
    let ran = room.run("rebuild app.db -o out.db").exits(1);
    let words: Vec<&str> = ran.stdout.split_whitespace().collect();
    let words = words.join(" ");
    assert!(words.contains("had 16 pages, and 7 of 9 say 15;"), "{ran}");
    assert!(
        words.contains("exact unknown: the rollback journal is damaged"),
        "{ran}"
    );
    let room = Room::new();
    room.copy("good/committed-journal", ".");
    let ran = room.run("rebuild --format json app.db -o out.db").exits(0);
    assert_eq!(ran.json()["warnings"].to_string(), "[]");
}

/// A journal that was copied while it grew, and then the database, which had become smaller: what the journal leaves lacks
/// pages, the file alone is sound, and the command that is given writes that.
#[test]
fn a_sound_file_beside_a_journal_that_lacks_pages_can_be_had() {
    let room = Room::new();
    let live = rusqlite::Connection::open(room.at("live.db")).unwrap();
    live.execute_batch(
        "PRAGMA auto_vacuum = FULL; PRAGMA journal_mode = DELETE; CREATE TABLE t (a INTEGER PRIMARY KEY, b);
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
         INSERT INTO t SELECT i, hex(zeroblob(40)) FROM n;
         PRAGMA cache_size = 2; BEGIN; DELETE FROM t WHERE a BETWEEN 100 AND 700;",
    )
    .unwrap();
    room.write("app.db-journal", room.read("live.db-journal"));
    live.execute_batch("COMMIT").unwrap();
    room.write("app.db", room.read("live.db"));
    let ran = room.run("check --format json app.db").exits(1);
    assert!(ran.stdout.contains("RJ202"), "{ran}");
    let next = ran.json()["reports"][0]["verdict"]["next"].clone();
    let next = next.as_str().unwrap();
    let arguments = next.strip_prefix("stillframe ").unwrap();
    // Nothing shows that it is the file that is right.
    let written = room.run(arguments).exits(1);
    assert!(
        room.read("evidence.db") == room.read("live.db"),
        "{written}"
    );
}

/// A `VACUUM INTO` to which nothing was left to do but to delete its journal: check, and what it says to type, call what
/// lies in the file a database.
#[test]
fn a_backup_that_was_only_to_be_committed_is_a_database() {
    let room = Room::new();
    let stories = journal_stories();
    let story = stories.iter().find(|it| it.name.contains("vacuum-into"));
    let moments = story.unwrap().recording.moments();
    let is_hot = |journal: &&Vec<u8>| journal.first() == Some(&0xd9);
    let last = moments.filter(|moment| {
        moment
            .files
            .get("copy.db-journal")
            .as_ref()
            .is_some_and(is_hot)
    });
    let last = last.last().unwrap();
    for (ours, theirs) in [("app.db", "copy.db"), ("app.db-journal", "copy.db-journal")] {
        room.write(ours, &last.files[theirs]);
    }
    let ran = room.run("check --format json app.db").exits(1);
    assert_eq!(ran.verdict(), "hot-journal");
    let verdict = ran.json()["reports"][0]["verdict"].clone();
    let rebuildable = verdict["rebuildable"].as_str().unwrap();
    assert!(rebuildable.contains("a sound database"), "{ran}");
    let next = verdict["next"].as_str().unwrap().replace("stillframe ", "");
    let (rebuild, check) = next.split_once(" && ").unwrap();
    let ran = room.run(rebuild).exits(0);
    let words: Vec<&str> = ran.stdout.split_whitespace().collect();
    let words = words.join(" ");
    assert!(
        words.contains("what lies in it is a sound database"),
        "{ran}"
    );
    assert!(!words.contains("evidence"), "{ran}");
    let ran = room.run(check).exits(0);
    assert!(ran.stdout.contains("complete"), "{ran}");
}

/// Nobody without the key knows whether it is what SQLite would leave: so it is no success, whatever was asked for.
#[test]
fn what_only_a_key_can_judge_is_no_success() {
    let room = Room::new();
    room.copy("sets/encrypted-hot-journal", ".");
    for at in ["-o o.db", "-o o.db --at journal"] {
        let ran = room.run(&format!("rebuild app.db --force {at}")).exits(1);
        let words = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("from app.db-journal"), "{ran}");
        assert!(words.contains("as the key decrypts them"), "{ran}");
    }
}
