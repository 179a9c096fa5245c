//! What is kept of a column while the rows of its table go by.

use std::borrow::Cow;
use std::cmp::Ordering;

use stillframe_database::TextEncoding;
use stillframe_rows::Value;
use stillframe_schema::Collation;

use crate::order::order;
use crate::outcome::Found;
use crate::time::named_offset;
use crate::{Aggregate, Number, Time};

/// Characters of a text that are told.
const MOST_TOLD: usize = 80;

/// What is known of the values of a column, as far as it was read.
#[derive(Debug)]
pub(crate) struct Tally {
    collation: Collation,
    encoding: TextEncoding,
    /// How many values are not NULL.
    pub(crate) values: u64,
    smallest: Kept,
    largest: Kept,
    /// Whether there are numbers, and whether there are others.
    has_numbers: bool,
    pub(crate) has_text: bool,
    has_blobs: bool,
    /// The offset from UTC that the first text names, and whether others name another.
    offset: Option<i64>,
    pub(crate) has_offsets: bool,
    /// The moments of its texts, where the column is compared with one.
    moments: Option<Moments>,
}

/// The moments that texts stand for.
#[derive(Debug, Default)]
struct Moments {
    /// Whether there is another value than such a text, too.
    has_others: bool,
    earliest: Option<(Time, Vec<u8>)>,
    latest: Option<(Time, Vec<u8>)>,
}

/// A value that is kept.
#[derive(Debug, Default)]
enum Kept {
    #[default]
    Nothing,
    Number(Number),
    Text(Vec<u8>),
    Blob(Vec<u8>),
}

impl Tally {
    pub(crate) const fn new(collation: Collation, encoding: TextEncoding) -> Self {
        Self {
            collation,
            encoding,
            values: 0,
            smallest: Kept::Nothing,
            largest: Kept::Nothing,
            has_numbers: false,
            has_text: false,
            has_blobs: false,
            offset: None,
            has_offsets: false,
            moments: None,
        }
    }

    /// That the column is compared with a moment.
    pub(crate) fn keep_moments(&mut self) {
        self.moments.get_or_insert_default();
    }

    /// Takes the next value. Of two that are the same to the collation the first is kept, as SQLite does.
    pub(crate) fn add(&mut self, value: &Value<'_>, (wants_min, wants_max): (bool, bool)) {
        match value {
            Value::Null => return,
            Value::Integer(_) | Value::Real(_) => self.has_numbers = true,
            Value::Text(text) => {
                self.has_text = true;
                let offset = named_offset(text);
                self.has_offsets |= *self.offset.get_or_insert(offset) != offset;
            }
            Value::Blob(_) => self.has_blobs = true,
        }
        self.values += 1;
        if let Some(moments) = &mut self.moments {
            moments.add(value);
        }
        let (collation, encoding) = (&self.collation, self.encoding);
        if wants_min {
            self.smallest
                .keep_if(value, Ordering::Less, collation, encoding);
        }
        if wants_max {
            self.largest
                .keep_if(value, Ordering::Greater, collation, encoding);
        }
    }

    /// Whether there are numbers among its values, and others.
    pub(crate) const fn is_mixed(&self) -> bool {
        self.has_numbers && (self.has_text || self.has_blobs)
    }

    /// The text of the earliest or latest moment, where texts name several offsets from UTC and all are times: the smallest and
    /// largest text need not be these.
    pub(crate) fn moment(&self, aggregate: Aggregate) -> Option<Value<'_>> {
        let moments = self.moments.as_ref().filter(|_| self.has_offsets)?;
        let end = match aggregate {
            Aggregate::Min => &moments.earliest,
            Aggregate::Count | Aggregate::Max => &moments.latest,
        };
        let (_, text) = end.as_ref().filter(|_| !moments.has_others)?;
        Some(Value::Text(Cow::Borrowed(text)))
    }

    pub(crate) const fn collation(&self) -> &Collation {
        &self.collation
    }

    pub(crate) fn smallest(&self) -> Value<'_> {
        self.smallest.value()
    }

    pub(crate) fn largest(&self) -> Value<'_> {
        self.largest.value()
    }
}

impl Moments {
    fn add(&mut self, value: &Value<'_>) {
        if self.has_others {
            return;
        }
        let text = match value {
            Value::Text(text) => str::from_utf8(text).ok(),
            _ => None,
        };
        let Some((text, time)) = text.and_then(|text| Some((text, Time::parse(text)?))) else {
            self.has_others = true;
            return;
        };
        if self.earliest.as_ref().is_none_or(|it| time < it.0) {
            self.earliest = Some((time, text.into()));
        }
        if self.latest.as_ref().is_none_or(|it| time > it.0) {
            self.latest = Some((time, text.into()));
        }
    }
}

impl Kept {
    fn keep_if(
        &mut self,
        value: &Value<'_>,
        wanted: Ordering,
        collation: &Collation,
        encoding: TextEncoding,
    ) {
        let is_first = matches!(self, Self::Nothing);
        if is_first || order(value, &self.value(), collation, encoding) == wanted {
            self.keep(value);
        }
    }

    /// In the buffer that is there, as the next row often has a larger value than the one before.
    fn keep(&mut self, value: &Value<'_>) {
        match (&mut *self, value) {
            (Self::Text(kept), Value::Text(bytes)) | (Self::Blob(kept), Value::Blob(bytes)) => {
                kept.clear();
                kept.extend_from_slice(bytes);
            }
            (_, Value::Text(bytes)) => *self = Self::Text(bytes.to_vec()),
            (_, Value::Blob(bytes)) => *self = Self::Blob(bytes.to_vec()),
            (_, Value::Integer(integer)) => *self = Self::Number(Number::Integer(*integer)),
            (_, Value::Real(real)) => *self = Self::Number(Number::Real(*real)),
            (_, Value::Null) => {}
        }
    }

    fn value(&self) -> Value<'_> {
        match self {
            Self::Nothing => Value::Null,
            Self::Number(Number::Integer(integer)) => Value::Integer(*integer),
            Self::Number(Number::Real(real)) => Value::Real(*real),
            Self::Text(bytes) => Value::Text(Cow::Borrowed(bytes)),
            Self::Blob(bytes) => Value::Blob(Cow::Borrowed(bytes)),
        }
    }
}

impl Found {
    /// What is told of a value; `None` of NULL.
    pub(crate) fn of(value: &Value<'_>) -> Option<Self> {
        Some(match value {
            Value::Null => return None,
            Value::Integer(integer) => Self::Number(Number::Integer(*integer)),
            Value::Real(real) => Self::Number(Number::Real(*real)),
            Value::Text(text) => {
                let start = text.get(..4 * MOST_TOLD).unwrap_or(text);
                let text = String::from_utf8_lossy(start);
                Self::Text(text.chars().take(MOST_TOLD).collect())
            }
            Value::Blob(blob) => Self::Blob(blob.len()),
        })
    }
}
