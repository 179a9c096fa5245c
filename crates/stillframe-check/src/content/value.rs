use std::cmp::Ordering;

use stillframe_database::{TextEncoding, record};
use stillframe_schema as schema;

/// A value that is kept. Text is in the encoding of the database.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Integer(i64),
    Real(f64),
    Text(Vec<u8>),
    Blob(Vec<u8>),
}

impl Value {
    pub(super) fn of(value: record::Value<'_>) -> Self {
        match value {
            record::Value::Null => Self::Null,
            record::Value::Integer(integer) => Self::Integer(integer),
            record::Value::Real(real) => Self::Real(real),
            record::Value::Text(text) => Self::Text(text.to_vec()),
            record::Value::Blob(blob) => Self::Blob(blob.to_vec()),
        }
    }

    /// The value that a record too short for a column stands for.
    pub(super) fn of_default(default: &schema::Default, encoding: TextEncoding) -> Self {
        match default.as_read() {
            schema::Value::Null => Self::Null,
            schema::Value::Integer(integer) => Self::Integer(*integer),
            schema::Value::Real(real) => Self::Real(*real),
            schema::Value::Text(text) => Self::Text(encoded(text, encoding)),
            schema::Value::Blob(blob) => Self::Blob(blob.clone()),
        }
    }

    /// As a record holds it.
    pub(super) fn as_stored(&self) -> record::Value<'_> {
        match self {
            Self::Null => record::Value::Null,
            Self::Integer(integer) => record::Value::Integer(*integer),
            Self::Real(real) => record::Value::Real(*real),
            Self::Text(text) => record::Value::Text(text),
            Self::Blob(blob) => record::Value::Blob(blob),
        }
    }

    /// Whether SQL calls the values unequal, text compared by its bytes: what is NULL is neither equal nor unequal to
    /// anything.
    pub(super) fn differs(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, _) | (_, Self::Null) => false,
            (&Self::Integer(integer), &Self::Real(real))
            | (&Self::Real(real), &Self::Integer(integer)) => {
                compare_integer_real(integer, real).is_ne()
            }
            _ => self != other,
        }
    }
}

fn encoded(text: &str, encoding: TextEncoding) -> Vec<u8> {
    match encoding {
        TextEncoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        TextEncoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => text.as_bytes().to_vec(),
    }
}

/// Compares exactly, whatever the size of the integer (`sqlite3IntFloatCompare`).
pub(super) fn compare_integer_real(integer: i64, real: f64) -> Ordering {
    const BOUND: f64 = 9_223_372_036_854_775_808.0;
    if real.is_nan() || real < -BOUND {
        return Ordering::Greater;
    }
    if real >= BOUND {
        return Ordering::Less;
    }
    let whole = real as i64;
    let fraction = || {
        (integer as f64)
            .partial_cmp(&real)
            .unwrap_or(Ordering::Equal)
    };
    integer.cmp(&whole).then_with(fraction)
}
