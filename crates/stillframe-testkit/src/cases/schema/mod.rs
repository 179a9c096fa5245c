//! The rows of `sqlite_schema`, and what SQLite makes of them: SC1xx integrity.

mod schema_refused;
mod schema_unreadable;
mod statement_broken;
mod statement_not_understood;

use crate::cases::Case;

/// The fixtures of this family.
pub fn cases() -> Vec<Case> {
    vec![
        schema_refused::case(),
        statement_broken::case(),
        schema_unreadable::case(),
        statement_not_understood::case(),
    ]
}
