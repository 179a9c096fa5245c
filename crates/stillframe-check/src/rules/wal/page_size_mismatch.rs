use stillframe_format::ByteRange;
use stillframe_history::{Refusal, Role};

use crate::rule::rule;
use crate::{Evidence, Findings, Part};

rule! {
    /// The WAL has another page size than the database.
    ///
    /// # What it means
    /// The header of the database, in its file or in the page 1 that the WAL holds, names another page size than the
    /// header of the WAL. SQLite writes both the same: this WAL is not of this database.
    ///
    /// # Why it matters
    /// Nothing but the file name ties a WAL to a database, and SQLite does not compare the page sizes. If the WAL holds
    /// a page 1 of its own size, SQLite shows the WAL's pages as the database and writes them over the file at the next
    /// checkpoint. If not, it reads pages of the wrong length where the WAL has them, and no checkpoint succeeds.
    ///
    /// # How it is checked
    /// The page sizes in the header of the database file, in page 1 as the WAL holds it, and in the header of a WAL
    /// with at least one commit.
    ///
    /// # Example
    /// A database of 4096-byte pages was restored beside the WAL of an older one, with pages of 1024: SQLite replaces
    /// it.
    ///
    /// # What to do
    /// Do not open the set with SQLite. Move the WAL away; the database alone is most likely what is wanted.
    ///
    /// # When it is normal
    /// Never.
    "WAL201" "page_size_mismatch" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let in_wal = evidence.place(Role::Wal, ByteRange::new(8, 4), Part::WalHeader);
    let field = ByteRange::new(16, 2);
    let in_file = evidence.in_header_below_wal(field);
    let (place, database, wal, what) =
        if let Some((database, wal)) = evidence.page_sizes_that_differ() {
            (in_file, database, wal, "the database has")
        } else if let Some(Refusal::PageSizeMismatch { database, wal }) = evidence.refusal() {
            (
                evidence.in_header(field),
                database,
                wal,
                "page 1 in the WAL is of",
            )
        } else {
            return;
        };
    findings
        .report(
            &RULE,
            in_wal,
            format!("the WAL has pages of {wal} bytes, {what} pages of {database}: it is not the WAL of this database"),
        )
        .values(wal, database)
        .related(place, "the page size that page 1 names")
        .help("do not open the set with SQLite; move the WAL away, and keep it");
}
