//! What a journal says of a super-journal, and what is there of it.

use std::io::{self, Write};

use serde::Serialize;
use stillframe_check::render::text::field;
use stillframe_history::{BackupSet, SuperJournalFile, SuperJournalName};
use stillframe_journal::super_journal::{MAX_CHILDREN, children};

use crate::names::harmless;
use crate::words::count;

/// The name of a super-journal.
#[derive(Serialize)]
pub struct SuperJournalFacts {
    name: String,
    offset: u64,
    /// Whether SQLite heeds a name like this one, from 3.54 on.
    heeded: bool,
    /// Whether a file of the name is beside the database: `unknown`, `missing`, `empty` or `present`.
    file: &'static str,
    /// Whether SQLite, were it to open the set where it lies, would look for it elsewhere.
    sought_elsewhere: bool,
    /// The journals that stand in it, where it was read.
    lists: Option<Vec<String>>,
}

/// So many journals are named in text.
const MOST_LISTED: usize = 8;

impl SuperJournalFacts {
    /// Of the name in the journal of a set.
    pub fn new(set: &BackupSet, name: &SuperJournalName) -> Self {
        Self {
            name: String::from_utf8_lossy(&name.name).into_owned(),
            offset: name.range.start,
            heeded: name.is_heeded(),
            file: match set.super_journal {
                SuperJournalFile::Unknown => "unknown",
                SuperJournalFile::Missing => "missing",
                SuperJournalFile::Empty => "empty",
                SuperJournalFile::Present => "present",
            },
            sought_elsewhere: set.super_journal_is_sought_elsewhere,
            lists: listed(set),
        }
    }

    /// Prints it in lines of at most `width` columns.
    pub fn print(&self, width: usize, out: &mut dyn Write) -> io::Result<()> {
        let mut line = |label: &str, text: &str| field(out, 2, label, text, width);
        let is = match (self.heeded, self.file) {
            (false, _) => "a name that SQLite does not heed",
            (_, "present") => "a file of that name is beside the database",
            (_, "empty") => {
                "the file of that name beside the database is empty, which counts as none"
            }
            (_, "missing") => "no file of that name is beside the database",
            _ => "it is not known whether it is there",
        };
        line("super-journal", &format!("{}: {is}", harmless(&self.name)))?;
        if self.heeded && self.sought_elsewhere && self.file != "unknown" {
            line(
                "",
                "SQLite looks for it at that path, and not beside the database: where the set lies now, it rolls back if the file \
                 is there, and else deletes the journal",
            )?;
        }
        let Some(lists) = &self.lists else {
            return Ok(());
        };
        let (named, others) = lists.split_at(lists.len().min(MOST_LISTED));
        let named: Vec<_> = named.iter().map(|name| harmless(name)).collect();
        let more = match others.len() {
            0 => String::new(),
            more => format!(" and {} more", count(more as u64)),
        };
        line("it lists", &format!("{}{more}", named.join(", ")))
    }
}

/// The names in the super-journal, no more than SQLite writes.
fn listed(set: &BackupSet) -> Option<Vec<String>> {
    let bytes = &set.super_journal_list.as_ref()?.bytes;
    let bytes = bytes.window(0, usize::try_from(bytes.len()).ok()?).ok()?;
    let names = children(&bytes).filter(|child| !child.name.is_empty());
    let names = names.map(|child| String::from_utf8_lossy(child.name).into_owned());
    Some(names.take(MAX_CHILDREN).collect())
}
