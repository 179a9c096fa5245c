use stillframe_database::ErrorKind as DatabaseError;
use stillframe_wal::ErrorKind as WalError;

use crate::Rule;
use crate::rules::{database, wal};

/// Every rule, by code.
pub static RULES: &[&Rule] = &[
    &database::not_a_database::RULE,
    &wal::frame_checksum_mismatch::RULE,
];

/// The rule for what the database crate could not accept.
pub fn rule_of_database_error(kind: DatabaseError) -> Option<&'static Rule> {
    match kind {
        DatabaseError::Magic { .. } => Some(&database::not_a_database::RULE),
        _ => None,
    }
}

/// The rule for what the WAL crate could not accept.
pub fn rule_of_wal_error(kind: WalError) -> Option<&'static Rule> {
    match kind {
        _ => None,
    }
}

/// The rule with this code, in capitals or not, or with this name.
pub fn rule_with_code(code: &str) -> Option<&'static Rule> {
    RULES
        .iter()
        .copied()
        .find(|rule| rule.code.eq_ignore_ascii_case(code) || rule.name == code)
}
