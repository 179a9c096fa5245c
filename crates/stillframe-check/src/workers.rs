//! Threads that look at the pages of a database side by side: how many, and how each reads.

use std::panic::resume_unwind;
use std::thread;

use stillframe_format::{PageNumber, PageSize, Pages};

/// More threads than this do not make memory faster.
const MOST_WORKERS: usize = 8;

/// Bytes of pages that a worker reads at once, where they lie one behind the other: they stay in the cache of its core.
const BYTES_AT_ONCE: usize = 128 << 10;

/// Bytes of pages for which another thread is worth its beginning and end, which take as long as looking at about so many.
const BYTES_A_WORKER: u64 = 256 << 10;

/// How many threads work on so many pages: a small database is done before another thread had begun, and where there are
/// a thousand of them that is most of the time.
pub(crate) fn count(pages: u32, page_size: PageSize) -> usize {
    let bytes = u64::from(pages) * u64::from(page_size.get());
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get().min(MOST_WORKERS));
    cores.min(
        usize::try_from(bytes / BYTES_A_WORKER)
            .unwrap_or(cores)
            .max(1),
    )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_database_is_looked_at_by_one_thread() {
        let size = PageSize::new(4096).unwrap();
        let cores =
            thread::available_parallelism().map_or(1, |cores| cores.get().min(MOST_WORKERS));
        for (pages, most) in [
            (0, 1),
            (1, 1),
            (64, 1),
            (127, 1),
            (128, 2),
            (u32::MAX, MOST_WORKERS),
        ] {
            assert_eq!(count(pages, size), most.min(cores), "{pages}");
        }
    }
}
