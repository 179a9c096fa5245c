use stillframe_database::Geometry;
use stillframe_database::btree::Cell;
use stillframe_database::freelist::next_page;
use stillframe_format::{PageNumber, Pages};

/// Adds all of the payload of a cell of a sound database to `bytes`; false where it is not all there.
pub(super) fn whole_payload<P: Pages>(
    pages: &P,
    geometry: Geometry,
    cell: &Cell<'_>,
    bytes: &mut Vec<u8>,
) -> Result<bool, P::Error> {
    bytes.extend_from_slice(cell.local);
    let Some(mut next) = cell.overflow else {
        return Ok(true);
    };
    let length = bytes.len() - cell.local.len() + cell.payload_length as usize;
    let mut page = vec![0; geometry.usable_size() as usize];
    while bytes.len() < length {
        let number = PageNumber::new(next).filter(|number| number.get() <= pages.page_count());
        let Some(number) = number else {
            return Ok(false);
        };
        pages.read(number, &mut page)?;
        let content = page.get(4..).unwrap_or_default();
        let taken = content.len().min(length - bytes.len());
        bytes.extend_from_slice(content.get(..taken).unwrap_or_default());
        next = next_page(&page);
    }
    Ok(true)
}
