use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How many pieces may be taken: those that were visited, and a few that wait, so that memory is bounded however late
/// one of them is.
pub(super) struct Gate {
    open: Mutex<u64>,
    opened: Condvar,
}

impl Gate {
    /// The first `pieces` may be taken.
    pub(super) fn new(pieces: u64) -> Self {
        Self {
            open: Mutex::new(pieces),
            opened: Condvar::new(),
        }
    }

    /// Waits until the piece with this index may be taken.
    pub(super) fn wait_for(&self, index: u64) {
        let waiting = self.opened.wait_while(self.lock(), |open| index >= *open);
        drop(waiting.unwrap_or_else(PoisonError::into_inner));
    }

    /// Lets `pieces` more be taken.
    pub(super) fn open(&self, pieces: u64) {
        *self.lock() += pieces;
        self.opened.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, u64> {
        // A number is whole whatever panicked while it was locked.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens all pieces when it is dropped: who takes one finds nobody to hand it to, and ends.
pub(super) struct AllOpen<'a>(pub(super) &'a Gate);

impl Drop for AllOpen<'_> {
    fn drop(&mut self) {
        self.0.open(u64::MAX / 2);
    }
}
