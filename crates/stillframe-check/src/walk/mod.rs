//! The structure of a database, walked as SQLite's own check walks it (`sqlite3BtreeIntegrityCheck` in `btree.c`): the
//! freelist, every b-tree with its overflow chains, the pointer map, and that every page is there for exactly one
//! thing.

mod list;
mod problem;
mod referenced;
mod side_by_side;
mod tree;

use std::borrow::Cow;

use stillframe_database::pointer_map::{self, ENTRY_BYTES, Entry, EntryKind};
use stillframe_database::{Geometry, Header};
use stillframe_format::{PageNumber, Pages};
use stillframe_history::Progress;

pub use problem::{Context, PagePlace, Problem, ProblemKind};

use problem::entry;
use referenced::Referenced;
use side_by_side::side_by_side;
use tree::Known;

/// Problems after which a walk for a report stops: as many as SQLite's.
pub(crate) const MOST_PROBLEMS: usize = 100;

/// What a walk found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Structure {
    /// The problems, in SQLite's order.
    pub problems: Vec<Problem>,
    /// How many rows or entries each root's tree has, as far as it was walked; `None` where the walk stopped before it.
    pub rows: Vec<Option<u64>>,
}

/// Walks all of a database whose b-trees have these `roots`, in their order, and stops after `most` problems. `header`
/// is that of page 1.
///
/// Parts of a sound database are walked side by side. Where that meets a problem the walk begins anew, in SQLite's
/// order.
///
/// # Errors
/// A page could not be read.
pub fn structure<P: Pages<Error: Send> + Sync>(
    pages: &P,
    header: &Header,
    roots: &[u32],
    most: usize,
    progress: &dyn Progress,
) -> Result<Structure, P::Error> {
    let geometry = Geometry::new(pages.page_size(), header.reserved_bytes);
    let Some(geometry) = geometry.filter(|_| pages.page_count() > 0) else {
        return Ok(Structure::default());
    };
    let job = Job {
        pages,
        header,
        geometry,
        roots,
        progress,
    };
    if let Some(rows) = side_by_side(&job)? {
        return Ok(Structure {
            problems: Vec::new(),
            rows: rows.into_iter().map(Some).collect(),
        });
    }
    in_order(&job, most)
}

/// What is to be walked.
struct Job<'p, P> {
    pages: &'p P,
    header: &'p Header,
    geometry: Geometry,
    roots: &'p [u32],
    progress: &'p dyn Progress,
}

fn in_order<P: Pages>(job: &Job<'_, P>, most: usize) -> Result<Structure, P::Error> {
    let referenced = Referenced::new(job.pages.page_count());
    let mut walk = Walk::new(job, &referenced, most);
    walk.lists()?;
    let mut rows = Vec::with_capacity(job.roots.len());
    for &root in job.roots {
        if walk.is_full() {
            rows.push(None);
            continue;
        }
        rows.push(Some(walk.root(root, None)?));
    }
    walk.unused();
    Ok(Structure {
        problems: walk.problems,
        rows,
    })
}

struct Walk<'p, P> {
    pages: &'p P,
    header: &'p Header,
    roots: &'p [u32],
    progress: &'p dyn Progress,
    /// The bytes that are looked at: they lead to a page, or say what it is.
    place: PagePlace,
    geometry: Geometry,
    auto_vacuum: bool,
    referenced: &'p Referenced,
    most: usize,
    problems: Vec<Problem>,
    context: Context,
    /// The cell that was looked at last, of whatever page.
    cell: u32,
    rows: u64,
}

impl<'p, P: Pages> Walk<'p, P> {
    fn new(job: &Job<'p, P>, referenced: &'p Referenced, most: usize) -> Self {
        let geometry = job.geometry;
        Self {
            pages: job.pages,
            header: job.header,
            roots: job.roots,
            progress: job.progress,
            place: PagePlace::in_header(0, geometry.page_size().get().into()),
            geometry,
            auto_vacuum: job.header.auto_vacuum(),
            referenced,
            most,
            problems: Vec::new(),
            context: Context::None,
            cell: 0,
            rows: 0,
        }
    }

    /// What comes before the b-trees: the lock-byte page, the freelist, and what the header says of vacuuming.
    fn lists(&mut self) -> Result<(), P::Error> {
        let lock = self.geometry.page_size().lock_byte_page().get();
        if self.referenced.has(lock) {
            self.referenced.set(lock);
        }
        self.context = Context::Freelist;
        let header = self.header;
        self.freelist(header.first_freelist_trunk, header.freelist_count)?;
        self.context = Context::None;
        self.vacuum();
        Ok(())
    }

    /// Walks a b-tree; how many rows it has. What is `known` of the children of its root, in the order of the walk, is
    /// not walked again.
    fn root(&mut self, root: u32, known: Option<Known<'_>>) -> Result<u64, P::Error> {
        self.rows = 0;
        self.place = PagePlace::in_header(0, self.geometry.page_size().get().into());
        if root != 0 {
            if self.auto_vacuum && root > 1 {
                self.pointer_map(root, entry(EntryKind::Root, 0))?;
            }
            self.tree(root, root, i64::MAX, 0, known)?;
        }
        Ok(self.rows)
    }

    /// Whether no more problems are wanted.
    fn is_full(&self) -> bool {
        self.problems.len() >= self.most
    }

    fn problem(&mut self, kind: ProblemKind) {
        if !self.is_full() {
            self.problems.push(Problem {
                context: self.context,
                kind,
                place: self.place,
            });
        }
    }

    /// Notes that something leads to a page; false where that is a problem.
    fn reference(&mut self, page: u32) -> bool {
        if !self.referenced.has(page) {
            self.problem(ProblemKind::PageNumber(page));
            return false;
        }
        if self.referenced.set(page) {
            self.problem(ProblemKind::SecondReference(page));
            return false;
        }
        true
    }

    /// Compares what the pointer map says of a page.
    fn pointer_map(&mut self, page: u32, expected: Entry) -> Result<(), P::Error> {
        let before = self.place;
        let place = pointer_map::place(self.geometry, page);
        let found = match place.filter(|(map, _)| map.get() <= self.pages.stored_pages()) {
            Some((map, offset)) => {
                self.place = PagePlace::new(map.get(), offset as u64, ENTRY_BYTES as u64);
                let map = self.pages.page(map)?;
                map.get(offset..).and_then(Entry::parse)
            }
            None => None,
        };
        match found {
            None => self.problem(ProblemKind::PointerMapUnreadable(page)),
            Some(found) if found != expected => self.problem(ProblemKind::PointerMapEntry {
                page,
                expected,
                found,
            }),
            Some(_) => {}
        }
        self.place = before;
        Ok(())
    }

    fn vacuum(&mut self) {
        let header = self.header;
        if self.auto_vacuum {
            let found = self.roots.iter().copied().max().unwrap_or_default();
            let expected = header.largest_root_page;
            if found != expected {
                self.place = PagePlace::in_header(52, 4);
                self.problem(ProblemKind::LargestRoot { found, expected });
            }
        } else if header.incremental_vacuum != 0 {
            self.place = PagePlace::in_header(64, 4);
            self.problem(ProblemKind::IncrementalVacuum);
        }
    }

    /// Every page is there for something, and those of the pointer map for nothing else.
    fn unused(&mut self) {
        for page in 1..=self.pages.page_count() {
            if self.is_full() {
                return;
            }
            self.place = PagePlace::new(page, 0, self.geometry.page_size().get().into());
            let is_map = self.auto_vacuum && pointer_map::is_map_page(self.geometry, page);
            match self.referenced.is_set(page) {
                false if !is_map => self.problem(ProblemKind::NeverUsed(page)),
                true if is_map => self.problem(ProblemKind::PointerMapReferenced(page)),
                _ => {}
            }
        }
    }

    /// A page to which [`Walk::reference`] led.
    fn page(&self, page: u32) -> Result<Cow<'p, [u8]>, P::Error> {
        self.progress
            .advance(self.geometry.page_size().get().into());
        self.pages
            .page(PageNumber::new(page).unwrap_or(PageNumber::FIRST))
    }
}
