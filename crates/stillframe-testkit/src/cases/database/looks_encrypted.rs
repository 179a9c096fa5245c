//! DB007: whole pages of random bytes, as an encrypted database looks.

use crate::builder::Seed;
use crate::cases::{Case, Sqlite};

pub fn case() -> Case {
    Case::bad(
        "bad/DB007-looks-encrypted",
        "Whole pages of random bytes, as an encrypted database looks.",
        "4,096 bytes of SplitMix64",
        Sqlite::Refuses(26),
        vec![("app.db", Seed(7).bytes(4096))],
    )
}
