//! Threads that look at the pages of a database side by side: how many, and how each reads.

use std::panic::resume_unwind;
use std::thread;

use stillframe_format::{PageNumber, PageSize, Pages};

/// More threads than this do not make memory faster.
const MOST_WORKERS: usize = 8;

/// Bytes of pages that a worker reads at once, where they lie one behind the other: they stay in the cache of its core.
const BYTES_AT_ONCE: usize = 128 << 10;

/// How many threads work.
pub(crate) fn count() -> usize {
    thread::available_parallelism().map_or(1, |cores| cores.get().min(MOST_WORKERS))
}

/// Has so many threads `work`, one of which is this one, once it has done what is its `own`; what each came to.
///
/// # Panics
/// One of them did: all others have come to their end then.
pub(crate) fn side_by_side<T: Send>(
    workers: usize,
    own: impl FnOnce(),
    work: impl Fn() -> T + Sync,
) -> Vec<T> {
    thread::scope(|scope| {
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(&work)).collect();
        own();
        let mut found = vec![work()];
        for other in others {
            let others = other.join();
            found.push(others.unwrap_or_else(|panic| resume_unwind(panic)));
        }
        found
    })
}

/// How many pages a worker reads at once.
pub(crate) const fn pages_at_once(page_size: PageSize) -> usize {
    BYTES_AT_ONCE / page_size.as_len()
}

/// `length` bytes of the pages from `first` on: where they lie in memory, or read into the `buffer`.
pub(crate) fn run<'b, P: Pages>(
    pages: &'b P,
    first: PageNumber,
    length: usize,
    buffer: &'b mut Vec<u8>,
) -> Result<&'b [u8], P::Error> {
    if let Some(bytes) = pages.in_memory(first, length) {
        return Ok(bytes);
    }
    buffer.resize(length.max(buffer.len()), 0);
    let buffer = buffer.get_mut(..length).unwrap_or_default();
    pages.read(first, buffer)?;
    Ok(buffer)
}
