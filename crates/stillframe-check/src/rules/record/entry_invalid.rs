use crate::content::EntryProblemKind;
use crate::rule::rule;
use crate::rules::content::REINDEX;
use crate::rules::entries::{entry, is_apart, report_entries};
use crate::rules::problem::said;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// An entry of an index is none.
    ///
    /// # What it means
    /// An entry is a record: the values of the columns of its index, and at the end what leads to its row. This record
    /// contradicts itself, has another number of values, or does not end with a rowid.
    ///
    /// # Why it matters
    /// SQLite meets it when it searches the index, and ends with the error `database disk image is malformed`, or misses
    /// rows.
    ///
    /// # How it is checked
    /// Every entry of the index is read in its order, through the WAL where there is one: at `--level full`. Of plain
    /// indexes those are read so of which SQLite's own check (`pragma.c`) says that something is wrong; of indexes with a
    /// WHERE clause, on expressions, or with a collation of an application all, as the values that an expression came to
    /// stand in the entries.
    ///
    /// # Example
    /// The type of a value was set to another one, whose length the entry does not have. `PRAGMA integrity_check` ends with
    /// `database disk image is malformed`, and does not say where.
    ///
    /// # What to do
    /// `REINDEX` on a copy makes the index anew from the rows.
    ///
    /// # When it is normal
    /// Never. It also comes about where a column of an index was added or taken away in `sqlite_schema` by hand.
    "RC213" "entry_invalid" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report_entries(&RULE, evidence, findings, |problem| {
        let entry = entry(problem);
        match problem.kind {
            EntryProblemKind::Record => said(
                format!("{entry} contradicts itself"),
                "a header and values that do not make up the record",
                "a record",
                REINDEX,
            ),
            EntryProblemKind::Values { .. } | EntryProblemKind::NoRowid
                if !is_apart(evidence, problem) =>
            {
                // SQLite's own check says so of the row, if it does not take the entry for that of the row.
                None
            }
            EntryProblemKind::Values { found, expected } => {
                let (found, expected) =
                    (many(found as u64, "value"), many(expected as u64, "value"));
                let message = format!("{entry} has {found}, where the index has {expected}");
                said(message, found, expected, REINDEX)
            }
            EntryProblemKind::NoRowid => said(
                format!("{entry} does not end with a rowid"),
                "no integer",
                "the rowid of a row",
                REINDEX,
            ),
            _ => None,
        }
    });
}
