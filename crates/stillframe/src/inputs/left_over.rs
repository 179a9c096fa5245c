//! Files that are no part of any set.

use std::path::Path;
use std::sync::Arc;

use stillframe_check::DumpEnd;
use stillframe_check::render::{LeftOver, LeftOverFile, LeftOverKind};
use stillframe_format::FileKind;
use stillframe_history::Input;
use stillframe_source::Source;

use super::Names;
use super::opened::Opened;

/// Names that are kept; of the others only how many there are.
const MOST: usize = 1000;

/// What a file is that is no part of a set.
#[derive(Clone, Copy)]
pub struct Other {
    pub kind: LeftOverKind,
    /// Whether it is SQL text that ends without the commit of its transaction.
    pub is_cut_off: bool,
}

impl From<FileKind> for Other {
    fn from(kind: FileKind) -> Self {
        LeftOverKind::Content(kind).into()
    }
}

impl From<LeftOverKind> for Other {
    fn from(kind: LeftOverKind) -> Self {
        Self {
            kind,
            is_cut_off: false,
        }
    }
}

impl Other {
    /// Looks at the end of a dump.
    pub fn of(kind: FileKind, source: Source) -> anyhow::Result<Self> {
        let is_cut_off = kind == FileKind::SqlDump && {
            let dump = Input::new(source.name().to_owned(), Opened::new(&Arc::new(source)));
            DumpEnd::of(&dump)? == Some(DumpEnd::CutOff)
        };
        Ok(Self {
            is_cut_off,
            ..kind.into()
        })
    }
}

/// What the name ends with of the file that connections of Turso share.
const TURSO_WAL_INDEX: &[u8] = b"-tshm";

/// Takes a file.
pub fn add(left_over: &mut LeftOver, names: Names, path: &Path, other: Other) {
    let is_turso = path
        .as_os_str()
        .as_encoded_bytes()
        .ends_with(TURSO_WAL_INDEX);
    left_over.count += 1;
    if left_over.files.len() < MOST {
        left_over.files.push(LeftOverFile {
            name: names.name(path),
            kind: match other.kind {
                LeftOverKind::Content(_) if is_turso => LeftOverKind::TursoWalIndex,
                kind => kind,
            },
            is_cut_off: other.is_cut_off,
        });
    }
}

/// Takes what was left over elsewhere.
pub fn append(left_over: &mut LeftOver, other: LeftOver) {
    left_over.count += other.count;
    let room = MOST.saturating_sub(left_over.files.len());
    left_over.files.extend(other.files.into_iter().take(room));
}
