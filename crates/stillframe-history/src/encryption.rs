//! Whether a database is encrypted, as far as its pages tell.

use stillframe_database::encryption::{InClear, SAMPLE_BYTES, in_clear, is_contradicted};
use stillframe_format::limits::MAX_PAGE_SIZE;

use crate::Error;

/// Pages that are looked at beside the first.
const SAMPLES: u64 = 16;

/// How far apart they begin, or a multiple of that: pages of any size begin at whole sectors.
const STEP: u64 = 4096;

/// What is in clear of `page_1`, where it and the pages behind it lack structure, of a database of `length` bytes of which
/// `read` fills a buffer with those from an offset on.
pub(crate) fn encryption(
    page_1: &[u8],
    length: u64,
    read: impl Fn(u64, &mut [u8]) -> Result<(), Error>,
) -> Result<Option<InClear>, Error> {
    let Some(found) = in_clear(page_1) else {
        return Ok(None);
    };
    // There are whole pages; what else is compressed, or encrypted as a whole, has any length.
    if found == InClear::Nothing && length % SAMPLE_BYTES as u64 != 0 {
        return Ok(None);
    }
    let mut samples = Vec::new();
    let step = (length / (SAMPLES + 1)).next_multiple_of(STEP).max(STEP);
    // Where there is more, nothing of the first page counts again, however large it is.
    let mut offset = match u64::from(MAX_PAGE_SIZE) {
        largest if length > largest => largest.max(step),
        _ => step,
    };
    while offset + SAMPLE_BYTES as u64 <= length {
        let mut sample = [0; SAMPLE_BYTES];
        read(offset, &mut sample)?;
        samples.push(sample);
        offset += step;
    }
    Ok((!is_contradicted(samples.iter())).then_some(found))
}
