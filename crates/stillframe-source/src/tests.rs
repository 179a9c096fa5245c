use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use tempfile::{TempDir, tempdir};

use crate::source::{MAP_FROM, SMALL, SPOOL_IN_MEMORY};
use crate::{Access, Change, Error, Memory, Source, Window};

const BOTH: [Access; 2] = [Access::Map, Access::Read];

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i * 31 + i / 251) as u8).collect()
}

fn file_of(length: usize) -> (TempDir, PathBuf) {
    let folder = tempdir().unwrap();
    let path = folder.path().join("app.db");
    fs::write(&path, bytes(length)).unwrap();
    (folder, path)
}

/// Every pair of edges: around the ends, the pages, the allocation granularity and the limits.
fn compare_windows(source: &Source, expected: &[u8]) {
    let length = expected.len();
    let edges: Vec<usize> = [0, 1, 4096, SMALL as usize, MAP_FROM, length / 2, length]
        .into_iter()
        .flat_map(|edge| [edge.wrapping_sub(1), edge, edge + 1])
        .filter(|edge| *edge <= length + 1)
        .collect();
    for &offset in &edges {
        for &count in &edges {
            let window = source.window(offset as u64, count);
            let mut buffer = vec![0xee; count];
            let read = source.read_exact_at(offset as u64, &mut buffer);
            match expected.get(offset..offset + count) {
                Some(expected) => {
                    assert!(*window.unwrap() == *expected, "{count} at {offset}");
                    read.unwrap();
                    assert!(buffer == expected, "{count} at {offset}");
                }
                None => {
                    for error in [window.unwrap_err(), read.unwrap_err()] {
                        let Error::UnexpectedEnd {
                            offset: o, end: e, ..
                        } = error
                        else {
                            panic!("{error}");
                        };
                        assert_eq!((o, e), (offset as u64, length as u64));
                    }
                }
            }
        }
    }
    assert!(source.window(u64::MAX, 1).is_err());
    assert!(source.window(1, usize::MAX).is_err());
}

#[test]
fn windows_are_what_the_file_holds() {
    for length in [0, 1, 511, 65_535, 65_536, 65_537, 600_001] {
        let (_folder, path) = file_of(length);
        let expected = fs::read(&path).unwrap();
        for access in BOTH {
            let source = Source::open(&path, access).unwrap();
            assert_eq!(source.len(), length as u64);
            assert_eq!(source.is_empty(), length == 0);
            assert_eq!(source.changed().unwrap(), None);
            compare_windows(&source, &expected);
        }
        compare_windows(&Source::from_bytes("bytes", expected.clone()), &expected);
        let source = Source::from_reader("reader", &expected[..], Access::Map).unwrap();
        compare_windows(&source, &expected);
    }
}

#[test]
fn a_window_is_had_in_the_cheapest_way() {
    let (_folder, path) = file_of(600_000);
    let source = Source::open(&path, Access::Map).unwrap();
    let window = source.window(4096, MAP_FROM).unwrap();
    assert!(matches!(window, Window::Mapped(_)));
    assert_eq!(window.as_ref().len(), MAP_FROM);
    let window = source.window(0, MAP_FROM - 1).unwrap();
    assert!(matches!(window, Window::Owned(_)));
    let source = Source::open(&path, Access::Read).unwrap();
    assert!(matches!(
        source.window(0, MAP_FROM).unwrap(),
        Window::Owned(_)
    ));

    let (_folder, path) = file_of(SMALL as usize);
    let source = Source::open(&path, Access::Map).unwrap();
    assert!(matches!(source.window(0, 9).unwrap(), Window::Borrowed(_)));
}

#[test]
fn a_source_is_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    let (_folder, path) = file_of(600_000);
    let expected = fs::read(&path).unwrap();
    let source = Source::open(&path, Access::Map).unwrap();
    shared(&source);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| compare_windows(&source, &expected));
        }
    });
}

#[test]
fn a_file_knows_its_name_and_time() {
    let (_folder, path) = file_of(10);
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    file.set_modified(time).unwrap();
    let source = Source::open(&path, Access::Map).unwrap();
    assert_eq!(source.name(), path.to_str().unwrap());
    assert_eq!(source.path(), Some(path.as_path()));
    assert_eq!(source.modified(), Some(time));
    let source = Source::from_bytes("archive.tar!app.db", vec![1]);
    assert_eq!(source.name(), "archive.tar!app.db");
    assert_eq!((source.path(), source.modified()), (None, None));
    assert_eq!(source.changed().unwrap(), None);
    assert!(source.reopen().unwrap().is_none());
}

#[test]
fn changes_are_seen() {
    for length in [100, 300_000] {
        let (folder, path) = file_of(length);
        let before = length as u64;
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        let opened = || Source::open(&path, Access::Map).unwrap();

        let source = opened();
        file.set_len(before + 5).unwrap();
        let grew = source.changed().unwrap().unwrap();
        let after = before + 5;
        assert_eq!(grew, Change::Grew { before, after });
        assert_eq!(
            grew.to_string(),
            format!("grew from {before} to {after} bytes")
        );
        assert!(source.window(before, 1).is_err(), "the length is fixed");

        let source = opened();
        file.set_len(before - 1).unwrap();
        let shrank = Change::Shrank {
            before: before + 5,
            after: before - 1,
        };
        assert_eq!(source.changed().unwrap(), Some(shrank));

        let source = opened();
        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(source.changed().unwrap(), Some(Change::Modified));

        let source = opened();
        fs::rename(&path, folder.path().join("moved")).unwrap();
        assert_eq!(source.changed().unwrap(), Some(Change::Removed));
        assert!(matches!(source.reopen(), Err(Error::Open { .. })));
        fs::create_dir(&path).unwrap();
        assert_eq!(source.changed().unwrap(), Some(Change::Replaced));
        assert!(matches!(source.reopen(), Err(Error::NotAFile { .. })));
    }
}

#[cfg(unix)]
#[test]
fn a_file_renamed_over_it_is_seen() {
    let (folder, path) = file_of(100);
    let source = Source::open(&path, Access::Map).unwrap();
    let mut again = source.reopen().unwrap().unwrap();
    let mut text = Vec::new();
    again.read_to_end(&mut text).unwrap();
    assert_eq!(text, bytes(100));

    let other = folder.path().join("other");
    fs::copy(&path, &other).unwrap();
    let time = source.modified().unwrap();
    let file = OpenOptions::new().write(true).open(&other).unwrap();
    file.set_modified(time).unwrap();
    fs::rename(&other, &path).unwrap();
    assert_eq!(source.changed().unwrap(), Some(Change::Replaced));
    let error = source.reopen().unwrap_err();
    assert!(matches!(error, Error::Replaced { .. }));
}

#[test]
fn a_file_cut_short_is_an_error_in_both_accesses() {
    for access in BOTH {
        let (_folder, path) = file_of(600_000);
        let source = Source::open(&path, access).unwrap();
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(300_000).unwrap();
        let Err(Error::UnexpectedEnd { end, .. }) = source.window(100_000, MAP_FROM) else {
            panic!("{access:?}");
        };
        assert_eq!(end, 300_000);
        assert!(source.window(0, MAP_FROM).is_ok());
    }
}

#[test]
fn what_is_not_a_file_is_refused() {
    let folder = tempdir().unwrap();
    let error = Source::open(folder.path(), Access::Map).unwrap_err();
    assert_eq!(error.name(), folder.path().to_str().unwrap());
    assert!(
        error
            .to_string()
            .contains("a directory, not a regular file; name a file in it")
    );

    let error = Source::open(&folder.path().join("none"), Access::Map).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("it does not exist; check the path")
    );
    assert!(std::error::Error::source(&error).is_some());
}

#[cfg(unix)]
#[test]
fn a_pipe_is_refused_and_not_waited_for() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.unwrap().success());
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || send.send(Source::open(&path, Access::Map)).ok());
    let opened = receive
        .recv_timeout(Duration::from_secs(20))
        .expect("hangs");
    let message = opened.unwrap_err().to_string();
    assert!(message.contains("a named pipe"), "{message}");

    let error = Source::open("/dev/zero".as_ref(), Access::Map).unwrap_err();
    assert!(error.to_string().contains("it is a device"), "{error}");
    let socket = folder.path().join("socket");
    let _socket = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let error = Source::open(&socket, Access::Map).unwrap_err();
    assert!(error.to_string().contains("it is a socket"), "{error}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_need_not_be_utf_8() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempdir().unwrap();
    let path = folder.path().join(std::ffi::OsStr::from_bytes(b"a\xff.db"));
    fs::write(&path, "x").unwrap();
    let source = Source::open(&path, Access::Map).unwrap();
    assert!(source.name().ends_with("a\u{fffd}.db"));
    assert_eq!(source.path(), Some(path.as_path()));
    let walked: Vec<_> = crate::walk(folder.path()).map(Result::unwrap).collect();
    let is_link = false;
    assert_eq!(walked, [crate::Walked { path, is_link }]);
}

#[test]
fn a_stream_is_kept_in_memory_or_in_a_file() {
    let total = SPOOL_IN_MEMORY as usize + 300_001;
    for access in BOTH {
        let reader = bytes(total);
        let source = Source::from_reader("-", &reader[..], access).unwrap();
        assert_eq!((source.name(), source.len()), ("-", total as u64));
        compare_windows(&source, &reader);
        let mapped = matches!(source.window(7, MAP_FROM).unwrap(), Window::Mapped(_));
        assert_eq!(mapped, access == Access::Map);
        let source = Source::from_reader("-", &reader[..SPOOL_IN_MEMORY as usize], access).unwrap();
        assert!(matches!(source.window(0, 1).unwrap(), Window::Borrowed(_)));
    }
}

#[test]
fn a_stream_that_breaks_says_where() {
    struct Broken(u8);
    impl Read for Broken {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0 += 1;
            match self.0 {
                1 => Err(io::ErrorKind::Interrupted.into()),
                2 => Ok(buffer.len().min(1000)),
                _ => Err(io::ErrorKind::BrokenPipe.into()),
            }
        }
    }
    let error = Source::from_reader("-", Broken(0), Access::Map).unwrap_err();
    let Error::Read { offset, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(offset, 1000);
}

#[test]
fn a_huge_file_costs_what_is_read_of_it() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("huge.db");
    let length = 8 << 30;
    File::create(&path).unwrap().set_len(length).unwrap();
    let start = Instant::now();
    for access in BOTH {
        let source = Source::open(&path, access).unwrap();
        assert_eq!(source.len(), length);
        assert_eq!(*source.window(0, 100).unwrap(), [0; 100]);
        let last = source.window(length - 300_000, 300_000).unwrap();
        assert!(last.iter().all(|byte| *byte == 0));
    }
    assert!(start.elapsed() < Duration::from_secs(5));
}

/// Resident memory counts mapped pages: it must be that of a window, not of the file.
#[cfg(target_os = "linux")]
#[test]
fn streaming_needs_the_memory_of_a_window() {
    fn resident() -> u64 {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let mut words = line.unwrap().split_whitespace();
        words.nth(1).unwrap().parse::<u64>().unwrap() * 1024
    }
    let folder = tempdir().unwrap();
    let path = folder.path().join("large.db");
    let (length, step) = (512 << 20, 4 << 20);
    File::create(&path).unwrap().set_len(length).unwrap();
    let source = Source::open(&path, Access::Map).unwrap();
    let before = resident();
    let mut most = 0;
    for offset in (0..length).step_by(step) {
        let window = source.window(offset, step).unwrap();
        assert!(window.iter().step_by(4096).all(|byte| *byte == 0));
        most = most.max(resident());
    }
    assert!(most < before + (64 << 20), "from {before} to {most}");
}

/// SQLite locks bytes of files that are in use, and on Windows a lock keeps others from reading.
#[cfg(windows)]
#[test]
#[expect(
    clippy::incompatible_msrv,
    reason = "tests are built with the newest compiler"
)]
fn what_another_has_locked_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db-shm");
    std::fs::write(&path, vec![7; 32 << 10]).unwrap();
    let writer = std::fs::File::options().write(true).open(&path).unwrap();
    writer.lock().unwrap();
    for access in [Access::Map, Access::Read] {
        let source = Source::open(&path, access).unwrap();
        assert_eq!(&*source.window(100, 3).unwrap(), [7; 3]);
    }
}

#[test]
fn a_part_is_a_range_of_another() {
    let (_folder, path) = file_of(600_001);
    let expected = fs::read(&path).unwrap();
    for access in BOTH {
        let whole = Arc::new(Source::open(&path, access).unwrap());
        let part = Source::part_of(&whole, "member", 4097, 500_000).unwrap();
        compare_windows(&part, &expected[4097..][..500_000]);
        let inner = Source::part_of(&Arc::new(part), "inner", 3, 70_000).unwrap();
        compare_windows(&inner, &expected[4100..][..70_000]);
        assert_eq!((inner.path(), inner.file()), (None, Some(path.as_path())));
        for (start, length) in [(600_001, 1), (0, 600_002), (u64::MAX, 2)] {
            let error = Source::part_of(&whole, "member", start, length).unwrap_err();
            assert!(
                matches!(error, Error::UnexpectedEnd { end: 600_001, .. }),
                "{error}"
            );
        }
        assert_eq!(inner.changed().unwrap(), None);
    }
}

#[test]
fn what_is_taken_out_is_in_memory_while_there_is_room() {
    let (_folder, path) = file_of(10);
    let whole = Arc::new(Source::open(&path, Access::Map).unwrap());
    let memory = Memory::new(400_000);
    let taken = |length: usize| {
        let bytes = bytes(length);
        let (source, error) =
            Source::taken_out(&whole, "member", &bytes[..], &memory, Access::Read).unwrap();
        assert!(error.is_none());
        compare_windows(&source, &bytes);
        source
    };
    let is_in_memory =
        |source: &Source| matches!(source.window(0, 10_000).unwrap(), Window::Borrowed(_));
    let first = taken(300_000);
    assert!(is_in_memory(&first));
    let second = taken(300_000);
    assert!(!is_in_memory(&second));
    drop(first);
    assert!(is_in_memory(&taken(300_000)), "the room was given back");
    assert!(!is_in_memory(&taken(400_001)));

    // It changes with the file it comes from.
    assert_eq!(second.file(), Some(path.as_path()));
    fs::write(&path, b"longer than ten").unwrap();
    assert!(matches!(
        second.changed().unwrap(),
        Some(Change::Grew { before: 10, .. })
    ));
}

#[test]
fn what_a_stream_gave_before_it_failed_is_kept() {
    struct Failing(usize);
    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0 == 0 {
                return Err(io::Error::other("the archive is cut short"));
            }
            let count = buffer.len().min(self.0);
            buffer[..count].fill(7);
            self.0 -= count;
            Ok(count)
        }
    }
    let whole = Arc::new(Source::from_bytes("a.tar", Vec::new()));
    for room in [0, 1_000_000] {
        let memory = Memory::new(room);
        let (source, error) =
            Source::taken_out(&whole, "member", Failing(200_001), &memory, Access::Map).unwrap();
        compare_windows(&source, &[7; 200_001]);
        assert!(matches!(
            error,
            Some(Error::Read {
                offset: 200_001,
                ..
            })
        ));
    }
}

#[test]
fn zeros_of_a_stream_take_no_room_on_the_disk() {
    let whole = Arc::new(Source::from_bytes("a.tar", Vec::new()));
    let mut expected = bytes(100_000);
    expected.resize(900_000, 0);
    let (source, error) = Source::taken_out(
        &whole,
        "member",
        &expected[..],
        &Memory::new(0),
        Access::Map,
    )
    .unwrap();
    assert!(error.is_none());
    compare_windows(&source, &expected);
}
