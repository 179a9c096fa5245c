//! The records that rows and entries of indexes are: RC1xx integrity.

mod payload_header_size_invalid;

use crate::cases::Case;

/// The fixtures of this family.
pub fn cases() -> Vec<Case> {
    vec![payload_header_size_invalid::case()]
}
