use crate::content::ContentProblemKind;
use crate::rule::rule;
use crate::rules::content::{ROWS_MAY_BE_LOST, reindex, report, table_and_index};
use crate::rules::problem::said;
use crate::words::{many, plain};
use crate::{Evidence, Findings};

rule! {
    /// An index has another number of entries than its table has rows.
    ///
    /// # What it means
    /// Each index that has no WHERE clause holds one entry for each row of its table. Here there are more, or fewer.
    ///
    /// # Why it matters
    /// With fewer entries, a query that goes through the index misses rows. With more, rows of the table may be lost
    /// which the index still knows: it finds nothing where they should be.
    ///
    /// # How it is checked
    /// The entries are counted while the b-trees are walked, through the WAL where there is one, and the rows of the
    /// table with them, as SQLite's own check does (`pragma.c`): from `--level quick` on. At `--level full` every entry of
    /// the index is then read, and those that lead to no row, or to one that has another entry, are named.
    ///
    /// # Example
    /// A page of the index was put back to what it was before a row came. `PRAGMA integrity_check` says `wrong # of
    /// entries in index orders_by_customer`.
    ///
    /// # What to do
    /// Where there are more entries than rows, look for another copy before anything is written. Where there are
    /// fewer, `REINDEX` on a copy makes the index anew from the rows, unless it is unique and two rows have one key.
    ///
    /// # When it is normal
    /// Never.
    "RC202" "index_entry_count_mismatch" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ContentProblemKind::EntryCount { index } = &problem.kind else {
            return None;
        };
        let found = table_and_index(evidence, problem, index);
        let inside = evidence.inside.as_ref();
        let counts = found.and_then(|(table, index)| inside?.counts(table, index));
        let (index, table) = (plain(index), plain(&problem.table));
        let Some((rows, entries)) = counts else {
            let message =
                format!("index {index} has another number of entries than {table} has rows");
            return said(message, "another number", "an entry a row", reindex(None));
        };
        let help = if entries > rows {
            ROWS_MAY_BE_LOST
        } else {
            reindex(found.map(|(_, index)| index))
        };
        let (has, rows) = (entry_words(entries), many(rows, "row"));
        let message = format!("index {index} has {has}, and {table} has {rows}");
        said(message, has, rows, help)
    });
}

fn entry_words(entries: u64) -> String {
    match entries {
        1 => "1 entry".to_owned(),
        _ => format!("{} entries", crate::render::text::count(entries)),
    }
}
