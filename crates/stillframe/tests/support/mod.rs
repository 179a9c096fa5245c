//! What the tests share: the program, fixtures to run it on, and folders as they were before.
#![allow(dead_code, reason = "no test uses all of it")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use assert_cmd::Command;
use stillframe_testkit::naive::Writer;
use tempfile::TempDir;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_stillframe");

/// No run takes so long but one that hangs.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The folder that has `fixtures` in it.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folders of the fixtures, as in `bad/DB001-not-a-database`, by name.
pub fn fixtures() -> Vec<String> {
    let mut names = Vec::new();
    for kind in ["bad", "good", "sets"] {
        for entry in fs::read_dir(root().join("fixtures").join(kind)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            names.push(format!("{kind}/{name}"));
        }
    }
    names.sort();
    assert!(names.len() > 50, "{names:?}");
    names
}

/// What a run did.
#[derive(Debug)]
pub struct Ran {
    /// The command line.
    pub line: String,
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    pub fn new(line: String, output: std::process::Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            line,
            status: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Fails unless the run ended with this status.
    #[track_caller]
    pub fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{self}");
        self
    }

    /// Fails unless standard error is one line with all of this in it.
    #[track_caller]
    pub fn complains(self, parts: &[&str]) -> Self {
        assert_eq!(self.stderr.lines().count(), 1, "{self}");
        assert!(self.stderr.starts_with("stillframe: "), "{self}");
        for part in parts {
            assert!(self.stderr.contains(part), "no {part:?} in {self}");
        }
        self
    }

    /// Fails unless standard error is empty.
    #[track_caller]
    pub fn quietly(self) -> Self {
        assert_eq!(self.stderr, "", "{self}");
        self
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// The verdict of the one database that was checked, with JSON.
    pub fn verdict(&self) -> String {
        let json = self.json();
        assert_eq!(json["reports"].as_array().unwrap().len(), 1, "{self}");
        let verdict = &json["reports"][0]["verdict"]["kind"];
        verdict.as_str().unwrap().to_owned()
    }

    pub fn json_lines(&self) -> Vec<serde_json::Value> {
        let parse = |line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {self}"));
        self.stdout.lines().map(parse).collect()
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "$ {}", self.line)?;
        write!(f, "{}", self.stdout)?;
        if !self.stderr.is_empty() {
            write!(f, "--- standard error\n{}", self.stderr)?;
        }
        match self.status {
            Some(status) => write!(f, "--- exit status {status}"),
            None => write!(f, "--- ended by a signal"),
        }
    }
}

/// The program, without what the environment says of colours and of columns.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.current_dir(folder).timeout(TIMEOUT);
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(variable);
    }
    command
}

/// Runs the program in a folder.
pub fn run_in<S: AsRef<OsStr>>(folder: &Path, args: &[S]) -> Ran {
    run_with(folder, args, Vec::new())
}

/// Runs the program in a folder on this standard input.
pub fn run_with<S: AsRef<OsStr>>(folder: &Path, args: &[S], stdin: Vec<u8>) -> Ran {
    let line = args.iter().fold("stillframe".to_owned(), |line, arg| {
        line + " " + &arg.as_ref().to_string_lossy()
    });
    let output = program(folder).args(args).write_stdin(stdin).output();
    Ran::new(line, output.unwrap())
}

/// Runs a command line, split at its spaces, in a folder. What is printed goes where it is said to.
pub fn run_into(
    folder: &Path,
    line: &str,
    stdout: impl Into<Stdio>,
    stderr: impl Into<Stdio>,
) -> Ran {
    let output = std::process::Command::new(PROGRAM)
        .args(line.split(' '))
        .current_dir(folder)
        .env_remove("COLUMNS")
        .stdout(stdout)
        .stderr(stderr)
        .output();
    Ran::new(line.to_owned(), output.unwrap())
}

/// A pipe that nobody reads.
pub fn unread() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

/// Runs a command line, split at its spaces, where the fixtures are.
pub fn run(line: &str) -> Ran {
    run_in(&root(), &line.split(' ').collect::<Vec<_>>())
}

/// A folder of its own, for copies and outputs.
pub struct Room(pub TempDir);

impl Room {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With copies of the files of some fixtures, under their paths below `fixtures`.
    pub fn with(fixtures: &[&str]) -> Self {
        let room = Self::new();
        for fixture in fixtures {
            room.copy(fixture, &format!("fixtures/{fixture}"));
        }
        room
    }

    /// With the files of `good/live-wal` as `app.db` and `app.db-wal`.
    pub fn live() -> Self {
        let room = Self::new();
        room.copy("good/live-wal", ".");
        room
    }

    /// Copies the files of a fixture into a folder.
    pub fn copy(&self, fixture: &str, folder: &str) {
        fs::create_dir_all(self.at(folder)).unwrap();
        for entry in fs::read_dir(root().join("fixtures").join(fixture)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap();
            fs::copy(&path, self.at(folder).join(name)).unwrap();
        }
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn at(&self, name: impl AsRef<Path>) -> PathBuf {
        self.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.at(name)).unwrap()
    }

    /// Runs a command line, split at its spaces, here.
    pub fn run(&self, line: &str) -> Ran {
        run_in(self.path(), &line.split(' ').collect::<Vec<_>>())
    }

    pub fn state(&self) -> State {
        State::of(self.path())
    }
}

/// Everything below a folder: each name, its bytes, and when it was written to. A file that was made and removed again
/// shows in the time of its folder.
#[derive(Debug, PartialEq, Eq)]
pub struct State(BTreeMap<PathBuf, (SystemTime, Option<Vec<u8>>)>);

impl State {
    pub fn of(folder: &Path) -> Self {
        let mut entries = BTreeMap::new();
        let mut folders = vec![folder.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let metadata = path.symlink_metadata().unwrap();
                if metadata.is_dir() {
                    folders.push(path.clone());
                }
                let bytes = metadata.is_file().then(|| fs::read(&path).unwrap());
                entries.insert(path, (metadata.modified().unwrap(), bytes));
            }
            let modified = folder.metadata().unwrap().modified().unwrap();
            entries.insert(folder, (modified, None));
        }
        Self(entries)
    }

    /// The paths that are not as they were.
    pub fn changes<'a>(&'a self, before: &'a State) -> Vec<&'a Path> {
        let paths = self.0.keys().chain(before.0.keys());
        paths
            .filter(|path| self.0.get(*path) != before.0.get(*path))
            .map(PathBuf::as_path)
            .collect()
    }
}

/// A database of three pages of 4,096 bytes, and a WAL that makes it `pages` pages long: a commit a hundred pages, and
/// one at the end.
pub fn long_set(pages: u32) -> (Vec<u8>, Vec<u8>) {
    let database = fs::read(root().join("fixtures/sets/foreign-page-size/app.db")).unwrap();
    let mut page = database[..4096].to_vec();
    page[28..32].copy_from_slice(&pages.to_be_bytes());
    let mut wal = Writer::new(4096, (1, 2), 0);
    for number in 1..=pages {
        let commits = number % 100 == 0 || number == pages;
        wal.frame(number, &page, if commits { pages } else { 0 });
        // What follows differs from page to page, and is no page of a b-tree.
        page[..4].copy_from_slice(&number.to_be_bytes());
    }
    (database, wal.into_bytes())
}

/// Says that a test could not be done here, past the harness, which keeps what tests print to itself.
pub fn skipped(why: &str) {
    let mut stderr = std::io::stderr();
    writeln!(stderr, "skipped: {why}").unwrap();
}

/// The names in a folder, in order.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
