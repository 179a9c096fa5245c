//! The rows of `sqlite_schema`, and what SQLite makes of them: SC1xx integrity.

pub(crate) mod schema_refused;
pub(crate) mod schema_unreadable;
pub(crate) mod statement_not_understood;

use stillframe_schema::{Reason, Refused, Schema};

use crate::walk::PagePlace;
use crate::{Evidence, Inside, Place};

/// Whether SQLite is known to refuse a row: not where its statement is only not understood here, or where what it needs is
/// not there for that reason.
pub(crate) fn is_certain(schema: &Schema, refused: &Refused) -> bool {
    let may_follow = matches!(refused.reason, Reason::NoTable(_) | Reason::OrphanIndex);
    let mut before = schema
        .refused
        .iter()
        .take_while(|other| other.row < refused.row);
    let is_unclear = may_follow && before.any(|other| other.reason == Reason::Syntax);
    refused.reason != Reason::Syntax && !is_unclear
}

/// Where a row that was refused stands.
fn row_place(evidence: &Evidence<'_>, inside: &Inside, refused: &Refused) -> Place {
    let place = inside.schema_rows.get(refused.row).copied();
    evidence.in_page(place.unwrap_or_else(|| PagePlace::new(1, 0, 0)))
}
