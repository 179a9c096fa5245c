//! Transactions over several databases.

mod committed_journal;
mod journal_listed_and_missing;
mod journal_not_synced;
mod left_at_different_moments;
pub mod material;
mod rolled_back_one_of_several;
mod super_journal_gone;
mod super_journal_missing;
mod super_journal_name_unusual;
mod super_journal_unknown;

use crate::cases::Case;

/// The fixtures of this family.
pub fn cases() -> Vec<Case> {
    vec![
        super_journal_missing::case(),
        super_journal_unknown::case(),
        left_at_different_moments::case(),
        journal_not_synced::case(),
        journal_listed_and_missing::case(),
        super_journal_name_unusual::case(),
        super_journal_gone::case(),
        committed_journal::case(),
        rolled_back_one_of_several::case(),
    ]
}
