//! A progress bar on standard error, where that is a terminal and the work is long.

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use stillframe_history::Progress;

/// Work on fewer bytes is over before a bar could be read.
const LONG_WORK_BYTES: u64 = 256 << 20;

/// A bar that is there for long work only.
pub struct Bar(Option<ProgressBar>);

impl Bar {
    /// For `what`, which is work on `bytes`; never where `quiet`.
    pub fn new(what: &'static str, bytes: u64, quiet: bool) -> Self {
        if quiet || bytes < LONG_WORK_BYTES || !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr());
        let template = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what);
        bar.enable_steady_tick(Duration::from_millis(250));
        Self(Some(bar))
    }
}

impl Progress for Bar {
    fn advance(&self, bytes: u64) {
        if let Some(bar) = &self.0 {
            bar.inc(bytes);
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
