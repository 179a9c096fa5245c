use stillframe_schema::Reason;

use crate::rule::rule;
use crate::rules::schema::{is_certain, row_place};
use crate::words::plain;
use crate::{Evidence, Findings};

rule! {
    /// A statement of the schema is not understood.
    ///
    /// # What it means
    /// `sqlite_schema` keeps the text of the statement that made each table, index, view and trigger. This one makes a
    /// table or an index, SQLite's grammar has it, and stillframe does not know what it makes; or a SQLite newer than
    /// 3.54 wrote the database, and the grammar of 3.54 does not have it.
    ///
    /// # Why it matters
    /// What the statement made is not checked: its pages are, its rows are not. The first row of `sqlite_schema` that
    /// SQLite does not take makes it refuse the whole database, and here it is not known whether it takes this one.
    ///
    /// # How it is checked
    /// Every row of `sqlite_schema` is read, through the WAL where there is one, and its statement parsed: by SQLite's
    /// grammar, and, of tables and indexes, by a parser that is not SQLite's. Of the statements of all sound databases at
    /// hand it understood each one. What views and triggers do is nothing to a check, so their statements are held
    /// against the grammar alone. A statement that the grammar does not have is damaged, and SC101 tells of it, unless a
    /// newer SQLite wrote the database. What is nested more than 133 to 200 deep is not followed, where SQLite takes 2,485
    /// parentheses or 496 queries in one another and then says `Recursion limit`; nor is an expression of a table or an
    /// index that is more than 100 terms high, where SQLite takes 1,000.
    ///
    /// # Example
    /// The type of a column is `STRUCT(5)`: to SQLite a name like any other, to the parser a type of its own.
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
    for refused in &schema.refused {
        let name = plain(&refused.name);
        let message = match &refused.reason {
            Reason::Syntax => {
                format!(
                    "the statement of {name} in sqlite_schema is not understood: its rows are not checked"
                )
            }
            Reason::Near(_) | Reason::Token(_) | Reason::Incomplete
                if !is_certain(evidence, schema, refused) =>
            {
                format!(
                    "the statement of {name} in sqlite_schema is none of SQLite 3.54, and a newer one wrote the database: {}",
                    plain(&refused.reason.to_string())
                )
            }
            _ => continue,
        };
        findings
            .report(&RULE, row_place(evidence, inside, refused), message)
            .values("a statement that does not parse", "one that SQLite wrote")
            .help("ask SQLite, on a copy: .schema; where it fails, the statement is damaged");
    }
}
