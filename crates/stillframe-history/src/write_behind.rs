use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, SyncSender};
use std::thread::Scope;

use crate::Progress;

/// Bytes after which the disk is given something to do.
const STRIDE: u64 = 32 << 20;

/// Has a file written to the disk while more of it is made, so that the sync at the end finds little left to do. How far the work has come
/// is passed on.
pub(crate) struct WriteBehind<'a> {
    progress: &'a dyn Progress,
    written: AtomicU64,
    /// To the thread that syncs.
    wake: SyncSender<()>,
}

impl<'a> WriteBehind<'a> {
    /// For `file`, from a thread of `scope` that ends with this value.
    ///
    /// # Errors
    /// There is no second handle on the file.
    pub(crate) fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        file: &File,
        progress: &'a dyn Progress,
    ) -> io::Result<Self> {
        let file = file.try_clone()?;
        let (wake, woken) = mpsc::sync_channel(1);
        scope.spawn(move || {
            for () in woken {
                // Whoever syncs at the end is told of any error then.
                let _ = file.sync_data();
            }
        });
        let written = AtomicU64::new(0);
        Ok(Self {
            progress,
            written,
            wake,
        })
    }
}

impl Progress for WriteBehind<'_> {
    fn advance(&self, bytes: u64) {
        self.progress.advance(bytes);
        let before = self.written.fetch_add(bytes, Ordering::Relaxed);
        if before / STRIDE != (before + bytes) / STRIDE {
            // Where one wake-up waits already, one is enough.
            let _ = self.wake.try_send(());
        }
    }
}
