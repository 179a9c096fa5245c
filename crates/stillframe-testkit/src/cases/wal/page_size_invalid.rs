//! WAL003: the WAL header gives a page size of 768.

use crate::cases::{Case, Sqlite, material};
use crate::naive::put32;
use crate::rewrite::seal_header;

pub fn case() -> Case {
    Case::bad(
        "bad/WAL003-page-size-invalid",
        "The WAL header gives a page size of 768.",
        "good/live-wal, the page size set to 768, the header sum recomputed",
        Sqlite::Content,
        material::live_but(|wal| {
            put32(wal, 8, 768);
            seal_header(wal);
        }),
    )
}
