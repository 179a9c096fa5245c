//! What the verdict says of the schema and of the content of tables and indexes.

use crate::content::SchemaFault;
use crate::rules::content::{REINDEX, ROWS_MAY_BE_LOST};
use crate::rules::schema::is_certain;
use crate::{Evidence, Finding, Severity};

/// Rules about entries of indexes that the rows of a table contradict.
const OF_INDEXES: &[&str] = &[
    "RC201", "RC202", "RC208", "RC209", "RC211", "RC212", "RC213", "RC214", "RC215",
];

/// Whether all errors are about indexes, and no index knows of a row that its table lacks.
pub(super) fn only_indexes(findings: &[Finding]) -> bool {
    let mut errors = findings
        .iter()
        .filter(|finding| finding.rule.severity == Severity::Error)
        .peekable();
    errors.peek().is_some()
        && errors.all(|finding| {
            OF_INDEXES.contains(&finding.rule.code)
                && finding.help.as_deref() != Some(ROWS_MAY_BE_LOST)
        })
}

/// Whether `REINDEX` mends all errors.
pub(super) fn can_reindex(findings: &[Finding]) -> bool {
    let mut errors = findings
        .iter()
        .filter(|finding| finding.rule.severity == Severity::Error);
    only_indexes(findings) && errors.all(|finding| finding.help.as_deref() == Some(REINDEX))
}

/// What SQLite says of the schema, where it refuses it.
pub(super) fn schema_refused(evidence: &Evidence<'_>, findings: &[Finding]) -> Option<String> {
    let has = |code: &str| findings.iter().any(|finding| finding.rule.code == code);
    let schema = evidence.inside.as_ref().map(|inside| &inside.schema)?;
    let Ok(schema) = schema else {
        let words = match schema {
            Err(SchemaFault::Malformed | SchemaFault::PastPage) => {
                "nothing: database disk image is malformed (11)"
            }
            Err(SchemaFault::ShortRead) => "nothing: disk I/O error (522)",
            _ => return None,
        };
        return Some(words.to_owned());
    };
    let first = schema.refused.first()?;
    let name = crate::words::plain(&first.name);
    if has("SC101") && is_certain(evidence, schema, first) {
        return Some(format!("nothing: malformed database schema ({name}) (11)"));
    }
    let shown = super::sqlite::shown(evidence.accepted_image()?.0);
    Some(format!(
        "{shown}; or nothing, if it does not understand the statement of {name} either"
    ))
}
