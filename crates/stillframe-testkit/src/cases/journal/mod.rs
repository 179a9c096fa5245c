//! The rollback journal.

mod foreign_journal;
mod header_truncated;
mod header_zeroed_in_part;
mod journal_breaks_database;
mod last_record_unfinished;
mod magic_invalid;
mod page_number_invalid;
mod page_size_invalid;
mod pages_missing;
mod record_checksum_mismatch;
mod record_count_doubtful;
mod record_misplaced;
mod records_missing;
mod records_not_counted;
mod sector_size_invalid;
mod segment_header_differs;
mod unsynced_journal_differs;

use crate::cases::Case;

/// The fixtures of this family.
pub fn cases() -> Vec<Case> {
    vec![
        header_truncated::case(),
        magic_invalid::case(),
        sector_size_invalid::case(),
        page_size_invalid::case(),
        record_checksum_mismatch::case(),
        records_missing::case(),
        page_number_invalid::case(),
        foreign_journal::case(),
        pages_missing::case(),
        last_record_unfinished::case(),
        segment_header_differs::case(),
        record_count_doubtful::case(),
        record_misplaced::case(),
        records_not_counted::case(),
        header_zeroed_in_part::case(),
        journal_breaks_database::case(),
        unsynced_journal_differs::case(),
    ]
}
