use std::sync::atomic::{AtomicU64, Ordering};

/// Is told how far long work has come.
pub trait Progress: Sync {
    /// `bytes` more were done.
    fn advance(&self, bytes: u64);

    /// There are `bytes` more to do than was to be seen from the lengths of the files.
    fn expect(&self, _bytes: u64) {}
}

/// Nobody is told.
impl Progress for () {
    fn advance(&self, _bytes: u64) {}
}

/// A part of the work of which is known how much it is at most, and not how much exactly.
pub struct Rest<'a> {
    progress: &'a dyn Progress,
    left: AtomicU64,
}

impl<'a> Rest<'a> {
    /// `bytes` at most are to be done; `progress` is told of no more.
    pub fn of(bytes: u64, progress: &'a dyn Progress) -> Self {
        progress.expect(bytes);
        Self {
            progress,
            left: AtomicU64::new(bytes),
        }
    }
}

impl Progress for Rest<'_> {
    fn advance(&self, bytes: u64) {
        let take = |left: u64| Some(left.saturating_sub(bytes));
        let update = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        let (Ok(left) | Err(left)) = update;
        self.progress.advance(left.min(bytes));
    }
}
