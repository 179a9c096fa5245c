use crate::content::EntryProblemKind;
use crate::rule::rule;
use crate::rules::content::REINDEX;
use crate::rules::entries::{entry, report_entries};
use crate::rules::problem::said;
use crate::{Evidence, Findings};

rule! {
    /// An entry of an index is out of order.
    ///
    /// # What it means
    /// The entries of an index are kept in the order of their values, under the collation and the direction of each column.
    /// This one does not come behind the one before it: one of the two is damaged, or stands at a wrong place.
    ///
    /// # Why it matters
    /// SQLite finds an entry by going down the tree, and relies on the order: it misses rows that are there, and can store
    /// a unique key twice.
    ///
    /// # How it is checked
    /// Every entry of the index is read in its order, through the WAL where there is one: at `--level full`. Of plain
    /// indexes those are read so of which SQLite's own check (`pragma.c`) says that something is wrong; of indexes with a
    /// WHERE clause, on expressions, or with a collation of an application all, as the values that an expression came to
    /// stand in the entries.
    /// The order of a collation that an application defined is not known.
    ///
    /// # Example
    /// Two cell pointers of a page changed places. `PRAGMA integrity_check` says `row 1 missing from index open_orders` of
    /// those rows that are not found.
    ///
    /// # What to do
    /// `REINDEX` on a copy makes the index anew from the rows.
    ///
    /// # When it is normal
    /// Never. It also comes about where a collation or a direction was changed in `sqlite_schema` by hand.
    "RC212" "entry_out_of_order" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report_entries(&RULE, evidence, findings, |problem| {
        if problem.kind != EntryProblemKind::OutOfOrder {
            return None;
        }
        let message = format!("{} does not come behind the one before it", entry(problem));
        said(
            message,
            "an entry that is less than the one before it",
            "entries in their order",
            REINDEX,
        )
    });
}
