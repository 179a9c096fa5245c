//! The WAL: WAL0xx ignored or refused as a whole, WAL1xx the chain breaks, WAL2xx it does not fit the database.

mod commit_frame_unverified;
mod commit_lost;
mod frame_checksum_mismatch;
mod frame_salt_mismatch;
mod frame_zeroed;
mod growth_refused;
mod header_checksum_mismatch;
mod header_truncated;
mod magic_invalid;
mod newer_generation;
mod page_missing;
mod page_number_zero;
mod page_size_invalid;
mod page_size_mismatch;
mod page_size_mismatch_with_page_1;
mod slot_zeroed;
mod unexplained_slots;
mod version_unsupported;

use crate::cases::Case;

/// The fixtures of this family.
pub fn cases() -> Vec<Case> {
    vec![
        header_truncated::case(),
        magic_invalid::case(),
        page_size_invalid::case(),
        header_checksum_mismatch::case(),
        version_unsupported::case(),
        frame_checksum_mismatch::case(),
        frame_salt_mismatch::case(),
        page_number_zero::case(),
        commit_frame_unverified::case(),
        commit_lost::case(),
        frame_zeroed::case(),
        unexplained_slots::case(),
        newer_generation::case(),
        slot_zeroed::case(),
        page_size_mismatch::case(),
        page_size_mismatch_with_page_1::case(),
        growth_refused::case(),
        page_missing::case(),
    ]
}
