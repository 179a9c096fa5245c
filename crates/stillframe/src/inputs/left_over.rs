//! Files that are no part of any set.

use std::path::Path;

use stillframe_check::render::{LeftOver, LeftOverFile};
use stillframe_format::FileKind;

use super::Names;

/// Names that are kept; of the others only how many there are.
const MOST: usize = 1000;

/// Takes a file.
pub fn add(left_over: &mut LeftOver, names: Names, path: &Path, kind: FileKind) {
    left_over.count += 1;
    if left_over.files.len() < MOST {
        left_over.files.push(LeftOverFile {
            name: names.name(path),
            kind,
        });
    }
}

/// Takes what was left over elsewhere.
pub fn append(left_over: &mut LeftOver, other: LeftOver) {
    left_over.count += other.count;
    let room = MOST.saturating_sub(left_over.files.len());
    left_over.files.extend(other.files.into_iter().take(room));
}
