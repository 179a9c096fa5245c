//! The process that writes, what is copied of it, and what there is to say of a copy.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use stillframe_check::{Evidence, Report, Severity, VerdictKind};
use stillframe_history::{BackupSet, Input};
use stillframe_testkit::builder::{MOMENT, committed};
use stillframe_testkit::oracle::{Oracle, private_folder};
use tempfile::TempDir;

/// How many copies of a kind are made.
pub fn many(few: usize) -> usize {
    let named = std::env::var("STILLFRAME_SNAPSHOTS").ok();
    named.map_or(few, |named| named.parse().unwrap())
}

/// A process that writes to `app.db` in a folder of its own, until this is dropped.
pub struct Writer {
    child: Child,
    folder: TempDir,
}

impl Writer {
    /// Starts it, and waits for its first transactions.
    pub fn start(journal_mode: &str, seed: u64, rows: u32, rest: Duration) -> Self {
        let folder = private_folder();
        let child = Command::new(env!("CARGO_BIN_EXE_stillframe-testkit"))
            .arg("keep-writing")
            .arg(folder.path())
            .args([journal_mode, &seed.to_string(), &rows.to_string()])
            .arg(rest.as_micros().to_string())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let writer = Self { child, folder };
        let begun = Instant::now();
        while writer.committed() < 5 {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "it does not write"
            );
            std::thread::sleep(Duration::from_millis(1));
        }
        writer
    }

    pub fn path(&self, suffix: &str) -> PathBuf {
        self.folder.path().join(format!("app.db{suffix}"))
    }

    /// The last transaction that it knows to be committed.
    pub fn committed(&self) -> i64 {
        committed(self.folder.path())
    }

    /// Does something while the process is stopped.
    pub fn stopped<T>(&self, act: impl FnOnce() -> T) -> T {
        self.signal("-STOP");
        let stat = format!("/proc/{}/stat", self.child.id());
        let is_stopped = || {
            let stat = fs::read_to_string(&stat).unwrap();
            let state = stat.rsplit_once(") ").unwrap().1;
            state.starts_with('T')
        };
        while !is_stopped() {
            std::thread::sleep(Duration::from_micros(50));
        }
        let done = act();
        self.signal("-CONT");
        done
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What was copied.
#[derive(Clone, Debug, Default)]
pub struct Copy {
    pub database: Vec<u8>,
    pub wal: Option<Vec<u8>>,
    pub journal: Option<Vec<u8>>,
    pub wal_index: Option<Vec<u8>>,
}

/// A file as a slow copy reads it: a piece, a rest, the next piece.
pub fn slowly(path: &Path) -> Option<Vec<u8>> {
    let mut file = fs::File::open(path).ok()?;
    let (mut bytes, mut piece) = (Vec::new(), vec![0; 64 * 1024]);
    loop {
        let read = file.read(&mut piece).unwrap();
        bytes.extend_from_slice(piece.get(..read).unwrap());
        if read == 0 {
            return Some(bytes);
        }
        std::thread::sleep(Duration::from_micros(100));
    }
}

/// What SQLite shows of a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The database as of this transaction.
    Moment(i64),
    /// Rows of several moments, and `integrity_check` says `ok`.
    Mixture,
    /// `integrity_check` complains, or it cannot be read.
    Damage,
}

impl Copy {
    pub fn set(&self) -> BackupSet {
        let input = |name: &str, bytes: &Option<Vec<u8>>| {
            let bytes = bytes.as_ref()?;
            Some(Input::new(name, bytes.clone()))
        };
        BackupSet {
            database: Some(Input::new("app.db", self.database.clone())),
            wal: input("app.db-wal", &self.wal),
            journal: input("app.db-journal", &self.journal),
            wal_index: input("app.db-shm", &self.wal_index),
            ..BackupSet::default()
        }
    }

    /// The verdict, and the codes of findings above note.
    pub fn judged(&self) -> (VerdictKind, Vec<&'static str>) {
        let report = Report::new(&Evidence::gather(&self.set(), &()).unwrap());
        let above_note = report
            .findings
            .iter()
            .filter(|finding| finding.rule.severity > Severity::Note);
        let mut codes: Vec<&str> = above_note.map(|finding| finding.rule.code).collect();
        codes.dedup();
        (report.verdict.kind, codes)
    }

    /// What SQLite shows of it.
    pub fn shown(&self) -> Shown {
        let oracle = Oracle::new();
        let database = match &self.journal {
            Some(journal) => oracle.roll_back(&self.database, journal),
            None => Ok(self.database.clone()),
        };
        let Ok(database) = database else {
            return Shown::Damage;
        };
        let wal = self.wal.as_deref();
        let is_sound = oracle
            .integrity(&database, wal)
            .is_ok_and(|rows| rows == ["ok"]);
        let moment = oracle.query(&database, wal, MOMENT);
        match moment.ok().and_then(|rows| rows.first()?.parse().ok()) {
            Some(moment) if is_sound && moment >= 0 => Shown::Moment(moment),
            Some(_) if is_sound => Shown::Mixture,
            // From before there were tables.
            None if is_sound => Shown::Moment(-1),
            _ => Shown::Damage,
        }
    }

    /// Keeps it to be looked at, where that is asked for.
    pub fn keep(&self, name: &str) {
        let Some(folder) = std::env::var_os("STILLFRAME_KEEP") else {
            return;
        };
        let folder = Path::new(&folder).join(name);
        fs::create_dir_all(&folder).unwrap();
        let files = [
            ("app.db", Some(&self.database)),
            ("app.db-wal", self.wal.as_ref()),
            ("app.db-journal", self.journal.as_ref()),
            ("app.db-shm", self.wal_index.as_ref()),
        ];
        for (name, bytes) in files {
            if let Some(bytes) = bytes {
                fs::write(folder.join(name), bytes).unwrap();
            }
        }
    }
}

/// Prints past the harness, which keeps what tests print to itself.
pub fn say(words: &str) {
    let mut stderr = std::io::stderr();
    writeln!(stderr, "{words}").unwrap();
}
