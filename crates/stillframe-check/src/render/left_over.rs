//! Files among the inputs that are of no database.

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use stillframe_format::FileKind;

use super::escape::harmless;
use super::text::many;

/// Files among the inputs that are of no database.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LeftOver {
    /// How many there are.
    pub count: u64,
    /// The first of them.
    pub files: Vec<LeftOverFile>,
}

/// A file that is of no database.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOverFile {
    /// What it is called.
    pub name: String,
    /// What it is, by its content.
    #[serde(serialize_with = "name_of_kind")]
    pub kind: FileKind,
}

fn name_of_kind<S: Serializer>(kind: &FileKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.name())
}

/// Files that are named in text; JSON names more.
const MOST_NAMED: usize = 10;

/// Says in text what there is.
pub(super) fn left_over(
    left_over: &LeftOver,
    is_behind_totals: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    if left_over.count == 0 {
        return Ok(());
    }
    if !is_behind_totals {
        writeln!(out)?;
    }
    let files = many(left_over.count, "file");
    writeln!(out, "left over: {files} of no database")?;
    for file in left_over.files.iter().take(MOST_NAMED) {
        writeln!(out, "  {}: {}", harmless(&file.name), file.kind)?;
    }
    match left_over.count.saturating_sub(MOST_NAMED as u64) {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more"),
    }
}
