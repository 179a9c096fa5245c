//! The order of values, as SQLite has it (its documentation of datatypes, section 4).

use std::cmp::Ordering;

use stillframe_database::TextEncoding;
use stillframe_rows::Value;
use stillframe_schema::Collation;

/// How two values of a column stand to each other: numbers come before text, and text before blobs. Text of an unknown
/// collation is compared by its bytes.
pub(crate) fn order(
    left: &Value<'_>,
    right: &Value<'_>,
    collation: &Collation,
    encoding: TextEncoding,
) -> Ordering {
    match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => left.cmp(right),
        (Value::Real(left), Value::Real(right)) => left.total_cmp_of_numbers(*right),
        (Value::Integer(left), Value::Real(right)) => integer_and_real(*left, *right),
        (Value::Real(left), Value::Integer(right)) => integer_and_real(*right, *left).reverse(),
        (Value::Text(left), Value::Text(right)) => text(left, right, collation, encoding),
        (Value::Blob(left), Value::Blob(right)) => left.cmp(right),
        _ => class(left).cmp(&class(right)),
    }
}

/// NaN is no value of SQLite's.
trait OfNumbers {
    fn total_cmp_of_numbers(self, other: Self) -> Ordering;
}

impl OfNumbers for f64 {
    fn total_cmp_of_numbers(self, other: Self) -> Ordering {
        self.partial_cmp(&other).unwrap_or(Ordering::Equal)
    }
}

/// Exactly, where a conversion of the one or the other would not be (`sqlite3IntFloatCompare`).
pub(crate) fn integer_and_real(integer: i64, real: f64) -> Ordering {
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    if real < -BEYOND {
        Ordering::Greater
    } else if real >= BEYOND {
        Ordering::Less
    } else {
        let whole = integer.cmp(&(real as i64));
        whole.then_with(|| (integer as f64).total_cmp_of_numbers(real))
    }
}

/// Texts in UTF-8.
pub(crate) fn text(
    left: &[u8],
    right: &[u8],
    collation: &Collation,
    encoding: TextEncoding,
) -> Ordering {
    match collation {
        Collation::NoCase => folded(left, right),
        Collation::RTrim => trimmed(left).cmp(trimmed(right)),
        Collation::Binary | Collation::Other(_) => match encoding {
            TextEncoding::Utf8 => left.cmp(right),
            // By the bytes that the database has.
            TextEncoding::Utf16Le => units(left)
                .flat_map(u16::to_le_bytes)
                .cmp(units(right).flat_map(u16::to_le_bytes)),
            TextEncoding::Utf16Be => units(left).cmp(units(right)),
        },
    }
}

fn class(value: &Value<'_>) -> u8 {
    match value {
        Value::Null => 0,
        Value::Integer(_) | Value::Real(_) => 1,
        Value::Text(_) => 2,
        Value::Blob(_) => 3,
    }
}

/// SQLite's NOCASE takes what stands behind a NUL for the same, and then the longer text for the larger.
fn folded(left: &[u8], right: &[u8]) -> Ordering {
    for (left, right) in left.iter().zip(right) {
        let order = left.to_ascii_lowercase().cmp(&right.to_ascii_lowercase());
        if order.is_ne() {
            return order;
        }
        if *left == 0 {
            break;
        }
    }
    left.len().cmp(&right.len())
}

fn trimmed(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| *byte != b' ');
    text.get(..end.map_or(0, |end| end + 1)).unwrap_or_default()
}

fn units(text: &[u8]) -> impl Iterator<Item = u16> {
    let text = String::from_utf8_lossy(text).into_owned();
    let units: Vec<u16> = text.encode_utf16().collect();
    units.into_iter()
}
