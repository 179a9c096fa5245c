//! Sound sets, some of which look wrong.

mod auto_vacuum;
mod big_endian_wal;
mod commit_half_written;
mod empty_wal;
mod header_only_wal;
mod live_wal;
mod never_checkpointed;
mod older_generation_slack;
mod page_1_not_in_wal;
mod page_checksums;
mod page_overtaken;
mod page_size_65536;
mod pages_left_behind;
mod partial_checkpoint;
mod partial_page_unused;
mod persisted_journal;
mod reserved_bytes;
mod rollback_mode;
mod rolled_back_leftovers;
mod savepoint_rollback;
mod several_frames_of_a_page;
mod size_not_valid;
mod text_not_valid;
mod three_generations;
mod torn_last_frame;
mod trailing_zero_pages;
mod truncated_journal;
mod uncommitted_tail;
mod utf_16;
mod vacuum_shrinks;
mod wal_index_after_a_visit;
mod wal_index_after_database;
mod wal_index_all_checkpointed;
mod wal_index_before_reset;
mod wal_index_beside;
mod wal_index_beside_wal;
mod wal_index_copied_first;
mod wal_index_held_back;
mod wal_index_uncommitted;
mod wal_mode_closed;
mod zero_filled_tail;
mod zero_salt_spill;

use crate::cases::Case;

/// The fixtures of this family.
pub fn cases() -> Vec<Case> {
    vec![
        rollback_mode::case(),
        wal_mode_closed::case(),
        never_checkpointed::case(),
        live_wal::case(),
        uncommitted_tail::case(),
        zero_salt_spill::case(),
        rolled_back_leftovers::case(),
        savepoint_rollback::case(),
        several_frames_of_a_page::case(),
        older_generation_slack::case(),
        commit_half_written::case(),
        three_generations::case(),
        partial_checkpoint::case(),
        page_1_not_in_wal::case(),
        page_overtaken::case(),
        vacuum_shrinks::case(),
        torn_last_frame::case(),
        zero_filled_tail::case(),
        header_only_wal::case(),
        empty_wal::case(),
        big_endian_wal::case(),
        page_checksums::case(),
        page_size_65536::case(),
        reserved_bytes::case(),
        auto_vacuum::case(),
        utf_16::case(),
        text_not_valid::case(),
        trailing_zero_pages::case(),
        pages_left_behind::case(),
        truncated_journal::case(),
        size_not_valid::case(),
        partial_page_unused::case(),
        persisted_journal::case(),
        wal_index_beside::case(),
        wal_index_beside_wal::case(),
        wal_index_held_back::case(),
        wal_index_all_checkpointed::case(),
        wal_index_after_a_visit::case(),
        wal_index_copied_first::case(),
        wal_index_before_reset::case(),
        wal_index_after_database::case(),
        wal_index_uncommitted::case(),
    ]
}
