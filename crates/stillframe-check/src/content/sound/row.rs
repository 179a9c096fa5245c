//! One row: whether its values are what its columns hold, and what its entries in indexes are to be.

use std::hash::{BuildHasher as _, Hasher as _};

use foldhash::quality::RandomState;
use stillframe_database::record::Value;
use stillframe_schema::number;

use super::plan::{Check, Part, Plan, Rows};
use super::worker::Seen;
use crate::content::entry::Entry;
use crate::content::hash::hash_value;
use crate::content::text::At;
use crate::content::types::{Type, Types};

/// Whether the values of a row are of the types that its columns hold; adds what its entries are to be.
pub(super) fn row(
    (plan, state): (&Plan<'_>, &RandomState),
    seen: &mut Seen,
    table: usize,
    rows: &Rows,
    entry: Entry<'_>,
    at: &At,
) -> bool {
    if !is_plain_row(plan, rows, entry) {
        return false;
    }
    let texts = seen.texts.get_mut(table);
    if let Some(texts) = texts.filter(|_| plan.is_text_looked_at) {
        texts.look(entry, rows.values, at, plan.encoding);
    }
    hash_entries(state, rows, entry, at, |sum, hash| seen.sums.add(sum, hash));
    true
}

/// Whether the values of a row are of the types that its columns hold.
pub(super) fn is_plain_row(plan: &Plan<'_>, rows: &Rows, entry: Entry<'_>) -> bool {
    let is_plain = |check: &Check| is_plain(check, entry, plan.encoding);
    entry.len() <= rows.values && rows.checks.iter().all(is_plain)
}

/// Hashes what the entries of a row are to be, and says of each which index it is of.
#[inline]
pub(super) fn hash_entries(
    state: &RandomState,
    rows: &Rows,
    entry: Entry<'_>,
    at: &At,
    mut is: impl FnMut(usize, u64),
) {
    for (sum, parts) in &rows.entries {
        let mut hasher = state.build_hasher();
        for part in parts {
            match part {
                Part::Rowid => {
                    let rowid = at.rowid.map_or(Value::Null, Value::Integer);
                    hash_value(&mut hasher, state, rowid);
                }
                Part::Value(place, default) => {
                    if !entry.hash(*place, state, &mut hasher) {
                        hash_value(&mut hasher, state, default.as_stored());
                    }
                }
            }
        }
        is(*sum, hasher.finish());
    }
}

/// Hashes what an entry of an index holds.
pub(super) fn hash_entry(state: &RandomState, entry: Entry<'_>) -> u64 {
    let mut hasher = state.build_hasher();
    for place in 0..entry.len() {
        entry.hash(place, state, &mut hasher);
    }
    hasher.finish()
}

/// Whether a value is one that its column can hold.
fn is_plain(check: &Check, entry: Entry<'_>, encoding: stillframe_database::TextEncoding) -> bool {
    let (kind, stored) = match entry.serial_type(check.place) {
        Some(serial_type) => {
            let serial_type = u32::try_from(serial_type).unwrap_or(u32::MAX);
            (Type::of_serial(serial_type), None)
        }
        None => (Type::of(&check.default), Some(check.default.as_stored())),
    };
    let value = || {
        stored
            .or_else(|| entry.value(check.place))
            .unwrap_or(Value::Null)
    };
    if check.is_not_null && matches!(kind, Type::Null | Type::Real) && value() == Value::Null {
        return false;
    }
    match check.types {
        Types::Any => true,
        Types::Strict(strict) => kind.is_of(strict),
        Types::Text => !matches!(kind, Type::Integer | Type::Real),
        Types::Numeric if kind == Type::Text => match value() {
            // Whether a long text is a number is not told by how it begins, where it begins as one.
            Value::Text(text) if entry.is_long(check.place) => {
                let text = encoding.utf8(text);
                text.iter().any(|byte| !is_of_number(*byte))
            }
            Value::Text(text) => {
                let text = encoding.utf8(text);
                !text.is_ascii() || number(&text).is_none()
            }
            _ => true,
        },
        Types::Numeric => true,
    }
}

/// Whether a byte can stand in text that is a number.
const fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_digit()
        || matches!(
            byte,
            b'+' | b'-' | b'.' | b'e' | b'E' | b' ' | b'\t'..=b'\r'
        )
}
