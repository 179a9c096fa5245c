use std::fs::File;

/// Has the operating system begin to write a file to the disk while more is written to it, so that the sync at the end
/// finds little left to wait for. A hint: where the system has none of the kind, or does not take it, nothing changes.
#[derive(Debug, Default)]
pub(crate) struct WriteBehind {
    /// What lies before this offset was begun.
    begun: u64,
}

/// Bytes that are begun together: enough for the disk to write them in one go.
const STEP_BYTES: u64 = 8 << 20;

impl WriteBehind {
    /// Everything before the offset `end` is written for good.
    pub(crate) fn reached(&mut self, file: &File, end: u64) {
        let length = end.saturating_sub(self.begun);
        if length >= STEP_BYTES {
            begin(file, self.begun, length);
            self.begun = end;
        }
    }
}

/// To say that bytes are not needed in memory starts the writing of those that are not on the disk yet, and waits for
/// none.
#[cfg(target_os = "linux")]
fn begin(file: &File, offset: u64, length: u64) {
    use rustix::fs::{Advice, fadvise};
    let length = std::num::NonZeroU64::new(length);
    // Advice that is not taken changes nothing but the time.
    let _ = fadvise(file, offset, length, Advice::DontNeed);
}

#[cfg(not(target_os = "linux"))]
fn begin(_: &File, _: u64, _: u64) {}
