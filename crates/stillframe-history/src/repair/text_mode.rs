use std::io;

use stillframe_database::header::MAGIC;

use crate::timeline::window;
use crate::{BackupSet, Bytes, Error, Progress, Window};

/// What a transfer that took a database for text did to its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextDamage {
    /// A carriage return was put before every line feed: taking them out gives the file back, byte for byte.
    CarriageReturns {
        /// How many there are.
        count: u64,
    },
    /// Every byte past 127 was written as the UTF-8 of the character with that number: undoing that gives the file back.
    Latin1ToUtf8 {
        /// How many bytes became two.
        count: u64,
    },
    /// What was not UTF-8 was replaced by U+FFFD: it is lost.
    Replaced {
        /// How many replacement characters there are.
        count: u64,
    },
}

/// What makes a database file look as if carriage returns had been put into it, and does not prove it: each line feed has one
/// before it, and the file is longer than its pages, by no more bytes than that. Of few line feeds it may be chance; and some of
/// the ends of lines may have been such before, and which of them nothing tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextDoubt {
    /// Bytes that the file is longer than its pages: at least 1.
    pub longer: u64,
    /// How many line feeds there are, each behind a carriage return: at least as many.
    pub line_feeds: u64,
}

/// Fewer inserted bytes than this are taken for chance.
const LEAST: u64 = 4;

/// Bytes that are read together.
const PIECE: usize = 1 << 16;

impl TextDamage {
    /// Looks through a database file whose length is no multiple of its page size; any other was not damaged so.
    ///
    /// A file in which every line feed has a carriage return before it, and which without these has whole pages, was made
    /// so: of four line feeds that is chance once in 2^32. The bytes of a database are no UTF-8, but for the smallest.
    ///
    /// # Errors
    /// It could not be read.
    pub fn of(set: &BackupSet, progress: &dyn Progress) -> Result<Option<Self>, Error> {
        Ok(Self::or_doubt(set, progress)?.0)
    }

    /// The same; and where nothing proves it, what makes it look so.
    ///
    /// # Errors
    /// It could not be read.
    pub fn or_doubt(
        set: &BackupSet,
        progress: &dyn Progress,
    ) -> Result<(Option<Self>, Option<TextDoubt>), Error> {
        let Some((database, named)) = set.database.as_ref().zip(Named::of(set)?) else {
            return Ok((None, None));
        };
        let length = database.bytes.len();
        if length % named.page_size == 0 {
            return Ok((None, None));
        }
        progress.expect(length);
        let mut counts = Counts::default();
        let mut offset = 0;
        while offset < length {
            let piece = window(
                database,
                offset,
                (length - offset).min(PIECE as u64) as usize,
            )?;
            piece.iter().for_each(|&byte| counts.take(byte));
            offset += piece.len() as u64;
            progress.advance(piece.len() as u64);
        }
        let damage = counts.damage(length, named.page_size);
        let doubt = counts.doubt(length, named).filter(|_| damage.is_none());
        Ok((damage, doubt))
    }

    /// Whether nothing was lost.
    pub const fn can_be_undone(self) -> bool {
        !matches!(self, Self::Replaced { .. })
    }
}

/// What the header names.
#[derive(Clone, Copy)]
struct Named {
    /// In bytes.
    page_size: u64,
    /// Of the database in bytes, where that is valid.
    size: Option<u64>,
}

impl Named {
    /// `None` where the file does not begin as a database.
    fn of(set: &BackupSet) -> Result<Option<Self>, Error> {
        let header = set.database_header()?;
        let header = header.filter(|header| header.magic == MAGIC);
        Ok(header.and_then(|header| {
            let page_size = header.page_size()?.get().into();
            let pages = u64::from(header.size_in_pages);
            let size = header.size_is_valid().then_some(pages * page_size);
            Some(Self { page_size, size })
        }))
    }
}

/// What was counted.
#[derive(Default)]
struct Counts {
    line_feeds: u64,
    /// Line feeds behind a carriage return.
    pairs: u64,
    last: u8,
    utf_8: Utf8,
}

/// What of the bytes is UTF-8.
#[derive(Default)]
struct Utf8 {
    is_none: bool,
    /// Bytes of the present character that are still to come, and its number so far.
    missing: u8,
    character: u32,
    /// Characters from U+0080 to U+00FF, written with two bytes.
    latin_1: u64,
    replacements: u64,
    others: u64,
}

impl Counts {
    fn take(&mut self, byte: u8) {
        if byte == b'\n' {
            self.line_feeds += 1;
            self.pairs += u64::from(self.last == b'\r');
        }
        self.last = byte;
        self.utf_8.take(byte);
    }

    fn doubt(&self, length: u64, named: Named) -> Option<TextDoubt> {
        let whole = named.size.unwrap_or(length - length % named.page_size);
        let longer = length.checked_sub(whole)?;
        let is_each = self.pairs == self.line_feeds && (1..=self.pairs).contains(&longer);
        is_each.then_some(TextDoubt {
            longer,
            line_feeds: self.line_feeds,
        })
    }

    fn damage(&self, length: u64, size: u64) -> Option<TextDamage> {
        let Utf8 {
            is_none,
            missing,
            latin_1,
            replacements,
            others,
            ..
        } = self.utf_8;
        let is_utf_8 = !is_none && missing == 0;
        let is_whole = |inserted| length > inserted && (length - inserted) % size == 0;
        if self.pairs >= LEAST && self.pairs == self.line_feeds && is_whole(self.pairs) {
            return Some(TextDamage::CarriageReturns { count: self.pairs });
        }
        if is_utf_8 && latin_1 >= LEAST && replacements + others == 0 && is_whole(latin_1) {
            return Some(TextDamage::Latin1ToUtf8 { count: latin_1 });
        }
        (is_utf_8 && replacements >= LEAST).then_some(TextDamage::Replaced {
            count: replacements,
        })
    }
}

impl Utf8 {
    fn take(&mut self, byte: u8) {
        if self.missing > 0 {
            self.is_none |= byte & 0xc0 != 0x80;
            self.character = self.character << 6 | u32::from(byte & 0x3f);
            self.missing -= 1;
            if self.missing == 0 {
                self.end();
            }
            return;
        }
        let (missing, bits) = match byte {
            0..=0x7f => return,
            0xc2..=0xdf => (1, byte & 0x1f),
            0xe0..=0xef => (2, byte & 0x0f),
            0xf0..=0xf4 => (3, byte & 0x07),
            _ => {
                self.is_none = true;
                return;
            }
        };
        (self.missing, self.character) = (missing, bits.into());
    }

    fn end(&mut self) {
        match self.character {
            0x80..=0xff => self.latin_1 += 1,
            0xfffd => self.replacements += 1,
            _ => self.others += 1,
        }
    }
}

/// The bytes of before the transfer, where nothing was lost.
///
/// Every byte of the file gives one or none, which the byte behind it may decide. Where they stood is told by how many came
/// before each piece: 8 bytes for 64 KiB.
pub struct Undone {
    bytes: Box<dyn Bytes>,
    damage: TextDamage,
    /// For each piece of the file, where its first byte stood before.
    starts: Vec<u64>,
    length: u64,
}

impl Undone {
    /// Goes through the file once.
    ///
    /// # Errors
    /// It could not be read.
    pub fn new(
        bytes: Box<dyn Bytes>,
        damage: TextDamage,
        progress: &dyn Progress,
    ) -> io::Result<Self> {
        let mut undone = Self {
            bytes,
            damage,
            starts: Vec::new(),
            length: 0,
        };
        progress.expect(undone.bytes.len());
        for piece in 0..undone.bytes.len().div_ceil(PIECE as u64) {
            undone.starts.push(undone.length);
            let mut count = 0;
            undone.decode(piece, |_| count += 1)?;
            undone.length += count;
            progress.advance(PIECE as u64);
        }
        Ok(undone)
    }

    /// Hands out the bytes that a piece of the file gives.
    fn decode(&self, piece: u64, mut take: impl FnMut(u8)) -> io::Result<()> {
        let start = piece * PIECE as u64;
        let there = (self.bytes.len() - start).min(PIECE as u64 + 1) as usize;
        let window = self.bytes.window(start, there)?;
        for (at, &byte) in window.iter().take(PIECE).enumerate() {
            let next = window.get(at + 1).copied();
            let was = match (self.damage, byte) {
                (TextDamage::CarriageReturns { .. }, b'\r') => {
                    (next != Some(b'\n')).then_some(byte)
                }
                (TextDamage::Latin1ToUtf8 { .. }, 0xc2..=0xc3) => {
                    next.map(|next| byte << 6 | next & 0x3f)
                }
                (TextDamage::Latin1ToUtf8 { .. }, 0x80..) => None,
                _ => Some(byte),
            };
            was.into_iter().for_each(&mut take);
        }
        Ok(())
    }
}

impl Bytes for Undone {
    fn len(&self) -> u64 {
        self.length
    }

    fn window(&self, offset: u64, length: usize) -> io::Result<Window<'_>> {
        let mut bytes = vec![0; length];
        self.read_exact_at(offset, &mut bytes)?;
        Ok(Window::Kept(Box::new(bytes)))
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let end = offset.checked_add(buffer.len() as u64);
        if end.is_none_or(|end| end > self.length) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let first = self.starts.partition_point(|&start| start <= offset);
        let mut piece = first.saturating_sub(1) as u64;
        let mut filled = 0;
        while filled < buffer.len() {
            let mut at = self
                .starts
                .get(piece as usize)
                .copied()
                .unwrap_or(self.length);
            self.decode(piece, |byte| {
                let place = at.checked_sub(offset).map(|place| place as usize);
                if let Some(place) = place.and_then(|place| buffer.get_mut(place)) {
                    *place = byte;
                    filled += 1;
                }
                at += 1;
            })?;
            piece += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
