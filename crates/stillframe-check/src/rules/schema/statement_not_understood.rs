use stillframe_schema::Reason;

use crate::rule::rule;
use crate::rules::schema::row_place;
use crate::words::plain;
use crate::{Evidence, Findings};

rule! {
    /// A statement of the schema is not understood.
    ///
    /// # What it means
    /// `sqlite_schema` keeps the text of the statement that made each table, index, view and trigger. This one does
    /// not parse. Either the text is damaged, or it is SQL that SQLite understands and stillframe does not.
    ///
    /// # Why it matters
    /// If it is damaged, SQLite refuses the whole database: `malformed database schema`. If not, nothing is wrong, and
    /// only what the statement made is not checked: its pages are, its rows are not.
    ///
    /// # How it is checked
    /// Every row of `sqlite_schema` is read, through the WAL where there is one, and its statement parsed.
    /// stillframe's parser is not SQLite's: of the statements of all sound databases at hand it understood each one,
    /// so damage is likely, and not certain. Where it is certain, because quotes or parentheses do not close, say,
    /// SC101 tells of it.
    ///
    /// # Example
    /// A bit changed in `PRIMARY KEY`, and there is `PRIMARY JEY`. `PRAGMA integrity_check` fails: `malformed
    /// database schema (orders) - near "JEY": syntax error`.
    ///
    /// # What to do
    /// Ask SQLite on a copy: `.schema` in its shell prints the schema, or fails. If it prints it, this is a gap of
    /// stillframe's, which is worth a bug report; else look for another copy.
    ///
    /// # When it is normal
    /// Where SQLite, newer than stillframe, has learned new SQL.
    "SC103" "statement_not_understood" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(inside) = &evidence.inside else {
        return;
    };
    let Ok(schema) = &inside.schema else {
        return;
    };
    for refused in schema
        .refused
        .iter()
        .filter(|refused| refused.reason == Reason::Syntax)
    {
        let message = format!(
            "the statement of {} in sqlite_schema is not understood: its rows are not checked",
            plain(&refused.name)
        );
        findings
            .report(&RULE, row_place(evidence, inside, refused), message)
            .values("a statement that does not parse", "one that SQLite wrote")
            .help("ask SQLite, on a copy: .schema; where it fails, the statement is damaged");
    }
}
