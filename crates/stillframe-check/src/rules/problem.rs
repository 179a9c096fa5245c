use std::fmt;

use crate::walk::{Context, Problem};
use crate::words::plain;
use crate::{Evidence, Findings, Rule};

/// What to do where a part of the content cannot be read.
pub(crate) const ANOTHER_COPY: &str = "look for another copy";
/// What to do where single rows cannot be read.
pub(crate) const OTHER_ROWS: &str = "look for another copy; other rows can be read";
/// What to do where a change would destroy something.
pub(crate) const NOT_WRITTEN: &str = "do not write to it; look for another copy";
/// What to do where a change would destroy something, and the content can be read.
pub(crate) const COPY_OUT: &str =
    "do not write to it; copy the content out, or look for another copy";
/// What to do where the content can be read, and what serves to change it is wrong.
pub(crate) const VACUUM_INTO: &str = "do not write to it; copy the content out with VACUUM INTO";

/// What a rule says of a problem.
pub(crate) struct Said {
    pub(super) message: String,
    pub(super) found: String,
    pub(super) expected: String,
    pub(super) help: &'static str,
}

/// What there is to say of a problem: a message, what was found and what was expected, and what to do.
pub(crate) fn said(
    message: impl Into<String>,
    found: impl fmt::Display,
    expected: impl fmt::Display,
    help: &'static str,
) -> Option<Said> {
    Some(Said {
        message: message.into(),
        found: found.to_string(),
        expected: expected.to_string(),
        help,
    })
}

/// What was walked where something was found, in words: `table orders`.
pub(super) fn tree(evidence: &Evidence<'_>, context: Context) -> String {
    match context {
        Context::None => "the database".to_owned(),
        _ => referrer(evidence, context),
    }
}

/// What leads to a page from there, in words.
pub(super) fn referrer(evidence: &Evidence<'_>, context: Context) -> String {
    match (context, context.tree()) {
        (Context::Freelist, _) => "the freelist".to_owned(),
        // Nothing leads to the root of a b-tree but its row.
        (_, None | Some(1)) => "sqlite_schema".to_owned(),
        (_, Some(root)) => {
            name_of(evidence, root).unwrap_or_else(|| format!("the b-tree with root page {root}"))
        }
    }
}

fn name_of(evidence: &Evidence<'_>, root: u32) -> Option<String> {
    let schema = evidence.inside.as_ref()?.schema.as_ref().ok()?;
    schema.tables.iter().find_map(|table| {
        if table.root == root {
            return Some(format!("table {}", plain(&table.name)));
        }
        let index = table.indexes.iter().find(|index| index.root == root)?;
        Some(format!("index {}", plain(&index.name)))
    })
}

/// Reports by `rule` each problem with the structure of which it has something to say, where the bytes are that show it.
pub(crate) fn report(
    rule: &'static Rule,
    evidence: &Evidence<'_>,
    findings: &mut Findings,
    mut say: impl FnMut(&Problem) -> Option<Said>,
) {
    for problem in evidence.problems() {
        if let Some(said) = say(problem) {
            findings
                .report(rule, evidence.in_page(problem.place), said.message)
                .values(said.found, said.expected)
                .help(said.help);
        }
    }
}
