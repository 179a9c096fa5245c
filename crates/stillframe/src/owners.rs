//! To whom pages belong, as it is named: a table or an index, or what else a page is there for.

use serde::Serialize;
use stillframe_database::TextEncoding;
use stillframe_database::btree::PageKind;
use stillframe_database::page_map::{PageMap, PageUse, Tree};
use stillframe_format::PageNumber;

use crate::names::harmless;

/// To whom a page belongs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Owner {
    /// `table` or `index`; otherwise `freelist`, `pointer-map`, `lock-byte`, `unused`, `past-size`
    /// or `unknown`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Of a table or an index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The table that an index is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
}

impl Owner {
    const fn of_kind(kind: &'static str) -> Self {
        Self {
            kind,
            name: None,
            table: None,
        }
    }

    fn of_tree(tree: &Tree, encoding: TextEncoding) -> Self {
        let Some(object) = &tree.object else {
            return Self {
                name: Some("sqlite_schema".to_owned()),
                ..Self::of_kind("table")
            };
        };
        let is_index = encoding.text(&object.kind) == "index";
        Self {
            kind: if is_index { "index" } else { "table" },
            name: Some(encoding.text(&object.name)),
            table: is_index.then(|| encoding.text(&object.table_name)),
        }
    }

    /// One of which nothing is known.
    pub const UNKNOWN: Self = Self::of_kind("unknown");
    /// Of pages past the size of the database.
    pub const PAST_SIZE: Self = Self::of_kind("past-size");

    /// Its name, or what it is where it has none, in one line.
    pub fn shown(&self) -> String {
        match &self.name {
            Some(name) => harmless(name).into_owned(),
            None => self.words().to_owned(),
        }
    }

    /// What stands behind something that belongs to a table or an index: ` of table orders`; otherwise nothing.
    pub fn of(&self) -> String {
        match &self.name {
            Some(_) => format!(" of {} {}", self.kind, self.shown()),
            None => String::new(),
        }
    }

    /// What it is, in words.
    pub fn words(&self) -> &'static str {
        match self.kind {
            "pointer-map" => "pointer map",
            "lock-byte" => "lock bytes",
            "past-size" => "past the size",
            "unknown" => "not known",
            kind => kind,
        }
    }
}

/// The owner of a page, as it is told quickly: a b-tree, by its index in the map, or what else the page is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    Tree(usize),
    Freelist,
    PointerMap,
    LockByte,
    Unused,
}

impl Key {
    /// Of a page of a map.
    pub fn of(map: &PageMap, page: PageNumber) -> Self {
        match (map.owner(page), map.use_of(page)) {
            (Some(tree), _) => Self::Tree(tree),
            (_, PageUse::FreelistTrunk | PageUse::FreelistLeaf) => Self::Freelist,
            (_, PageUse::PointerMap) => Self::PointerMap,
            (_, PageUse::LockByte) => Self::LockByte,
            _ => Self::Unused,
        }
    }

    /// The owner that it stands for in a map of a database with this text.
    pub fn owner(self, map: &PageMap, encoding: TextEncoding) -> Owner {
        Owner::of_kind(match self {
            Self::Tree(tree) => match map.trees().get(tree) {
                Some(tree) => return Owner::of_tree(tree, encoding),
                None => "unused",
            },
            Self::Freelist => "freelist",
            Self::PointerMap => "pointer-map",
            Self::LockByte => "lock-byte",
            Self::Unused => "unused",
        })
    }
}

/// What a page is, in words.
pub const fn use_in_words(is: PageUse) -> &'static str {
    match is {
        PageUse::Unused => "unused",
        PageUse::LockByte => "lock bytes",
        PageUse::PointerMap => "pointer map",
        PageUse::FreelistTrunk => "freelist trunk",
        PageUse::FreelistLeaf => "freelist leaf",
        PageUse::Btree(PageKind::IndexInterior) => "index interior",
        PageUse::Btree(PageKind::TableInterior) => "table interior",
        PageUse::Btree(PageKind::IndexLeaf) => "index leaf",
        PageUse::Btree(PageKind::TableLeaf) => "table leaf",
        PageUse::NoBtree => "no b-tree page",
        PageUse::FirstOverflow | PageUse::LaterOverflow => "overflow",
    }
}

/// The same as it stands in JSON.
pub fn use_in_json(is: PageUse) -> String {
    use_in_words(is).replace(' ', "-")
}
