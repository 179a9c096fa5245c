//! The check of a compressed archive, beside its decompression.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use super::Options;
use super::command::{built, check, has, peak_of_check, print_peak};
use super::goals::Goals;
use super::memory::SPARE;
use super::stopwatch::Stopwatch;
use crate::builder::large_database;

/// Databases in the archive.
const DATABASES: u64 = 10;

/// What `--max-memory` is when it is not given.
const MAX_MEMORY: u64 = 512 << 20;

/// A check that is measured so often takes long enough.
const MOST_ROUNDS: usize = 5;

/// Measures and prints.
pub fn checks(folder: &Path, options: &Options, goals: &mut Goals) -> io::Result<()> {
    let megabytes = options.archive;
    goals.begin(format!(
        "a tar.zst with {DATABASES} databases, {megabytes} MB unpacked"
    ));
    if !has("zstd") {
        println!("  left out: there is no zstd to make it with");
        return Ok(());
    }
    let Some(command) = built()? else {
        return Ok(());
    };
    let path = folder.join("backup.tar.zst");
    let bytes = make(folder, &path, megabytes / DATABASES)?;
    // Of a member that is not there nothing is kept: the archive is decoded, and that is all.
    let mut nothing = path.clone().into_os_string();
    nothing.push("!none");
    let nothing = Path::new(&nothing);
    let mut watch = Stopwatch::new(bytes);
    for _ in 0..options.rounds.min(MOST_ROUNDS) {
        watch.time("zstd -dc", || decoded_by_zstd(&path))?;
        watch.time("decoded, and nothing kept", || {
            check(&command, &[], nothing, &[2, 3])
        })?;
        watch.time("check --level quick", || {
            check(&command, &["--level", "quick"], &path, &[0])
        })?;
        watch.time("check", || check(&command, &[], &path, &[0]))?;
    }
    watch.print();
    for (ours, theirs, least) in [
        // Not slower, but for what two measures of the same differ in.
        ("check", "decoded, and nothing kept", Some(0.9)),
        ("check --level quick", "decoded, and nothing kept", None),
        ("decoded, and nothing kept", "zstd -dc", None),
        ("check", "zstd -dc", None),
    ] {
        watch.compare(goals, ours, theirs, least);
    }
    for (given, bound) in [(None, MAX_MEMORY), (Some("16MiB"), 16 << 20)] {
        let arguments = given.map_or_else(Vec::new, |given| vec!["--max-memory", given]);
        let peak = peak_of_check(&command, &arguments, &path)?;
        let words = format!("--max-memory {} and 64 MB", given.unwrap_or("as it is"));
        print_peak(goals, peak, bound + SPARE, &words);
    }
    fs::remove_file(path)
}

/// Makes the archive of databases of so many million bytes each; how many bytes they have together.
fn make(folder: &Path, path: &Path, megabytes: u64) -> io::Result<u64> {
    let database = folder.join("member.db");
    large_database(&database, megabytes);
    let mut zstd = Command::new("zstd")
        .args(["-q", "-3", "-o"])
        .arg(path)
        .stdin(Stdio::piped())
        .spawn()?;
    let input = zstd.stdin.take().expect("it is piped");
    let mut tar = tar::Builder::new(io::BufWriter::with_capacity(1 << 20, input));
    for number in 0..DATABASES {
        tar.append_path_with_name(&database, format!("data/app-{number}.db"))?;
    }
    let mut input = tar.into_inner()?;
    input.flush()?;
    drop(input);
    assert!(zstd.wait()?.success(), "zstd failed");
    let bytes = fs::metadata(&database)?.len() * DATABASES;
    fs::remove_file(database)?;
    Ok(bytes)
}

fn decoded_by_zstd(path: &Path) -> io::Result<()> {
    let mut zstd = Command::new("zstd");
    let status = zstd
        .args(["-q", "-dc"])
        .arg(path)
        .stdout(Stdio::null())
        .status()?;
    match status.success() {
        true => Ok(()),
        false => Err(io::Error::other("zstd failed")),
    }
}
