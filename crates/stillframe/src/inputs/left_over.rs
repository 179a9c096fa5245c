//! Files that are no part of any set.

use std::path::Path;

use serde::Serialize;
use stillframe_format::FileKind;

use super::Names;

/// Names that are kept; of the others only how many there are.
const MOST: usize = 1000;

/// Files that are no part of any set.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LeftOver {
    /// How many there are.
    pub count: u64,
    /// The first of them.
    pub files: Vec<LeftOverFile>,
}

/// A file that is no part of any set.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOverFile {
    /// What it is called.
    pub name: String,
    /// What it is, by its content.
    #[serde(serialize_with = "name_of_kind")]
    pub kind: FileKind,
}

impl LeftOver {
    /// Takes a file.
    pub(super) fn add(&mut self, names: Names, path: &Path, kind: FileKind) {
        self.count += 1;
        if self.files.len() < MOST {
            self.files.push(LeftOverFile {
                name: names.name(path),
                kind,
            });
        }
    }

    /// Takes what was left over elsewhere.
    pub(super) fn append(&mut self, other: Self) {
        self.count += other.count;
        let room = MOST.saturating_sub(self.files.len());
        self.files.extend(other.files.into_iter().take(room));
    }
}

fn name_of_kind<S: serde::Serializer>(kind: &FileKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.name())
}
