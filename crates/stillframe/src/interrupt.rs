//! What an interrupt leaves behind: nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The exit status after an interrupt: that of a shell for SIGINT.
const INTERRUPTED: i32 = 130;

static TEMPORARY: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// From now on SIGINT, SIGTERM, SIGHUP and Ctrl-C remove the guarded files and end the process at
/// once with status 130. To be called once, at the start, before there is another thread.
///
/// A file that grows past the limit for files (`ulimit -f`) ends a write with an error instead of the process with a
/// signal.
///
/// A process that was started with one of the signals ignored (by `nohup`, or in the background of
/// a script) keeps that: the user asked for it to go on.
pub fn install() {
    #[cfg(unix)]
    keep_from_ending_at_the_file_size_limit();
    let installed = ctrlc::try_set_handler(|| {
        // Held until the end: nobody can begin another file meanwhile.
        let paths = temporary();
        for path in paths.iter() {
            let _ = fs::remove_file(path);
        }
        std::process::exit(INTERRUPTED);
    });
    // Without a handler a signal ends the process as usual and may leave a temporary file, which
    // is no reason not to work.
    drop(installed);
}

/// Blocks SIGXFSZ in this thread and in those that it starts, which are all: the signal comes to the thread that
/// writes, stays pending there, and the write fails as on a full disk. To ignore it would take a call that is not safe.
#[cfg(unix)]
fn keep_from_ending_at_the_file_size_limit() {
    use nix::sys::signal::{SigSet, Signal};
    let mut signals = SigSet::empty();
    signals.add(Signal::SIGXFSZ);
    // It fails for no set of signals that there are; the process would then end as it would have without.
    let _ = signals.thread_block();
}

/// Marks the file at `path` as one to remove on an interrupt, for as long as the guard lives.
/// Taken before the file is created, it leaves no moment in which the file could be left behind.
#[must_use]
pub fn guard(path: &Path) -> Guard {
    temporary().push(path.to_path_buf());
    Guard(path.to_path_buf())
}

/// Keeps a path marked; see [`guard`].
#[derive(Debug)]
pub struct Guard(PathBuf);

impl Drop for Guard {
    fn drop(&mut self) {
        let mut paths = temporary();
        if let Some(index) = paths.iter().position(|path| *path == self.0) {
            paths.swap_remove(index);
        }
    }
}

fn temporary() -> MutexGuard<'static, Vec<PathBuf>> {
    // A list of paths is whole whatever panicked while it was locked.
    TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
