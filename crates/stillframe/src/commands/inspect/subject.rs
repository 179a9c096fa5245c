//! What `--page` and `--cell` look at.

use stillframe_format::PageNumber;
use stillframe_history::Image;

use super::mapped::Mapped;
use super::place::Place;
use crate::words::many;

/// An image, what its pages are, and the inputs that they come from.
pub struct Subject<'a> {
    pub image: &'a Image<'a>,
    pub mapped: &'a Mapped,
    /// Of the database, the WAL and the rollback journal.
    pub names: &'a [String; 3],
}

impl Subject<'_> {
    /// Fails where the database has no such page.
    pub fn require(&self, page: PageNumber) -> anyhow::Result<()> {
        let pages = self.mapped.map.page_count();
        anyhow::ensure!(
            page.get() <= pages,
            "there is no page {page}: the database has {}",
            many(pages.into(), "page")
        );
        Ok(())
    }

    /// Where a page is.
    pub fn place(&self, page: PageNumber) -> Place {
        Place::new(self.image, self.names, page)
    }
}
