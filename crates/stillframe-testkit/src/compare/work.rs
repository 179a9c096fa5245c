use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use stillframe_history::compact::{Keep, Plan};
use stillframe_history::rebuild::{Start, rebuild};
use stillframe_history::{BackupSet, Bytes, Image, Input, Timeline, Window, log};
use stillframe_source::{Access, Source};

/// A set and what is done with it. Every piece of work begins from the files and keeps nothing.
pub struct Bench {
    folder: PathBuf,
    database: PathBuf,
    wal: PathBuf,
    result: PathBuf,
}

/// A file as `history` takes it.
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
        self.0
            .read_exact_at(offset, buffer)
            .map_err(io::Error::other)
    }
}

/// A file as an input.
pub fn open(path: &Path, access: Access) -> io::Result<Input> {
    let source = Source::open(path, access).map_err(io::Error::other)?;
    Ok(Input::new(source.name().to_owned(), Opened(source)))
}

/// Copies a file as archives are unpacked and backups restored: in writes of a megabyte.
pub fn unpack(from: &Path, to: &Path) -> io::Result<()> {
    let (mut from, mut to) = (File::open(from)?, File::create(to)?);
    let mut buffer = vec![0; 1 << 20];
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(()),
            length => to.write_all(&buffer[..length])?,
        }
    }
}

/// Has the image of a database, which SQLite would have, looked at.
pub fn with_image<T>(path: &Path, look: impl FnOnce(&Image<'_>) -> io::Result<T>) -> io::Result<T> {
    let set = BackupSet {
        database: Some(open(path, Access::Map)?),
        ..BackupSet::default()
    };
    let (_, image) = Image::read(&set, None, &()).map_err(io::Error::other)?;
    look(&image.map_err(io::Error::other)?)
}

/// Reads the header of a database, and what else an image begins with.
pub fn header(path: &Path) -> io::Result<u32> {
    with_image(path, |image| Ok(image.stored_pages()))
}

/// The first read. For this SQLite plays a hot journal back, and recovers a WAL: it verifies every checksum and builds the
/// wal-index.
pub fn first_read(connection: &Connection) -> io::Result<i64> {
    connection
        .query_row("PRAGMA schema_version", [], |row| row.get(0))
        .map_err(io::Error::other)
}

impl Bench {
    /// For the set of `database` and `wal`, working in `folder`.
    pub fn new(folder: &Path, database: &Path, wal: &Path) -> io::Result<Self> {
        let bench = Self {
            folder: folder.to_owned(),
            database: database.to_owned(),
            wal: wal.to_owned(),
            result: folder.join("result.db"),
        };
        bench.rebuild()?;
        fs::rename(bench.folder.join("rebuilt.db"), &bench.result)?;
        bench.settle()?;
        Ok(bench)
    }

    fn set(&self, access: Access) -> io::Result<BackupSet> {
        Ok(BackupSet {
            database: Some(open(&self.database, access)?),
            wal: Some(open(&self.wal, access)?),
            ..BackupSet::default()
        })
    }

    /// The bytes of the WAL, mapped as they are for validating, and summed.
    pub fn sum(&self) -> io::Result<u64> {
        let source = Source::open(&self.wal, Access::Map).map_err(io::Error::other)?;
        let (mut offset, mut sum) = (0, 0u64);
        while offset < source.len() {
            let length = (source.len() - offset).min(4 << 20);
            let window = source
                .window(offset, length as usize)
                .map_err(io::Error::other)?;
            for word in window.chunks_exact(8) {
                sum = sum.wrapping_add(word.try_into().map_or(0, u64::from_le_bytes));
            }
            offset += length;
        }
        Ok(std::hint::black_box(sum))
    }

    /// Every checksum of the WAL.
    pub fn validate(&self) -> io::Result<u32> {
        let timeline = Timeline::read(&self.set(Access::Map)?, &()).map_err(io::Error::other)?;
        Ok(timeline.mx_frame())
    }

    /// The same without mapping.
    pub fn validate_read(&self) -> io::Result<u32> {
        let timeline = Timeline::read(&self.set(Access::Read)?, &()).map_err(io::Error::other)?;
        Ok(timeline.mx_frame())
    }

    /// Every commit, with the pages that it touched, beside the database.
    pub fn log(&self) -> io::Result<u64> {
        let mut touched = 0;
        let set = self.set(Access::Map)?;
        log(&set, &(), |record| touched += record.pages.len() as u64).map_err(io::Error::other)?;
        Ok(touched)
    }

    /// A copy of the set, opened by SQLite, which has read nothing yet.
    pub fn sqlite(&self) -> io::Result<Connection> {
        let copy = self.folder.join("sqlite.db");
        for suffix in ["", "-wal", "-shm"] {
            let path = self.folder.join(format!("sqlite.db{suffix}"));
            if path.exists() {
                fs::remove_file(path)?;
            }
        }
        unpack(&self.database, &copy)?;
        unpack(&self.wal, &self.folder.join("sqlite.db-wal"))?;
        for name in ["sqlite.db", "sqlite.db-wal"] {
            File::open(self.folder.join(name))?.sync_all()?;
        }
        crate::oracle::open(&copy).map_err(io::Error::other)
    }

    /// A checkpoint of the whole WAL, synced as SQLite does by default.
    pub fn sqlite_checkpoint(&self, connection: &Connection) -> io::Result<()> {
        let busy: i64 = connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(io::Error::other)?;
        assert_eq!(busy, 0, "the checkpoint was kept from finishing");
        Ok(())
    }

    /// A compacted WAL: verified, written, read back and verified again, and synced to the disk.
    pub fn compact(&self) -> io::Result<()> {
        let path = self.folder.join("small.db-wal");
        let wal = open(&self.wal, Access::Map)?;
        let plan = Plan::read(&wal, &Keep::Last, &()).map_err(io::Error::other)?;
        let mut file = File::create(&path)?;
        let mut back = File::open(&path)?;
        plan.write_verified(&wal, &mut file, &mut back, &())
            .map_err(io::Error::other)?;
        file.sync_all()
    }

    /// The last commit as a database file, synced.
    pub fn rebuild(&self) -> io::Result<()> {
        let set = self.set(Access::Map)?;
        let (_, image) = Image::read(&set, None, &()).map_err(io::Error::other)?;
        let image = image.map_err(io::Error::other)?;
        let mut file = File::create(self.folder.join("rebuilt.db"))?;
        let database = File::open(&self.database)?;
        rebuild(&image, &mut file, Start::Empty, Some(database), &()).map_err(io::Error::other)?;
        file.sync_all()
    }

    /// What `cp` does with the same result, synced.
    pub fn copy_result(&self) -> io::Result<()> {
        let path = self.folder.join("copied.db");
        let status = std::process::Command::new("cp")
            .arg(&self.result)
            .arg(&path)
            .status()?;
        assert!(status.success(), "cp failed");
        File::open(path)?.sync_all()
    }

    /// Takes away what was written and waits until the disk has it all, so that nobody pays for another.
    pub fn settle(&self) -> io::Result<()> {
        for name in ["small.db-wal", "rebuilt.db", "copied.db"] {
            let path = self.folder.join(name);
            if path.exists() {
                fs::remove_file(path)?;
            }
        }
        // A file system may discard the blocks of what was removed only when it commits that.
        #[cfg(unix)]
        File::open(&self.folder)?.sync_all()?;
        // What is measured reads from the page cache.
        for path in [&self.database, &self.wal] {
            let mut file = File::open(path)?;
            file.sync_all()?;
            file.seek(SeekFrom::Start(0))?;
            io::copy(&mut file.take(u64::MAX), &mut io::sink())?;
        }
        Ok(())
    }
}
