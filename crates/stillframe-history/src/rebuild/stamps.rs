//! The checksums that `cksumvfs` keeps at the end of pages. A checkpoint, or the playing back of a journal, writes them
//! anew as a page gets into the database file; so does this.

use std::fs::File;
use std::io::{IoSlice, Write as _};

use stillframe_database::page_checksum::{SUM_BYTES, holds, stamp};
use stillframe_format::Pages as _;

use crate::vectored::Stopped;
use crate::{Error, Image};

/// So many pages are looked at for one that has a sum.
const LOOKED_AT: u64 = 64;

/// Whether the database file below the WAL keeps sums of its pages: it reserves the bytes for them, and one of its first
/// pages that are not zeros has a sum that holds.
pub(super) fn keeps_page_checksums(image: &Image<'_>) -> Result<bool, Error> {
    let reserves = |reserved| reserved == Some(SUM_BYTES);
    let base = image.base();
    let size = image.page_size();
    if image.refusal().is_some() || !reserves(image.header().map(|header| header.reserved_bytes)) {
        return Ok(false);
    }
    let mut page = vec![0; size.as_len()];
    let pages = (base.bytes() / u64::from(size.get())).min(LOOKED_AT);
    for number in 0..pages {
        base.read(number * u64::from(size.get()), &mut page)?;
        if holds(&page) && page.iter().any(|&byte| byte != 0) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Writes parts, and those that are pages which `gets_sum`, each with its sum.
pub(super) fn write_stamped(
    output: &mut File,
    parts: &[IoSlice<'_>],
    gets_sum: impl Fn(usize) -> bool,
) -> Result<(), Stopped> {
    let mut bytes = Vec::new();
    for (part, unstamped) in parts.iter().enumerate() {
        bytes.clear();
        bytes.extend_from_slice(unstamped);
        if gets_sum(part) {
            stamp(&mut bytes);
        }
        let written = output.write_all(&bytes);
        written.map_err(|error| Stopped { part, error })?;
    }
    Ok(())
}
