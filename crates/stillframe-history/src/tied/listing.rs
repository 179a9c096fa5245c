use stillframe_journal::super_journal::{MAX_CHILDREN, MAX_CHILDREN_BYTES, children};

use super::child::split;
use super::index::Index;
use crate::timeline::window;
use crate::{Error, Input, Role, SuperJournalFile};

/// A super-journal that lies beside databases, whether a journal names it or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// What the file is called.
    pub name: String,
    /// Its path, there where the paths of journals are ([`Child::journal`](super::Child::journal)).
    pub path: Vec<u8>,
    /// Its length in bytes.
    pub bytes: u64,
    /// The paths of the journals that stand in it, at least one.
    pub journals: Vec<Vec<u8>>,
}

impl Listing {
    /// Reads what stands in a file that is called as super-journals are; `None` where that is no list of journals, or a
    /// longer one than SQLite writes. One of 0 bytes lists nothing, and counts as not there.
    ///
    /// # Errors
    /// The file could not be read.
    pub fn read(file: &Input, path: Vec<u8>) -> Result<Option<Self>, Error> {
        let journals = listed(file)?.unwrap_or_default();
        // SQLite calls every journal so (`sqlite3PagerOpen`).
        let suffix = Role::Journal.suffix().as_bytes();
        let are_journals = journals.iter().all(|journal| journal.ends_with(suffix));
        Ok((are_journals && !journals.is_empty()).then(|| Self {
            name: file.name.clone(),
            path,
            bytes: file.bytes.len(),
            journals,
        }))
    }

    /// The last parts of the names of the databases that it ties together.
    pub fn databases(&self) -> impl Iterator<Item = &[u8]> {
        let suffix = Role::Journal.suffix().as_bytes();
        let journals = self.journals.iter();
        journals.filter_map(|journal| split(journal).1.strip_suffix(suffix))
    }
}

/// The super-journal that these databases name, among those that lie somewhere: of that name beside one of them, or, where
/// none of them knows whether it is there, at that very path, or the only one of that name if only these name it.
pub(super) fn listing_of(
    index: &Index<'_>,
    groups: &[(&[u8], Vec<usize>)],
    (name, naming): (&[u8], &[usize]),
    listings: &[Listing],
) -> Option<usize> {
    let last = split(name).1;
    let is_called_so = |&number: &usize| {
        let listing = listings.get(number);
        listing.is_some_and(|listing| split(&listing.path).1 == last)
    };
    let candidates: Vec<usize> = (0..listings.len()).filter(is_called_so).collect();
    let find = |is: &dyn Fn(&[u8]) -> bool| {
        let mut found = candidates.iter().copied();
        found.find(|&number| listings.get(number).is_some_and(|it| is(&it.path)))
    };
    let near = index.folders(naming);
    let beside = find(&|path| near.contains(split(path).0));
    let mut children = naming
        .iter()
        .filter_map(|&number| index.children.get(number));
    let is_unknown = children.all(|child| child.file == SuperJournalFile::Unknown);
    if beside.is_some() || !is_unknown {
        return beside;
    }
    let naming_it = groups.iter().filter(|(other, _)| split(other).1 == last);
    let only = || match candidates.as_slice() {
        [only] if naming_it.count() == 1 => Some(*only),
        _ => None,
    };
    find(&|path| path == name).or_else(only)
}

/// The journals that a super-journal names; `None` where they are more than SQLite writes into one.
pub(super) fn listed(list: &Input) -> Result<Option<Vec<Vec<u8>>>, Error> {
    let length = list.bytes.len();
    if length > MAX_CHILDREN_BYTES as u64 {
        return Ok(None);
    }
    let bytes = window(list, 0, length as usize)?;
    let names = children(&bytes).filter(|child| !child.name.is_empty());
    let names: Vec<Vec<u8>> = names
        .take(MAX_CHILDREN + 1)
        .map(|child| child.name.to_vec())
        .collect();
    Ok((names.len() <= MAX_CHILDREN).then_some(names))
}
