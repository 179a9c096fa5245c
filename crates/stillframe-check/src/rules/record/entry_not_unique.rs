use crate::content::{ContentProblemKind, EntryProblemKind};
use crate::rule::rule;
use crate::rules::content::{report, row};
use crate::rules::entries::{entry, is_apart, report_entries};
use crate::rules::problem::said;
use crate::words::plain;
use crate::{Evidence, Findings};

rule! {
    /// A unique index has two entries with one key.
    ///
    /// # What it means
    /// A UNIQUE or PRIMARY KEY constraint keeps an index in which no key is there twice. The key of this row is:
    /// another row has the same one.
    ///
    /// # Why it matters
    /// One of the two rows is damaged, or should not be there. SQLite relies on the constraint and shows one of the
    /// two. `REINDEX` and `.dump` with constraints fail on them.
    ///
    /// # How it is checked
    /// Every row is read in the order of its table, through the WAL where there is one, as SQLite's own check does
    /// (`pragma.c`), looked for in every unique index, and the entry behind its own compared with it: at `--level
    /// full`. Where the index has a WHERE clause, is on expressions or has a collation of an application, every entry is
    /// compared with the one before it instead. A key with NULL in it may repeat.
    ///
    /// # Example
    /// A bit of a number changed, in the row and in the index alike, and made it another one's. `PRAGMA
    /// integrity_check` says `non-unique entry in index orders_number`.
    ///
    /// # What to do
    /// Look at both rows, and for them in another copy. When one of them is deleted on a copy, `REINDEX` works.
    ///
    /// # When it is normal
    /// Never. It also comes about where UNIQUE was written into `sqlite_schema` by hand.
    "RC210" "entry_not_unique" Error since "0.1.0"
}

/// What to do.
const HELP: &str = "look at both rows, and for them in another copy";

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ContentProblemKind::NotUnique { index } = &problem.kind else {
            return None;
        };
        let index = plain(index);
        let message = format!(
            "{} is not the only one with its key in index {index}",
            row(problem)
        );
        said(
            message,
            "two entries with one key",
            "one: the index is unique",
            HELP,
        )
    });
    report_entries(&RULE, evidence, findings, |problem| {
        // Of other indexes SQLite's own check finds that by the row.
        if problem.kind != EntryProblemKind::NotUnique || !is_apart(evidence, problem) {
            return None;
        }
        let message = format!("{} has the key of the one before it", entry(problem));
        said(
            message,
            "two entries with one key",
            "one: the index is unique",
            HELP,
        )
    });
}
