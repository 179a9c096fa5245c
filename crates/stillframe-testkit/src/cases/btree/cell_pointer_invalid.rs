//! BT104: the pointer of a row leads in front of the cell content area.

use crate::cases::{Case, Sqlite, material};
use crate::naive::put16;

pub fn case() -> Case {
    Case::bad(
        "bad/BT104-cell-pointer-invalid",
        "The pointer of row 1 leads to a copy of the row at 300, and the cells of its page begin at 344.",
        "good/rollback-mode, the 16 bytes at 496 of page 3 copied to 300, the number at 8 set to 300",
        Sqlite::Complains,
        material::rollback_mode_but(|database| {
            let page = &mut database[2 * 512..3 * 512];
            page.copy_within(496.., 300);
            put16(page, 8, 300);
        }),
    )
}
