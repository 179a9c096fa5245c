//! The names of a row, and of what its statement makes (`sqlite3StartTable` and `sqlite3CheckObjectName` in `build.c`).

use crate::grammar::Named;
use crate::schema::Draft;
use crate::{Reason, Row, TableKind};

/// The root of `sqlite_schema`, which has its own name whatever a statement says.
const SCHEMA: (u32, &str) = (1, "sqlite_master");

/// Whether what a statement makes is what its row says.
pub(super) fn named(row: &Row<'_>, kind: &str, name: &str, table: &str) -> Result<(), Reason> {
    let is = |value: &Option<_>, expected: &str| {
        let value: &Option<std::borrow::Cow<'_, str>> = value;
        let value = value.as_deref().unwrap_or_default();
        value.eq_ignore_ascii_case(expected)
    };
    if is(&row.kind, kind) && is(&row.name, name) && is(&row.table, table) {
        Ok(())
    } else {
        Err(Reason::Name)
    }
}

/// A database named before what is created is refused, be it this one.
pub(super) const fn unqualified(named: &Named<'_>) -> Result<(), Reason> {
    if named.is_qualified {
        return Err(Reason::Qualified);
    }
    Ok(())
}

/// As [`named`], for a table or a view: its name, which has to be free. `None` if there is one of this name, and the
/// statement does not mind.
pub(super) fn free_name(
    schema: &Draft,
    row: &Row<'_>,
    kind: &str,
    of: &Named<'_>,
    root: u32,
) -> Result<Option<String>, Reason> {
    let name = if root == SCHEMA.0 {
        SCHEMA.1.to_owned()
    } else {
        unqualified(of)?;
        of.name.name()
    };
    named(row, kind, &name, &name)?;
    let other = schema
        .find(&name)
        .and_then(|table| schema.tables.get(table));
    if let Some(other) = other {
        let kind = match other.kind {
            TableKind::View => "view",
            TableKind::Ordinary | TableKind::Virtual(_) => "table",
        };
        let exists = Reason::Exists {
            kind,
            name: of.name.text.to_owned(),
        };
        return if of.is_optional {
            Ok(None)
        } else {
            Err(exists)
        };
    }
    if schema.indexes.contains_key(&name.to_ascii_lowercase()) {
        return Err(Reason::IsIndex(name));
    }
    Ok(Some(name))
}
