//! Outputs are complete or not there, and never in the place of something else.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::fs;

use stillframe_testkit::builder::{Plan, SetBuilder};
use support::{Room, names};

mod support;

#[test]
fn what_exists_is_replaced_only_by_force() {
    let room = Room::live();
    room.write("old", b"precious");
    for line in ["rebuild app.db -o old", "compact app.db-wal -o old"] {
        let before = room.state();
        room.run(line).exits(2).complains(&["old", "--force"]);
        assert!(room.state().changes(&before).is_empty());
        assert_eq!(room.read("old"), b"precious");
    }
    room.run("rebuild app.db -o new.db").exits(0);
    room.run("rebuild app.db -o old --force").exits(0);
    assert_eq!(room.read("old"), room.read("new.db"));
    room.run("compact app.db-wal -o new").exits(0);
    room.run("compact app.db-wal -o old --force").exits(0);
    assert_eq!(room.read("old"), room.read("new"));
    let all = ["app.db", "app.db-wal", "new", "new.db", "old"];
    assert_eq!(names(room.path()), all);
}

#[test]
fn an_input_or_its_sidecar_is_never_the_output() {
    let room = Room::live();
    fs::hard_link(room.at("app.db"), room.at("alias")).unwrap();
    let before = room.state();
    for target in [
        "app.db",
        "app.db-wal",
        "app.db-shm",
        "app.db-journal",
        "./app.db",
        "alias",
    ] {
        for line in [
            format!("rebuild app.db --force -o {target}"),
            format!("compact app.db-wal --force -o {target}"),
            format!("compact app.db --force -o {target}"),
        ] {
            room.run(&line).exits(2).complains(&[target, "input"]);
        }
    }
    room.run("rebuild alias --wal app.db-wal --force -o app.db-wal")
        .exits(2)
        .complains(&["input"]);
    assert!(room.state().changes(&before).is_empty());
}

/// A file of such a name decides what becomes of the journals of several databases.
#[test]
fn a_super_journal_is_never_the_output() {
    let room = Room::live();
    room.write("app.db-mj0123459AB", b"app.db-journal");
    let before = room.state();
    for name in ["app.db-mj0123459AB", "app.db-mjFEDCBA900"] {
        for verb in ["rebuild app.db", "compact app.db-wal"] {
            let ran = room.run(&format!("{verb} --force -o {name}")).exits(2);
            ran.complains(&["a super-journal of the input app.db"]);
        }
    }
    assert!(room.state().changes(&before).is_empty());
}

#[test]
fn standard_output_is_no_output() {
    let room = Room::live();
    for verb in ["rebuild app.db", "compact app.db-wal"] {
        for force in ["", " --force"] {
            let ran = room.run(&format!("{verb}{force} -o -")).exits(2);
            ran.complains(&["standard output", "./-"]);
        }
    }
    assert_eq!(names(room.path()), ["app.db", "app.db-wal"]);
    room.run("rebuild app.db -o ./-").exits(0);
    assert_eq!(names(room.path()), ["-", "app.db", "app.db-wal"]);
}

#[test]
fn a_database_is_not_put_beside_what_sqlite_would_apply_to_it() {
    for sidecar in ["out.db-wal", "out.db-journal", "out.db-shm"] {
        let room = Room::live();
        room.write(sidecar, b"");
        let before = room.state();
        for line in [
            "rebuild app.db -o out.db",
            "rebuild app.db --force -o out.db",
        ] {
            room.run(line).exits(2).complains(&[sidecar]);
        }
        assert!(room.state().changes(&before).is_empty());
    }
}

#[test]
fn nothing_is_left_of_what_could_not_be_done() {
    for (fixture, file) in [
        ("bad/DB001-not-a-database", "app.db"),
        ("bad/WAL203-page-missing", "app.db"),
        ("bad/WAL202-growth-refused", "app.db"),
        ("bad/WAL005-version-unsupported", "app.db-wal"),
        ("sets/wal-hole", "app.db-wal"),
    ] {
        let room = Room::new();
        room.copy(fixture, ".");
        fs::create_dir(room.at("out")).unwrap();
        let verb = match file {
            "app.db" => "rebuild",
            _ => "compact",
        };
        room.run(&format!("{verb} {file} -o out/new"))
            .exits(1)
            .complains(&[file]);
        assert!(names(&room.at("out")).is_empty());
    }
}

#[test]
fn a_place_that_cannot_be_written_to_is_named() {
    let room = Room::live();
    fs::create_dir(room.at("folder")).unwrap();
    for target in ["folder", "missing/out", "app.db/out"] {
        for verb in ["rebuild app.db", "compact app.db-wal"] {
            let ran = room.run(&format!("{verb} --force -o {target}"));
            ran.exits(2)
                .complains(&[target.strip_suffix("/out").unwrap_or(target)]);
        }
    }
    #[cfg(unix)]
    for target in ["/dev/null", "/dev/full"] {
        let ran = room.run(&format!("rebuild app.db --force -o {target}"));
        ran.exits(2).complains(&[target, "not a regular file"]);
    }
    assert_eq!(names(room.path()), ["app.db", "app.db-wal", "folder"]);
    assert!(names(&room.at("folder")).is_empty());
}

#[test]
fn a_dry_run_writes_nothing() {
    let room = Room::live();
    let before = room.state();
    let dry = room
        .run("compact app.db-wal --dry-run --format json")
        .exits(0)
        .json();
    // Not even the file that is named.
    let ran = room.run("compact app.db-wal --dry-run -o new").exits(0);
    assert!(ran.stdout.contains("new is not written"), "{ran}");
    assert!(room.state().changes(&before).is_empty());
    let done = room
        .run("compact app.db-wal --format json -o new")
        .exits(0)
        .json();
    assert_eq!(dry["bytes_after"], done["bytes_after"]);
    assert_eq!(done["bytes_after"], room.read("new").len());
}

/// Runs a shell script in mount namespaces of its own, where it may make disks of its own. `None`, and a line that says
/// so, where that is not allowed.
#[cfg(target_os = "linux")]
fn with_mounts(room: &Room, script: &str) -> Option<support::Ran> {
    let script = format!("P='{}'\n{script}", support::PROGRAM);
    for namespaces in [&["--mount"][..], &["--map-root-user", "--mount"]] {
        let output = std::process::Command::new("unshare")
            .args(namespaces)
            .args(["sh", "-c", &script])
            .current_dir(room.path())
            .output();
        match output {
            Ok(output) if output.status.code() == Some(0) => {
                return Some(support::Ran::new(script, output));
            }
            _ => {}
        }
    }
    support::skipped("no disk can be mounted here");
    None
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_nothing() {
    let room = Room::live();
    let (database, wal) = support::long_set(1000);
    room.write("big.db", database);
    room.write("big.db-wal", wal);
    let rows = SetBuilder::new("rows", &Plan::default());
    rows.sql("CREATE TABLE t(b); INSERT INTO t VALUES(zeroblob(1000000));");
    room.write("rows.db", rows.close());
    fs::create_dir(room.at("disk")).unwrap();
    let ran = with_mounts(
        &room,
        "mount -t tmpfs -o size=1m tmpfs disk || exit 77
        $P rebuild big.db -o disk/out.db; echo $?; ls -A disk
        $P compact big.db-wal -o disk/out.db-wal; echo $?; ls -A disk
        $P dump rows.db -o disk/out.sql; echo $?; ls -A disk
        echo kept > disk/old.db; $P rebuild big.db -o disk/old.db --force; echo $?; ls -A disk; cat disk/old.db
        dd if=/dev/zero of=disk/fill bs=4096 2>/dev/null
        $P inspect rows.db --svg disk/out.svg > /dev/null; echo $?; ls -A disk; rm disk/fill
        TMPDIR=disk $P check - < big.db-wal; echo $?; ls -A disk",
    );
    let Some(ran) = ran else { return };
    assert_eq!(
        ran.stdout, "2\n2\n2\n2\nold.db\nkept\n2\nfill\nold.db\n3\nold.db\n",
        "{ran}"
    );
    let mut said: Vec<&str> = ran.stderr.lines().collect();
    assert!(said.pop().unwrap().contains("TMPDIR"), "{ran}");
    let full = |name| {
        format!(
            "stillframe: disk/{name}: cannot be written, and nothing was made: No space left on device (os error 28)"
        )
    };
    let names = ["out.db", "out.db-wal", "out.sql", "old.db", "out.svg"];
    assert_eq!(said, names.map(full), "{ran}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_cannot_be_written_to_is_read() {
    let room = Room::new();
    room.copy("good/live-wal", "disk");
    let ran = with_mounts(
        &room,
        "mount --bind disk disk && mount -o remount,bind,ro disk || exit 77
        for verb in check inspect; do $P $verb disk > verb; echo $?; done
        $P log disk/app.db > verb; echo $?
        $P rebuild disk/app.db -o out.db > verb; echo $?
        $P rebuild disk/app.db -o disk/out.db; echo $?; ls -A disk",
    );
    let Some(ran) = ran else { return };
    assert_eq!(ran.stdout, "0\n0\n0\n0\n2\napp.db\napp.db-wal\n", "{ran}");
    ran.complains(&["disk"]);
}

/// Nobody reads from a pipe that is named as the output: to open it would take for ever.
#[cfg(unix)]
#[test]
fn an_output_is_a_regular_file() {
    let room = Room::live();
    let made = std::process::Command::new("mkfifo")
        .arg(room.at("pipe"))
        .status();
    assert!(made.unwrap().success());
    for line in [
        "rebuild app.db -o pipe",
        "rebuild app.db -o pipe --force",
        "compact app.db-wal -o pipe --force",
    ] {
        room.run(line).exits(2).complains(&["pipe", "regular file"]);
    }
}

/// A picture is a file like every other output: whole, and never in the place of another unless that is asked for.
#[test]
fn a_picture_is_an_output() {
    let room = Room::with(&["good/auto-vacuum"]);
    let line = "inspect --svg map.svg fixtures/good/auto-vacuum";
    room.run(line).exits(0).quietly();
    let picture = String::from_utf8(room.read("map.svg")).unwrap();
    assert!(
        picture.starts_with("<svg ") && picture.ends_with("</svg>\n"),
        "{picture}"
    );
    for part in [
        "<title>page 2: pointer map</title>",
        "<title>pages 5-7: overflow of table orders</title>",
        ">index orders_by_customer <",
    ] {
        assert!(picture.contains(part), "no {part:?} in {picture}");
    }
    room.run(line).exits(2).complains(&["map.svg", "exists"]);
    room.write("map.svg", "old");
    room.run(&format!("{line} --force")).exits(0).quietly();
    assert_eq!(room.read("map.svg"), picture.as_bytes());
    let input =
        "inspect --force --svg fixtures/good/auto-vacuum/app.db-wal fixtures/good/auto-vacuum";
    room.run(input)
        .exits(2)
        .complains(&["app.db-wal is an input"]);
    let several =
        "inspect --svg other.svg fixtures/good/auto-vacuum fixtures/good/auto-vacuum/app.db app.db";
    room.run(several)
        .exits(2)
        .complains(&["--svg", "one database"]);
    assert!(!room.at("other.svg").exists());
}
