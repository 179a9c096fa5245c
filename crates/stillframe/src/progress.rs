//! A progress bar on standard error, where that is a terminal and the work is long.

use std::io::IsTerminal as _;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use stillframe_history::Progress;

/// Work on fewer bytes is over before a bar could be read.
const LONG_WORK_BYTES: u64 = 256 << 20;

/// A bar that is there for long work only.
pub struct Bar {
    what: &'static str,
    is_shown: bool,
    bytes: AtomicU64,
    bar: OnceLock<ProgressBar>,
}

impl Bar {
    /// For `what`, which is work on `bytes`; never where `quiet`.
    pub fn new(what: &'static str, bytes: u64, quiet: bool) -> Self {
        let bar = Self {
            what,
            is_shown: !quiet && std::io::stderr().is_terminal(),
            bytes: AtomicU64::new(0),
            bar: OnceLock::new(),
        };
        bar.expect(bytes);
        bar
    }

    fn shown(&self, bytes: u64) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr());
        let template = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(self.what);
        bar.enable_steady_tick(Duration::from_millis(250));
        bar
    }
}

impl Progress for Bar {
    fn advance(&self, bytes: u64) {
        if let Some(bar) = self.bar.get() {
            bar.inc(bytes);
        }
    }

    fn expect(&self, bytes: u64) {
        let all = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if self.is_shown && all >= LONG_WORK_BYTES {
            self.bar.get_or_init(|| self.shown(all)).set_length(all);
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}
