//! The command, run as a user runs it: what it is to be measured on is many files, or an archive.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::goals::Goals;

/// The memory of a process is asked for so often.
const ASKED_EVERY: Duration = Duration::from_millis(2);

/// Where the command is: beside this program, as cargo builds both. Where it is not there, that is said.
pub fn built() -> io::Result<Option<PathBuf>> {
    let own = std::env::current_exe()?;
    let name = format!("stillframe{}", std::env::consts::EXE_SUFFIX);
    let command = own.with_file_name(name);
    if command.exists() {
        return Ok(Some(command));
    }
    println!("  left out: the command is not built; cargo build --release -p stillframe");
    Ok(None)
}

/// Whether a tool of the system is there.
pub fn has(tool: &str) -> bool {
    let mut command = Command::new(tool);
    command.arg("--version").stdin(Stdio::null());
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs `command check` with these arguments, which ends with one of `statuses`; prints nothing.
pub fn check(command: &Path, arguments: &[&str], path: &Path, statuses: &[i32]) -> io::Result<()> {
    let status = checking(command, arguments, path).status()?;
    match status.code() {
        Some(code) if statuses.contains(&code) => Ok(()),
        _ => Err(io::Error::other(format!("check ended with {status}"))),
    }
}

/// The same, whose most memory is told in bytes: that which is its own, without the pages of mapped files, which are the
/// system's. `None` where the system does not tell.
pub fn peak_of_check(command: &Path, arguments: &[&str], path: &Path) -> io::Result<Option<u64>> {
    let mut child = checking(command, arguments, path).spawn()?;
    let mut most = None;
    while child.try_wait()?.is_none() {
        most = most.max(own_memory(&child));
        thread::sleep(ASKED_EVERY);
    }
    Ok(most)
}

/// Prints the most memory beside its goal.
pub fn print_peak(goals: &mut Goals, peak: Option<u64>, bound: u64, words: &str) {
    let Some(peak) = peak else {
        println!("  the system does not tell the memory of a process");
        return;
    };
    let megabytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    let measure = format!("memory        {:>6.1} MB", megabytes(peak));
    let words = format!("goal: at most {:.1} MB, {words}", megabytes(bound));
    let is_met = goals.take(&measure, &words, peak <= bound);
    println!("  {measure}  ({words}: {is_met})");
}

fn checking(command: &Path, arguments: &[&str], path: &Path) -> Command {
    let mut checking = Command::new(command);
    checking
        .args(["check", "--quiet"])
        .args(arguments)
        .arg(path);
    checking
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    checking
}

fn own_memory(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let own = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"))?;
    let kilobytes: u64 = own.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_that_is_not_there_is_told() {
        assert!(!has("no-tool-has-this-name"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_memory_of_a_process_is_told() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        // Before it is another program it is this one: both have some.
        let memory = own_memory(&child);
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(memory.is_some_and(|bytes| bytes > 0));
        assert!(own_memory(&child).is_none());
    }
}
