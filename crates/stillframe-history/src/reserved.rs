//! What a page has in common with itself wherever it lies: all but the reserved bytes at its end.
//!
//! SQLite writes nothing into them, and copies them as they are. What lies below SQLite may: `cksumvfs` puts a sum of the
//! page there, and `tmstmpvfs` the time, as a page gets into the database file, and only then. A frame and the page that
//! a checkpoint made of it differ in these bytes.

use stillframe_database::Header;
use stillframe_format::PageSize;

/// How many bytes at the start of a page a frame and the database file have in common, where `header` is that of the
/// database. Where there is none that could be read, all of them.
pub(crate) fn compared_bytes(size: PageSize, header: Option<&Header>) -> usize {
    let header = header.filter(|header| header.page_size() == Some(size));
    let usable = header.and_then(Header::usable_size);
    usable.map_or(size.as_len(), |usable| usable as usize)
}
