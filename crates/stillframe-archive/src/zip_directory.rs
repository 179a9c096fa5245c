//! The entries in the directory of a zip that one behind them of the same name has taken the place of: the library keeps
//! the last of a name alone, and both were written.
//!
//! | offset | size | field of an entry (APPNOTE, section 4.3.12) |
//! |---|---|---|
//! | 0 | 4 | signature `PK\\1\\2` |
//! | 8 | 2 | flags: bit 0 is set where the member is encrypted |
//! | 10 | 2 | method |
//! | 16 | 4 | checksum |
//! | 20 | 4 | compressed size |
//! | 24 | 4 | size |
//! | 28 | 2 + 2 + 2 | length of the name, of the extra field, of the comment |
//! | 42 | 4 | where the member's own header begins |
//! | 46 | | name, extra field, comment |
//!
//! Where a size or a place is 0xffffffff, the extra field with the number 1 has it in 8 bytes (section 4.5.3).

use std::collections::HashMap;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use stillframe_source::Source;

use crate::Trouble;
use crate::name::{Name, of_bytes};
use crate::seek::Cursor;
use crate::zip_archive::{Listed, numbered};

const ENTRY: [u8; 4] = *b"PK\x01\x02";
const ENTRY_BYTES: usize = 46;
/// Bytes of the header in front of a member, without its name and extra field (section 4.3.7).
const HEADER_BYTES: usize = 30;
/// Stands where a number does not fit.
const IN_EXTRA: u64 = 0xffff_ffff;
const ZIP64: u16 = 1;

/// An entry of the directory.
pub(crate) struct Entry {
    name: Vec<u8>,
    is_encrypted: bool,
    method: u16,
    checksum: u32,
    compressed: u64,
    length: u64,
    header: u64,
}

/// The entries of which there is a later one of the same name, in the directory that begins at `start`. What is in front of
/// the archive, as in one that unpacks itself, has `shift` bytes. No more than `most` entries are looked at.
pub(crate) fn superseded(
    source: &Arc<Source>,
    start: u64,
    shift: u64,
    most: u64,
) -> io::Result<Vec<Entry>> {
    let mut reader = Cursor::at(source, start);
    let mut last: HashMap<Vec<u8>, Entry> = HashMap::new();
    let mut superseded = Vec::new();
    for _ in 0..most {
        let Some(entry) = next(&mut reader, shift)? else {
            break;
        };
        if !entry.name.ends_with(b"/") {
            superseded.extend(last.insert(entry.name.clone(), entry));
        }
    }
    Ok(superseded)
}

/// The next entry, or `None` behind the last one.
fn next(reader: &mut Cursor, shift: u64) -> io::Result<Option<Entry>> {
    let mut head = [0; ENTRY_BYTES];
    let (signature, rest) = head.split_at_mut(ENTRY.len());
    if reader.read_exact(signature).is_err() || signature != ENTRY {
        return Ok(None);
    }
    reader.read_exact(rest)?;
    let short = |at: usize| u16::from_le_bytes([head[at], head[at + 1]]);
    let long = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let mut take = |length: u16| {
        let mut bytes = vec![0; length.into()];
        reader.read_exact(&mut bytes).map(|()| bytes)
    };
    let name = take(short(28))?;
    let extra = take(short(30))?;
    take(short(32))?;
    // In this order they stand in the extra field, those that did not fit.
    let [mut length, mut compressed, mut header] = [24, 20, 42].map(|at| u64::from(long(at)));
    let mut wide = zip64(&extra).chunks_exact(8);
    for value in [&mut length, &mut compressed, &mut header] {
        if *value == IN_EXTRA {
            let bytes = wide.next().and_then(|bytes| bytes.first_chunk());
            *value = bytes.map_or(*value, |bytes| u64::from_le_bytes(*bytes));
        }
    }
    Ok(Some(Entry {
        name,
        is_encrypted: short(8) & 1 != 0,
        method: short(10),
        checksum: long(16),
        compressed,
        length,
        header: header.saturating_add(shift),
    }))
}

/// What the extra field of the number 1 holds.
fn zip64(mut extra: &[u8]) -> &[u8] {
    while let Some((&[number, high, length, more], rest)) = extra.split_first_chunk() {
        let length = usize::from(u16::from_le_bytes([length, more])).min(rest.len());
        let (field, behind) = rest.split_at(length);
        if u16::from_le_bytes([number, high]) == ZIP64 {
            return field;
        }
        extra = behind;
    }
    &[]
}

impl Entry {
    /// The member, whose own header tells where its bytes begin.
    pub(crate) fn listed(self, source: &Arc<Source>, archive: &Path) -> Result<Listed, Trouble> {
        let name = Name::new(archive.to_path_buf(), of_bytes(&self.name));
        let shown = || name.path().to_string_lossy().into_owned();
        if self.is_encrypted {
            return Err(Trouble::Encrypted { name: shown() });
        }
        let coding = numbered(self.method).ok_or_else(|| Trouble::Unsupported {
            name: shown(),
            found: format!("compressed by a method of its own ({})", self.method),
        })?;
        let mut head = [0; HEADER_BYTES];
        let read = Cursor::at(source, self.header).read_exact(&mut head);
        read.map_err(|reason| Trouble::Damaged {
            name: shown(),
            reason,
        })?;
        let short = |at: usize| u64::from(u16::from_le_bytes([head[at], head[at + 1]]));
        let behind = HEADER_BYTES as u64 + short(26) + short(28);
        Ok(Listed {
            header: self.header,
            start: self.header.saturating_add(behind),
            compressed: self.compressed,
            length: self.length,
            checksum: self.checksum,
            // Of a name that is met twice: the time of the archive stands for it.
            modified: None,
            coding,
            name,
        })
    }
}
