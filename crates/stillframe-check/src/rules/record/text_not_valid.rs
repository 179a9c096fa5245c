use stillframe_database::TextEncoding;

use crate::content::{InvalidText, InvalidValue};
use crate::rule::rule;
use crate::words::{many, plain};
use crate::{Evidence, Findings};

rule! {
    /// Values that are stored as text are not in the encoding of the database.
    ///
    /// # What it means
    /// The header says in which encoding all text of the database is: UTF-8 or UTF-16. These bytes are none in that:
    /// there are bytes of another encoding, a character that is cut off, or half a surrogate pair. One finding a table
    /// counts such values, and names the first five.
    ///
    /// # Why it matters
    /// SQLite gives out what it stored, whatever that is. Programs that expect text show other characters, fail, or
    /// drop the value; SQLite's own functions count and cut it at other places than is to be expected.
    ///
    /// # How it is checked
    /// Every value of type text is looked at in every row, through the WAL where there is one: in `--level full`.
    /// SQLite's own check does not ask. Entries of indexes and the rows of `sqlite_schema` are not looked at, nor are
    /// tables of which a b-tree is damaged.
    ///
    /// # Example
    /// A program stored `Café` in Latin-1, where the last letter is the single byte 0xe9.
    ///
    /// # What to do
    /// `CAST(column AS BLOB)` gives the bytes. Whoever knows in which encoding they were written can store them anew.
    /// If the rows were right once, bytes were damaged: look for another copy.
    ///
    /// # When it is normal
    /// Where a program stores as text what is none, or cut text without looking where characters begin.
    "RC901" "text_not_valid" Note since "0.1.0"
}

/// What to do.
const HELP: &str = "CAST(column AS BLOB) gives the bytes as they are";

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((_, header)) = evidence.accepted_image() else {
        return;
    };
    let encoding = match header.text_encoding() {
        TextEncoding::Utf8 => "UTF-8",
        TextEncoding::Utf16Le | TextEncoding::Utf16Be => "UTF-16",
    };
    let texts = evidence.inside.iter().flat_map(|inside| inside.texts());
    for text in texts {
        let Some((first, others)) = text.first.split_first() else {
            continue;
        };
        let mut details = findings
            .report(
                &RULE,
                evidence.in_page(first.place),
                message(text, first, encoding),
            )
            .values(
                format!("bytes that are not {encoding}"),
                format!("{encoding}, as the header says"),
            )
            .help(HELP);
        for other in others {
            details = details.related(evidence.in_page(other.place), words(&text.table, other));
        }
    }
}

fn message(text: &InvalidText, first: &InvalidValue, encoding: &str) -> String {
    let where_it_is = words(&text.table, first);
    match text.values {
        1 => format!("the text in {where_it_is} is not {encoding}"),
        values => format!(
            "{} of {} are not {encoding}, the first of them in {where_it_is}",
            many(values, "text value"),
            plain(&text.table)
        ),
    }
}

/// A value, in words: `column item of the row of orders with rowid 7`, `column item of a row of stock`.
fn words(table: &str, value: &InvalidValue) -> String {
    let (column, table) = (plain(&value.column), plain(table));
    match value.rowid {
        Some(rowid) => format!("column {column} of the row of {table} with rowid {rowid}"),
        None => format!("column {column} of a row of {table}"),
    }
}
