use stillframe_schema::{Index, Table};

use crate::content::{ContentProblem, ContentProblemKind, EntryProblem, EntryProblemKind};
use crate::rules::entries::{of_row, surplus};
use crate::rules::problem::Said;
use crate::walk::PagePlace;
use crate::words::plain;
use crate::{Evidence, Findings, Rule};

/// What to do where indexes are wrong, and rows are not known to be.
pub(crate) const REINDEX: &str = "on a copy, REINDEX makes indexes anew from the rows";
/// What to do where SQLite may refuse that, as two rows may have one key.
const REINDEX_UNIQUE: &str = "on a copy, REINDEX makes the index anew, unless another row has the key of this one: then \
     it ends with `UNIQUE constraint failed`";
/// What to do where an index knows rows that its table lacks.
pub(crate) const ROWS_MAY_BE_LOST: &str =
    "rows may be lost: look for another copy before anything is written";
/// What to do where a value is not one that its column takes.
pub(super) const LOOK_AT_VALUE: &str = "look at the row, and for it in another copy";

/// Reports by `rule` each problem with the content of which it has something to say, where the entry or the row is that
/// shows it, or the root of the index.
pub(super) fn report(
    rule: &'static Rule,
    evidence: &Evidence<'_>,
    findings: &mut Findings,
    mut say: impl FnMut(&ContentProblem) -> Option<Said>,
) {
    for problem in evidence.content_problems() {
        if let Some(said) = say(problem) {
            let row = problem.row.map(|row| row.place);
            let entry = problem.entry.map(|entry| entry.place);
            let surplus = surplus_of(evidence, problem);
            let first = surplus.first().map(|entry| entry.at.place);
            let place = entry.or(first).or(row);
            let place = place.or_else(|| root_of(evidence, problem));
            let place = place.unwrap_or_else(|| PagePlace::new(1, 0, 0));
            let mut details = findings
                .report(rule, evidence.in_page(place), said.message)
                .values(said.found, said.expected)
                .help(said.help);
            if let (Some(row), Some(_)) = (row, entry) {
                details = details.related(evidence.in_page(row), "the row");
            }
            for entry in surplus.into_iter().chain(of_row(evidence, problem)) {
                let place = evidence.in_page(entry.at.place);
                details = details.related(place, words(entry));
            }
        }
    }
}

/// What to do where an index lacks entries that its table has the rows for.
pub(super) fn reindex(index: Option<&Index>) -> &'static str {
    match index {
        Some(index) if !index.is_unique() => REINDEX,
        _ => REINDEX_UNIQUE,
    }
}

/// The row that a problem is about, in words: `the row of orders with rowid 7`, `row 3 of stock`.
pub(super) fn row(problem: &ContentProblem) -> String {
    let table = plain(&problem.table);
    match problem.row {
        Some(row) => match row.rowid {
            Some(rowid) => format!("the row of {table} with rowid {rowid}"),
            None => format!("row {} of {table}", row.ordinal),
        },
        None => table,
    }
}

/// The table that a problem is about, and its index of this name.
pub(super) fn table_and_index<'e>(
    evidence: &'e Evidence<'_>,
    problem: &ContentProblem,
    index: &str,
) -> Option<(&'e Table, &'e Index)> {
    let schema = evidence.inside.as_ref()?.schema.as_ref().ok()?;
    let table = schema.table(&problem.table)?;
    let index = table.indexes.iter().find(|other| other.name == index)?;
    Some((table, index))
}

/// The entries that an index has more than its table has rows, where that is the problem.
fn surplus_of<'e>(evidence: &'e Evidence<'_>, problem: &ContentProblem) -> Vec<&'e EntryProblem> {
    match &problem.kind {
        ContentProblemKind::EntryCount { index } => surplus(evidence, &problem.table, index),
        _ => Vec::new(),
    }
}

/// What an entry has to do with a finding, in words.
fn words(entry: &EntryProblem) -> String {
    let cell = entry.at.cell;
    match (&entry.kind, entry.rowid) {
        (EntryProblemKind::WithoutRow, Some(rowid)) => {
            format!("cell {cell}, an entry of no row: rowid {rowid}")
        }
        (EntryProblemKind::WithoutRow, None) => format!("cell {cell}, an entry of no row"),
        (EntryProblemKind::Twice, _) => {
            format!("cell {cell}, an entry of a row that has another one")
        }
        (EntryProblemKind::Differs { column }, _) => {
            format!("cell {cell}, its entry with another {}", plain(column))
        }
        _ => format!("cell {cell}, its entry"),
    }
}

fn root_of(evidence: &Evidence<'_>, problem: &ContentProblem) -> Option<PagePlace> {
    let ContentProblemKind::EntryCount { index } = &problem.kind else {
        return None;
    };
    let (_, index) = table_and_index(evidence, problem, index)?;
    let (image, _) = evidence.accepted_image()?;
    let size = stillframe_format::Pages::page_size(image).get();
    Some(PagePlace::new(index.root, 0, size.into()))
}
