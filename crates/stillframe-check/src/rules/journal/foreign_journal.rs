use stillframe_format::ByteRange;
use stillframe_history::{Field, Role};

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings, Part};

rule! {
    /// The rollback journal is not of this database file.
    ///
    /// # What it means
    /// A hot journal holds pages as they were before the last transaction, and page 1 of the file must follow from it.
    /// This one does not. Where page 1 is in the journal, the change counter of the file is neither the one there nor the
    /// next, its schema cookie is smaller, or page size, text encoding, auto-vacuum or the reserved bytes are others while
    /// the cookie is not the next one, as `VACUUM` makes it. Where page 1 is not in the journal, the file counts other pages than the transaction began
    /// with, or has pages of another size.
    ///
    /// # Why it matters
    /// SQLite asks for the name of the journal and nothing else. It writes the pages of another database, or of another
    /// time, over this one, cuts the file to the size that the journal names, and deletes the journal.
    ///
    /// # How it is checked
    /// Offsets 16, 20, 24, 28, 40, 52 and 56 of page 1 in the database file, against the record of page 1, or against the
    /// header of the journal where it has none; where that names no page, the change counter must be 1. Each time that page 1 is written its change counter grows by one, and a
    /// transaction writes it once.
    ///
    /// # Example
    /// `app.db` was restored from a backup, and `app.db-journal` of the crashed database was left where it was.
    ///
    /// # What to do
    /// Do not open the database with SQLite. Move the journal away, and keep it: it may be needed for the file that it
    /// belongs to. Then check the database file again.
    ///
    /// # When it is normal
    /// Never, unless the application itself has set `PRAGMA schema_version` to a smaller number.
    "RJ201" "foreign_journal" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(found) = evidence.foreign_journal else {
        return;
    };
    let (start, length) = found.field.place();
    let (what, database, journal) = (found.field.words(), found.database, found.journal);
    let (part, holds) = match found.record {
        Some(record) => (
            Part::Record(record.number),
            format!("page 1 in the journal has {journal}"),
        ),
        None if found.field == Field::ChangeCounter => (
            Part::JournalHeader,
            "the journal is of a database that had no page before, and would cut it to 0 bytes"
                .to_owned(),
        ),
        None if found.field == Field::SizeInPages => (
            Part::JournalHeader,
            format!(
                "the journal, which does not hold page 1, begins with {}",
                many(journal, "page")
            ),
        ),
        None => (
            Part::JournalHeader,
            format!("the journal, which does not hold page 1, has {journal}"),
        ),
    };
    let expected = match found.field {
        Field::ChangeCounter if found.record.is_none() => "1".to_owned(),
        Field::ChangeCounter => format!("{journal} or {}", journal.wrapping_add(1)),
        Field::SchemaCookie => format!("{journal} or more"),
        _ => journal.to_string(),
    };
    findings
        .report(
            &RULE,
            evidence.place(
                Role::Database,
                ByteRange::new(start, length),
                Part::DatabaseHeader,
            ),
            format!(
                "the rollback journal is not of this database file: its {what} is {database}, and {holds}"
            ),
        )
        .values(database, expected)
        .related(
            evidence.in_journal(found.range, part),
            match (found.field, found.record) {
                (Field::ChangeCounter, None) => "the size in pages before".to_owned(),
                _ => format!("the {what} in the journal"),
            },
        )
        .help("do not open the database with SQLite; move the journal away, and keep it");
}
