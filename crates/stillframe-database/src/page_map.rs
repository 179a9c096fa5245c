//! What each page of a database is, and to which table or index it belongs.
//!
//! A [`PageMap`] is made by walking from what names pages: the header names the first page of the freelist, the rows of
//! `sqlite_schema` the roots of the b-trees. Nothing is judged: where two things lead to a page it belongs to the one
//! that was walked first, what leads nowhere is passed over, and a page that nothing leads to is unused.
//!
//! A map holds 5 bytes a page: what it is, and which page leads to it. To whom it belongs is told by climbing, by no more
//! than the depth of a b-tree and one page. That is also what lets a map follow a database from commit to commit
//! ([`PageMap::follow`]): a page tells its own children, so what a commit wrote is all there is to look at.

mod follow;
mod sizes;
mod walk;

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::Cell;

use stillframe_format::limits::MAX_BTREE_DEPTH;
use stillframe_format::{PageNumber, PageSize, Pages};

pub use sizes::{KindSizes, TreeSizes};

use crate::btree::PageKind;
use crate::header::HEADER_BYTES;
use crate::pointer_map::{ENTRY_BYTES, is_map_page};
use crate::schema::{Object, objects};
use crate::{Geometry, Header};

/// What a page is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageUse {
    /// Nothing leads to it.
    Unused,
    /// It holds the lock bytes.
    LockByte,
    /// It is one of the pointer map's.
    PointerMap,
    /// A trunk page of the freelist.
    FreelistTrunk,
    /// A leaf page of the freelist.
    FreelistLeaf,
    /// A page of a b-tree.
    Btree(PageKind),
    /// It should be a page of a b-tree and is none.
    NoBtree,
    /// The first page of an overflow chain.
    FirstOverflow,
    /// A later page of an overflow chain.
    LaterOverflow,
}

impl PageUse {
    const ALL: [Self; 12] = [
        Self::Unused,
        Self::LockByte,
        Self::PointerMap,
        Self::FreelistTrunk,
        Self::FreelistLeaf,
        Self::NoBtree,
        Self::Btree(PageKind::IndexInterior),
        Self::Btree(PageKind::TableInterior),
        Self::Btree(PageKind::IndexLeaf),
        Self::Btree(PageKind::TableLeaf),
        Self::FirstOverflow,
        Self::LaterOverflow,
    ];

    /// Whether something led to it as to a page of a b-tree.
    pub const fn is_of_btree(self) -> bool {
        matches!(self, Self::Btree(_) | Self::NoBtree)
    }

    /// Whether it holds a part of a payload.
    pub const fn is_overflow(self) -> bool {
        matches!(self, Self::FirstOverflow | Self::LaterOverflow)
    }

    /// Whether its number alone says what it is.
    const fn is_fixed(self) -> bool {
        matches!(self, Self::LockByte | Self::PointerMap)
    }

    /// Whether its bytes are read in the same way.
    fn is_read_as(self, other: Self) -> bool {
        self == other || self.is_of_btree() && other.is_of_btree()
    }
}

/// A b-tree: a table, or an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// Its root page.
    pub root: PageNumber,
    /// The row of `sqlite_schema` that names it; `None` for `sqlite_schema` itself.
    pub object: Option<Object>,
    /// What it takes; nothing where the map followed commits since it was made.
    pub sizes: TreeSizes,
}

/// What each page of a database is, and to which b-tree it belongs.
#[derive(Clone, Debug)]
pub struct PageMap {
    geometry: Geometry,
    auto_vacuum: bool,
    /// A byte a page, the first for no page: the index of its use in [`PageUse::ALL`], and marks.
    uses: Vec<u8>,
    /// The page that leads to it: of a b-tree page its parent, and 0 for a root; of a first overflow page the b-tree page
    /// with the cell; of a later one the first of its chain; on the freelist a trunk page, and 0 for the first.
    parents: Vec<u32>,
    trees: Vec<Tree>,
    by_root: BTreeMap<u32, usize>,
    /// Page 1 behind the header, as it was when the schema was read.
    schema_page: Vec<u8>,
    /// The pages with marks, where a commit is followed.
    marked: Option<Vec<u32>>,
    work: u64,
}

/// Marks in the byte of a page, while a map is made: something was found to lead to it; a commit wrote it.
const CLAIMED: u8 = 0x80;
const WRITTEN: u8 = 0x40;
const USE: u8 = 0x0f;

impl PageMap {
    /// Walks a database whose page 1 has this `header`; `None` where its usable size is none.
    ///
    /// # Errors
    /// A page could not be read.
    pub fn read<P: Pages>(pages: &P, header: &Header) -> Result<Option<Self>, P::Error> {
        let Some(geometry) = Geometry::new(pages.page_size(), header.reserved_bytes) else {
            return Ok(None);
        };
        let mut map = Self {
            geometry,
            auto_vacuum: header.auto_vacuum(),
            uses: [0].to_vec(),
            parents: [0].to_vec(),
            trees: Vec::new(),
            by_root: BTreeMap::new(),
            schema_page: Vec::new(),
            marked: None,
            work: 0,
        };
        map.walk_all(pages, header)?;
        Ok(Some(map))
    }

    /// How many pages there are.
    pub fn page_count(&self) -> u32 {
        self.uses.len().saturating_sub(1) as u32
    }

    /// The geometry of the pages.
    pub const fn geometry(&self) -> Geometry {
        self.geometry
    }

    /// The b-trees: `sqlite_schema`, then those that its rows name, in their order.
    pub fn trees(&self) -> &[Tree] {
        &self.trees
    }

    /// What a page is there for.
    pub fn use_of(&self, page: PageNumber) -> PageUse {
        self.used(page.get())
    }

    /// The page that leads to another: of a b-tree page its parent; of the first page of an overflow chain the b-tree
    /// page with the cell, of later ones the first; on the freelist a trunk page. None for roots, for the first trunk
    /// page, and where nothing leads to a page.
    pub fn parent(&self, page: PageNumber) -> Option<PageNumber> {
        PageNumber::new(self.parent_of(page.get()))
    }

    /// The b-tree that a page belongs to, as an index in [`PageMap::trees`].
    pub fn owner(&self, page: PageNumber) -> Option<usize> {
        let root = self.root_above(page.get())?;
        self.by_root.get(&root).copied()
    }

    /// How many pages were read to make the map and to follow commits.
    pub const fn work(&self) -> u64 {
        self.work
    }

    fn used(&self, page: u32) -> PageUse {
        let byte = self.uses.get(page as usize).filter(|_| page != 0);
        let index = byte.map_or(0, |byte| usize::from(byte & USE));
        PageUse::ALL.get(index).copied().unwrap_or(PageUse::Unused)
    }

    /// Says what a page is, and leaves its marks.
    fn set_use(&mut self, page: u32, is: PageUse) {
        let index = PageUse::ALL.iter().position(|each| *each == is);
        if let (Some(byte), Some(index)) = (self.uses.get_mut(page as usize), index) {
            *byte = *byte & !USE | index as u8;
        }
    }

    fn parent_of(&self, page: u32) -> u32 {
        self.parents.get(page as usize).copied().unwrap_or_default()
    }

    /// The page without a parent above a page of a b-tree or of an overflow chain.
    fn root_above(&self, page: u32) -> Option<u32> {
        let mut page = page;
        // To the first of the chain, to the cell, and up.
        for _ in 0..MAX_BTREE_DEPTH + 2 {
            let used = self.used(page);
            let is_child = used.is_of_btree() || used.is_overflow();
            match self.parent_of(page) {
                _ if !is_child => return None,
                0 => return Some(page),
                parent => page = parent,
            }
        }
        None
    }

    /// The last of the pages from `page` on, up to `last`, that nothing leads to and that follow one another; `page`
    /// itself where something leads to it. Where most pages of a database are unused, this is how to pass over them.
    pub fn last_unused(&self, page: PageNumber, last: PageNumber) -> PageNumber {
        let start = page.get() as usize;
        let end = self.uses.len().min((last.get() as usize).saturating_add(1));
        let behind = self.uses.get(start..end).unwrap_or_default();
        let unused = leading_zeros(behind);
        let last = (start + unused).saturating_sub(1);
        let last = u32::try_from(last).ok().and_then(PageNumber::new);
        last.map_or(page, |last| last.max(page))
    }

    /// Makes room for `count` pages, and notes those whose number says what they are.
    fn resize(&mut self, count: u32) {
        let before = self.page_count();
        let length = count as usize + 1;
        if before == 0 {
            // Zeros from the system: of pages that nothing leads to no memory is touched.
            self.uses = vec![0; length];
            self.parents = vec![0; length];
        } else {
            self.uses.resize(length, 0);
            self.parents.resize(length, 0);
        }
        let lock = self.geometry.page_size().lock_byte_page().get();
        if self.auto_vacuum {
            // A page of the map every so many pages, or behind the lock-byte page.
            let group = self.geometry.usable_size() / ENTRY_BYTES as u32 + 1;
            let first = 2 + before.saturating_sub(2) / group * group;
            for page in (first..=count).step_by(group as usize) {
                for page in [page, page.saturating_add(1)] {
                    if page > before && page <= count && is_map_page(self.geometry, page) {
                        self.set_use(page, PageUse::PointerMap);
                    }
                }
            }
        }
        if lock > before {
            self.set_use(lock, PageUse::LockByte);
        }
    }

    /// Reads which b-trees there are. Of several rows that name one root the first counts.
    fn read_trees<P: Pages>(&mut self, pages: &P) -> Result<(), P::Error> {
        let pages = Counted {
            pages,
            read: Cell::new(0),
        };
        let first = pages.page(PageNumber::FIRST)?;
        self.schema_page = first.get(HEADER_BYTES..).unwrap_or_default().to_vec();
        drop(first);
        self.trees.clear();
        self.by_root.clear();
        self.add_tree(PageNumber::FIRST, None);
        for object in objects(&pages, self.geometry) {
            let object = object?;
            let root = object.root.filter(|root| root.get() <= pages.page_count());
            if let Some(root) = root {
                self.add_tree(root, Some(object));
            }
        }
        self.work += pages.read.get();
        Ok(())
    }

    fn add_tree(&mut self, root: PageNumber, object: Option<Object>) {
        let index = self.trees.len();
        let tree = self.by_root.entry(root.get()).or_insert(index);
        if *tree == index {
            self.trees.push(Tree {
                root,
                object,
                sizes: TreeSizes::default(),
            });
        }
    }
}

/// How many bytes at the start are 0. Those of a block are looked at together.
fn leading_zeros(bytes: &[u8]) -> usize {
    let is_zero = |block: &&[u8]| block.iter().fold(0, |all, &byte| all | byte) == 0;
    let blocks = bytes.chunks(BLOCK).take_while(is_zero);
    let whole: usize = blocks.map(<[u8]>::len).sum();
    let rest = bytes.get(whole..).unwrap_or_default();
    whole + rest.iter().take_while(|&&byte| byte == 0).count()
}

/// Bytes that are looked at together.
const BLOCK: usize = 4096;

/// Pages whose readings are counted.
struct Counted<'p, P> {
    pages: &'p P,
    read: Cell<u64>,
}

impl<P: Pages> Pages for Counted<'_, P> {
    type Error = P::Error;

    fn page_size(&self) -> PageSize {
        self.pages.page_size()
    }

    fn page_count(&self) -> u32 {
        self.pages.page_count()
    }

    fn page(&self, number: PageNumber) -> Result<Cow<'_, [u8]>, P::Error> {
        self.read.set(self.read.get() + 1);
        self.pages.page(number)
    }
}

#[cfg(test)]
mod tests;
