//! What happens to a long run from outside: it is interrupted, or its input changes under it.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::cell::Cell;
use std::fs::{self, File};
use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use support::{Ran, Room, names};

mod support;

/// Enough for a run to be met in its middle.
const PAGES: u32 = 24_000;

fn long() -> Room {
    let room = Room::new();
    let (database, wal) = support::long_set(PAGES);
    room.write("app.db", database);
    room.write("app.db-wal", wal);
    fs::create_dir(room.at("out")).unwrap();
    room
}

fn start(room: &Room, line: &str) -> Child {
    start_ignoring(room, line, None)
}

/// Starts a run that ignores this signal from its beginning.
fn start_ignoring(room: &Room, line: &str, ignored: Option<&str>) -> Child {
    // Whoever runs the tests may ignore signals, as nohup does: the program shall not inherit that.
    Command::new("env")
        .arg("--default-signal=INT,TERM,HUP")
        .args(ignored.map(|name| format!("--ignore-signal={name}")))
        .arg(support::PROGRAM)
        .args(line.split(' '))
        .current_dir(room.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Starts a run, and stops it where `there` is true. A machine that is busy with other things may miss it: then again.
fn meet(room: &Room, line: &str, there: impl Fn(&Child) -> bool) -> Child {
    meet_started(room, line, &|| start(room, line), there)
}

fn meet_started(
    room: &Room,
    line: &str,
    start: &dyn Fn() -> Child,
    there: impl Fn(&Child) -> bool,
) -> Child {
    for _ in 0..20 {
        let mut child = start();
        let started = Instant::now();
        while child.try_wait().unwrap().is_none() && started.elapsed() < Duration::from_secs(30) {
            if there(&child) {
                signal(&child, "-STOP");
                if there(&child) {
                    return child;
                }
                break;
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        let _ = child.kill();
        child.wait().unwrap();
        fs::remove_dir_all(room.at("out")).unwrap();
        fs::create_dir(room.at("out")).unwrap();
    }
    panic!("{line} was never met in its middle");
}

/// Meets a run that has begun its output, and so opened its inputs.
fn meet_writing(room: &Room, line: &str) -> Child {
    meet(room, line, |_| has_temporary(room))
}

fn has_temporary(room: &Room) -> bool {
    let names = names(&room.at("out"));
    names.iter().any(|name| name.starts_with(".stillframe-"))
}

/// Lets a run that was met go on to its end.
fn end(line: &str, child: Child) -> Ran {
    signal(&child, "-CONT");
    Ran::new(line.to_owned(), child.wait_with_output().unwrap())
}

fn signal(child: &Child, signal: &str) {
    let sent = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

const WRITING: [&str; 2] = [
    "rebuild app.db -o out/new.db",
    "compact app.db-wal -o out/new.db-wal",
];

#[test]
fn an_interrupted_run_leaves_nothing() {
    let room = long();
    for line in WRITING {
        for name in ["-INT", "-TERM", "-HUP"] {
            let child = meet_writing(&room, line);
            signal(&child, name);
            end(line, child).exits(130).quietly();
            assert!(names(&room.at("out")).is_empty(), "{line} {name}");
        }
    }
    assert_eq!(names(room.path()), ["app.db", "app.db-wal", "out"]);
}

/// A shell starts what is in the background of a script with SIGINT ignored, and nohup with SIGHUP: that stays so, and
/// the other signals still leave nothing.
#[test]
fn an_ignored_signal_stays_ignored_and_the_others_leave_nothing() {
    let room = long();
    let line = WRITING[0];
    for (ignored, name) in [("INT", "-TERM"), ("INT", "-HUP"), ("HUP", "-INT")] {
        let child = meet_started(
            &room,
            line,
            &|| start_ignoring(&room, line, Some(ignored)),
            |_| has_temporary(&room),
        );
        signal(&child, name);
        end(line, child).exits(130).quietly();
        assert!(names(&room.at("out")).is_empty(), "{ignored} {name}");
    }
    for ignored in ["INT", "TERM", "HUP"] {
        let child = meet_started(
            &room,
            line,
            &|| start_ignoring(&room, line, Some(ignored)),
            |_| has_temporary(&room),
        );
        signal(&child, &format!("-{ignored}"));
        // Its pages are noise.
        end(line, child).exits(1).quietly();
        assert_eq!(names(&room.at("out")), ["new.db"], "{ignored}");
        fs::remove_file(room.at("out/new.db")).unwrap();
    }
}

/// The limit for files, which a shell sets in blocks of 512 or of 1,024 bytes, is met by a write that fails.
#[test]
fn an_output_past_the_file_size_limit_leaves_nothing() {
    let room = long();
    let limited = |line: &str| {
        let script = format!("ulimit -f 64; exec {} {line}", support::PROGRAM);
        // The runner of the tests may ignore the signal: the program shall not inherit that.
        let output = Command::new("env")
            .args(["--default-signal=XFSZ", "bash", "-c", &script])
            .current_dir(room.path())
            .output();
        Ran::new(script, output.unwrap())
    };
    for line in WRITING {
        for line in [line.to_owned(), format!("{line} --no-mmap")] {
            let ran = limited(&line).exits(2).complains(&["out/new.db"]);
            assert!(names(&room.at("out")).is_empty(), "{ran}");
        }
    }
    let line = "inspect --frames --format json app.db > out/list";
    limited(line).exits(2).complains(&["standard output"]);
}

fn append(room: &Room, name: &str) {
    let mut file = File::options().append(true).open(room.at(name)).unwrap();
    file.write_all(&[0; 4120]).unwrap();
}

#[test]
fn nothing_is_written_of_an_input_that_changes() {
    for (line, changing) in [
        (WRITING[0], "app.db"),
        (WRITING[0], "app.db-wal"),
        (WRITING[1], "app.db-wal"),
    ] {
        let room = long();
        let child = meet_writing(&room, line);
        append(&room, changing);
        let ran = end(line, child).exits(3);
        let ran = ran.complains(&[changing, "grew", "nothing was written"]);
        assert_eq!(ran.stdout, "");
        assert!(names(&room.at("out")).is_empty(), "{ran}");
    }
}

/// A mapping of bytes that are gone would end the process: files that others may be writing are to be read.
#[test]
fn an_input_that_is_cut_while_it_is_read_is_said_to_be() {
    for line in WRITING {
        let room = long();
        let line = format!("{line} --no-mmap");
        let child = meet_writing(&room, &line);
        let wal = File::options()
            .write(true)
            .open(room.at("app.db-wal"))
            .unwrap();
        wal.set_len(4096).unwrap();
        let ran = end(&line, child).exits(3).complains(&["app.db-wal"]);
        assert!(names(&room.at("out")).is_empty(), "{ran}");
    }
}

/// Verbs that write nothing are met when they have opened the file.
#[cfg(target_os = "linux")]
#[test]
fn an_input_that_changes_while_it_is_read_is_said_to() {
    for (line, changing) in [
        ("check app.db", "app.db-wal"),
        ("check app.db", "app.db"),
        ("check b.tar", "b.tar"),
        ("check b.tar.gz", "b.tar.gz"),
        ("inspect --frames app.db", "app.db-wal"),
        ("log app.db", "app.db-wal"),
        ("compact --dry-run app.db", "app.db-wal"),
    ] {
        let room = long();
        if line.contains("tar") {
            let files = ["app.db", "app.db-wal"].map(|name| (name, room.read(name)));
            let tar = stillframe_testkit::archives::tar(&files);
            let packed = stillframe_testkit::archives::gzip(&tar);
            room.write("b.tar", tar);
            room.write("b.tar.gz", packed);
        }
        // A small file is not kept open.
        let kept = match changing {
            "app.db" => "app.db-wal",
            other => other,
        };
        let seen = Cell::new(0);
        let child = meet(&room, line, |child| {
            let open = format!("/proc/{}/fd", child.id());
            let entries = fs::read_dir(open).into_iter().flatten().flatten();
            let mut files = entries.filter_map(|entry| fs::read_link(entry.path()).ok());
            // Between opening it and asking how long it is there is a moment, and it is not that one that is meant.
            let is_open = files.any(|file| file.ends_with(kept));
            seen.set(if is_open { seen.get() + 1 } else { 0 });
            seen.get() > 25
        });
        append(&room, changing);
        let ran = end(line, child).exits(3);
        if line.starts_with("check") {
            let words = ["changed while reading", "SET001", "grew from"];
            let told = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words.iter().all(|it| told.contains(it)), "{ran}");
        } else {
            ran.complains(&[changing, "grew"]);
        }
    }
}
