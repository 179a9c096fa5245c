//! Rules of the set as a whole.

pub(crate) mod aborted_backup;
pub(crate) mod already_checkpointed;
pub(crate) mod changed_while_reading;
pub(crate) mod checkpoint_missed;
pub(crate) mod empty_database_beside_journal;
pub(crate) mod empty_database_beside_wal;
pub(crate) mod file_of_other_moment;
pub(crate) mod hot_journal;
pub(crate) mod journal_not_hot;
pub(crate) mod never_checkpointed;
pub(crate) mod page_1_unexplained;
pub(crate) mod page_overtaken;
pub(crate) mod rollback_mode_beside_wal;
pub(crate) mod sidecar_without_database;
pub(crate) mod stale_wal;
pub(crate) mod wal_fits_databases;
pub(crate) mod wal_index_present;
pub(crate) mod wal_mode_without_wal;
pub(crate) mod wal_paired_by_content;
pub(crate) mod wal_without_database;

use stillframe_database::JournalMode;
use stillframe_format::Pages as _;

use crate::Evidence;
use crate::words::many;

/// Whether the database is in WAL mode and has no WAL.
fn lacks_wal(evidence: &Evidence<'_>) -> bool {
    let mode = evidence.header().map(|header| header.journal_mode());
    mode == Some(JournalMode::Wal) && evidence.set.wal.is_none()
}

/// Whether the database is as SQLite leaves it when it goes into WAL mode before anything was written to it.
fn is_new(evidence: &Evidence<'_>) -> bool {
    let image = evidence.accepted_image();
    image.is_some_and(|(image, header)| image.page_count() == 1 && header.schema_cookie == 0)
}

/// What a WAL holds without whose database there is nothing to read it into.
fn what_is_deleted(evidence: &Evidence<'_>) -> String {
    match evidence.timeline.last_commit() {
        Some(commit) => format!(
            "{} and a database of {}",
            many(commit.number.get(), "commit"),
            many(commit.size_after, "page")
        ),
        None => format!("{}, but no commit", many(evidence.set.wal_bytes(), "byte")),
    }
}

/// What to do with a WAL that SQLite deletes unread, or would under the name of a WAL.
fn rescue(evidence: &Evidence<'_>) -> String {
    let image = evidence.image.as_ref();
    let way = if image.is_some_and(|image| image.commit().is_some() && image.refusal().is_none()) {
        "all pages are in the WAL, and stillframe rebuild writes the database from there"
    } else {
        "look for the database file that belongs to the WAL"
    };
    if evidence.wal_would_be_deleted() {
        format!("do not open it with SQLite; {way}")
    } else {
        way.to_owned()
    }
}
