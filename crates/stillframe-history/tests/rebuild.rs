//! Copying a database file by the operating system.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use stillframe_history::rebuild::{Rebuilt, Start, rebuild};
use stillframe_history::{BackupSet, Bytes, Error, Image, Input, Window};
use stillframe_source::{Access, Source};
use stillframe_testkit::naive;

const PAGE: usize = 4096;
const PAGES: usize = 4096;

/// Pages 1 and 3000 hold something, and commit 1 writes page 3.
fn database() -> Vec<u8> {
    let mut bytes = vec![0; PAGE * PAGES];
    bytes[..16].copy_from_slice(b"SQLite format 3\0");
    bytes[16..24].copy_from_slice(&[0x10, 0, 2, 2, 0, 64, 32, 32]);
    bytes[2999 * PAGE..3000 * PAGE].fill(7);
    bytes
}

fn set(database: &[u8]) -> BackupSet {
    let mut wal = naive::Writer::new(PAGE as u32, (1, 2), 0);
    wal.frame(3, &[9; PAGE], PAGES as u32);
    BackupSet {
        database: Some(Input::new("app.db", database.to_vec())),
        wal: Some(Input::new("app.db-wal", wal.into_bytes())),
        ..BackupSet::default()
    }
}

/// A file that is read.
struct Opened(Source);

impl Bytes for Opened {
    fn len(&self) -> u64 {
        self.0.len()
    }

    fn window(&self, offset: u64, length: usize) -> io::Result<Window<'_>> {
        let window = self.0.window(offset, length).map_err(io::Error::other)?;
        Ok(Window::Kept(Box::new(window)))
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let read = self.0.read_exact_at(offset, buffer);
        read.map_err(io::Error::other)
    }
}

fn rebuilt(set: &BackupSet, file: &Path, output: &Path) -> Result<Rebuilt, Error> {
    let (_, image) = Image::read(set, None, &())?;
    written(&image?, file, output)
}

fn written(image: &Image<'_>, file: &Path, output: &Path) -> Result<Rebuilt, Error> {
    let mut output = File::create(output).unwrap();
    let file = File::open(file).unwrap();
    rebuild(image, &mut output, Start::Empty, Some(file), &())
}

/// The holes of a sparse database are holes in what is rebuilt, and everything else is there.
#[test]
fn holes_stay_holes() {
    let folder = tempfile::tempdir().unwrap();
    let [sparse, output] = ["app.db", "out.db"].map(|name| folder.path().join(name));
    let bytes = database();
    let file = File::create(&sparse).unwrap();
    file.set_len(bytes.len() as u64).unwrap();
    for page in [0, 2999] {
        let page = page * PAGE;
        std::os::unix::fs::FileExt::write_all_at(&file, &bytes[page..][..PAGE], page as u64)
            .unwrap();
    }
    rebuilt(&set(&bytes), &sparse, &output).unwrap();
    let mut expected = bytes;
    expected[2 * PAGE..3 * PAGE].fill(9);
    assert!(fs::read(&output).unwrap() == expected);
    // What a file system stores for one page beside another differs; a tenth of the file tells holes from none.
    let stored = |path: &Path| fs::metadata(path).unwrap().blocks() * 512;
    if stored(&sparse) < expected.len() as u64 / 10 {
        assert!(stored(&output) < expected.len() as u64 / 10);
    }
}

/// A file that became shorter is an error, not a hole.
#[test]
fn a_file_that_shrank_is_no_hole() {
    let folder = tempfile::tempdir().unwrap();
    let [short, output] = ["app.db", "out.db"].map(|name| folder.path().join(name));
    let bytes = database();
    for length in [0, 1, PAGE, 100 * PAGE, 2999 * PAGE, bytes.len() - 1] {
        fs::write(&short, &bytes).unwrap();
        let mut set = set(&bytes);
        let source = Source::open(&short, Access::Read).unwrap();
        set.database = Some(Input::new("app.db", Opened(source)));
        let (_, image) = Image::read(&set, None, &()).unwrap();
        let file = File::options().write(true).open(&short).unwrap();
        file.set_len(length as u64).unwrap();
        let error = written(&image.unwrap(), &short, &output).unwrap_err();
        assert!(matches!(error, Error::Read { .. }), "{length}: {error}");
    }
}
