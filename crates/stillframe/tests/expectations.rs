//! `check` as the gate of a pipeline: what is expected of tables and files, policies, and what is accepted.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot do its work fails"
)]

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use stillframe_testkit::archives::{CompressionMethod, gzip, zip};
use support::{Ran, Room, root, run_in, run_with};

mod support;

/// The one moment of these tests: 2026-09-20T12:00:00Z.
const NOW: u64 = 1_789_905_600;

/// A room with two databases, the one with a WAL, whose files are of an hour before the moment.
fn room() -> Room {
    let room = Room::new();
    room.copy("good/live-wal", "data/one");
    room.copy("good/rollback-mode", "data/two");
    for name in ["one/app.db", "one/app.db-wal", "two/app.db"] {
        date(&room, &format!("data/{name}"), NOW - 3600);
    }
    room
}

fn date(room: &Room, name: &str, seconds: u64) {
    let file = File::options().append(true).open(room.at(name)).unwrap();
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    file.set_modified(time).unwrap();
}

/// `check` as of the moment, with what is asked for.
fn check(room: &Room, args: &[&str]) -> Ran {
    let common = ["check", "--now", "2026-09-20T12:00:00Z"];
    run_in(room.path(), &[&common[..], args].concat())
}

/// The codes of the findings of each database that are about what is expected.
fn codes(ran: &Ran) -> Vec<String> {
    let json = ran.json();
    let reports = json["reports"].as_array().unwrap().iter();
    let findings = reports.flat_map(|report| report["findings"].as_array().unwrap());
    let codes = findings.map(|finding| finding["code"].as_str().unwrap().to_owned());
    codes.filter(|code| code.starts_with("EX")).collect()
}

#[test]
fn tables_are_looked_at_as_sqlite_would_show_them() {
    let room = room();
    // Three of the rows are in the WAL alone.
    let rows = "data/one/app.db";
    for (expectation, status, code) in [
        ("orders = 11", 0, "EX901"),
        ("orders > 11", 1, "EX101"),
        ("max(orders.id) >= 12", 0, "EX901"),
        ("min(orders.customer) = 'x'", 1, "EX101"),
        ("users > 0", 1, "EX102"),
    ] {
        let ran = check(&room, &[rows, "--expect", expectation, "--format", "json"]).exits(status);
        assert_eq!(codes(&ran), [code], "{ran}");
    }
    let ran = check(
        &room,
        &[
            "data",
            "--expect",
            "one/app.db:orders = 11",
            "--format",
            "json",
        ],
    );
    assert_eq!(codes(&ran.exits(0)), ["EX901"]);
    let ran = check(&room, &["data", "--expect", "none.db:orders = 11"]).exits(1);
    assert!(
        ran.stderr
            .contains("stillframe: none.db:orders = 11 is expected, and the database is not here"),
        "{ran}"
    );
    assert_missing_is_told(&room);
    // Without a name it is expected of each.
    let ran = check(
        &room,
        &["data", "--expect", "users > 0", "--format", "json"],
    )
    .exits(1);
    assert_eq!(codes(&ran), ["EX102", "EX102"]);
    let ran = check(
        &room,
        &[rows, "--expect", "users > 0", "--fail-on", "never"],
    );
    ran.exits(0);
}

/// A database that is expected and is not here is a finding, which every report has, with the place of the policy that names
/// it.
fn assert_missing_is_told(room: &Room) {
    room.write(
        "policy.toml",
        "# what is there\nexpect = [\"one/app.db:orders = 11\", \"none.db:orders > 1\",\n'none.db:users > 1']",
    );
    let args = [
        "data",
        "--policy",
        "policy.toml",
        "--expect",
        "two.db:t > 0",
    ];
    let ran = check(room, &[&args[..], &["--format", "json"]].concat()).exits(1);
    assert_eq!(codes(&ran), ["EX901", "EX107", "EX107", "EX107"], "{ran}");
    let json = ran.json();
    assert_eq!(json["not_read"].as_array().unwrap().len(), 0, "{ran}");
    let missing = &json["reports"][2];
    assert_eq!(missing["database"], "none.db");
    assert_eq!(missing["verdict"]["kind"], "not-as-expected");
    let policy = room.read("policy.toml");
    for (finding, words) in [(0, "\"none.db:orders > 1\""), (1, "'none.db:users > 1'")] {
        let place = &missing["findings"][finding]["place"];
        assert_eq!(place["input"], "policy.toml");
        let byte = |end: &str| place[end].as_u64().unwrap() as usize;
        assert_eq!(
            &policy[byte("start")..byte("end")],
            words.as_bytes(),
            "{ran}"
        );
    }
    assert_eq!(
        json["reports"][3]["findings"][0]["place"]["input"],
        "two.db"
    );
    for format in [
        "sarif", "junit", "html", "markdown", "jsonl", "concise", "full",
    ] {
        let ran = check(room, &[&args[..], &["--format", format]].concat()).exits(1);
        assert!(ran.stdout.contains("EX107"), "{ran}");
        assert!(ran.stdout.contains("none.db:users"), "{ran}");
    }
}

/// What is missing is as bad as whoever asks takes it for, and never complete; so of a manifest.
#[test]
fn severities_count_for_what_is_missing() {
    let room = room();
    room.run("manifest data -o data.json").exits(0);
    fs::remove_dir_all(room.at("data/two")).unwrap();
    room.write(
        "policy.toml",
        "expect = ['none.db:t > 0']\n[severity]\nEX107 = 'note'",
    );
    let expected = ["--expect", "none.db:t > 0"];
    let recorded = ["--manifest", "data.json"];
    for (asked, code, kind) in [
        (expected, "EX107", "not-as-expected"),
        (recorded, "MF103", "proven-incomplete"),
        (["--policy", "policy.toml"], "EX107", "not-as-expected"),
    ] {
        let is_policy = asked[0] == "--policy";
        let note = format!("{code}=note");
        let warning = format!("{code}=warning");
        for (more, status) in [
            (&[][..], i32::from(!is_policy)),
            (&["--severity", &note], 0),
            (&["--severity", &warning], 1),
            (&["--severity", &warning, "--fail-on", "error"], 0),
            (&["--severity", &note, "--fail-on", "note"], 1),
            (&["--severity", &note, "--fail-on", "incomplete"], 1),
            // What was recorded and is missing fails whatever else does not.
            (&["--fail-on", "never"], i32::from(code == "MF103")),
            (&["--fail-on", "never", "--exit-zero"], 0),
        ] {
            let args = [&["data"], &asked[..], more, &["--format", "json"]].concat();
            let ran = check(&room, &args).exits(status);
            let json = ran.json();
            let report = &json["reports"][1];
            assert_eq!(report["findings"][0]["code"], code, "{ran}");
            assert_eq!(report["verdict"]["kind"], kind, "{ran}");
            let severity = match more {
                ["--severity", given, ..] => given.split_once('=').unwrap().1,
                _ if is_policy => "note",
                _ => "error",
            };
            assert_eq!(report["findings"][0]["severity"], severity, "{ran}");
        }
    }
}

/// An expectation may name its database as a path is named, from here or from the root on.
#[test]
fn a_database_is_named_as_a_path_is() {
    let room = room();
    let root = fs::canonicalize(room.at("data/two/app.db")).unwrap();
    let root = root.to_str().unwrap();
    for name in [
        "./data/two/app.db",
        "data/./two//app.db",
        "./two/app.db",
        root,
    ] {
        let expectation = format!("\"{name}\":nothing > 0");
        for path in ["data", "./data", "data/two/app.db", "."] {
            let args = [path, "--expect", &expectation, "--format", "json"];
            let ran = check(&room, &args).exits(1);
            assert_eq!(codes(&ran), ["EX102"], "{ran}");
        }
    }
    let args = ["data", "--expect", "/two/app.db:t > 0", "--format", "json"];
    assert_eq!(codes(&check(&room, &args).exits(1)), ["EX107"]);
}

#[test]
fn words_that_are_none_point_at_their_column() {
    let room = room();
    let ran = check(&room, &["data", "--expect", "orders => 11"]).exits(2);
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!(lines[1..3], ["  orders => 11", "         ^"], "{ran}");
    assert!(lines[0].contains("expected < <= = >= > or !="), "{ran}");
    for (option, value, said) in [
        ("--max-age", "26", "expected a length of time such as 26h"),
        ("--severity", "WAL909", "expected RULE=SEVERITY"),
        ("--severity", "WAL1=error", "there is no rule WAL1"),
        (
            "--severity",
            "WAL909=bad",
            "expected note, warning or error",
        ),
        ("--now", "yesterday", "expected a time such as"),
        ("--policy", "none.toml", "cannot open none.toml"),
        ("--baseline", "none.json", "cannot open none.json"),
    ] {
        let ran = run_in(room.path(), &["check", "data", option, value]).exits(2);
        assert!(ran.stderr.contains(said), "{ran}");
    }
    let ran = check(&room, &["data", "--format", "pragma", "--max-age", "1h"]).exits(2);
    assert!(
        ran.stderr
            .contains("--format pragma goes with no --max-age"),
        "{ran}"
    );
}

#[test]
fn the_newest_file_tells_the_age() {
    let room = room();
    let age = |args: &[&str]| check(&room, &[args, &["--format", "json"]].concat());
    assert_eq!(
        codes(&age(&["data", "--max-age", "1h"]).exits(0)),
        ["EX901", "EX901"]
    );
    let ran = age(&["data", "--max-age", "59m"]).exits(1);
    assert_eq!(codes(&ran), ["EX103", "EX103"]);
    let message = ran.json()["reports"][0]["findings"][0]["message"].clone();
    let said = "the newest of its files was written at 2026-09-20T11:00:00Z, 1 hour before 2026-09-20T12:00:00Z";
    assert_eq!(message, said);
    // The WAL counts as well as the database.
    date(&room, "data/one/app.db", NOW - 999_999);
    assert_eq!(
        codes(&age(&["data/one", "--max-age", "1h"]).exits(0)),
        ["EX901"]
    );
    // Clocks differ by 5 minutes. What is of the future by more defeats the gate, and fails where warnings do.
    date(&room, "data/one/app.db-wal", NOW + 300);
    let within = ["data/one", "--max-age", "1h"];
    assert_eq!(codes(&age(&within).exits(0)), ["EX901"]);
    date(&room, "data/one/app.db-wal", NOW + 301);
    assert_eq!(codes(&age(&within).exits(1)), ["EX106", "EX901"]);
    let ran = age(&[&within[..], &["--fail-on", "error"]].concat()).exits(0);
    assert!(codes(&ran).contains(&"EX106".to_owned()), "{ran}");
    // Who only reads the database writes the wal-index, too.
    date(&room, "data/one/app.db-wal", NOW - 999_999);
    room.write("data/one/app.db-shm", [0; 32768]);
    date(&room, "data/one/app.db-shm", NOW);
    let ran = age(&["data/one", "--max-age", "1h"]).exits(1);
    assert!(codes(&ran).contains(&"EX103".to_owned()), "{ran}");
    // What comes on standard input is of no time.
    let args = ["check", "-", "--max-age", "1h", "--format", "json"];
    let ran = run_with(room.path(), &args, room.read("data/two/app.db")).exits(1);
    assert_eq!(codes(&ran), ["EX102"]);
}

/// A number is read as what it can be in our time; the finding names the reading, and one that is not certain is refused.
#[test]
fn numbers_are_times_where_they_are_certain() {
    let room = room();
    let sqlite = rusqlite::Connection::open(room.at("log.db")).unwrap();
    sqlite
        .execute_batch(
            "CREATE TABLE log(second INT, minute INT, day INT, far INT, later INT);
            INSERT INTO log VALUES(20260920113000, 202609201130, 20260920, 21500101, 20260921113000)",
        )
        .unwrap();
    drop(sqlite);
    for (expectation, status, found, said) in [
        (
            "max(log.second) >= now-1h",
            0,
            &["EX901"][..],
            "taken for the digits YYYYMMDDHHMMSS in UTC: 2026-09-20T11:30:00Z",
        ),
        (
            "max(log.second) >= now-29m",
            1,
            &["EX101"],
            "2026-09-20T11:30:00Z",
        ),
        (
            "max(log.minute) >= now-1h",
            0,
            &["EX901"],
            "the digits YYYYMMDDHHMM",
        ),
        (
            "max(log.day) >= now-13h",
            0,
            &["EX901"],
            "2026-09-20T00:00:00Z",
        ),
        (
            "max(log.day) >= now-11h",
            1,
            &["EX101"],
            "2026-09-20T00:00:00Z",
        ),
        (
            "max(log.far) >= now-1h",
            1,
            &["EX102"],
            "is 21500101, which may be 1970-09-06T20:15:01Z, as seconds since 1970, or 2150-01-01T00:00:00Z, as the digits YYYYMMDD in UTC",
        ),
        (
            "max(log.later) >= now-1h",
            1,
            &["EX106", "EX901"],
            "taken for the digits YYYYMMDDHHMMSS in UTC, which lies in the future",
        ),
    ] {
        let ran = check(
            &room,
            &["log.db", "--expect", expectation, "--format", "json"],
        );
        let ran = ran.exits(status);
        assert_eq!(codes(&ran), found, "{ran}");
        assert!(ran.stdout.contains(said), "{said}: {ran}");
    }
}

/// A tar whose one member is of this time.
fn tar_of(bytes: &[u8], seconds: u64) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(seconds);
    header.set_cksum();
    builder.append_data(&mut header, "app.db", bytes).unwrap();
    builder.into_inner().unwrap()
}

/// A zip whose one member is of this day of September and hour, in a zone that it does not tell.
fn zip_of(bytes: &[u8], (day, hour): (u8, u8)) -> Vec<u8> {
    let mut zip = zip(&[("app.db", bytes)], CompressionMethod::Stored);
    let date = u16::from(day) | 9 << 5 | (2026 - 1980) << 9;
    let stamp = [(u16::from(hour) << 11).to_le_bytes(), date.to_le_bytes()].concat();
    // APPNOTE 4.3.7 and 4.3.12: behind the version, flags and method, in the header and in the directory.
    for (signature, at) in [(b"PK\x03\x04", 10), (b"PK\x01\x02", 12)] {
        let start = zip.windows(4).rposition(|it| it == signature).unwrap() + at;
        zip[start..start + 4].copy_from_slice(&stamp);
    }
    zip
}

#[test]
fn members_of_archives_have_times_of_their_own() {
    let room = room();
    let database = room.read("data/two/app.db");
    let old = NOW - 200_000;
    let undated = zip(&[("app.db", &database)], CompressionMethod::Deflated);
    for (name, bytes, own, is_old) in [
        ("new.tar", tar_of(&database, NOW - 60), old, false),
        ("old.tar", tar_of(&database, old), NOW - 60, true),
        ("old.tar.gz", gzip(&tar_of(&database, old)), NOW - 60, true),
        (
            "nested.tar",
            tar_of(&tar_of(&database, 0), NOW - 60),
            old,
            false,
        ),
        // Where the archive has no time of the member, its own counts.
        ("none.tar", tar_of(&database, 0), old, true),
        ("app.db.gz", gzip(&database), NOW - 60, false),
        ("none.zip", undated, old, true),
    ] {
        room.write(name, bytes);
        date(&room, name, own);
        let ran = check(&room, &[name, "--max-age", "26h", "--format", "json"]);
        let expected = if is_old { "EX103" } else { "EX901" };
        assert_eq!(codes(&ran), [expected], "{name}: {ran}");
    }
    // What a zip was made of at 17:00 on the wall was made an hour ago in some zone, and ten hours later in none.
    let ahead = NOW + 5 * 3600;
    for (name, bytes, found) in [
        (
            "tomorrow.tar",
            tar_of(&database, ahead),
            &["EX106", "EX901"][..],
        ),
        ("local.zip", zip_of(&database, (20, 17)), &["EX901"]),
        ("ahead.zip", zip_of(&database, (21, 3)), &["EX106", "EX901"]),
        ("behind.zip", zip_of(&database, (19, 9)), &["EX103"]),
    ] {
        room.write(name, bytes);
        let ran = check(&room, &[name, "--max-age", "26h", "--format", "json"]);
        assert_eq!(codes(&ran), found, "{name}: {ran}");
        let is_local = ran
            .stdout
            .contains("(in a zone that the archive does not tell)");
        assert_eq!(is_local, name.ends_with(".zip"), "{name}: {ran}");
    }
    // On standard input the members still have theirs.
    let args = [
        "check",
        "-",
        "--max-age",
        "26h",
        "--now",
        "2026-09-20T12:00:00Z",
        "--format",
        "json",
    ];
    let ran = run_with(room.path(), &args, room.read("new.tar")).exits(0);
    assert_eq!(codes(&ran), ["EX901"]);
}

#[test]
fn a_policy_is_a_file_that_the_command_line_overrides() {
    let room = room();
    room.write(
        "rules/backups.toml",
        "max-age = '30m'\nrequire-wal = true\nfail-on = ['error']\nexpect = ['orders = 11']\n\
         baseline = 'known.json'\n[severity]\nEX901 = 'warning'\n",
    );
    room.write(
        "rules/known.json",
        "{\"stillframe_baseline\":1,\"accepted\":[]}",
    );
    let policy = [
        "data/one",
        "--policy",
        "rules/backups.toml",
        "--format",
        "json",
    ];
    let ran = check(&room, &policy).exits(1);
    assert_eq!(codes(&ran), ["EX103", "EX901"]);
    let with = |args: &[&str]| check(&room, &[&policy[..], args].concat());
    let ran = with(&["--max-age", "26h"]).exits(0);
    assert_eq!(ran.json()["reports"][0]["counts"]["warnings"], 2);
    with(&["--max-age", "26h", "--fail-on", "warning"]).exits(1);
    with(&[
        "--max-age",
        "26h",
        "--fail-on",
        "warning",
        "--severity",
        "EX901=note",
    ])
    .exits(0);
    with(&["--max-age", "26h", "--expect", "orders = 12"]).exits(1);
    fs::remove_file(room.at("data/one/app.db-wal")).unwrap();
    fs::write(room.at("rules/backups.toml"), "require-wal = true").unwrap();
    let ran = check(&room, &policy).exits(1);
    assert_eq!(codes(&ran), ["EX104"]);
    let ran = check(&room, &[&policy[..], &["--require-wal=false"]].concat()).exits(0);
    assert!(codes(&ran).is_empty(), "{ran}");
    // What is wrong with the file names its line, on one line.
    for (text, said) in [
        (
            "max_age = '1h'",
            "policy.toml: line 1, column 1: unknown field `max_age`, expected one of `max-age`",
        ),
        (
            "\nexpect = ['a => 1']",
            "policy.toml: line 2: expect: a => 1, column 3: no operator",
        ),
        (
            "\n[severity]\nXY1 = 'error'",
            "policy.toml: line 3, column 1: severity: there is no rule XY1",
        ),
        (
            "severity.WAL909 = 'bad'",
            "policy.toml: line 1, column 19: severity: bad is no severity",
        ),
        // A rule has one severity, whichever way it is written.
        (
            "[severity]\nWAL909 = 'note'\nWAL909 = 'error'",
            "policy.toml: line 3, column 1: duplicate key",
        ),
        (
            "[severity]\nwal909 = 'note'\n  WAL909 = 'note'",
            "policy.toml: line 3, column 3: severity: WAL909 stands here twice",
        ),
        (
            "severity = { WAL909 = 'note', 'wal909' = 'error' }",
            "policy.toml: line 1, column 31: severity: WAL909 stands here twice",
        ),
        (
            "fail-on = ['all']",
            "policy.toml: line 1, column 12: fail-on: all is nothing to fail on",
        ),
        (
            "fail-on = ['never', 'error']",
            "policy.toml: fail-on: never goes with nothing else",
        ),
    ] {
        room.write("policy.toml", text);
        check(&room, &["data", "--policy", "policy.toml"])
            .exits(2)
            .complains(&[said]);
    }
}

#[test]
fn unknown_completeness_is_accepted_where_it_is_said() {
    let room = room();
    fs::remove_file(room.at("data/one/app.db-wal")).unwrap();
    let gate = [
        "data/one",
        "--fail-on",
        "warning,incomplete",
        "--format",
        "json",
    ];
    assert_eq!(
        check(&room, &gate).exits(1).verdict(),
        "consistent-completeness-unknown"
    );
    let allowed = [&gate[..], &["--allow-unknown"]].concat();
    let ran = check(&room, &allowed).exits(0);
    assert_eq!(ran.verdict(), "consistent-completeness-unknown");
    assert_eq!(ran.json()["reports"][0]["accepted"][0]["code"], "SET901");
    // A doubt that is a warning by itself is accepted as well; damage is not.
    room.copy("bad/WAL001-header-truncated", "doubt");
    check(&room, &["doubt"]).exits(1);
    check(&room, &["doubt", "--allow-unknown"]).exits(0);
    room.copy("bad/RC201-row-missing-from-index", "damage");
    check(&room, &["damage", "--allow-unknown"]).exits(1);
}

#[test]
fn what_is_accepted_stays_so_until_it_is_another() {
    let room = Room::new();
    room.copy("bad/RC201-row-missing-from-index", "data/broken");
    room.copy("good/live-wal", "data/good");
    let ran = check(&room, &["data", "--write-baseline", "known.json"]).exits(1);
    assert!(
        ran.stderr.contains("known.json: 1 finding accepted"),
        "{ran}"
    );
    let known = String::from_utf8(room.read("known.json")).unwrap();
    assert!(
        known.contains(r#"{"set":"broken/app.db","rule":"RC201","file":"database""#),
        "{known}"
    );
    // No file is replaced without --force, and the same check writes the same.
    check(&room, &["data", "--write-baseline", "known.json"]).exits(2);
    check(
        &room,
        &[
            "data",
            "--write-baseline",
            "known.json",
            "--force",
            "--baseline",
            "known.json",
        ],
    )
    .exits(0);
    assert_eq!(known, String::from_utf8(room.read("known.json")).unwrap());
    // Elsewhere it is known by the name below PATH.
    fs::rename(room.at("data"), room.at("copy")).unwrap();
    let ran = check(&room, &["copy", "--baseline", "known.json"]).exits(0);
    assert!(
        ran.stdout.contains("complete, with findings set aside"),
        "{ran}"
    );
    assert!(
        ran.stdout
            .contains("1 finding accepted\n    RC201 the row of orders"),
        "{ran}"
    );
    // What is another finding, or of another set, is not accepted.
    room.copy("bad/RC201-row-missing-from-index", "copy/second");
    check(&room, &["copy", "--baseline", "known.json"]).exits(1);
    // What is gone is said.
    fs::remove_dir_all(room.at("copy/second")).unwrap();
    fs::copy(room.at("copy/good/app.db"), room.at("copy/broken/app.db")).unwrap();
    let ran = check(
        &room,
        &["copy", "--baseline", "known.json", "--format", "json"],
    )
    .exits(0);
    assert_eq!(codes(&ran), ["EX903"]);
    fs::remove_dir_all(room.at("copy/broken")).unwrap();
    let ran = check(&room, &["copy", "--baseline", "known.json"]).exits(0);
    assert!(
        ran.stderr
            .contains("broken/app.db: the baseline accepts findings of it, and it is not here"),
        "{ran}"
    );
    let ran = check(&room, &["copy", "known.json", "--baseline", "known.json"]).exits(2);
    assert!(
        ran.stderr.contains("a baseline goes with one PATH"),
        "{ran}"
    );
}

/// What could not be read is not accepted by leaving it out.
#[test]
fn no_baseline_is_written_of_a_part() {
    let room = room();
    room.write("data/three.tar", "ustar");
    let whole = tar_of(&room.read("data/two/app.db"), 1);
    room.write("data/three.tar", &whole[..700]);
    let ran = check(&room, &["data", "--write-baseline", "known.json"]);
    assert!(ran.stderr.contains("nothing was written"), "{ran}");
    assert!(!room.at("known.json").exists());
    assert_ne!(ran.status, Some(0));
}

/// Each report says what is not as expected, and what is accepted.
#[test]
fn every_report_says_it() {
    let room = Room::new();
    room.copy("bad/RC201-row-missing-from-index", "data");
    check(&room, &["data", "--write-baseline", "known.json"]).exits(1);
    let mut args = vec![
        "data".to_owned(),
        "--baseline".to_owned(),
        "known.json".to_owned(),
    ];
    args.extend(["--expect", "users > 0", "--expect", "orders > 0"].map(str::to_owned));
    let formats = [
        "full", "concise", "json", "jsonl", "sarif", "junit", "markdown", "html",
    ];
    args.extend(formats.map(|format| format!("--report={format}=all.{format}")));
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    check(&room, &args).exits(1);
    for format in formats {
        let report = String::from_utf8(room.read(&format!("all.{format}"))).unwrap();
        assert!(
            report.contains("there is no table users"),
            "{format}: {report}"
        );
        assert!(report.contains("accepted"), "{format}: {report}");
    }
    let sarif: serde_json::Value = serde_json::from_slice(&room.read("all.sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let result = |code: &str| results.iter().find(|it| it["ruleId"] == code).unwrap();
    assert_eq!(result("RC201")["suppressions"][0]["status"], "accepted");
    assert!(result("EX102")["suppressions"].is_null());
    let schema = fs::read(root().join("docs/schema/check.schema.json")).unwrap();
    let schema: serde_json::Value = serde_json::from_slice(&schema).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&room.read("all.json")).unwrap();
    assert!(jsonschema::is_valid(&schema, &json), "{json}");
    let junit = String::from_utf8(room.read("all.junit")).unwrap();
    assert!(junit.contains(r#"type="not as expected""#), "{junit}");
}

/// A database that lacks more pages than it did is not the one that was accepted.
#[test]
fn a_file_that_lacks_more_is_another_finding() {
    let room = Room::new();
    room.copy("bad/DB101-size-exceeds-file", "data");
    check(&room, &["data", "--write-baseline", "known.json"]).exits(1);
    check(&room, &["data", "--baseline", "known.json"]).exits(0);
    let bytes = room.read("data/app.db");
    room.write("data/app.db", &bytes[..bytes.len() - 512]);
    check(&room, &["data", "--baseline", "known.json"]).exits(1);
}
