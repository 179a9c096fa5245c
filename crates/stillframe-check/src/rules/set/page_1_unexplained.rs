use stillframe_format::ByteRange;
use stillframe_history::Field;
use stillframe_wal::frame::FRAME_HEADER_BYTES;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The WAL was not written over this database file.
    ///
    /// # What it means
    /// Page 1 of a database file comes from a checkpoint, and then the WAL holds just the same, or it is older than the
    /// WAL. This one is neither: no frame holds it, and what the first commits of the WAL tell of the database that they
    /// were written over differs. Its change counter or schema cookie is larger than in the first page 1 of the WAL; or
    /// the cookie is the same and the text encoding, auto-vacuum or the reserved bytes are not; or it counts other pages
    /// than a commit leaves, though no transaction between the two wrote page 1, as each does that changes how many
    /// there are; or the file holds a page behind those that it counts which the WAL takes for one of the database and
    /// does not have, so that it came there before the WAL was begun.
    ///
    /// # Why it matters
    /// SQLite reads the two as one database all the same: pages of the WAL, and pages of the file that are of another
    /// time, or of another database. At the next checkpoint it writes the former over the file.
    ///
    /// # How it is checked
    /// Offsets 20, 24, 28, 40, 52 and 56 of page 1 in the database file, against the first commit of the WAL that wrote
    /// page 1, and against the sizes of the commits before it. That no frame holds page 1 as the file does is compared
    /// byte by byte, but for reserved bytes. Where frames of the present generation are behind the end of the log, and
    /// where pages of the generation before are missing (SET205), this is not asked.
    ///
    /// # Example
    /// Databases of two users were restored from a backup, and the WAL of one of them lay beside the other.
    ///
    /// # What to do
    /// Do not open the set with SQLite. Move the WAL away, and keep it. Look for the database file that it belongs to,
    /// and for the WAL that belongs to this file.
    ///
    /// # When it is normal
    /// Never, unless the application itself has set `PRAGMA schema_version` to a smaller number.
    "SET206" "page_1_unexplained" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(found) = evidence.unexplained else {
        return;
    };
    let (start, length) = found.field.place();
    let (what, frame) = (found.field.words(), found.frame);
    let (database, wal) = (found.database, found.wal);
    let where_else = match found.field {
        Field::SizeInPages => format!("the commit that ends with frame {frame} leaves {wal}"),
        Field::PageSize
        | Field::ChangeCounter
        | Field::SchemaCookie
        | Field::TextEncoding
        | Field::LargestRootPage
        | Field::ReservedBytes => format!("the first page 1 in the WAL has {wal}"),
    };
    let related = match found.field {
        Field::SizeInPages => evidence.in_frame_header(frame, 4, 4),
        Field::PageSize
        | Field::ChangeCounter
        | Field::SchemaCookie
        | Field::TextEncoding
        | Field::LargestRootPage
        | Field::ReservedBytes => {
            evidence.in_frame_header(frame, FRAME_HEADER_BYTES as u64 + start, length)
        }
    };
    let expected = match found.field {
        Field::ChangeCounter | Field::SchemaCookie => {
            format!("at most {wal}, or a page 1 that a frame holds")
        }
        Field::PageSize
        | Field::TextEncoding
        | Field::LargestRootPage
        | Field::ReservedBytes
        | Field::SizeInPages => {
            format!("{wal}, or a page 1 that a frame holds")
        }
    };
    findings
        .report(
            &RULE,
            evidence.in_header_below_wal(ByteRange::new(start, length)),
            format!(
                "the WAL was not written over this database file: its {what} is {database}, and {where_else}"
            ),
        )
        .values(database, expected)
        .related(related, format!("the {what} in the WAL"))
        .help("do not open the set with SQLite; move the WAL away, and keep it");
}
