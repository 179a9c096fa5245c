use stillframe_database::header::HEADER_BYTES;
use stillframe_format::ByteRange;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The database file alone is no database, and only its WAL makes it one.
    ///
    /// # What it means
    /// The file does not begin with a header that SQLite accepts, but the WAL holds page 1, and with that SQLite opens
    /// the set.
    ///
    /// # Why it matters
    /// SQLite shows the right content, and the next checkpoint repairs the file. Without the WAL nothing could be
    /// opened. A sound database has a sound page 1 in its file at all times, so something has written over the start of
    /// the file.
    ///
    /// # How it is checked
    /// The first 100 bytes of the file are tested as SQLite would test page 1, and page 1 of the last commit too.
    ///
    /// # Example
    /// The first sector of `app.db` is zeros, and `app.db-wal` holds page 1.
    ///
    /// # What to do
    /// Keep the WAL with the file. Write the whole database with `stillframe rebuild`, and check that other pages are
    /// sound.
    ///
    /// # When it is normal
    /// After a checkpoint that a power failure cut short within page 1. The next one completes it.
    "DB206" "database_unreadable_without_wal" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let length = evidence.set.database_bytes();
    let (Some(frame), Some(_)) = (evidence.frame_of_page_1(), evidence.header()) else {
        return;
    };
    if length <= 1 {
        return;
    }
    let why = match evidence.header_below_wal.map(|header| header.validate()) {
        None => format!("it has {length} bytes, expected at least {HEADER_BYTES}"),
        Some(Err(error)) => error.kind.to_string(),
        Some(Ok(())) => return,
    };
    let range = ByteRange::new(0, length.min(HEADER_BYTES as u64));
    findings
        .report(
            &RULE,
            evidence.in_header_below_wal(range),
            format!("the database file alone is no database: {why}. Page 1 in the WAL replaces it"),
        )
        .related(evidence.in_frame(frame), "page 1 of the last commit")
        .help("keep the WAL with the database file");
}
