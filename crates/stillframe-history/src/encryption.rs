//! Whether a database is encrypted, as far as its pages tell.

use stillframe_database::encryption::{
    InClear, SAMPLE_BYTES, begins_b_tree_page, in_clear, is_contradicted,
};
use stillframe_format::limits::MAX_PAGE_SIZE;

use crate::{Error, Input};

/// Pages that are looked at beside the first, at most.
const SAMPLES: u64 = 64;

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
    let samples = samples(length, read)?;
    Ok((!is_contradicted(samples.iter())).then_some(found))
}

/// How many of the pages that are looked at behind the first of a database file are of b-trees, and how many hold anything:
/// whether it is a database whatever became of page 1.
///
/// # Errors
/// The file could not be read.
pub fn pages_of_b_trees(database: &Input) -> Result<(usize, usize), Error> {
    let samples = samples(database.bytes.len(), |offset, sample| {
        let read = database.bytes.read_exact_at(offset, sample);
        read.map_err(|source| Error::Read {
            input: database.name.clone(),
            offset,
            source,
        })
    })?;
    let written = samples
        .iter()
        .filter(|sample| **sample != [0; SAMPLE_BYTES]);
    let of_b_trees = samples.iter().filter(|sample| begins_b_tree_page(sample));
    Ok((of_b_trees.count(), written.count()))
}

/// The starts of pages behind the first, from all over a database of `length` bytes.
fn samples(
    length: u64,
    read: impl Fn(u64, &mut [u8]) -> Result<(), Error>,
) -> Result<Vec<[u8; SAMPLE_BYTES]>, Error> {
    let mut samples = Vec::new();
    // So that large pages begin there, too.
    let step = (length / SAMPLES).next_power_of_two().max(STEP);
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
    Ok(samples)
}
