use stillframe_database::pointer_map::{self, Entry};
use stillframe_format::{PageNumber, Pages};

use super::Job;

/// The pages of the pointer map that were looked at last: what leads to one another is near one another, so that each
/// is read once or a few times.
#[derive(Debug, Default)]
pub(super) struct PointerMap {
    read: Vec<(PageNumber, Vec<u8>)>,
    /// The one that makes room for the next.
    oldest: usize,
}

/// Pages of the map that are held: a table, its indexes and their overflow pages may each be elsewhere.
const MOST_HELD: usize = 8;

/// Which page of the map says what a page is, and where in it, if there is such a page.
pub(super) fn place<P: Pages>(job: &Job<'_, P>, page: u32) -> Option<(PageNumber, usize)> {
    let place = pointer_map::place(job.geometry, page);
    place.filter(|(map, _)| map.get() <= job.pages.stored_pages())
}

impl PointerMap {
    /// What the map says at a place that [`place`] told, where it is of a known kind.
    pub(super) fn entry<P: Pages>(
        &mut self,
        pages: &P,
        (map, offset): (PageNumber, usize),
    ) -> Result<Option<Entry>, P::Error> {
        let bytes = self.page(pages, map)?;
        Ok(bytes.get(offset..).and_then(Entry::parse))
    }

    fn page<P: Pages>(&mut self, pages: &P, map: PageNumber) -> Result<&[u8], P::Error> {
        let index = match self.read.iter().position(|&(number, _)| number == map) {
            Some(index) => index,
            None => {
                let mut bytes = vec![0; pages.page_size().as_len()];
                pages.read(map, &mut bytes)?;
                if self.read.len() < MOST_HELD {
                    self.read.push((map, bytes));
                    self.read.len() - 1
                } else {
                    let index = self.oldest;
                    self.oldest = (index + 1) % MOST_HELD;
                    if let Some(held) = self.read.get_mut(index) {
                        *held = (map, bytes);
                    }
                    index
                }
            }
        };
        Ok(self.read.get(index).map_or(&[], |(_, bytes)| bytes))
    }
}
