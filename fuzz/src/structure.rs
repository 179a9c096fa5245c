//! The walk over any database: side by side it finds what it finds in order, and neither reads more than a few times
//! the pages that there are.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

use stillframe_check::walk::{structure, structure_in_order};
use stillframe_database::{Geometry, schema};
use stillframe_format::{PageNumber, PageSize, Pages};
use stillframe_history::{Error, Image};

use crate::material::Material;

/// More problems than a walk is asked for elsewhere.
const MOST: usize = 1000;

/// An image that counts the pages that are read.
struct Counted<'a> {
    image: &'a Image<'a>,
    reads: AtomicU64,
    /// Whether what is in memory is read all the same, as it is from a file.
    is_file: bool,
}

impl Pages for Counted<'_> {
    type Error = Error;

    fn page_size(&self) -> PageSize {
        self.image.page_size()
    }

    fn page_count(&self) -> u32 {
        self.image.page_count()
    }

    fn stored_pages(&self) -> u32 {
        Pages::stored_pages(self.image)
    }

    fn page(&self, number: PageNumber) -> Result<Cow<'_, [u8]>, Error> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.image.page(number)
    }

    fn read(&self, first: PageNumber, buffer: &mut [u8]) -> Result<(), Error> {
        let pages = buffer.len().div_ceil(self.page_size().as_len());
        self.reads.fetch_add(pages as u64, Ordering::Relaxed);
        self.image.read(first, buffer)
    }

    fn in_memory(&self, first: PageNumber, length: usize) -> Option<&[u8]> {
        if self.is_file {
            return None;
        }
        let pages = length.div_ceil(self.page_size().as_len());
        self.reads.fetch_add(pages as u64, Ordering::Relaxed);
        self.image.in_memory(first, length)
    }
}

/// Walks the last image of a set, whether SQLite would have it or not.
///
/// # Panics
/// The two walks do not agree, or read more than a few times the pages that there are.
pub fn run(bytes: &[u8]) {
    let (mut choices, material) = Material::read(bytes);
    let set = material.set();
    let (_, image) = Image::read(&set, None, &()).unwrap_or_else(|error| panic!("{error}"));
    let Ok(image) = image else { return };
    let Some(header) = image.header() else { return };
    let Some(geometry) = Geometry::new(image.page_size(), header.reserved_bytes) else {
        return;
    };
    let pages = Counted {
        image: &image,
        reads: AtomicU64::new(0),
        is_file: choices.byte() & 1 == 0,
    };
    let stored = u64::from(image.stored_pages().min(image.page_count()));
    // A page of the pointer map may be read by each thread, and is read again in order.
    let most = 4 * stored + 64;
    let roots = schema::roots(&pages, geometry);
    is_at_most(&pages, most);
    let Ok(mut roots) = roots else { return };
    for _ in 0..choices.byte() % 4 {
        roots.push(choices.byte().into());
    }
    let in_order = structure_in_order(&pages, header, &roots, MOST, &());
    is_at_most(&pages, most);
    let found = structure(&pages, header, &roots, MOST, &());
    is_at_most(&pages, 2 * most);
    match (found, in_order) {
        (Ok(found), Ok(in_order)) => {
            assert_eq!(found, in_order);
            for problem in &found.problems {
                let range = problem.place.range;
                assert!(range.end <= image.page_size().get().into(), "{problem:?}");
                assert!(!problem.to_string().is_empty());
            }
        }
        // A page that is nowhere may be met by one of them alone, where the other finds a problem first.
        (Err(_), _) | (_, Err(_)) => assert!(image.refusal().is_some()),
    }
}

fn is_at_most(pages: &Counted<'_>, most: u64) {
    let reads = pages.reads.swap(0, Ordering::Relaxed);
    assert!(
        reads <= most,
        "{reads} reads, and at most {most} are needed"
    );
}
