//! SJ102: the super-journal lies beside another database, which was not copied.

use super::material::{FOLDER, Killed, files, renamed};
use crate::cases::{Case, Sqlite};

pub fn case() -> Case {
    let mut files = files(Killed::BeforeCommit);
    files.truncate(2);
    files[1].1 = renamed(&files[1].1, &format!("{FOLDER}/stock.db-mj5711F49A3"));
    Case::bad(
        "bad/SJ102-super-journal-unknown",
        "The journal names a super-journal beside another database, and that is not here.",
        "killed before the super-journal was deleted, the name of that changed, one database left out",
        Sqlite::Content,
        files,
    )
}
