//! RJ002: the magic number of a rollback journal is damaged.

use crate::cases::{Case, Sqlite, killed};

pub fn case() -> Case {
    Case::bad(
        "bad/RJ002-magic-invalid",
        "The magic number of a rollback journal is damaged.",
        "a transaction killed before it wrote to the database; a byte of its journal is another",
        Sqlite::Content,
        killed::journal_but(|journal| journal[3] ^= 0x10),
    )
}
