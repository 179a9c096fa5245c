//! The pointer map of databases with auto-vacuum: PM1xx integrity.

pub(crate) mod largest_root_page_mismatch;
pub(crate) mod pointer_map_entry_mismatch;
pub(crate) mod pointer_map_entry_unreadable;
pub(crate) mod pointer_map_page_referenced;

use stillframe_database::{Geometry, pointer_map};
use stillframe_format::Pages as _;

use crate::Evidence;

/// Whether a page is past the end of the database.
fn is_past_end(evidence: &Evidence<'_>, page: u32) -> bool {
    let image = evidence.image.as_ref();
    image.is_some_and(|image| page > image.page_count())
}

/// Whether a page is one of the pointer map's, in a database that has one.
fn is_map_page(evidence: &Evidence<'_>, page: u32) -> bool {
    let image = evidence.accepted_image();
    image
        .and_then(|(image, header)| Geometry::new(image.page_size(), header.reserved_bytes))
        .is_some_and(|geometry| pointer_map::is_map_page(geometry, page))
}
