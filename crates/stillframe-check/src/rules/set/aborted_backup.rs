use stillframe_format::{ByteRange, PageNumber};
use stillframe_history::Role;

use crate::render::text::count;
use crate::rule::rule;
use crate::words::many;
use crate::{Aborted, Evidence, Findings, Part};

rule! {
    /// A part of a database was written, and not all of it: a backup was given up.
    ///
    /// # What it means
    /// `.backup`, the backup API and `VACUUM INTO` fill a new file, and so does the first transaction of a new database.
    /// What the cache has no room for is written first; then, at the end, page 1 and all others by their numbers. Here that
    /// was stopped before its end: the first page of the file is zeros, and pages behind it are not; or page 1 is there, and
    /// pages that it counts, or that others lead to, are not.
    ///
    /// # Why it matters
    /// It is no backup. Where the journal lies beside it, SQLite cuts the file to 0 bytes on opening it, and shows an
    /// empty database of which every check says `ok`. Without the journal it says `file is not a database (26)`.
    ///
    /// # How it is checked
    /// The first page of the file, and whether the journal rolls back to 0 pages. Where it does and page 1 is there, the
    /// number of pages that it counts, and the structure. Without a journal, the first bytes of the pages behind a first
    /// one that is zeros, for the page size by which most are of a b-tree.
    ///
    /// # Example
    /// `sqlite3 app.db ".backup copy.db"` was killed when the disk was nearly full: 180 MB and a journal of 512 bytes.
    ///
    /// # What to do
    /// Make the backup again, to another name. If nothing else is left of the database, do not open this file with SQLite:
    /// `stillframe rebuild copy.db --ignore-journal -o evidence.db` keeps what had been copied, as evidence.
    ///
    /// # When it is normal
    /// Never. Where no journal lies beside it, page 1 may as well have been wiped.
    "SET207" "aborted_backup" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(aborted) = evidence.aborted else {
        return;
    };
    let place = evidence.place(
        Role::Database,
        ByteRange::new(0, aborted.page_size.get().into()),
        Part::Page(PageNumber::FIRST),
    );
    let what = what_was_written(&aborted);
    let holds = holds(&aborted);
    if evidence.is_rolled_back_to_nothing() {
        findings
            .report(
                &RULE,
                place,
                format!(
                    "a backup, a VACUUM INTO or a first transaction was given up: {what} ({holds}); SQLite cuts the file to 0 bytes on opening it"
                ),
            )
            .related(
                evidence.in_journal_header(0, 16, 4),
                "the database had 0 pages before",
            )
            .help("do not open it with SQLite; make the backup again, to another name");
    } else {
        findings
            .report(
                &RULE,
                place,
                format!(
                    "as a backup, a VACUUM INTO or a first transaction leaves a file that is given up: {what} ({holds}); or page 1 was wiped"
                ),
            )
            .help("make the backup again, to another name; if nothing else is left, keep this file");
    }
}

/// How much of the database was written.
fn what_was_written(aborted: &Aborted) -> String {
    let written = aborted.written();
    let was = if written == 1 { "was" } else { "were" };
    match (aborted.counted, aborted.stored.saturating_sub(1)) {
        (Some(counted), _) if counted > aborted.stored => format!(
            "page 1 counts {}, and the file has {}",
            many(counted, "page"),
            count(aborted.stored.into())
        ),
        (Some(counted), _) => format!(
            "page 1 counts {}, and they are not one sound database, as some were not written yet",
            many(counted, "page")
        ),
        (None, all) if all == written => format!(
            "page 1 was never written, and {} behind it {was}",
            many(written, "page")
        ),
        (None, all) => format!(
            "page 1 was never written, and {} of {} behind it {was}",
            count(written.into()),
            many(all, "page")
        ),
    }
}

/// What stands in the pages.
fn holds(aborted: &Aborted) -> String {
    let parts = [
        (aborted.tables, "of tables"),
        (aborted.indexes, "of indexes"),
        (aborted.others, "of other kinds"),
    ];
    let parts = parts.iter().filter(|(pages, _)| *pages > 0);
    let parts: Vec<String> = parts
        .map(|&(pages, what)| format!("{} {what}", count(pages.into())))
        .collect();
    let parts = match parts.is_empty() {
        true => "nothing behind page 1".to_owned(),
        false => parts.join(", "),
    };
    format!("{parts}; {} each", many(aborted.page_size.get(), "byte"))
}
