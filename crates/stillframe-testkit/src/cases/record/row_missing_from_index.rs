//! RC201: a name in an index is another one.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/RC201-row-missing-from-index",
        "The index says Bmaise where row 2 of the table says Blaise.",
        "good/rollback-mode, a letter on page 4 changed",
        Sqlite::Complains,
        material::rollback_mode_but(|database| {
            let index = &mut database[3 * 512..];
            let place = index.windows(6).position(|name| name == b"Blaise").unwrap();
            index[place + 1] = b'm';
        }),
    )
}
