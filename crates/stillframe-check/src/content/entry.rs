//! A record taken apart: the values it holds, hashed and compared without being copied.

use std::cmp::Ordering;
use std::hash::Hasher;

use foldhash::quality::RandomState;
use stillframe_database::record::{SerialType, Value};
use stillframe_database::{TextEncoding, varint};
use stillframe_format::limits::{MAX_RECORD_HEADER, MAX_VALUE_BYTES};
use stillframe_schema::{Collation, IndexColumn};

use super::collation::compare_text;
use super::hash::{hash_long, hash_value};
use super::long::{BEFORE_LONG, Digest, LONG_VALUE, MARK};
use super::value::compare_integer_real;

/// Where the values of a record are.
#[derive(Clone, Default)]
pub(super) struct Fields {
    fields: Vec<Field>,
    /// What is known of the values of which not all bytes are there, in their order.
    long: Vec<Long>,
}

/// The type of a value, where it begins in the record, and where it begins and ends in the bytes that are there.
#[derive(Clone, Copy)]
struct Field {
    serial_type: u32,
    offset: u32,
    start: u32,
    end: u32,
}

/// A long value of a record in short: see [`super::long`].
#[derive(Clone, Copy)]
struct Long {
    place: usize,
    digest: u64,
    is_valid: bool,
}

impl Fields {
    /// Takes a record apart, or one in short; false where it is not one whose header and values make up all of it, or where
    /// a number in its header takes more bytes than it needs: SQLite compares such an entry as if it were another one.
    pub(super) fn parse(&mut self, bytes: &[u8]) -> bool {
        self.long.clear();
        if bytes.first() == Some(&MARK) {
            return self.parse_short(bytes);
        }
        let Some((size, at)) = varint::read(bytes) else {
            return false;
        };
        if size > u64::from(MAX_RECORD_HEADER) || size as usize > bytes.len() || size == 0 {
            return false;
        }
        let header = bytes.get(..size as usize).unwrap_or_default();
        let end = self.parse_header(header, at, size);
        end == Some(bytes.len() as u64)
    }

    /// Takes the types of a header apart, from `at` on; where the values end of which the first is at `start`.
    fn parse_header(&mut self, header: &[u8], mut at: usize, mut start: u64) -> Option<u64> {
        self.fields.clear();
        while at < header.len() {
            let (serial_type, taken) = match header.get(at) {
                Some(&byte) if byte < 0x80 => (u64::from(byte), 1),
                Some(&MARK) => return None,
                _ => header.get(at..).and_then(varint::read)?,
            };
            let length = SerialType(serial_type).length();
            if length > u64::from(MAX_VALUE_BYTES) {
                return None;
            }
            let end = start + length;
            self.fields.push(Field {
                serial_type: serial_type as u32,
                offset: start as u32,
                start: start as u32,
                end: end as u32,
            });
            start = end;
            at += taken;
        }
        (at == header.len()).then_some(start)
    }

    /// Of a record in short, which was made of one that is one.
    fn parse_short(&mut self, bytes: &[u8]) -> bool {
        let size = bytes.get(1..5).and_then(|size| size.try_into().ok());
        let size = size.map_or(0, u32::from_be_bytes);
        let header = bytes.get(5..5 + size as usize).unwrap_or_default();
        let Some((_, at)) = varint::read(header) else {
            return false;
        };
        if self.parse_header(header, at, size.into()).is_none() {
            return false;
        }
        let mut next = 5 + size as usize;
        for (place, field) in self.fields.iter_mut().enumerate() {
            let mut length = (field.end - field.start) as usize;
            if length > LONG_VALUE {
                let before = bytes
                    .get(next..next + BEFORE_LONG)
                    .and_then(|it| it.split_first_chunk());
                let Some((digest, is_valid)) = before else {
                    return false;
                };
                self.long.push(Long {
                    place,
                    digest: u64::from_be_bytes(*digest),
                    is_valid: is_valid == [1],
                });
                (next, length) = (next + BEFORE_LONG, LONG_VALUE);
            }
            (field.start, field.end) = (next as u32, (next + length) as u32);
            next += length;
        }
        next == bytes.len()
    }

    /// Takes a record of which all bytes are there apart.
    pub(super) fn parse_whole(&mut self, bytes: &[u8]) -> bool {
        bytes.first() != Some(&MARK) && self.parse(bytes)
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
        self.fields.fields.len()
    }

    /// A value; `None` where the record is too short.
    #[inline]
    pub(super) fn value(self, place: usize) -> Option<Value<'e>> {
        self.fields
            .fields
            .get(place)
            .map(|field| self.value_of(field))
    }

    /// Adds a value to a hash; false where the record is too short.
    #[inline]
    pub(super) fn hash(self, place: usize, state: &RandomState, hasher: &mut impl Hasher) -> bool {
        let Some(field) = self.fields.fields.get(place) else {
            return false;
        };
        match self.long(place) {
            Some(long) => hash_long(hasher, field.serial_type.into(), long.digest),
            None => hash_value(hasher, state, self.value_of(field)),
        }
        true
    }

    /// What is known of a value that is not there as a whole.
    #[inline]
    fn long(self, place: usize) -> Option<&'e Long> {
        let mut long = self.fields.long.iter();
        long.find(|long| long.place == place)
    }

    /// Whether not all of a value is there: [`Entry::value`] gives how it begins.
    #[inline]
    pub(super) fn is_long(self, place: usize) -> bool {
        self.long(place).is_some()
    }

    /// Whether a value is the same as one of another record, one of which is not there as a whole.
    pub(super) fn is_same_long(
        self,
        place: usize,
        other: Self,
        others_place: usize,
        state: &RandomState,
    ) -> bool {
        let digest = |of: Self, place| {
            let field = of.fields.fields.get(place)?;
            let long = of.long(place).map(|long| long.digest);
            Some(long.unwrap_or_else(|| Digest::of(state, of.bytes_of(field))))
        };
        self.serial_type(place) == other.serial_type(others_place)
            && digest(self, place) == digest(other, others_place)
    }

    #[inline]
    fn value_of(self, field: &Field) -> Value<'e> {
        SerialType(field.serial_type.into()).value(self.bytes_of(field))
    }

    #[inline]
    fn bytes_of(self, field: &Field) -> &'e [u8] {
        let bytes = self.bytes.get(field.start as usize..field.end as usize);
        bytes.unwrap_or_default()
    }

    /// The values that are text: which they are, where they begin in the record, how many bytes they take there, and whether
    /// they are valid in the encoding.
    #[inline]
    pub(super) fn texts(
        self,
        encoding: TextEncoding,
    ) -> impl Iterator<Item = (usize, usize, usize, bool)> {
        let is_text = |field: &Field| field.serial_type > 12 && field.serial_type % 2 == 1;
        let fields = self.fields.fields.iter().enumerate();
        let texts = fields.filter(move |(_, field)| is_text(field));
        texts.map(move |(place, field)| {
            let length = SerialType(field.serial_type.into()).length() as usize;
            let is_valid = match self.long(place) {
                Some(long) => long.is_valid,
                None => encoding.is_valid(self.bytes_of(field)),
            };
            (place, field.offset as usize, length, is_valid)
        })
    }

    /// The serial type of a value.
    pub(super) fn serial_type(self, place: usize) -> Option<u64> {
        self.fields
            .fields
            .get(place)
            .map(|field| field.serial_type.into())
    }

    /// Whether one of the first `values` is of type 11, which SQLite reads as NULL, and compares as what is no NULL.
    #[inline]
    pub(super) fn has_reserved(self, values: usize) -> bool {
        let mut fields = self.fields.fields.iter().take(values);
        fields.any(|field| field.serial_type == 11)
    }

    /// Whether the last value is an integer: SQLite takes nothing else for a rowid, also where it is equal to one.
    #[inline]
    pub(super) fn ends_with_integer(self) -> bool {
        let last = self.fields.fields.last();
        last.is_some_and(|field| matches!(field.serial_type, 1..=6 | 8 | 9))
    }

    /// What the record is to another, by these columns, and the first of them that differs. Text whose order an application
    /// gives is taken to come before other text.
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
                (Value::Text(_), Value::Text(_)) | (Value::Blob(_), Value::Blob(_))
                    if self.is_long(place) || other.is_long(place) =>
                {
                    let order = self.compare_long(other, place, (own, others), &column.collation);
                    let Some(order) = order else {
                        return (Ordering::Equal, place);
                    };
                    order
                }
                (Value::Text(own), Value::Text(others)) => {
                    compare_text(own, others, &column.collation, encoding)
                }
                (own, others) => compare(own, others),
            };
            if order.is_ne() {
                let is_text = || matches!((own, others), (Value::Text(_), Value::Text(_)));
                let order = match column.collation {
                    Collation::Other(_) if is_text() => Ordering::Less,
                    _ if column.is_descending => order.reverse(),
                    _ => order,
                };
                return (order, place);
            }
        }
        (Ordering::Equal, columns.len())
    }

    /// What a value is to another, not both of which are there as a whole; `None` where that is not known from how they
    /// begin, as of text by NOCASE and RTRIM. Who asks takes that for a wrong order, and has the rows looked at: they are
    /// compared to their last bytes then.
    fn compare_long(
        self,
        other: Self,
        place: usize,
        values: (Value<'_>, Value<'_>),
        collation: &Collation,
    ) -> Option<Ordering> {
        let (own, others) = match values {
            (Value::Blob(own), Value::Blob(others)) => (own, others),
            (Value::Text(own), Value::Text(others)) if *collation == Collation::Binary => {
                (own, others)
            }
            _ => return None,
        };
        let both = own.len().min(others.len());
        let order = own.get(..both).cmp(&others.get(..both));
        let is_beginning = |of: Self, bytes: &[u8]| !of.is_long(place) && bytes.len() == both;
        match order {
            Ordering::Equal if is_beginning(self, own) => Some(Ordering::Less),
            Ordering::Equal if is_beginning(other, others) => Some(Ordering::Greater),
            Ordering::Equal => None,
            order => Some(order),
        }
    }
}

/// Whether two values are the same, text to its last byte.
pub(super) fn is_same(own: Value<'_>, others: Value<'_>) -> bool {
    match (own, others) {
        (Value::Text(own), Value::Text(others)) => own == others,
        _ => compare(own, others).is_eq(),
    }
}

/// Whether two values are equal to a collation, or may be as that is not known.
pub(super) fn is_equal(
    own: Value<'_>,
    others: Value<'_>,
    collation: &Collation,
    encoding: TextEncoding,
) -> bool {
    match (own, others) {
        (Value::Text(own), Value::Text(others)) => {
            matches!(collation, Collation::Other(_))
                || compare_text(own, others, collation, encoding).is_eq()
        }
        _ => compare(own, others).is_eq(),
    }
}

/// Values of which at most one is text.
#[inline(always)]
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
