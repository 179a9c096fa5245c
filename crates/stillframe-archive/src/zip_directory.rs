//! The directory of a zip, entry by entry: what the library does not say of it. It keeps the last entry of a name alone, takes
//! the number of entries that stands behind the directory for all there are, looks for a directory that has not as many bytes as
//! stands behind it, and does not compare what the directory says of a member with the header in front of the member itself.
//!
//! | offset | size | field of an entry (APPNOTE, section 4.3.12) |
//! |---|---|---|
//! | 0 | 4 | signature `PK\\1\\2` |
//! | 5 | 1 | which system it is of: 3 is Unix |
//! | 8 | 2 | flags: bit 0 is set where the member is encrypted |
//! | 10 | 2 | method |
//! | 16 | 4 | checksum |
//! | 20 | 4 | compressed size |
//! | 24 | 4 | size |
//! | 28 | 2 + 2 + 2 | length of the name, of the extra field, of the comment |
//! | 38 | 4 | external attributes: on Unix the mode of the file in the upper half |
//! | 42 | 4 | where the member's own header begins |
//! | 46 | | name, extra field, comment |
//!
//! | offset | size | field of the header in front of a member (section 4.3.7) |
//! |---|---|---|
//! | 0 | 4 | signature `PK\\3\\4` |
//! | 6 | 2 | flags: bit 3 where sum and sizes stand behind the member, bit 13 where they are hidden |
//! | 8 | 2 | method |
//! | 14 | 4 + 4 + 4 | checksum, compressed size, size |
//! | 26 | 2 + 2 | length of the name, of the extra field |
//! | 30 | | name, extra field |
//!
//! Behind the directory stands how many entries and bytes it has (`zip_end.rs`).
//!
//! Where a size or a place is 0xffffffff, the extra field with the number 1 has it in 8 bytes (section 4.5.3).

use std::collections::{HashMap, HashSet};
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use stillframe_source::Source;

use crate::Trouble;
use crate::name::{Name, of_bytes};
use crate::seek::Cursor;
use crate::zip_archive::{LONGEST_TARGET, Listed, numbered};
use crate::zip_end::End;

const ENTRY: [u8; 4] = *b"PK\x01\x02";
const ENTRY_BYTES: usize = 46;
pub(crate) const HEADER: [u8; 4] = *b"PK\x03\x04";
/// Bytes of the header in front of a member, without its name and extra field (section 4.3.7).
pub(crate) const HEADER_BYTES: usize = 30;
/// Stands where a number does not fit.
const IN_EXTRA: u64 = 0xffff_ffff;
const ZIP64: u16 = 1;

/// The system that has modes, and the kind of file in them (`inode(7)`).
const UNIX: u8 = 3;
const MODE_KIND: u16 = 0o170_000;
const MODE_LINK: u16 = 0o120_000;

/// Bits of the flags.
const ENCRYPTED: u16 = 1;
const SUM_BEHIND: u16 = 1 << 3;
const HIDDEN: u16 = 1 << 13;

/// An entry of the directory.
pub(crate) struct Entry {
    name: Vec<u8>,
    flags: u16,
    method: u16,
    checksum: u32,
    compressed: u64,
    length: u64,
    header: u64,
    is_link: bool,
    /// Where it stands itself.
    range: Range<u64>,
}

/// The entries of a directory, as far as they were read.
pub(crate) struct Directory {
    entries: Vec<Entry>,
    /// Where it stands, as far as it was read.
    range: Range<u64>,
    /// What stands behind it, where that is the end of an archive.
    end: Option<End>,
}

/// What is wrong with a directory, or with what it says of a member.
pub(crate) struct Contradiction {
    /// The member; the archive where it is the directory.
    pub(crate) name: Option<Name>,
    /// The bytes that it stands in.
    pub(crate) range: Range<u64>,
    pub(crate) reason: io::Error,
}

impl Directory {
    /// The one that begins at `start`. What is in front of the archive, as in one that unpacks itself, has `shift` bytes. No
    /// more than `most` entries are looked at.
    pub(crate) fn read(
        source: &Arc<Source>,
        start: u64,
        shift: u64,
        most: u64,
    ) -> io::Result<Self> {
        let mut reader = Cursor::at(source, start);
        let mut directory = Self {
            entries: Vec::new(),
            range: start..start,
            end: None,
        };
        for _ in 0..most {
            let end = directory.range.end;
            let Some(entry) = next(&mut reader, end, shift)? else {
                directory.end = End::read(source, end);
                break;
            };
            directory.range.end = entry.range.end;
            directory.entries.push(entry);
        }
        Ok(directory)
    }

    /// What stands around the archive in the file: before the first member that is listed, and behind the end. What was not
    /// read to its end does not tell.
    pub(crate) fn around(&self, length: u64) -> [Range<u64>; 2] {
        let Some(end) = &self.end else {
            return [0..0, length..length];
        };
        let headers = self.entries.iter().map(|entry| entry.header);
        let first = headers.fold(self.range.start, u64::min);
        [
            0..first,
            end.behind.map_or(length, |behind| behind.min(length))..length,
        ]
    }

    /// What contradicts itself: how many entries there are, and what they and the members say of each other.
    pub(crate) fn contradictions(&self, source: &Source, archive: &Path) -> Vec<Contradiction> {
        let mut found = Vec::new();
        if let Some(end) = &self.end {
            let entries = self.entries.len() as u64;
            let bytes = self.range.end - self.range.start;
            let counts = format!(
                "its directory counts {}, and lists {entries}",
                end.entries.value
            );
            let extends = format!(
                "its directory is to have {} bytes, and has {bytes}",
                end.bytes.value
            );
            for (declared, there, what) in [
                (&end.entries, entries, counts),
                (&end.bytes, bytes, extends),
            ] {
                if !declared.is(there) {
                    found.push(Contradiction {
                        name: None,
                        range: declared.range.clone(),
                        reason: damaged(what),
                    });
                }
            }
        }
        // Those that share a header are told as members that overlap.
        let mut headers = HashSet::new();
        let own = self
            .entries
            .iter()
            .filter(|entry| headers.insert(entry.header));
        found.extend(own.filter_map(|entry| {
            Some(Contradiction {
                reason: damaged(entry.contradiction(source)?),
                name: Some(Name::new(archive.to_path_buf(), of_bytes(&entry.name))),
                range: entry.range.clone(),
            })
        }));
        found
    }

    /// The entries that the library does not show: those of which there is a later one of the same name, and those behind as
    /// many as the directory says that it has.
    pub(crate) fn not_shown(self) -> Vec<Entry> {
        let shown = self.end.as_ref().map_or(u64::MAX, |it| it.entries.value);
        let mut last: HashMap<Vec<u8>, Entry> = HashMap::new();
        let mut not_shown = Vec::new();
        for (number, entry) in (0..).zip(self.entries) {
            if entry.name.ends_with(b"/") {
                continue;
            }
            match number < shown {
                true => not_shown.extend(last.insert(entry.name.clone(), entry)),
                false => not_shown.push(entry),
            }
        }
        not_shown
    }
}

fn damaged(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// The next entry, which begins at `at`, or `None` behind the last one.
fn next(reader: &mut Cursor, at: u64, shift: u64) -> io::Result<Option<Entry>> {
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
    let behind = [28, 30, 32].map(|at| u64::from(short(at)));
    // In this order they stand in the extra field, those that did not fit.
    let [mut length, mut compressed, mut header] = [24, 20, 42].map(|at| u64::from(long(at)));
    widen([&mut length, &mut compressed, &mut header], &extra);
    Ok(Some(Entry {
        name,
        flags: short(8),
        method: short(10),
        checksum: long(16),
        compressed,
        length,
        header: header.saturating_add(shift),
        is_link: head[5] == UNIX && short(40) & MODE_KIND == MODE_LINK,
        range: at..at + ENTRY_BYTES as u64 + behind.iter().sum::<u64>(),
    }))
}

/// Takes the numbers that did not fit from an extra field.
fn widen<const N: usize>(values: [&mut u64; N], extra: &[u8]) {
    let mut wide = zip64(extra).chunks_exact(8);
    for value in values {
        if *value == IN_EXTRA {
            let bytes = wide.next().and_then(|bytes| bytes.first_chunk());
            *value = bytes.map_or(*value, |bytes| u64::from_le_bytes(*bytes));
        }
    }
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
    /// How the header in front of the member contradicts the directory. Where there is none, that is told as it is read.
    fn contradiction(&self, source: &Source) -> Option<String> {
        let mut head = [0; HEADER_BYTES];
        source.read_exact_at(self.header, &mut head).ok()?;
        let short = |at: usize| u16::from_le_bytes([head[at], head[at + 1]]);
        let long =
            |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        if !head.starts_with(&HEADER) || (self.flags | short(6)) & HIDDEN != 0 {
            return None;
        }
        let mut name = vec![0; short(26).into()];
        let mut extra = vec![0; short(28).into()];
        let behind = self.header.checked_add(HEADER_BYTES as u64)?;
        source.read_exact_at(behind, &mut name).ok()?;
        source
            .read_exact_at(behind + name.len() as u64, &mut extra)
            .ok()?;
        if name != self.name {
            let (other, own) = (name.escape_ascii(), self.name.escape_ascii());
            return Some(format!(
                "the directory calls it {own}, and the header before its bytes {other}"
            ));
        }
        let (mut length, mut compressed) = (u64::from(long(22)), u64::from(long(18)));
        widen([&mut length, &mut compressed], &extra);
        let is_behind = (self.flags | short(6)) & SUM_BEHIND != 0;
        let sum = (self.checksum, long(14));
        // The other flags are hints that not every writer repeats, as is the version.
        let encrypted = [self.flags, short(6)].map(|flags| flags & ENCRYPTED);
        let (what, directory, header) = if encrypted[0] != encrypted[1] {
            let [directory, header] = encrypted.map(|bit| bit.to_string());
            ("bit for encryption", directory, header)
        } else if self.method != short(8) {
            ("method", self.method.to_string(), short(8).to_string())
        } else if is_behind {
            return None;
        } else if sum.0 != sum.1 {
            let [directory, header] = [sum.0, sum.1].map(|sum| format!("{sum:#010x}"));
            ("checksum", directory, header)
        } else if self.compressed != compressed {
            (
                "compressed size",
                self.compressed.to_string(),
                compressed.to_string(),
            )
        } else if self.length != length {
            ("size", self.length.to_string(), length.to_string())
        } else {
            return None;
        };
        Some(format!(
            "the directory says that its {what} is {directory}, and the header before its bytes {header}"
        ))
    }

    /// The member, whose own header tells where its bytes begin.
    pub(crate) fn listed(self, source: &Arc<Source>, archive: &Path) -> Result<Listed, Trouble> {
        let name = Name::new(archive.to_path_buf(), of_bytes(&self.name));
        let shown = || name.path().to_string_lossy().into_owned();
        if self.flags & ENCRYPTED != 0 {
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
            is_link: self.is_link && self.length <= LONGEST_TARGET,
            name,
        })
    }
}
