//! The set as a whole.

mod aborted_backup;
mod aborted_backup_alone;
mod aborted_vacuum_into;
mod aborted_vacuum_into_at_the_end;
mod checkpoint_missed;
mod empty_database_beside_journal;
mod empty_database_beside_wal;
mod file_of_other_moment;
mod hot_journal;
mod page_1_unexplained;
mod rollback_mode_beside_wal;
mod sidecar_without_database;
mod stale_wal;
mod wal_without_database;

use crate::cases::Case;

/// The fixtures of this family.
pub fn cases() -> Vec<Case> {
    vec![
        empty_database_beside_wal::case(),
        wal_without_database::case(),
        sidecar_without_database::case(),
        empty_database_beside_journal::case(),
        rollback_mode_beside_wal::case(),
        hot_journal::case(),
        stale_wal::case(),
        checkpoint_missed::case(),
        page_1_unexplained::case(),
        file_of_other_moment::case(),
        aborted_backup::case(),
        aborted_vacuum_into::case(),
        aborted_vacuum_into_at_the_end::case(),
        aborted_backup_alone::case(),
    ]
}
