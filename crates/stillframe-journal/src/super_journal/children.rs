//! What stands in a super-journal: the names of the journals of one transaction, one behind the other, each ended by a
//! zero (`vdbeCommit` in `vdbeaux.c` writes it, `pager_delsuper` in `pager.c` reads it). There is neither a header nor a
//! checksum.

use alloc::vec::Vec;

use stillframe_format::ByteRange;

use super::MAX_NAME_BYTES;

/// The most databases of one connection: its own, and those that SQLite can be built to attach (`SQLITE_MAX_ATTACHED`).
pub const MAX_CHILDREN: usize = 126;

/// The longest super-journal that SQLite writes, in bytes.
pub const MAX_CHILDREN_BYTES: usize = MAX_CHILDREN * (MAX_NAME_BYTES + 1);

/// The name of a journal in a super-journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Child<'a> {
    /// A path, mostly an absolute one; it may be empty, and then names nothing.
    pub name: &'a [u8],
    /// The bytes of it in the super-journal, without the zero.
    pub range: ByteRange,
    /// Whether a zero ends it. SQLite reads one that the end of the file cuts off as it is.
    pub is_ended: bool,
}

/// The names in a super-journal, in their order, which is that in which the databases are written. As many as there are
/// zeros at most, and one.
pub fn children(bytes: &[u8]) -> impl Iterator<Item = Child<'_>> {
    let mut start = 0;
    let parts = bytes.split_inclusive(|&byte| byte == 0);
    parts.map(move |part| {
        let name = part.strip_suffix(&[0]);
        let range = ByteRange::new(start, name.unwrap_or(part).len() as u64);
        start += part.len() as u64;
        Child {
            name: name.unwrap_or(part),
            range,
            is_ended: name.is_some(),
        }
    })
}

/// A super-journal of these journals.
pub fn encode_children<'a>(names: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for name in names {
        bytes.extend(name);
        bytes.push(0);
    }
    bytes
}

#[cfg(test)]
mod tests;
