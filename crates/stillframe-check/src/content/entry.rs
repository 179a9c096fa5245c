//! A record taken apart: the values it holds, hashed and compared without being copied.

use std::cmp::Ordering;
use std::hash::Hasher;

use stillframe_database::record::{SerialType, Value};
use stillframe_database::{TextEncoding, varint};
use stillframe_format::limits::{MAX_RECORD_HEADER, MAX_VALUE_BYTES};
use stillframe_schema::IndexColumn;

use super::collation::compare_text;
use super::value::compare_integer_real;

/// Where the values of a record are.
#[derive(Clone, Default)]
pub(super) struct Fields(Vec<Field>);

/// The type of a value, and where it begins and ends.
#[derive(Clone, Copy)]
struct Field {
    serial_type: u64,
    start: u32,
    end: u32,
}

/// The first byte of a varint that says nothing of its value.
const LONGER_THAN_NEEDED: u8 = 0x80;

impl Fields {
    /// Takes a record apart; false where it is not one whose header and values make up all of it, or where a number in
    /// its header takes more bytes than it needs: SQLite compares such an entry as if it were another one.
    pub(super) fn parse(&mut self, bytes: &[u8]) -> bool {
        self.0.clear();
        let Some((size, mut at)) = varint::read(bytes) else {
            return false;
        };
        let is_long = bytes.first() == Some(&LONGER_THAN_NEEDED);
        if size > u64::from(MAX_RECORD_HEADER)
            || size as usize > bytes.len()
            || size == 0
            || is_long
        {
            return false;
        }
        let (header, mut start) = (size as usize, size);
        while at < header {
            let (serial_type, taken) = match bytes.get(at) {
                Some(&byte) if byte < 0x80 => (u64::from(byte), 1),
                Some(&LONGER_THAN_NEEDED) => return false,
                _ => match bytes.get(at..).and_then(varint::read) {
                    Some(read) => read,
                    None => return false,
                },
            };
            let length = SerialType(serial_type).length();
            if length > u64::from(MAX_VALUE_BYTES) {
                return false;
            }
            let end = start + length;
            self.0.push(Field {
                serial_type,
                start: start as u32,
                end: end as u32,
            });
            start = end;
            at += taken;
        }
        at == header && start == bytes.len() as u64
    }

    /// The record with these bytes, that were taken apart.
    pub(super) const fn of<'e>(&'e self, bytes: &'e [u8]) -> Entry<'e> {
        Entry {
            bytes,
            fields: self,
        }
    }
}

/// A record, whole: the bytes are those of a page, or put together from several.
#[derive(Clone, Copy)]
pub(super) struct Entry<'e> {
    bytes: &'e [u8],
    fields: &'e Fields,
}

impl<'e> Entry<'e> {
    /// How many values there are.
    pub(super) fn len(self) -> usize {
        self.fields.0.len()
    }

    /// A value; `None` where the record is too short.
    #[inline]
    pub(super) fn value(self, place: usize) -> Option<Value<'e>> {
        self.fields.0.get(place).map(|field| self.value_of(field))
    }

    /// All values, in their order.
    #[inline]
    pub(super) fn values(self) -> impl Iterator<Item = Value<'e>> {
        self.fields.0.iter().map(move |field| self.value_of(field))
    }

    #[inline]
    fn value_of(self, field: &Field) -> Value<'e> {
        SerialType(field.serial_type).value(self.bytes_of(field))
    }

    #[inline]
    fn bytes_of(self, field: &Field) -> &'e [u8] {
        let bytes = self.bytes.get(field.start as usize..field.end as usize);
        bytes.unwrap_or_default()
    }

    /// The values that are text: which they are, where they begin in the record, and their bytes.
    #[inline]
    pub(super) fn texts(self) -> impl Iterator<Item = (usize, usize, &'e [u8])> {
        let is_text = |field: &Field| field.serial_type > 12 && field.serial_type % 2 == 1;
        let fields = self.fields.0.iter().enumerate();
        let texts = fields.filter(move |(_, field)| is_text(field));
        texts.map(move |(place, field)| (place, field.start as usize, self.bytes_of(field)))
    }

    /// The serial type of a value.
    pub(super) fn serial_type(self, place: usize) -> Option<u64> {
        self.fields.0.get(place).map(|field| field.serial_type)
    }

    /// What the record is to another, by these columns, and the first of them that differs.
    pub(super) fn compare(
        self,
        other: Self,
        columns: &[IndexColumn],
        encoding: TextEncoding,
    ) -> (Ordering, usize) {
        for (place, column) in columns.iter().enumerate() {
            let (Some(own), Some(others)) = (self.value(place), other.value(place)) else {
                return (Ordering::Equal, place);
            };
            let order = match (own, others) {
                (Value::Text(own), Value::Text(others)) => {
                    compare_text(own, others, &column.collation, encoding)
                }
                (own, others) => compare(own, others),
            };
            if order.is_ne() {
                let order = if column.is_descending {
                    order.reverse()
                } else {
                    order
                };
                return (order, place);
            }
        }
        (Ordering::Equal, columns.len())
    }
}

/// Values of which at most one is text.
fn compare(own: Value<'_>, others: Value<'_>) -> Ordering {
    match (own, others) {
        (Value::Integer(own), Value::Integer(others)) => own.cmp(&others),
        (Value::Real(own), Value::Real(others)) => {
            own.partial_cmp(&others).unwrap_or(Ordering::Equal)
        }
        (Value::Integer(own), Value::Real(others)) => compare_integer_real(own, others),
        (Value::Real(own), Value::Integer(others)) => compare_integer_real(others, own).reverse(),
        (Value::Blob(own), Value::Blob(others)) => own.cmp(others),
        (own, others) => class(own).cmp(&class(others)),
    }
}

const fn class(value: Value<'_>) -> u8 {
    match value {
        Value::Null => 0,
        Value::Integer(_) | Value::Real(_) => 1,
        Value::Text(_) => 2,
        Value::Blob(_) => 3,
    }
}

/// Adds a value to a hash. What is equal to SQLite has the same hash: 1 and 1.0.
pub(super) fn hash_value(hasher: &mut impl Hasher, value: Value<'_>) {
    // The class of the value is in the lowest bits, so that no two of different classes are written the same.
    let mut bytes = |bytes: &[u8], class: u64| {
        hasher.write_u64((bytes.len() as u64) << 2 | class);
        hasher.write(bytes);
    };
    match value {
        Value::Text(text) => bytes(text, 2),
        Value::Blob(blob) => bytes(blob, 3),
        Value::Null => hasher.write_u64(1),
        Value::Integer(integer) => hash_integer(hasher, integer),
        Value::Real(real) => {
            let integer = real as i64;
            if compare_integer_real(integer, real).is_eq() {
                hash_integer(hasher, integer);
            } else {
                hasher.write_u64(5);
                hasher.write_u64(real.to_bits());
            }
        }
    }
}

fn hash_integer(hasher: &mut impl Hasher, integer: i64) {
    hasher.write_u64(0);
    hasher.write_u64(integer as u64);
}
