use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::Child;
use super::child::split;

/// Databases by the last part of their journals' names.
pub(super) struct Index<'a> {
    pub(super) children: &'a [Child],
    by_name: BTreeMap<&'a [u8], Vec<usize>>,
}

impl<'a> Index<'a> {
    pub(super) fn of(children: &'a [Child]) -> Self {
        let mut by_name: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
        for (number, child) in children.iter().enumerate() {
            by_name.entry(child.place().1).or_default().push(number);
        }
        Self { children, by_name }
    }

    /// The super-journals that are named, and the databases whose journals name each, in their order. Where two of them
    /// have one name, and the super-journal is not known to list both, they are copies, and each folder is for itself.
    pub(super) fn groups(&self) -> Vec<(&'a [u8], Vec<usize>)> {
        let mut by_folder: BTreeMap<&[u8], BTreeMap<&[u8], Vec<usize>>> = BTreeMap::new();
        for (number, child) in self.children.iter().enumerate() {
            if let Some(name) = &child.names {
                let folders = by_folder.entry(name).or_default();
                folders.entry(child.place().0).or_default().push(number);
            }
        }
        let mut groups = Vec::new();
        for (name, folders) in by_folder {
            let of_all: Vec<usize> = folders.values().flatten().copied().collect();
            if self.are_of_one(&of_all) {
                groups.push((name, of_all));
            } else {
                groups.extend(folders.into_values().map(|members| (name, members)));
            }
        }
        for (_, members) in &mut groups {
            members.sort_unstable();
        }
        groups.sort_by(|(_, one), (_, other)| one.cmp(other));
        groups
    }

    /// Whether no two of these databases have one name, but those that the super-journal lists as often.
    fn are_of_one(&self, of: &[usize]) -> bool {
        let children = || of.iter().filter_map(|&number| self.children.get(number));
        let listed = children().find_map(|child| child.listed.as_ref());
        let count = |name: &[u8]| {
            let journals = listed.into_iter().flatten();
            journals.filter(|journal| split(journal).1 == name).count()
        };
        let mut counts: BTreeMap<&[u8], usize> = BTreeMap::new();
        for child in children() {
            *counts.entry(child.place().1).or_default() += 1;
        }
        let mut counts = counts.into_iter();
        counts.all(|(name, there)| there <= count(name).max(1))
    }

    /// The folders of these databases.
    pub(super) fn folders(&self, of: &[usize]) -> BTreeSet<&'a [u8]> {
        let children = of.iter().filter_map(|&number| self.children.get(number));
        children.map(|child| child.place().0).collect()
    }

    /// The database whose journal a super-journal names: at that very path, or else of that name in one of the folders
    /// `near`, there in the one whose path ends most alike, or the only one of that name. None of `taken` is it.
    pub(super) fn find(
        &self,
        near: &BTreeSet<&[u8]>,
        journal: &[u8],
        taken: &HashSet<usize>,
    ) -> Option<usize> {
        let (_, last) = split(journal);
        let named = self.by_name.get(last)?.iter().copied();
        let named: Vec<usize> = named.filter(|number| !taken.contains(number)).collect();
        let child = |number: usize| self.children.get(number);
        let is_there =
            |&&number: &&usize| child(number).is_some_and(|child| child.journal == journal);
        let is_near =
            |&&number: &&usize| child(number).is_some_and(|it| near.contains(it.place().0));
        let only = || match named.as_slice() {
            [only] => Some(only),
            _ => None,
        };
        let mut found = named.iter().find(is_there);
        let unlike = |&number: &usize| {
            let alike = child(number).map_or(0, |child| alike_at_end(&child.journal, journal));
            Reverse(alike)
        };
        found = found.or_else(|| {
            let near = named.iter().filter(is_near);
            near.min_by_key(|number| unlike(number))
        });
        found.or_else(only).copied()
    }
}

/// How many parts at the ends of two paths are the same.
fn alike_at_end(one: &[u8], other: &[u8]) -> usize {
    let parts = |path| <[u8]>::rsplit(path, |byte| matches!(byte, b'/' | b'\\'));
    let pairs = parts(one).zip(parts(other));
    pairs.take_while(|(one, other)| one == other).count()
}
