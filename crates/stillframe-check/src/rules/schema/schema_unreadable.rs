use crate::content::SchemaFault;
use crate::rule::rule;
use crate::rules::problem::ANOTHER_COPY;
use crate::{Evidence, Findings};

rule! {
    /// The schema cannot be read to its end.
    ///
    /// # What it means
    /// `sqlite_schema` on page 1 has a row for each table, index, view and trigger. The pages of its b-tree are in
    /// order, but a row is not: its header goes past its own end, or its types ask for more bytes than it has.
    ///
    /// # Why it matters
    /// SQLite reads the whole schema before anything else, and every statement fails with `database disk image is
    /// malformed`. The rows of all tables may still be there.
    ///
    /// # How it is checked
    /// Every row of `sqlite_schema` is read, through the WAL where there is one. Where the b-tree itself is damaged
    /// this rule is silent: what is wrong there is said by the rules about b-trees.
    ///
    /// # Example
    /// The type of a name in the row of a table became that of a text of 60 bytes. `PRAGMA integrity_check` fails:
    /// `database disk image is malformed`.
    ///
    /// # What to do
    /// Look for another copy. Otherwise `.recover` of SQLite's shell reads the rows, on a copy of the file.
    ///
    /// # When it is normal
    /// Never.
    "SC102" "schema_unreadable" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(inside) = &evidence.inside else {
        return;
    };
    // DB102 tells of the format. Where the b-tree is damaged that is why, and other rules say so.
    let is_unreadable = matches!(
        inside.schema,
        Err(SchemaFault::Malformed | SchemaFault::PastPage)
    );
    if !is_unreadable || inside.is_damaged(1) {
        return;
    }
    let Some(&row) = inside.schema_rows.last() else {
        return;
    };
    findings
        .report(
            &RULE,
            evidence.in_page(row),
            "sqlite_schema cannot be read past this row of it",
        )
        .values(
            "a record that contradicts itself, or pages that lead nowhere",
            "rows that can be read to the last",
        )
        .help(ANOTHER_COPY);
}
