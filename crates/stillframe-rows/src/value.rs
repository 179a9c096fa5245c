use std::borrow::Cow;

use stillframe_database::{TextEncoding, record};
use stillframe_schema as schema;

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// NULL.
    Null,
    /// An integer.
    Integer(i64),
    /// A floating-point number; never NaN.
    Real(f64),
    /// Text in UTF-8, as SQLite gives it: what the database holds for text need not be any.
    Text(Cow<'a, [u8]>),
    /// A blob.
    Blob(Cow<'a, [u8]>),
}

impl<'a> Value<'a> {
    /// A value of a record of a database in this encoding.
    pub(crate) fn of(value: record::Value<'a>, encoding: TextEncoding) -> Self {
        match value {
            record::Value::Null => Self::Null,
            record::Value::Integer(integer) => Self::Integer(integer),
            record::Value::Real(real) => Self::Real(real),
            record::Value::Text(text) => Self::Text(encoding.utf8(text)),
            record::Value::Blob(blob) => Self::Blob(Cow::Borrowed(blob)),
        }
    }

    /// The value of a column that a record is too short for.
    pub(crate) fn of_default(default: &'a schema::Default) -> Self {
        match default.as_read() {
            schema::Value::Null => Self::Null,
            schema::Value::Integer(integer) => Self::Integer(*integer),
            schema::Value::Real(real) => Self::Real(*real),
            schema::Value::Text(text) => Self::Text(Cow::Borrowed(text.as_bytes())),
            schema::Value::Blob(blob) => Self::Blob(Cow::Borrowed(blob)),
        }
    }

    /// As a column of REAL affinity gives it, which stores whole numbers as integers.
    pub(crate) fn into_real(self) -> Self {
        match self {
            Self::Integer(integer) => Self::Real(integer as f64),
            other => other,
        }
    }
}
