//! What an interrupt leaves behind: nothing.

use std::fs;
use std::io;
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
/// A process that was started with some of the signals ignored (by `nohup`, or in the background of
/// a script) keeps that: the user asked for it to go on. The others end it all the same.
pub fn install() {
    #[cfg(unix)]
    keep_from_ending_at_the_file_size_limit();
    // Without a handler a signal ends the process as usual and may leave a temporary file, which
    // is no reason not to work.
    #[cfg(unix)]
    let _ = if keep_ignoring() {
        ctrlc::set_handler(end)
    } else {
        // It is not known which signals are ignored: this installs nothing where one is.
        ctrlc::try_set_handler(end)
    };
    #[cfg(not(unix))]
    let _ = ctrlc::set_handler(end);
}

/// What the handler does, in a thread of its own.
fn end() {
    // Held until the end: nobody can begin another file meanwhile.
    let paths = temporary();
    for path in paths.iter() {
        let _ = fs::remove_file(path);
    }
    std::process::exit(INTERRUPTED);
}

/// Blocks, of the signals that get a handler, those that the process was started to ignore, in this thread and so in
/// all: such a signal stays pending for ever, which is as good as ignored, and the others end the process as they
/// should. A shell ignores SIGINT for every `command &` of a script. Returns whether this could be done.
#[cfg(unix)]
fn keep_ignoring() -> bool {
    use nix::sys::signal::{SigSet, Signal};
    let Some(ignored) = ignored_signals() else {
        return false;
    };
    let mut signals = SigSet::empty();
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        if ignored >> (signal as i32 - 1) & 1 == 1 {
            signals.add(signal);
        }
    }
    signals.thread_block().is_ok()
}

/// The signals that this process ignores, the first in the lowest bit, from what Linux says of it (`proc(5)`): to ask
/// the system itself takes a call that is not safe.
#[cfg(unix)]
fn ignored_signals() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(mask.trim(), 16).ok()
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

/// Creates a file at `path` by `create`, which leaves nothing where it fails, and marks it as one to remove on an
/// interrupt for as long as the guard lives. An interrupt waits for `create` to end: there is no moment in which the
/// file could be left behind, not even where it is made, removed and made again.
///
/// # Errors
///
/// Those of `create`.
pub fn guarded<T>(path: &Path, create: impl FnOnce() -> io::Result<T>) -> io::Result<(T, Guard)> {
    let mut paths = temporary();
    let created = create()?;
    paths.push(path.to_path_buf());
    Ok((created, Guard(path.to_path_buf())))
}

/// Keeps a path marked; see [`guarded`].
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
