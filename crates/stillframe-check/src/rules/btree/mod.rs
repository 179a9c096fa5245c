//! The pages of b-trees: BT0xx cannot be read as one, BT1xx integrity, BT9xx notes.

pub(crate) mod cell_count_invalid;
pub(crate) mod cell_overlap;
pub(crate) mod cell_past_end;
pub(crate) mod cell_pointer_invalid;
pub(crate) mod child_depth_differs;
pub(crate) mod fragmentation_mismatch;
pub(crate) mod free_bytes_invalid;
pub(crate) mod free_space_not_zeroed;
pub(crate) mod freeblock_out_of_place;
pub(crate) mod freeblock_size_invalid;
pub(crate) mod page_kind_invalid;
pub(crate) mod page_never_used;
pub(crate) mod page_number_invalid;
pub(crate) mod page_used_twice;
pub(crate) mod rowid_out_of_order;
pub(crate) mod tree_too_deep;

use crate::Evidence;
use crate::rules::problem::tree;
use crate::walk::Problem;

/// The page that is wrong and the b-tree it belongs to, in words.
fn page(evidence: &Evidence<'_>, problem: &Problem) -> String {
    let page = problem.place.page;
    format!("page {page} of {}", tree(evidence, problem.context))
}
