use crate::btree::{Cell, Page, PageKind};

/// What a b-tree takes, as SQLite's `dbstat` counts it (`statDecodePage` in `dbstat.c`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TreeSizes {
    /// Its leaf pages.
    pub leaf: KindSizes,
    /// Its interior pages.
    pub interior: KindSizes,
    /// Its overflow pages: a cell here is none.
    pub overflow: KindSizes,
    /// Cells that begin an overflow chain.
    pub overflowing: u64,
    /// Bytes of the longest payload.
    pub max_payload: u32,
    /// Levels of pages from the root to the deepest leaf: 1 for a root that is a leaf.
    pub depth: u32,
    /// Rows of a table, or entries of an index.
    pub entries: u64,
}

/// What the pages of one kind take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KindSizes {
    /// How many pages there are.
    pub pages: u32,
    /// Cells on them.
    pub cells: u64,
    /// Bytes of payload on them.
    pub payload: u64,
    /// Bytes that nothing uses: between the pointers and the cells, in freeblocks and fragments; on an overflow page what
    /// the payload does not fill. A page on which they cannot be told has none.
    pub unused: u64,
}

impl TreeSizes {
    /// All of them together.
    pub const fn all(&self) -> KindSizes {
        let [leaf, interior, overflow] = [self.leaf, self.interior, self.overflow];
        leaf.and(interior).and(overflow)
    }

    pub(super) fn page(&mut self, page: &Page<'_>, above: usize) {
        let kind = page.kind();
        self.depth = self.depth.max(above as u32 + 1);
        if kind.is_leaf() || !kind.is_table() {
            self.entries += u64::from(page.cell_count());
        }
        let sizes = self.of(kind);
        sizes.pages += 1;
        sizes.cells += u64::from(page.cell_count());
        sizes.unused += u64::from(page.free_bytes().unwrap_or_default());
    }

    pub(super) fn cell(&mut self, kind: PageKind, cell: &Cell<'_>) {
        self.max_payload = self.max_payload.max(cell.payload_length);
        self.overflowing += u64::from(cell.overflow.is_some());
        self.of(kind).payload += cell.local.len() as u64;
    }

    pub(super) fn overflow(&mut self, held: u32, capacity: u32) {
        self.overflow.pages += 1;
        self.overflow.payload += u64::from(held);
        self.overflow.unused += u64::from(capacity - held);
    }

    fn of(&mut self, kind: PageKind) -> &mut KindSizes {
        if kind.is_leaf() {
            &mut self.leaf
        } else {
            &mut self.interior
        }
    }
}

impl KindSizes {
    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            pages: self.pages + other.pages,
            cells: self.cells + other.cells,
            payload: self.payload + other.payload,
            unused: self.unused + other.unused,
        }
    }
}
