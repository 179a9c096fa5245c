//! Overflow chains: OV1xx integrity.

mod overflow_length_mismatch;

use crate::cases::Case;

/// The fixtures of this family.
pub fn cases() -> Vec<Case> {
    vec![overflow_length_mismatch::case()]
}
