use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use stillframe_history::compact::{Keep, Plan};
use stillframe_history::{BackupSet, Image, Timeline, log};
use stillframe_source::Access;

use super::database;
use super::goals::Goals;
use super::work::open;
use crate::builder::{PAGE_SIZE, huge_wal};

/// Memory that no work needs more of, over what its goal allows for.
pub const SPARE: u64 = 64 << 20;

/// Does `what` with the database at `path` and its WAL, and prints the peak of this process's resident memory in bytes.
///
/// # Errors
/// The files could not be read, or the system does not tell.
pub fn peak(what: &str, path: &Path) -> io::Result<()> {
    let wal = &path.with_extension("db-wal");
    let set = BackupSet {
        database: Some(open(path, Access::Map)?),
        wal: wal.exists().then(|| open(wal, Access::Map)).transpose()?,
        ..BackupSet::default()
    };
    match what {
        "validate" => {
            Timeline::read(&set, &()).map_err(io::Error::other)?;
        }
        "log" => {
            log(&set, &(), |_| {}).map_err(io::Error::other)?;
        }
        "image" => {
            let (_, image) = Image::read(&set, None, &()).map_err(io::Error::other)?;
            image.map_err(io::Error::other)?;
        }
        "map of pages" | "structure" | "quick" | "full" => database::check(what, path)?,
        _ => {
            let wal = open(wal, Access::Map)?;
            let plan = Plan::read(&wal, &Keep::Last, &()).map_err(io::Error::other)?;
            plan.write(&wal, &mut io::sink(), &())
                .map_err(io::Error::other)?;
        }
    }
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|peak| peak.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let kilobytes =
        kilobytes.ok_or_else(|| io::Error::other("the system does not tell the peak of memory"))?;
    println!("{}", kilobytes << 10);
    Ok(())
}

/// Measures the memory that each verb takes for a WAL of many gigabytes, in a process of its own.
pub fn of_a_huge_wal(folder: &Path, gigabytes: u64, goals: &mut Goals) -> io::Result<()> {
    let [path, wal] = ["huge.db", "huge.db-wal"].map(|name| folder.join(name));
    for distinct in [10_000, 1_000_000] {
        goals.begin(format!(
            "a WAL of {gigabytes} GB, {distinct} distinct pages: peak of resident memory"
        ));
        huge_wal(&wal, gigabytes * 1_000_000_000, distinct)?;
        // A database that has all of the pages, so that every one of them is compared with a frame.
        fs::File::create(&path)?.set_len(u64::from(distinct) * PAGE_SIZE as u64)?;
        let bound = u64::from(distinct) * 32 + SPARE;
        for what in ["validate", "log", "image", "compact"] {
            print_peak(goals, what, &path, bound, "32 bytes a page and 64 MB")?;
        }
        fs::remove_file(&path)?;
        fs::remove_file(&wal)?;
    }
    Ok(())
}

/// Does `what` in a process of its own, and prints the peak of its memory beside its goal.
pub fn print_peak(
    goals: &mut Goals,
    what: &str,
    path: &Path,
    bound: u64,
    words: &str,
) -> io::Result<()> {
    let output = Command::new(std::env::current_exe()?)
        .arg("peak")
        .arg(what)
        .arg(path)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let peak: u64 = text
        .trim()
        .parse()
        .map_err(|_| io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()))?;
    let megabytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    let measure = format!("{what:<13} {:>6.1} MB", megabytes(peak));
    let words = format!("goal: at most {:.1} MB, {words}", megabytes(bound));
    let is_met = goals.take(&measure, &words, peak <= bound);
    println!("  {measure}  ({words}: {is_met})");
    Ok(())
}
