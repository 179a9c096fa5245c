//! Values hashed so that what is equal to SQLite has the same hash.

use std::hash::Hasher;

use foldhash::quality::RandomState;
use stillframe_database::record::{SerialType, Value};

use super::long::{Digest, LONG_VALUE};
use super::value::compare_integer_real;

/// Adds a value to a hash: 1 and 1.0 have the same. Where only one of them will do, their types are looked at apart.
pub(super) fn hash_value(hasher: &mut impl Hasher, state: &RandomState, value: Value<'_>) {
    // The class of the value is in the lowest bits, so that no two of different classes are written the same.
    let mut bytes = |bytes: &[u8], class: u64| {
        hasher.write_u64((bytes.len() as u64) << 2 | class);
        if bytes.len() > LONG_VALUE {
            hasher.write_u64(Digest::of(state, bytes));
        } else {
            hasher.write(bytes);
        }
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

/// As [`hash_value`] of the value with this digest.
pub(super) fn hash_long(hasher: &mut impl Hasher, serial_type: u64, digest: u64) {
    let class = if serial_type % 2 == 1 { 2 } else { 3 };
    hasher.write_u64(SerialType(serial_type).length() << 2 | class);
    hasher.write_u64(digest);
}

fn hash_integer(hasher: &mut impl Hasher, integer: i64) {
    hasher.write_u64(0);
    hasher.write_u64(integer as u64);
}
