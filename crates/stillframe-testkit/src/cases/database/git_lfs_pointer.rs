//! DB001: what Git LFS leaves in place of a file that was not fetched.

use crate::cases::{Case, Sqlite};

pub fn case() -> Case {
    Case::bad(
        "bad/DB001-git-lfs-pointer",
        "The pointer of Git LFS, in place of the database.",
        "the text of a pointer",
        Sqlite::Refuses(26),
        vec![(
            "app.db",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n".to_vec(),
        )],
    )
}
