//! What is taken out of an archive, and what is passed over.

use std::path::{Path, PathBuf};

use stillframe_archive::{Name, Treatment};
use stillframe_format::FileKind;
use stillframe_journal::super_journal::MAX_CHILDREN_BYTES;

use super::container;
use crate::inputs::Found;
use crate::inputs::kinds::is_part_of_a_set;
use crate::inputs::listings::is_super_journal;
use crate::inputs::packed::{unpacked, unpacked_on_disk};
use crate::inputs::paths::{database_of, looks_like_database};

/// What is wanted of an archive, where that is not all.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// The member that was named.
    pub member: Option<&'a Path>,
    /// The member that is its WAL, where that was named, too.
    pub wal: Option<&'a Path>,
}

impl Wanted<'_> {
    /// Whether a file of that name is of what is wanted, or may be: files of one name get their numbers at the end.
    fn may_be(self, name: &Name) -> bool {
        let Some(member) = self.member else {
            return true;
        };
        let place = |path: &Path| database_of(&unpacked(path));
        let (path, wanted) = (name.path(), place(member));
        is_called(name, member)
            || self.wal.is_some_and(|wal| is_called(name, wal))
            || place(&path) == wanted
            || place(&path) == without_number(&wanted)
            || place(&path) == database_of(&unpacked_on_disk(member))
    }
}

/// Whether a name is that of a member, or of the compressed file that it is all of.
pub fn is_called(name: &Name, path: &Path) -> bool {
    name.path() == path || name.archive() == path
}

/// The sets that are wanted: those that have the member that was named, or else those whose database has the name.
pub fn chosen(mut sets: Vec<(PathBuf, Found)>, wanted: Wanted<'_>) -> Vec<Found> {
    if let Some(member) = wanted.member {
        let place = database_of(&unpacked(member));
        let has = |found: &Found| found.has_member(member);
        match sets.iter().any(|(_, found)| has(found)) {
            true => sets.retain(|(_, found)| has(found)),
            false => sets.retain(|(database, _)| *database == place),
        }
    }
    sets.into_iter().map(|(_, found)| found).collect()
}

/// What is to become of a file in an archive.
pub fn treatment(
    name: &Name,
    kind: FileKind,
    length: Option<u64>,
    wanted: Wanted<'_>,
) -> Treatment {
    let path = name.path();
    let is_named = looks_like_database(&path) || database_of(&path) != path;
    match container(kind) {
        Some(container) if !is_named => return Treatment::Open(container),
        _ => {}
    }
    if is_super_journal(&path) && length.is_none_or(|length| length <= MAX_CHILDREN_BYTES as u64) {
        return Treatment::Keep;
    }
    if !wanted.may_be(name) {
        return Treatment::PassOver;
    }
    // Whether a dump is cut off its end tells, which is worth no more than that to take out.
    if kind == FileKind::SqlDump && length.is_some_and(|length| length <= MOST_OF_A_DUMP) {
        return Treatment::Keep;
    }
    match is_named || is_part_of_a_set(kind) || wanted.member.is_some() {
        true => Treatment::Keep,
        false => Treatment::PassOver,
    }
}

/// Longer dumps in archives are not looked at.
const MOST_OF_A_DUMP: u64 = 64 << 20;

/// A name without the number that tells it from others.
fn without_number(path: &Path) -> PathBuf {
    let text = path.to_str().and_then(|path| path.rsplit_once('#'));
    match text {
        Some((name, number)) if number.parse::<usize>().is_ok() => name.into(),
        _ => path.to_path_buf(),
    }
}
