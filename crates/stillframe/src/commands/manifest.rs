//! What sets are, recorded; and whether others are what was recorded.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use stillframe_check::{Instead, MissingDatabase};
use stillframe_format::ByteRange;
use stillframe_manifest::{Difference, Manifest, SetRecord, compare};

use crate::args::{Common, Manifest as Options};
use crate::exit::{Exit, say};
use crate::inputs::{Found, Names};
use crate::names::{raw, shown};
use crate::output::{Output, OutputOptions};
use crate::progress::Bar;
use crate::terminal::{EvenUnread, verbatim};
use crate::words::many;

/// Records every set at and below a path.
pub fn run(common: &Common, options: &Options) -> anyhow::Result<Exit> {
    let paths = std::slice::from_ref(&options.path);
    let mut inputs = super::search(common, None, Names::Raw).all(paths)?;
    let mut failures = std::mem::take(&mut inputs.failures);
    let mut sets = Vec::new();
    let mut files = Vec::new();
    let mut exit = Exit::Done;
    for found in inputs.sets() {
        let record = found.and_then(|found| {
            files.extend(found.paths().into_iter().map(Path::to_path_buf));
            record(common, &options.path, &found)
        });
        match record {
            Ok(record) => {
                if record.image.is_none() {
                    say(&format!(
                        "{}: SQLite would not have this database; only its files are recorded",
                        record.name
                    ));
                    exit = Exit::Findings;
                }
                sets.push(record);
            }
            Err(error) => failures.push(error),
        }
    }
    super::complain_of(&failures, &inputs)?;
    if !failures.is_empty() {
        say("nothing was written: a manifest of a part proves nothing");
        return Ok(Exit::Unreadable);
    }
    sets.sort_by(|a, b| a.name.cmp(&b.name));
    let count = sets.len() as u64;
    let text = Manifest::new(sets).to_json();
    match &options.output {
        None => {
            let mut out = EvenUnread(verbatim());
            out.write_all(text.as_bytes())?;
            out.flush()?;
        }
        Some(target) => {
            let files: Vec<&Path> = files.iter().map(|file| file.as_path()).collect();
            let options = OutputOptions {
                force: options.force,
                database: false,
                clone_of: None,
            };
            let mut output = Output::create(target, &files, options)?;
            let written = output.file().write_all(text.as_bytes());
            written.map_err(|error| output.failed(error.into()))?;
            output.commit()?;
            if !common.quiet {
                say(&format!("{}: {}", shown(target), many(count, "database")));
            }
        }
    }
    Ok(exit)
}

fn record(common: &Common, root: &Path, found: &Found) -> anyhow::Result<SetRecord> {
    let bar = Bar::new("reading", bytes_to_read(found), common.quiet);
    let record = SetRecord::of(&name_below(root, found), &found.set, &bar);
    let record = record.with_context(|| found.name().to_owned());
    super::unless_changed(found, super::NOT_WRITTEN, record)
}

/// Every file once, and the database of the last commit.
fn bytes_to_read(found: &Found) -> u64 {
    2 * (found.set.database_bytes() + found.set.wal_bytes())
}

/// What a set is called below a path: the name of its database from there on, with `/` between folders.
pub(super) fn name_below(root: &Path, found: &Found) -> String {
    let Some(path) = found.database_path() else {
        return found.name().to_owned();
    };
    let below = match path.strip_prefix(root) {
        Ok(below) if below != Path::new("") => below.to_path_buf(),
        _ => in_archive(root, &path).unwrap_or_else(|| path.file_name().unwrap_or_default().into()),
    };
    let name = raw(&below);
    match cfg!(windows) {
        true => name.replace('\\', "/"),
        false => name,
    }
}

/// Which of the names that were written down below a path is that of a set which is called `name` below `root`.
pub(super) fn recorded_as(root: &Path, name: &str, names: &[&str]) -> Option<usize> {
    let called = |name: &str| names.iter().position(|other| *other == name);
    // An archive of a folder has that in front of the names.
    let inside = name.split_once('/').map(|(_, inside)| inside);
    let is_archive = !root.is_dir();
    let by_name = called(name).or_else(|| called(inside.filter(|_| is_archive)?));
    // A file that was named is the one that was recorded, whatever it is called now.
    let is_only = is_archive && names.len() == 1;
    by_name.or(is_only.then_some(0))
}

/// The name of a member of the archive `root`, of those in it the last one.
fn in_archive(root: &Path, path: &Path) -> Option<PathBuf> {
    let (root, path) = (root.to_str()?, path.to_str()?);
    let member = path.strip_prefix(root)?.strip_prefix('!')?;
    let (_, last) = member.rsplit_once('!').unwrap_or(("", member));
    Some(PathBuf::from(last.trim_start_matches("./")))
}

/// A manifest that sets are compared with.
pub struct Recorded<'a> {
    root: &'a Path,
    file: &'a Path,
    text: String,
    manifest: Manifest,
    /// Whether a set was compared with each of them.
    seen: Vec<bool>,
}

impl<'a> Recorded<'a> {
    /// Reads the manifest of what is at and below one path.
    pub fn open(file: &'a Path, paths: &'a [PathBuf]) -> anyhow::Result<Self> {
        let [root] = paths else {
            bail!("--manifest goes with one PATH, as the manifest was made of one");
        };
        let length = fs::metadata(file).with_context(|| format!("cannot open {}", shown(file)))?;
        ensure!(
            length.len() <= MOST_BYTES,
            "{}: it has {} bytes, and no manifest is that large",
            shown(file),
            length.len()
        );
        let text = fs::read_to_string(file).with_context(|| shown(file))?;
        let manifest = Manifest::parse(&text).with_context(|| shown(file))?;
        ensure!(
            !manifest.sets.is_empty(),
            "{}: it records no database, so there is nothing to compare with it; make it anew with stillframe manifest",
            shown(file)
        );
        Ok(Self {
            root,
            file,
            text,
            seen: vec![false; manifest.sets.len()],
            manifest,
        })
    }

    /// How a set differs from what was recorded of it; `None` where nothing was.
    pub fn difference(
        &mut self,
        common: &Common,
        found: &Found,
    ) -> anyhow::Result<Option<Difference>> {
        let name = name_below(self.root, found);
        let sets = &self.manifest.sets;
        let names: Vec<&str> = sets.iter().map(|set| set.name.as_str()).collect();
        let Some(at) = recorded_as(self.root, &name, &names) else {
            say(&format!("{name}: the manifest records nothing of it"));
            return Ok(None);
        };
        if let Some(seen) = self.seen.get_mut(at) {
            *seen = true;
        }
        let bar = Bar::new("comparing", bytes_to_read(found), common.quiet);
        let record = sets.get(at).context("the set is one of the manifest")?;
        Ok(Some(compare(record, &found.set, &bar)?))
    }

    /// The databases of the manifest that were not there.
    pub fn missing(&self, names: Names) -> Vec<Instead> {
        let sets = self.manifest.sets.iter().zip(&self.seen);
        let missing = sets.filter(|(_, seen)| !**seen);
        missing
            .map(|(set, _)| {
                Instead::Missing(MissingDatabase {
                    name: names.name(Path::new(&set.name)),
                    manifest: names.name(self.file),
                    range: self.place_of(&set.name),
                })
            })
            .collect()
    }

    /// Where the manifest names a database; the whole of it where the name stands there in other letters.
    fn place_of(&self, name: &str) -> ByteRange {
        let quoted = serde_json::Value::from(name).to_string();
        let (start, length) = match self.text.find(&quoted) {
            Some(start) => (start, quoted.len()),
            None => (0, self.text.len()),
        };
        ByteRange::new(start as u64, length as u64)
    }
}

/// A manifest of a million databases is smaller.
const MOST_BYTES: u64 = 4 << 30;
