use std::collections::{BTreeMap, BTreeSet};

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
    /// have one name, they are copies, and each folder is for itself.
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
            let children = of_all
                .iter()
                .filter_map(|&number| self.children.get(number));
            let names: BTreeSet<&[u8]> = children.map(|child| child.place().1).collect();
            if names.len() == of_all.len() {
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

    /// The folders of these databases.
    pub(super) fn folders(&self, of: &[usize]) -> BTreeSet<&'a [u8]> {
        let children = of.iter().filter_map(|&number| self.children.get(number));
        children.map(|child| child.place().0).collect()
    }

    /// The database whose journal a super-journal names: at that very path, or else of that name in one of the folders
    /// `near`, or the only one of that name.
    pub(super) fn find(&self, near: &BTreeSet<&[u8]>, journal: &[u8]) -> Option<usize> {
        let (_, last) = split(journal);
        let named = self.by_name.get(last)?;
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
        found = found.or_else(|| named.iter().find(is_near));
        found.or_else(only).copied()
    }
}
