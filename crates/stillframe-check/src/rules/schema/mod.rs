//! The rows of `sqlite_schema`, and what SQLite makes of them: SC1xx integrity.

pub(crate) mod schema_refused;
pub(crate) mod schema_unreadable;
pub(crate) mod statement_not_understood;

use stillframe_schema::{Reason, Refused, Schema};

use crate::walk::PagePlace;
use crate::{Evidence, Inside, Place};

/// The newest SQLite whose grammar is known.
const KNOWN_SQLITE: u32 = 3_054_999;

/// Whether SQLite is known to refuse a row: not where its statement is only not understood here, or where what it needs is
/// not there for that reason; nor where the grammar does not have it, and a newer SQLite wrote the database.
pub(crate) fn is_certain(evidence: &Evidence<'_>, schema: &Schema, refused: &Refused) -> bool {
    let image = evidence.accepted_image();
    let header = image.and_then(|(image, _)| image.header());
    let is_newer = header.is_some_and(|header| header.sqlite_version > KNOWN_SQLITE);
    let is_unclear = |refused: &Refused| {
        let is_of_text = matches!(
            refused.reason,
            Reason::Near(_) | Reason::Token(_) | Reason::Incomplete
        );
        refused.reason == Reason::Syntax || is_of_text && is_newer
    };
    let may_follow = matches!(refused.reason, Reason::NoTable(_) | Reason::OrphanIndex);
    let mut before = schema
        .refused
        .iter()
        .take_while(|other| other.row < refused.row);
    !(is_unclear(refused) || may_follow && before.any(is_unclear))
}

/// Where a row that was refused stands.
fn row_place(evidence: &Evidence<'_>, inside: &Inside, refused: &Refused) -> Place {
    let place = inside.schema_rows.get(refused.row).copied();
    evidence.in_page(place.unwrap_or_else(|| PagePlace::new(1, 0, 0)))
}
