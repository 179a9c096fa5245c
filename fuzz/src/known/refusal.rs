//! What images are refused for.

use stillframe_database::encryption::{InClear, SAMPLE_BYTES, in_clear, is_contradicted};
use stillframe_history::{Image, Refusal};
use stillframe_testkit::naive::{LOCK_BYTE, NaiveImage};

use super::Known;
use crate::database_header::{page_count, page_size, refused_fields};

impl Known<'_> {
    /// An image is refused for a reason, and for every reason that there is.
    pub(super) fn refusal(&self, image: &Image<'_>, twin: &NaiveImage<'_>, commit: usize) {
        let missing = Missing::of(self.length, twin);
        if let Some(Refusal::MissingPages { at, first, count }) = image.refusal() {
            assert_eq!(at.get() as usize, commit);
            assert_eq!(Some(first.get()), missing.first);
            assert_eq!(u64::from(count), missing.count);
        }
        let page = twin.page_size as u64;
        let last_frame = self.last_frame(commit);
        let reach = self.length + 65536 + last_frame as u64 * page;
        let grows = commit > 0 && reach < u64::from(twin.page_count) * page;
        // Page 1 of a database of no pages, or one that is nowhere, says nothing.
        let page_1 = self.bytes_of(twin, 1);
        let header = page_1.as_ref().map(|page| page[..100].to_vec());
        let expected = if grows {
            Some("growth")
        } else if missing.count > 0 {
            Some("missing")
        } else if page_1.is_some_and(|page| self.is_encrypted(&page, twin, commit)) {
            Some("encrypted")
        } else {
            header.and_then(|header| refused_header(&header, twin))
        };
        let found = image.refusal().map(|refusal| match refusal {
            Refusal::Growth { .. } => "growth",
            Refusal::MissingPages { .. } => "missing",
            Refusal::Encrypted(_) => "encrypted",
            Refusal::NotADatabase(_) => "no database",
            Refusal::PageSizeMismatch { .. } => "page size",
            Refusal::SizeExceedsStored { .. } => "size",
            _ => "something else",
        });
        assert_eq!(found, expected, "commit {commit}");
        if let Some(refusal) = image.refusal() {
            assert!(!refusal.to_string().is_empty());
        }
    }

    /// Whether page 1 and the pages behind it lack structure. Of a database file what is there counts, of a commit whole pages.
    fn is_encrypted(&self, page_1: &[u8], twin: &NaiveImage<'_>, commit: usize) -> bool {
        let pages = twin.page_count as usize * twin.page_size;
        let length = if commit == 0 {
            self.length as usize
        } else {
            pages
        };
        let Some(found) = in_clear(&page_1[..page_1.len().min(length)]) else {
            return false;
        };
        if found == InClear::Nothing && length % SAMPLE_BYTES != 0 {
            return false;
        }
        let step = (length / 64).next_power_of_two().max(4096);
        let first = if length > 65536 {
            step.max(65536)
        } else {
            step
        };
        let samples: Vec<[u8; SAMPLE_BYTES]> = (first..)
            .step_by(step)
            .take_while(|offset| offset + SAMPLE_BYTES <= length)
            .map(|offset| {
                let page = self.bytes_of(twin, (offset / twin.page_size + 1) as u32);
                let start = page.as_ref().and_then(|page| page.first_chunk());
                start.copied().unwrap_or([0; SAMPLE_BYTES])
            })
            .collect();
        !is_contradicted(samples.iter())
    }
}

/// What SQLite refuses page 1 for first, in the order of `lockBtree`.
fn refused_header(header: &[u8], twin: &NaiveImage<'_>) -> Option<&'static str> {
    let refused = refused_fields(header);
    let is_usable_size = |&(start, _): &(u64, u64)| start == 20;
    if refused.iter().any(|field| !is_usable_size(field)) {
        Some("no database")
    } else if page_size(header).is_some_and(|size| size as usize != twin.page_size) {
        Some("page size")
    } else if page_count(header, twin.page_count) > twin.page_count {
        Some("size")
    } else {
        refused.iter().any(is_usable_size).then_some("no database")
    }
}

/// The pages of an image that exist nowhere.
pub(super) struct Missing {
    pub(super) first: Option<u32>,
    pub(super) count: u64,
}

impl Missing {
    /// Counted without looking at every page, as a commit may claim 2^32 of them.
    pub(super) fn of(length: u64, twin: &NaiveImage<'_>) -> Self {
        let lock = LOCK_BYTE / twin.page_size as u64 + 1;
        let held = length
            .div_ceil(twin.page_size as u64)
            .min(twin.page_count.into());
        let mut elsewhere: Vec<u64> = twin.frames.keys().map(|&page| page.into()).collect();
        elsewhere.push(lock);
        elsewhere.sort_unstable();
        elsewhere.dedup();
        elsewhere.retain(|&page| page > held && page <= twin.page_count.into());
        let count = u64::from(twin.page_count) - held - elsewhere.len() as u64;
        let first = (held + 1..).find(|page| elsewhere.binary_search(page).is_err());
        let first = first.filter(|_| count > 0);
        Self {
            first: first.and_then(|page| u32::try_from(page).ok()),
            count,
        }
    }
}
