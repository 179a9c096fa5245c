//! What rules about entries of indexes share.

use stillframe_schema::{Index, Table};

use crate::content::{self, ContentProblemKind, EntryProblem, EntryProblemKind};
use crate::rules::problem::Said;
use crate::words::plain;
use crate::{Evidence, Findings, Rule};

/// Entries that a finding about a whole index names.
const MOST_NAMED: usize = 20;

/// Reports by `rule` each problem with an entry of which it has something to say, where the entry is.
pub(super) fn report_entries(
    rule: &'static Rule,
    evidence: &Evidence<'_>,
    findings: &mut Findings,
    mut say: impl FnMut(&EntryProblem) -> Option<Said>,
) {
    for problem in evidence.entry_problems() {
        let Some(said) = say(problem) else { continue };
        let place = evidence.in_page(problem.at.place);
        let details = findings
            .report(rule, place, said.message)
            .values(said.found, said.expected)
            .help(said.help);
        if let Some(row) = problem.row {
            details.related(evidence.in_page(row), "the row that it leads to");
        }
    }
}

/// An entry, in words: `the entry in cell 3 of page 7, of index open_orders of orders,`.
pub(super) fn entry(problem: &EntryProblem) -> String {
    let (index, table) = (plain(&problem.index), plain(&problem.table));
    let (cell, page) = (problem.at.cell, problem.at.place.page);
    format!("cell {cell} of page {page}, an entry of index {index} of {table},")
}

/// The table and the index of an entry.
pub(super) fn table_and_index<'e>(
    evidence: &'e Evidence<'_>,
    problem: &EntryProblem,
) -> Option<(&'e Table, &'e Index)> {
    let schema = evidence.inside.as_ref()?.schema.as_ref().ok()?;
    let table = schema.table(&problem.table)?;
    let mut indexes = table.indexes.iter();
    let index = indexes.find(|index| index.name == problem.index)?;
    Some((table, index))
}

/// Whether SQLite's check cannot go from the rows to the entries of the index without an SQL evaluator.
pub(super) fn is_apart(evidence: &Evidence<'_>, problem: &EntryProblem) -> bool {
    let found = table_and_index(evidence, problem);
    found.is_some_and(|(table, index)| content::is_apart(table, index))
}

/// The rows of the table and the entries of the index, where the index is to have an entry for each row.
pub(super) fn counts(evidence: &Evidence<'_>, problem: &EntryProblem) -> Option<(u64, u64)> {
    let (table, index) = table_and_index(evidence, problem)?;
    let counts = evidence.inside.as_ref()?.counts(table, index);
    counts.filter(|_| !index.is_partial)
}

/// Whether RC202 names the entry: the index has more entries than there are rows.
pub(super) fn is_counted(evidence: &Evidence<'_>, problem: &EntryProblem) -> bool {
    counts(evidence, problem).is_some_and(|(rows, entries)| entries > rows)
}

/// The entries of an index that are more than its rows: those of no row, and those of a row that has another.
pub(super) fn surplus<'e>(
    evidence: &'e Evidence<'_>,
    table: &str,
    index: &str,
) -> Vec<&'e EntryProblem> {
    let is_surplus = |problem: &&EntryProblem| {
        let is_kind = matches!(
            problem.kind,
            EntryProblemKind::WithoutRow | EntryProblemKind::Twice
        );
        is_kind && problem.index == index && problem.table == table && is_counted(evidence, problem)
    };
    let problems = evidence.entry_problems();
    problems.filter(is_surplus).take(MOST_NAMED).collect()
}

/// Whether RC201 says that the row of the entry has none, and names this one.
pub(super) fn is_missing(evidence: &Evidence<'_>, problem: &EntryProblem) -> bool {
    let mut problems = evidence.content_problems();
    problems.any(|other| {
        let row = other.row.map(|row| row.place);
        row == problem.row
            && matches!(&other.kind, ContentProblemKind::MissingEntry { index } if *index == problem.index)
    })
}

/// Whether what is wrong with the entry is said by a finding about its row.
pub(super) fn is_told_by_row(evidence: &Evidence<'_>, problem: &EntryProblem) -> bool {
    let mut problems = evidence.content_problems();
    problems.any(|other| other.entry == Some(problem.at))
}

/// The entry that leads to a row, and holds another value than it.
pub(super) fn of_row<'e>(
    evidence: &'e Evidence<'_>,
    problem: &content::ContentProblem,
) -> Option<&'e EntryProblem> {
    let row = problem.row.map(|row| row.place)?;
    let ContentProblemKind::MissingEntry { index } = &problem.kind else {
        return None;
    };
    let mut entries = evidence.entry_problems();
    entries.find(|entry| entry.row == Some(row) && entry.index == *index)
}
