//! The pages of b-trees: BT0xx cannot be read as one, BT1xx integrity.

mod cell_count_invalid;
mod cell_overlap;
mod cell_past_end;
mod cell_pointer_invalid;
mod child_depth_differs;
mod fragmentation_mismatch;
mod free_bytes_invalid;
mod freeblock_out_of_place;
mod freeblock_size_invalid;
mod page_kind_invalid;
mod page_never_used;
mod page_number_invalid;
mod page_used_twice;
mod rowid_out_of_order;
mod tree_too_deep;

use crate::cases::Case;
use crate::naive::{put16, put32};

/// The fixtures of this family.
pub fn cases() -> Vec<Case> {
    vec![
        page_kind_invalid::case(),
        cell_count_invalid::case(),
        freeblock_out_of_place::case(),
        freeblock_size_invalid::case(),
        free_bytes_invalid::case(),
        cell_pointer_invalid::case(),
        cell_past_end::case(),
        cell_overlap::case(),
        fragmentation_mismatch::case(),
        rowid_out_of_order::case(),
        child_depth_differs::case(),
        tree_too_deep::case(),
        page_number_invalid::case(),
        page_used_twice::case(),
        page_never_used::case(),
    ]
}

/// An interior page of a table, of 512 bytes: children and the largest rowid below each, less than 128, and the right
/// child.
fn interior(children: &[(u32, u8)], right: u32) -> Vec<u8> {
    let mut page = vec![0; 512];
    page[0] = 5;
    let mut start = 512;
    for (index, &(child, rowid)) in children.iter().enumerate() {
        start -= 5;
        put32(&mut page, start, child);
        page[start + 4] = rowid;
        put16(&mut page, 12 + 2 * index, start as u16);
    }
    put16(&mut page, 3, children.len() as u16);
    put16(&mut page, 5, start as u16);
    put32(&mut page, 8, right);
    page
}
