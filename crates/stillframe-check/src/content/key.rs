//! Entries of an index compared with a key, as SQLite compares them (`sqlite3VdbeRecordCompareWithSkip` in `vdbeaux.c`,
//! and the two faster ways beside it, which read damaged entries in ways of their own).

use std::cmp::Ordering;

use stillframe_database::TextEncoding;
use stillframe_database::record::SerialType;
use stillframe_schema::{Collation, IndexColumn};

use super::collation::compare_text;
use super::value::{Value, compare_integer_real};
use super::varint::{length_of, read_u32};

/// An entry of an index that cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// What an entry is compared with.
pub(super) struct Key<'k> {
    pub values: &'k [Value],
    /// The parts of an entry, in their order: at least as many as values.
    pub columns: &'k [IndexColumn],
    pub encoding: TextEncoding,
    /// What an entry is that is equal in all values.
    pub if_equal: Ordering,
}

/// The bytes of an entry, and what follows them on their page: SQLite may read on.
#[derive(Clone, Copy)]
pub(super) struct Payload<'a> {
    pub length: usize,
    pub bytes: &'a [u8],
}

impl<'a> Payload<'a> {
    /// Followed by nothing.
    pub(super) const fn whole(bytes: &'a [u8]) -> Self {
        Self {
            length: bytes.len(),
            bytes,
        }
    }

    fn byte(self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or_default()
    }

    fn from(self, at: usize) -> &'a [u8] {
        self.bytes.get(at..).unwrap_or_default()
    }

    /// The value at a place, whose bytes are as many as its type says, or zeros.
    fn number(self, serial_type: u32, at: usize) -> Value {
        let mut bytes = [0; 8];
        let serial_type = SerialType(serial_type.into());
        let length = (serial_type.length() as usize).min(bytes.len());
        for (byte, place) in bytes.iter_mut().zip(at..at + length) {
            *byte = self.byte(place);
        }
        Value::of(serial_type.value(bytes.get(..length).unwrap_or_default()))
    }
}

/// With more columns SQLite takes the slower way.
const MOST_COLUMNS_OF_THE_FASTER_WAYS: usize = 13;

type Compared = Result<Ordering, Malformed>;

impl Key<'_> {
    /// What an entry that is on its page is to the key.
    pub(super) fn compare(&self, entry: Payload<'_>) -> Compared {
        if self.columns.len() <= MOST_COLUMNS_OF_THE_FASTER_WAYS {
            let collation = self.columns.first().map(|column| &column.collation);
            match (self.values.first(), collation) {
                (Some(&Value::Integer(first)), _) => return self.compare_integer(entry, first),
                (Some(Value::Text(first)), Some(Collation::Binary)) => {
                    return self.compare_binary_text(entry, first);
                }
                _ => {}
            }
        }
        self.compare_whole(entry)
    }

    /// The first value is an integer (`vdbeRecordCompareInt`).
    fn compare_integer(&self, entry: Payload<'_>, first: i64) -> Compared {
        let start = usize::from(entry.byte(0) & 0x3f);
        let serial_type = entry.byte(1);
        if !matches!(serial_type, 1..=6 | 8 | 9) {
            return self.compare_whole(entry);
        }
        let Value::Integer(found) = entry.number(serial_type.into(), start) else {
            return Err(Malformed);
        };
        match found.cmp(&first) {
            Ordering::Equal => self.compare_rest(entry),
            order => Ok(self.directed(order, 0)),
        }
    }

    /// The first value is text, compared by its bytes (`vdbeRecordCompareString`).
    fn compare_binary_text(&self, entry: Payload<'_>, first: &[u8]) -> Compared {
        let mut serial_type = u32::from(entry.byte(1));
        if serial_type >= 0x80 {
            serial_type = read_u32(entry.from(1)).0;
            if serial_type > i32::MAX as u32 {
                return Ok(self.directed(Ordering::Less, 0));
            }
        }
        if serial_type < 12 {
            return Ok(self.directed(Ordering::Less, 0));
        }
        if serial_type % 2 == 0 {
            return Ok(self.directed(Ordering::Greater, 0));
        }
        let start = usize::from(entry.byte(0));
        let length = (serial_type as usize - 12) / 2;
        if start + length > entry.length {
            return Err(Malformed);
        }
        let found = entry.bytes.get(start..start + length).ok_or(Malformed)?;
        match found.cmp(first) {
            Ordering::Equal => self.compare_rest(entry),
            order => Ok(self.directed(order, 0)),
        }
    }

    /// The first values are equal.
    fn compare_rest(&self, entry: Payload<'_>) -> Compared {
        if self.values.len() < 2 {
            return Ok(self.if_equal);
        }
        let mut header = usize::from(entry.byte(1));
        let mut at = 2;
        if header >= 0x80 {
            let (serial_type, taken) = read_u32(entry.from(1));
            header = serial_type as usize;
            at = 1 + taken;
        }
        let first = SerialType(header as u64).length() as usize;
        let size = usize::from(entry.byte(0));
        self.compare_from(entry, 1, size, at, size + first)
    }

    /// What an entry is to the key, value by value.
    pub(super) fn compare_whole(&self, entry: Payload<'_>) -> Compared {
        let (size, at) = read_u32(entry.bytes);
        self.compare_from(entry, 0, size as usize, at, size as usize)
    }

    /// Compares from value `index` on, whose type is at `at` and whose bytes are at `start`, in an entry with a header of
    /// `size` bytes.
    fn compare_from(
        &self,
        entry: Payload<'_>,
        mut index: usize,
        size: usize,
        mut at: usize,
        mut start: usize,
    ) -> Compared {
        if start > entry.length {
            return Err(Malformed);
        }
        loop {
            let value = self.values.get(index).ok_or(Malformed)?;
            let (serial_type, order) = self.compare_value(entry, index, value, at, start)?;
            if order.is_ne() {
                return Ok(self.directed(order, index));
            }
            index += 1;
            if index >= self.values.len() {
                break;
            }
            start = start.saturating_add(SerialType(serial_type.into()).length() as usize);
            if start > entry.length {
                break;
            }
            at += length_of(serial_type);
            if at >= size {
                return Err(Malformed);
            }
        }
        Ok(self.if_equal)
    }

    /// The serial type that SQLite takes a value for, and what the value is to that of the key.
    fn compare_value(
        &self,
        entry: Payload<'_>,
        index: usize,
        value: &Value,
        at: usize,
        start: usize,
    ) -> Result<(u32, Ordering), Malformed> {
        let byte = u32::from(entry.byte(at));
        Ok(match value {
            Value::Null => {
                let is_null = matches!(byte, 0 | 10)
                    || (byte == 7 && entry.number(byte, start) == Value::Null);
                (
                    byte,
                    if is_null {
                        Ordering::Equal
                    } else {
                        Ordering::Greater
                    },
                )
            }
            Value::Integer(_) | Value::Real(_) => (byte, compare_number(entry, byte, start, value)),
            Value::Text(text) => {
                let serial_type = read_u32(entry.from(at)).0;
                if serial_type < 12 {
                    return Ok((serial_type, Ordering::Less));
                }
                if serial_type.is_multiple_of(2) {
                    return Ok((serial_type, Ordering::Greater));
                }
                let found = content(entry, serial_type, start)?;
                let collation = &self.columns.get(index).ok_or(Malformed)?.collation;
                (
                    serial_type,
                    compare_text(found, text, collation, self.encoding),
                )
            }
            Value::Blob(blob) => {
                let serial_type = read_u32(entry.from(at)).0;
                if serial_type < 12 || serial_type % 2 == 1 {
                    return Ok((serial_type, Ordering::Less));
                }
                (serial_type, content(entry, serial_type, start)?.cmp(blob))
            }
        })
    }

    /// An order, turned around where larger values come first.
    fn directed(&self, order: Ordering, index: usize) -> Ordering {
        let column = self.columns.get(index);
        if column.is_some_and(|column| column.is_descending) {
            order.reverse()
        } else {
            order
        }
    }
}

fn compare_number(entry: Payload<'_>, serial_type: u32, start: usize, key: &Value) -> Ordering {
    match serial_type {
        0 | 10 => return Ordering::Less,
        11.. => return Ordering::Greater,
        _ => {}
    }
    match (entry.number(serial_type, start), key) {
        (Value::Integer(found), Value::Integer(key)) => found.cmp(key),
        (Value::Integer(found), Value::Real(key)) => compare_integer_real(found, *key),
        (Value::Real(found), Value::Integer(key)) => compare_integer_real(*key, found).reverse(),
        (Value::Real(found), Value::Real(key)) => found.partial_cmp(key).unwrap_or(Ordering::Equal),
        // Of the entry: a floating-point number that is none.
        _ => Ordering::Less,
    }
}

fn content(entry: Payload<'_>, serial_type: u32, start: usize) -> Result<&[u8], Malformed> {
    let length = (serial_type as usize - 12) / 2;
    if start.saturating_add(length) > entry.length {
        return Err(Malformed);
    }
    entry.bytes.get(start..start + length).ok_or(Malformed)
}
