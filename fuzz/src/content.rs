//! What `PRAGMA integrity_check` and `quick_check` would print of any bytes: it says something, within SQLite's number of
//! rows, and comes to an end however pages lead to one another.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

use stillframe_check::content::Level;
use stillframe_check::pragma::{MOST_ROWS, pragma};
use stillframe_format::{PageNumber, PageSize, Pages};
use stillframe_history::Image;

use crate::material::Material;

/// Checks the last image of a set at every level.
///
/// # Panics
/// It says nothing or too much, or reads the same pages again and again.
pub fn run(bytes: &[u8]) {
    let (_, material) = Material::read(bytes);
    let set = material.set();
    let Ok((_, Ok(image))) = Image::read(&set, None, &()) else {
        return;
    };
    let header = image.header().copied();
    let Some(header) = header.filter(|_| image.refusal().is_none()) else {
        return;
    };
    for level in [Level::Structure, Level::Quick, Level::Full] {
        let counted = Counted {
            pages: &image,
            reads: AtomicU64::new(0),
        };
        let printed =
            pragma(&counted, &header, level, MOST_ROWS, &()).unwrap_or_else(|error| panic!("{error}"));
        assert!(!printed.rows.is_empty() || printed.error.is_some());
        assert!(printed.rows.len() <= MOST_ROWS + 1);
        assert!(printed.rows.iter().all(|row| !row.is_empty()));
        let reads = counted.reads.load(Ordering::Relaxed);
        assert!(reads <= most_reads(&image), "{reads} reads");
    }
}

/// Each row is looked for in each index from its root on; no page holds more rows than a quarter of its bytes.
fn most_reads(image: &Image<'_>) -> u64 {
    let entries = u64::from(image.page_count()) * u64::from(image.page_size().get()) / 4;
    64 * entries + (1 << 17)
}

/// Pages that count how often they are read.
struct Counted<'i> {
    pages: &'i Image<'i>,
    reads: AtomicU64,
}

impl Pages for Counted<'_> {
    type Error = stillframe_history::Error;

    fn page_size(&self) -> PageSize {
        self.pages.page_size()
    }

    fn page_count(&self) -> u32 {
        self.pages.page_count()
    }

    fn stored_pages(&self) -> u32 {
        Pages::stored_pages(self.pages)
    }

    fn page(&self, number: PageNumber) -> Result<Cow<'_, [u8]>, Self::Error> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.pages.page(number)
    }
}
