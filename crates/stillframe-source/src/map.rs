//! The only `unsafe` of the crate: a read-only mapping of a range of a file.
//!
//! # Why it is sound enough
//!
//! A mapping is memory that another process can change: Rust's rule that a `&[u8]` does not change
//! while it is borrowed cannot be proven for it. What is done about it:
//!
//! - the mapping is read-only and this crate has no way to write to a file;
//! - readers treat the bytes as hostile anyway: every length and offset in them is checked where it
//!   is used, and a byte that reads differently twice can give a wrong answer, which
//!   `Source::changed` then reports;
//! - the file's length is asked for right before mapping, so no page of the mapping lies beyond the
//!   end at that moment. A file truncated afterwards is `SIGBUS` when its lost pages are touched;
//!   `Access::Read` is the way for files that may be truncated.
#![allow(
    unsafe_code,
    reason = "a file cannot be mapped without it; see the argument above"
)]

use std::fs::File;
use std::io;

use memmap2::{Mmap, MmapOptions};

/// Larger mappings are left to be filled as they are touched: nobody means to hold so much at once.
#[cfg(target_os = "linux")]
const FILL_UP_TO: usize = 64 * 1024 * 1024;

/// Maps `length` bytes from `offset`. An error is no verdict on the file: whoever gets one reads
/// the range instead, and learns from that what is wrong.
pub(crate) fn map(file: &File, offset: u64, length: usize) -> io::Result<Mmap> {
    let end = offset.checked_add(length as u64);
    let now = file.metadata()?.len();
    if end.is_none_or(|end| end > now) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    // SAFETY: see the head of this module: read-only, within the file as of now, and readers
    // do not rely on the bytes staying as they are.
    let map = unsafe { MmapOptions::new().offset(offset).len(length).map(file)? };
    fill(&map)?;
    Ok(map)
}

/// Makes all pages present in one call: about a tenth faster than a fault every few pages, and a
/// page that cannot be had (a bad sector, a file truncated just now) is an error here instead of
/// a `SIGBUS` later.
#[cfg(target_os = "linux")]
fn fill(map: &Mmap) -> io::Result<()> {
    if map.len() > FILL_UP_TO {
        return Ok(());
    }
    match map.advise(memmap2::Advice::PopulateRead) {
        // Linux before 5.14 does not know it: the pages come when they are touched.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        result => result,
    }
}

#[cfg(not(target_os = "linux"))]
fn fill(_: &Mmap) -> io::Result<()> {
    Ok(())
}
