use crate::rule::rule;
use crate::rules::schema::{is_certain, row_place};
use crate::words::plain;
use crate::{Evidence, Findings};

rule! {
    /// SQLite refuses the schema.
    ///
    /// # What it means
    /// `sqlite_schema` on page 1 has a row for each table, index, view and trigger: its name, its root page, and the
    /// statement that made it. A row here says what cannot be: a root page that there is not, a name that its
    /// statement does not have, an index without a table, a statement that is no SQL or makes what there cannot be.
    ///
    /// # Why it matters
    /// SQLite reads the whole schema before anything else, and refuses the database for one such row: every statement
    /// fails with `malformed database schema`. All rows of all tables may still be there.
    ///
    /// # How it is checked
    /// Every row of `sqlite_schema` is read, through the WAL where there is one, and its statement parsed, in SQLite's
    /// order and by its rules (`sqlite3InitCallback` in `prepare.c`, `parse.y`, `build.c`, `resolve.c`), the bodies of
    /// views and triggers included. The first row that is refused is the one that SQLite names; others are named beside
    /// it. What is wrong is said in SQLite's words where it has some. Of two things that are wrong with one statement
    /// it may say the other. Where a SQLite newer than 3.54 wrote the database, a statement may be one that it has
    /// learned: SC103 tells of that.
    ///
    /// # Example
    /// A bit of a name changed, and the name is no longer that of the statement. `PRAGMA integrity_check` fails:
    /// `malformed database schema (ordfrs)`.
    ///
    /// # What to do
    /// Look for another copy. Otherwise `.recover` of SQLite's shell reads the rows, on a copy of the file. With
    /// `PRAGMA writable_schema=ON` the row can be put right, on a copy, too.
    ///
    /// # When it is normal
    /// Never.
    "SC101" "schema_refused" Error since "0.1.0"
}

/// Rows that are named beside the first.
const MOST_RELATED: usize = 10;

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(inside) = &evidence.inside else {
        return;
    };
    let Ok(schema) = &inside.schema else {
        return;
    };
    let mut refused = schema
        .refused
        .iter()
        .filter(|refused| is_certain(evidence, schema, refused));
    let Some(first) = refused.next() else {
        return;
    };
    let (name, reason) = (plain(&first.name), plain(&first.reason.to_string()));
    let message = format!(
        "SQLite does not open the database for the row of {name} in sqlite_schema: {reason}"
    );
    let place = row_place(evidence, inside, first);
    let mut details = findings
        .report(&RULE, place, message)
        .values(reason, "a row that says what its statement makes, and where that is")
        .help("look for another copy; where only this row is damaged, .recover on a copy reads the rest");
    for other in refused.take(MOST_RELATED) {
        let words = format!(
            "{}: {}",
            plain(&other.name),
            plain(&other.reason.to_string())
        );
        details = details.related(row_place(evidence, inside, other), words);
    }
}
