//! What a super-journal lists, and what of that is beside it.

use std::io::{self, Write};

use serde::Serialize;
use stillframe_check::render::text::{field, headline};

use crate::inputs::{Names, SuperJournal};
use crate::names::harmless;
use crate::words::{bytes, many};

/// A super-journal: the journals of one transaction over several databases. Deleting it is what commits that.
#[derive(Serialize)]
pub struct ListFacts {
    name: String,
    kind: &'static str,
    bytes: u64,
    journals: Vec<Listed>,
}

/// A journal that stands in it.
#[derive(Serialize)]
struct Listed {
    /// As it stands there.
    path: String,
    /// What the database is called beside the super-journal.
    database: String,
    /// Whether the database lies there.
    has_database: bool,
    /// Whether the journal does.
    has_journal: bool,
}

impl ListFacts {
    /// Of a super-journal, of which the databases are called as `names` says.
    pub fn new(list: &SuperJournal, names: Names) -> Self {
        let listed = list.journals.iter().map(|journal| Listed {
            path: String::from_utf8_lossy(&journal.path).into_owned(),
            database: journal.database(names),
            has_database: journal.has_database(),
            has_journal: journal.has_journal(),
        });
        Self {
            name: list.name.clone(),
            kind: "super-journal",
            bytes: list.bytes,
            journals: listed.collect(),
        }
    }

    /// Prints it in lines of at most `width` columns.
    pub fn print(&self, width: usize, out: &mut dyn Write) -> io::Result<()> {
        headline(&self.name, "", width, out)?;
        let is = format!(
            "a super-journal of SQLite's, {}: the journals of {}, which one transaction changed; SQLite deletes it to commit that",
            bytes(self.bytes),
            many(self.journals.len() as u64, "database")
        );
        field(out, 2, "is", &is, width)?;
        for (number, listed) in self.journals.iter().enumerate() {
            let label = if number == 0 { "lists" } else { "" };
            // Beside the super-journal.
            let there = match (listed.has_database, listed.has_journal) {
                (true, true) => "here, with its database",
                (true, false) => "not here; its database is",
                (false, true) => "here, without its database",
                (false, false) => "not here, nor is its database",
            };
            let text = format!("{}: {there}", harmless(&listed.path));
            field(out, 2, label, &text, width)?;
        }
        Ok(())
    }
}
