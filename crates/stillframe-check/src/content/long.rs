//! Records that are too long to be held: read from their first byte to the last, and kept in short. Of each long value that
//! is how it begins, its hash, and whether it is text if it is said to be: enough to find that nothing is wrong with it. What
//! that does not decide, a look at the row does.
//!
//! | size | field |
//! |---|---|
//! | 1 | [`MARK`], with which no other record begins that is taken apart |
//! | 4 | size of the header of the record |
//! | as many | the header |
//! | each value | all its bytes, or of a long one 8 of its hash, 1 that is 1 for valid text, and its first [`LONG_VALUE`] |

use std::hash::{BuildHasher as _, Hasher as _};

use foldhash::quality::RandomState;
use stillframe_database::btree::{Cell, Page};
use stillframe_database::freelist::next_page;
use stillframe_database::record::SerialType;
use stillframe_database::{TextEncoding, varint};
use stillframe_format::Pages;
use stillframe_format::limits::{MAX_RECORD_HEADER, MAX_VALUE_BYTES};

use super::fault::Fault;
use super::reader::{LINK_BYTES, Reader};

/// The first byte of a record in short: a varint that takes more bytes than it needs begins with it.
pub(super) const MARK: u8 = 0x80;
/// Longer records are kept in short.
pub(super) const LONG_RECORD: u32 = 1 << 18;
/// Longer values have a hash of their own. With 2000 columns a record in short takes 8 MB.
pub(super) const LONG_VALUE: usize = 4096;
/// Bytes of a long value before those that it begins with.
pub(super) const BEFORE_LONG: usize = 9;

/// The hash of a long value, in pieces of the same size whatever the pieces in which it comes.
pub(super) struct Digest<'s> {
    state: &'s RandomState,
    so_far: u64,
    piece: Vec<u8>,
}

impl<'s> Digest<'s> {
    const fn new(state: &'s RandomState) -> Self {
        Self {
            state,
            so_far: 0,
            piece: Vec::new(),
        }
    }

    /// Of a value that is held.
    pub(super) fn of(state: &'s RandomState, value: &[u8]) -> u64 {
        let pieces = value.chunks(LONG_VALUE);
        pieces.fold(0, |so_far, piece| hash_piece(state, so_far, piece))
    }

    fn add(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = LONG_VALUE - self.piece.len();
            let (taken, rest) = bytes.split_at(room.min(bytes.len()));
            self.piece.extend_from_slice(taken);
            bytes = rest;
            if self.piece.len() == LONG_VALUE {
                self.end_piece();
            }
        }
    }

    fn end_piece(&mut self) {
        self.so_far = hash_piece(self.state, self.so_far, &self.piece);
        self.piece.clear();
    }

    fn finish(&mut self) -> u64 {
        if !self.piece.is_empty() {
            self.end_piece();
        }
        std::mem::take(&mut self.so_far)
    }
}

fn hash_piece(state: &RandomState, so_far: u64, piece: &[u8]) -> u64 {
    let mut hasher = state.build_hasher();
    hasher.write_u64(so_far);
    hasher.write(piece);
    hasher.finish()
}

/// Whether text is text, in pieces.
struct Validity {
    encoding: TextEncoding,
    is_valid: bool,
    /// What is not looked at yet.
    rest: Vec<u8>,
}

impl Validity {
    fn add(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
        let end = self.rest.len() - self.unfinished();
        let whole = self.rest.get(..end).unwrap_or_default();
        self.is_valid &= self.encoding.is_valid(whole);
        self.rest.drain(..end);
    }

    /// How many bytes at the end are of a character that may go on.
    fn unfinished(&self) -> usize {
        let rest = &self.rest;
        match self.encoding {
            TextEncoding::Utf8 => {
                let mut last = rest.iter().rev().take(3).enumerate();
                let first = last.find(|&(_, &byte)| byte & 0xc0 != 0x80);
                let Some((behind, &byte)) = first else {
                    return 0;
                };
                let needed = byte.leading_ones() as usize;
                if needed > behind + 1 { behind + 1 } else { 0 }
            }
            encoding => {
                let odd = rest.len() % 2;
                let mut last = rest.iter().rev().skip(odd);
                let (second, first) = (last.next(), last.next());
                let high = if encoding == TextEncoding::Utf16Le {
                    second
                } else {
                    first
                };
                let is_first_half = high.is_some_and(|high| high & 0xfc == 0xd8);
                odd + if is_first_half { 2 } else { 0 }
            }
        }
    }

    /// Whether all of it is, and no more comes.
    fn finish(&mut self) -> bool {
        let is_valid = self.is_valid && self.encoding.is_valid(&self.rest);
        self.rest.clear();
        self.is_valid = true;
        is_valid
    }
}

/// A record that comes in pieces.
struct Shortened<'s> {
    /// What is known of it.
    short: &'s mut Vec<u8>,
    /// Bytes of the header that have come, before it is whole.
    header: Vec<u8>,
    /// The lengths of values that have not begun, the next one last, and whether they are text.
    values: Vec<(usize, bool)>,
    /// Bytes of the present value that have not come, and whether it is text; of a long one where it begins in short.
    left: usize,
    is_text: bool,
    long: Option<usize>,
    digest: Digest<'s>,
    validity: Validity,
    is_header_read: bool,
    /// Bytes of the whole record.
    length: u64,
}

impl Shortened<'_> {
    /// Takes more bytes; `None` where it is no record.
    fn add(&mut self, mut bytes: &[u8]) -> Option<()> {
        if !self.is_header_read {
            bytes = self.add_header(bytes)?;
        }
        while !bytes.is_empty() {
            while self.left == 0 {
                self.next_value()?;
            }
            let (part, rest) = bytes.split_at(self.left.min(bytes.len()));
            self.add_value(part);
            bytes = rest;
        }
        Some(())
    }

    /// Takes what is of the header, and gives what is behind it.
    fn add_header<'b>(&mut self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        let before = self.header.len();
        let most = MAX_RECORD_HEADER as usize;
        let taken = bytes.len().min(most.saturating_sub(before));
        self.header.extend_from_slice(bytes.get(..taken)?);
        let (size, at) =
            varint::read(&self.header).filter(|_| self.header.first() != Some(&MARK))?;
        if size > most as u64 || (size as usize) < at {
            return None;
        }
        let size = size as usize;
        if self.header.len() < size {
            return (taken == bytes.len()).then_some(&[]);
        }
        self.header.truncate(size);
        self.is_header_read = true;
        self.types(at)?;
        self.short.push(MARK);
        self.short.extend_from_slice(&(size as u32).to_be_bytes());
        self.short.extend_from_slice(&self.header);
        bytes.get(size - before..)
    }

    /// The types of the values, whose lengths make up the record.
    fn types(&mut self, mut at: usize) -> Option<()> {
        let mut end = self.header.len() as u64;
        while at < self.header.len() {
            let bytes = self.header.get(at..)?;
            let (serial_type, taken) =
                varint::read(bytes).filter(|_| bytes.first() != Some(&MARK))?;
            let length = SerialType(serial_type).length();
            if length > u64::from(MAX_VALUE_BYTES) {
                return None;
            }
            self.values
                .push((length as usize, serial_type > 12 && serial_type % 2 == 1));
            end += length;
            at += taken;
        }
        self.values.reverse();
        (end == self.length).then_some(())
    }

    fn next_value(&mut self) -> Option<()> {
        (self.left, self.is_text) = self.values.pop()?;
        self.long = (self.left > LONG_VALUE).then_some(self.short.len());
        if self.long.is_some() {
            self.short.extend_from_slice(&[0; BEFORE_LONG]);
        }
        Some(())
    }

    fn add_value(&mut self, part: &[u8]) {
        self.left -= part.len();
        let Some(start) = self.long else {
            self.short.extend_from_slice(part);
            return;
        };
        let room = start + BEFORE_LONG + LONG_VALUE - self.short.len();
        self.short
            .extend_from_slice(part.get(..room).unwrap_or(part));
        self.digest.add(part);
        if self.is_text {
            self.validity.add(part);
        }
        if self.left == 0 {
            let is_valid = !self.is_text || self.validity.finish();
            let before = self
                .short
                .get_mut(start..start + BEFORE_LONG)
                .unwrap_or_default();
            for (to, from) in before.iter_mut().zip(self.digest.finish().to_be_bytes()) {
                *to = from;
            }
            if let Some(last) = before.last_mut() {
                *last = u8::from(is_valid);
            }
        }
    }

    /// Whether all of it has come.
    fn is_whole(&self) -> bool {
        self.is_header_read && self.left == 0 && self.values.iter().all(|&(length, _)| length == 0)
    }
}

impl<P: Pages> Reader<'_, P> {
    /// The record of a cell, put together in `gathered` where the page does not hold all of it, and in short where it is
    /// too long for that. Overflow pages are followed by their links.
    pub(super) fn record<'a>(
        &self,
        page: &Page<'_>,
        cell: &Cell<'a>,
        gathered: &'a mut Vec<u8>,
    ) -> Result<&'a [u8], Fault<P::Error>> {
        if cell.local.first() == Some(&MARK) {
            return Err(Fault::Corrupt);
        }
        if cell.payload_length as usize <= cell.local.len() {
            return Ok(cell.local);
        }
        if cell.payload_length <= LONG_RECORD {
            self.copy_payload(page, cell, gathered)?;
        } else {
            self.shorten(page, cell, gathered)?;
        }
        Ok(gathered)
    }

    fn shorten(
        &self,
        page: &Page<'_>,
        cell: &Cell<'_>,
        short: &mut Vec<u8>,
    ) -> Result<(), Fault<P::Error>> {
        let geometry = self.geometry;
        let length = cell.payload_length;
        self.is_possible(0, length)?;
        let local = geometry.local(page.kind(), length);
        if cell.payload_offset() > geometry.usable_size().saturating_sub(local) {
            return Err(Fault::Corrupt);
        }
        short.clear();
        let mut record = Shortened {
            short,
            header: Vec::new(),
            values: Vec::new(),
            left: 0,
            is_text: false,
            long: None,
            digest: Digest::new(&self.state),
            validity: Validity {
                encoding: self.encoding,
                is_valid: true,
                rest: Vec::new(),
            },
            is_header_read: false,
            length: length.into(),
        };
        record.add(cell.local).ok_or(Fault::Corrupt)?;
        let mut missing = cell.overflow_length() as usize;
        let mut next = cell.overflow.unwrap_or_default();
        while missing > 0 {
            let size = geometry.usable_size() as usize - LINK_BYTES;
            self.take_from_file(next, LINK_BYTES + size.min(missing))?;
            let (_, bytes) = self.page(next)?;
            let content = bytes
                .get(LINK_BYTES..geometry.usable_size() as usize)
                .unwrap_or_default();
            let content = content.get(..missing).unwrap_or(content);
            record.add(content).ok_or(Fault::Corrupt)?;
            missing -= content.len();
            next = next_page(&bytes);
        }
        if record.is_whole() {
            Ok(())
        } else {
            Err(Fault::Corrupt)
        }
    }
}

#[cfg(test)]
mod tests;
