//! Inputs that are mapped, and become shorter while what is in them is written.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use stillframe_history::compact::{Keep, Plan};
use stillframe_history::rebuild::{Start, rebuild};
use stillframe_history::{BackupSet, Bytes, Error, Image, Input, Window};
use stillframe_source::{Access, Source};
use stillframe_testkit::naive;

/// So large that the header of a frame and the end of its page are not in one page of the system's.
const PAGE: usize = 65_536;

/// A mapped file that another process cuts short once a part of it was asked for.
struct Shrinking {
    source: Source,
    path: PathBuf,
    /// Whether it is to be cut.
    armed: Arc<AtomicBool>,
}

impl Bytes for Shrinking {
    fn len(&self) -> u64 {
        self.source.len()
    }

    fn window(&self, offset: u64, length: usize) -> io::Result<Window<'_>> {
        let window = self.source.window(offset, length).unwrap();
        if self.armed.load(Ordering::Relaxed) {
            let file = File::options().write(true).open(&self.path).unwrap();
            file.set_len(self.len() - 32_768).unwrap();
        }
        Ok(Window::Kept(Box::new(window)))
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.source.read_exact_at(offset, buffer).unwrap();
        Ok(())
    }
}

fn shrinking(path: &Path, content: &[u8], armed: &Arc<AtomicBool>) -> Input {
    fs::write(path, content).unwrap();
    let name = path.file_name().unwrap().to_str().unwrap();
    Input::new(
        name,
        Shrinking {
            source: Source::open(path, Access::Map).unwrap(),
            path: path.to_path_buf(),
            armed: Arc::clone(armed),
        },
    )
}

/// How many pages are written from each file: enough for them to be mapped.
const PAGES: usize = 8;

/// Where the page of the last frame stands.
const LAST_OF_WAL: usize = 32 + (PAGES - 1) * (24 + PAGE) + 24;

/// A database, and a WAL that writes the first half of its pages.
fn content() -> (Vec<u8>, Vec<u8>) {
    let mut database = vec![0; 2 * PAGES * PAGE];
    database[..16].copy_from_slice(b"SQLite format 3\0");
    database[16..24].copy_from_slice(&[0, 1, 2, 2, 0, 64, 32, 32]);
    let mut wal = naive::Writer::new(PAGE as u32, (1, 2), 0);
    for number in 1..=PAGES {
        wal.frame(number as u32, &database[..PAGE], 2 * PAGES as u32);
    }
    (database, wal.into_bytes())
}

#[track_caller]
fn names(result: Result<(), Error>, name: &str, at: usize) {
    match result.unwrap_err() {
        Error::Read {
            input,
            offset,
            source,
        } => {
            assert_eq!((input.as_str(), offset), (name, at as u64));
            assert!(source.to_string().contains("became shorter"), "{source}");
        }
        other => panic!("{other}"),
    }
}

#[test]
fn compact_blames_the_wal() {
    let folder = tempfile::tempdir().unwrap();
    let armed = Arc::new(AtomicBool::new(false));
    let wal = shrinking(&folder.path().join("app.db-wal"), &content().1, &armed);
    let plan = Plan::read(&wal, &Keep::Last, &()).unwrap();
    armed.store(true, Ordering::Relaxed);
    let mut output = tempfile::tempfile_in(folder.path()).unwrap();
    let written = plan.write(&wal, &mut output, &());
    names(written, "app.db-wal", LAST_OF_WAL);
}

#[test]
fn rebuild_blames_what_it_read() {
    for (cut, at) in [("app.db-wal", LAST_OF_WAL), ("app.db", PAGES * PAGE)] {
        let folder = tempfile::tempdir().unwrap();
        let armed = Arc::new(AtomicBool::new(false));
        let (database, wal) = content();
        let open = |name: &str, content: &[u8]| {
            if name == cut {
                shrinking(&folder.path().join(name), content, &armed)
            } else {
                Input::new(name, content.to_vec())
            }
        };
        let set = BackupSet {
            database: Some(open("app.db", &database)),
            wal: Some(open("app.db-wal", &wal)),
            ..BackupSet::default()
        };
        let (_, image) = Image::read(&set, None, &()).unwrap();
        let image = image.unwrap();
        armed.store(true, Ordering::Relaxed);
        let mut output = tempfile::tempfile_in(folder.path()).unwrap();
        let written = rebuild(&image, &mut output, Start::Empty, None, &());
        names(written.map(drop), cut, at);
    }
}
