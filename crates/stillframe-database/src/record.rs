//! Records: the rows of tables and the entries of indexes (SQLite's file format, section 2.1; `sqlite3VdbeSerialGet` in
//! `vdbeaux.c`).
//!
//! | part | what it is |
//! |---|---|
//! | header size | varint: bytes of the header, this one included |
//! | serial types | a varint for each value |
//! | values | one after the other |
//!
//! | serial type | bytes | value |
//! |---|---|---|
//! | 0 | 0 | NULL |
//! | 1, 2, 3, 4, 5, 6 | 1, 2, 3, 4, 6, 8 | an integer, big-endian |
//! | 7 | 8 | a floating-point number, big-endian; one that is none reads as NULL |
//! | 8, 9 | 0 | the integers 0 and 1 |
//! | 10, 11 | 0 | reserved: reads as NULL |
//! | N, 12 or more, even | (N - 12) / 2 | a blob |
//! | N, 13 or more, odd | (N - 13) / 2 | text, in the encoding of the database |

use stillframe_format::ByteRange;

use crate::varint;

/// A value of a record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// NULL.
    Null,
    /// An integer.
    Integer(i64),
    /// A floating-point number; never NaN.
    Real(f64),
    /// Text in the encoding of the database, whatever its bytes are.
    Text(&'a [u8]),
    /// A blob.
    Blob(&'a [u8]),
}

/// How a value is stored: what stands in the header of a record for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SerialType(pub u64);

impl SerialType {
    /// How many bytes the value takes.
    #[inline]
    pub const fn length(self) -> u64 {
        match self.0 {
            0 | 8..=11 => 0,
            length @ 1..=4 => length,
            5 => 6,
            6 | 7 => 8,
            other => (other - 12) / 2,
        }
    }

    /// The value whose bytes these are.
    #[inline]
    pub fn value(self, bytes: &[u8]) -> Value<'_> {
        match self.0 {
            1..=6 => Value::Integer(integer(bytes)),
            7 => match f64::from_bits(integer(bytes) as u64) {
                number if number.is_nan() => Value::Null,
                number => Value::Real(number),
            },
            8 => Value::Integer(0),
            9 => Value::Integer(1),
            0 | 10 | 11 => Value::Null,
            other if other % 2 == 0 => Value::Blob(bytes),
            _ => Value::Text(bytes),
        }
    }
}

/// Big-endian, of two's complement.
fn integer(bytes: &[u8]) -> i64 {
    let sign = bytes
        .first()
        .map_or(0, |&first| i64::from(first as i8) >> 8);
    bytes
        .iter()
        .fold(sign, |value, &byte| value << 8 | i64::from(byte))
}

/// The values of the record `payload`, in order, as far as it holds them whole. A record without a header has none.
pub fn values(payload: &[u8]) -> impl Iterator<Item = Value<'_>> {
    fields(payload).map_while(|field| field.value)
}

/// A value of a record, and where it stands. The ranges begin at the start of the payload.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field<'a> {
    /// How it is stored.
    pub serial_type: SerialType,
    /// Where that stands in the header.
    pub type_range: ByteRange,
    /// Where the value stands, or would.
    pub range: ByteRange,
    /// The value; `None` where not all of it is there.
    pub value: Option<Value<'a>>,
}

/// How many bytes the header of a record takes, as it says, and how many of them say so; `None` where not even that is
/// there.
pub fn header_size(payload: &[u8]) -> Option<(u64, usize)> {
    varint::read(payload)
}

/// The fields that the header of the record `payload` lists, in order, whether their values are there or not.
pub fn fields(payload: &[u8]) -> impl Iterator<Item = Field<'_>> {
    let (size, taken) = header_size(payload).unwrap_or_default();
    let mut types = payload
        .get(taken..usize::try_from(size).unwrap_or(usize::MAX))
        .unwrap_or_default();
    let (mut type_at, mut at) = (taken as u64, size);
    core::iter::from_fn(move || {
        let (serial_type, taken) = varint::read(types)?;
        types = types.get(taken..)?;
        let serial_type = SerialType(serial_type);
        let type_range = ByteRange::new(type_at, taken as u64);
        let range = ByteRange::new(at, serial_type.length());
        type_at = type_range.end;
        at = range.end;
        let index = |offset| usize::try_from(offset).ok();
        let bytes = index(range.start).zip(index(range.end));
        let bytes = bytes.and_then(|(start, end)| payload.get(start..end));
        Some(Field {
            serial_type,
            type_range,
            range,
            value: bytes.map(|bytes| serial_type.value(bytes)),
        })
    })
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn every_serial_type() {
        let payload = [
            &[13u8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17][..],
            &[0xff],
            &[0x80, 0],
            &[0, 0, 5],
            &[0xff, 0xff, 0xff, 0xfe],
            &[0, 1, 0, 0, 0, 0],
            &[0x80, 0, 0, 0, 0, 0, 0, 0],
            &1.5f64.to_be_bytes(),
            &[7, 8],
            b"hi",
        ]
        .concat();
        let found: Vec<Value<'_>> = values(&payload).collect();
        let expected = [
            Value::Null,
            Value::Integer(-1),
            Value::Integer(-32768),
            Value::Integer(5),
            Value::Integer(-2),
            Value::Integer(1 << 32),
            Value::Integer(i64::MIN),
            Value::Real(1.5),
            Value::Integer(0),
            Value::Integer(1),
            Value::Blob(&[7, 8]),
            Value::Text(b"hi"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_cut_off_is_not_there() {
        assert_eq!(values(&[]).count(), 0);
        assert_eq!(values(&[0]).count(), 0);
        assert_eq!(values(&[9, 1, 1]).count(), 0);
        assert_eq!(
            values(&[3, 1, 4, 5]).collect::<Vec<_>>(),
            [Value::Integer(5)]
        );
        let cut = [4, 1, 23, 1, 7, b'h', b'i'];
        let found: Vec<Field<'_>> = fields(&cut).collect();
        let expected = [
            (1, 1..2, 4..5, true),
            (23, 2..3, 5..10, false),
            (1, 3..4, 10..11, false),
        ];
        for (field, (serial_type, types, range, is_there)) in found.iter().zip(&expected) {
            let bytes = |range: &core::ops::Range<u64>| {
                ByteRange::new(range.start, range.end - range.start)
            };
            assert_eq!(field.serial_type, SerialType(*serial_type));
            assert_eq!(field.type_range, bytes(types));
            assert_eq!(field.range, bytes(range));
            assert_eq!(field.value.is_some(), *is_there);
        }
        assert_eq!(found.len(), expected.len());
        let nan = [&[2u8, 7][..], &f64::NAN.to_be_bytes()].concat();
        assert_eq!(values(&nan).collect::<Vec<_>>(), [Value::Null]);
    }
}
