use std::collections::HashSet;

use crate::content::{ContentProblemKind, EntryProblemKind};
use crate::rule::rule;
use crate::rules::content::{reindex, report, row, table_and_index};
use crate::rules::problem::said;
use crate::words::plain;
use crate::{Evidence, Findings, Inside};

rule! {
    /// A row is not found in an index.
    ///
    /// # What it means
    /// Each index holds an entry for each row of its table: the values of its columns, and the rowid. A search for the
    /// values of this row comes to none. Either the entry is lost or damaged, or the row is; or the entry is there, and
    /// what stands around it is out of order, so that searches go another way (RC212 names the entries).
    ///
    /// # Why it matters
    /// A query that goes through the index does not find the row, one that goes through the table does: the same
    /// question has two answers. A row that is changed or deleted leaves a wrong entry behind.
    ///
    /// # How it is checked
    /// Every row is read in the order of its table, through the WAL where there is one, as SQLite's own check does
    /// (`pragma.c`), and looked for in every index: at `--level full`. In an index on expressions, or with a collation of
    /// an application, it is looked for by its rowid and the columns that are none; which rows the WHERE clause of an index
    /// takes is not known, and the report says so.
    ///
    /// # Example
    /// A bit of a name in the index changed. `PRAGMA integrity_check` says `row 4 missing from index
    /// orders_by_customer`: the fourth row in the order of the table, whatever its rowid.
    ///
    /// # What to do
    /// Look at the row, and for it in another copy: the index may be right and the row wrong. If the row is right,
    /// `REINDEX` on a copy makes the index anew. Where the index is unique and the row was damaged, its key may now be
    /// that of another: then `REINDEX` ends with `UNIQUE constraint failed`, and one of the two has to be mended first.
    ///
    /// # When it is normal
    /// Never.
    "RC201" "row_missing_from_index" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let out_of_order = out_of_order(evidence);
    report(&RULE, evidence, findings, |problem| {
        let ContentProblemKind::MissingEntry { index } = &problem.kind else {
            return None;
        };
        let found = table_and_index(evidence, problem, index);
        let is_out_of_order = out_of_order.contains(&(problem.table.as_str(), index.as_str()));
        let (row, index) = (row(problem), plain(index));
        let (message, there) = if is_out_of_order {
            let message = format!("{row} is not found in index {index}");
            let there = "no entry where a search comes to; entries are out of order";
            (message, there)
        } else {
            (format!("{row} has no entry in index {index}"), "no entry")
        };
        said(
            message,
            there,
            "an entry with the values of the row",
            reindex(found.map(|(_, index)| index)),
        )
    });
}

/// The indexes that have entries out of their order: a search may miss an entry that is there.
fn out_of_order<'e>(evidence: &'e Evidence<'_>) -> HashSet<(&'e str, &'e str)> {
    let entries = evidence.inside.iter().flat_map(Inside::entry_problems);
    entries
        .filter(|entry| entry.kind == EntryProblemKind::OutOfOrder)
        .map(|entry| (entry.table.as_str(), entry.index.as_str()))
        .collect()
}
