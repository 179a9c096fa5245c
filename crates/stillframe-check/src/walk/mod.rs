//! The structure of a database, walked as SQLite's own check walks it (`sqlite3BtreeIntegrityCheck` in `btree.c`): the
//! freelist, every b-tree with its overflow chains, the pointer map, and that every page is there for exactly one
//! thing.

mod coverage;
mod list;
mod map;
mod problem;
mod queue;
mod referenced;
mod remains;
mod side_by_side;
mod sound;
mod tree;
mod whole;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use stillframe_database::pointer_map::{ENTRY_BYTES, Entry};
use stillframe_database::{Geometry, Header};
use stillframe_format::{PageNumber, Pages};
use stillframe_history::Progress;

pub use problem::{Context, PagePlace, Problem, ProblemKind};
pub use remains::Remains;

use map::PointerMap;
use referenced::Referenced;
use side_by_side::side_by_side;

/// Problems of a database that are kept for a report; others are counted.
pub(crate) const MOST_PROBLEMS: usize = 10_000;

/// What a walk found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Structure {
    /// The problems, in SQLite's order.
    pub problems: Vec<Problem>,
    /// Those that were found, too, and are not kept.
    pub others: Others,
    /// The roots of trees in which there are problems, kept or not.
    pub damaged: BTreeSet<u32>,
    /// How many rows or entries each root's tree has, as far as it was walked; `None` where the walk stopped before it.
    pub rows: Vec<Option<u64>>,
    /// What stands in free bytes of the pages that were walked.
    pub remains: Remains,
}

/// Problems that are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Others {
    /// Pages to which nothing leads.
    pub never_used: u64,
    /// All other problems.
    pub problems: u64,
}

/// Walks all of a database whose b-trees have these `roots`, in their order, and stops after `most` problems. `header`
/// is that of page 1.
///
/// Pages of a sound database are looked at side by side, in no order. Where that meets a problem the walk begins anew,
/// in SQLite's order. Each of the two reads no page more than once, but for those of the pointer map.
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
    walk(pages, header, roots, Until { most, kept: most }, progress)
}

/// The same to its end, of whose problems [`MOST_PROBLEMS`] are kept, the first of a page to which nothing leads among
/// them.
///
/// # Errors
/// A page could not be read.
pub(crate) fn whole_structure<P: Pages<Error: Send> + Sync>(
    pages: &P,
    header: &Header,
    roots: &[u32],
    progress: &dyn Progress,
) -> Result<Structure, P::Error> {
    let until = Until {
        most: usize::MAX,
        kept: MOST_PROBLEMS,
    };
    walk(pages, header, roots, until, progress)
}

fn walk<P: Pages<Error: Send> + Sync>(
    pages: &P,
    header: &Header,
    roots: &[u32],
    until: Until,
    progress: &dyn Progress,
) -> Result<Structure, P::Error> {
    let job = Job::new(pages, header, roots, progress);
    if let Some(job) = &job
        && let Some(sound) = side_by_side(job)?
    {
        return Ok(sound);
    }
    in_order(job, Part::Whole, until)
}

/// The same, as SQLite takes a list of roots that begins with 0, which is none: for the check of some trees only. It then
/// looks at the freelist only if page 1 comes next, and not at what no tree leads to. Its check of a whole database comes
/// to such a list where a view or a virtual table happens to be first in its schema.
///
/// # Errors
/// A page could not be read.
pub fn structure_as_told<P: Pages<Error: Send> + Sync>(
    pages: &P,
    header: &Header,
    roots: &[u32],
    most: usize,
    progress: &dyn Progress,
) -> Result<Structure, P::Error> {
    if roots.first() != Some(&0) {
        return structure(pages, header, roots, most, progress);
    }
    let job = Job::new(pages, header, roots, progress);
    in_order(job, Part::Trees, Until { most, kept: most })
}

/// The same by one thread that walks in SQLite's order from the beginning, as [`structure`] does only where there is a
/// problem. It finds the same.
///
/// # Errors
/// A page could not be read.
pub fn structure_in_order<P: Pages>(
    pages: &P,
    header: &Header,
    roots: &[u32],
    most: usize,
    progress: &dyn Progress,
) -> Result<Structure, P::Error> {
    let job = Job::new(pages, header, roots, progress);
    in_order(job, Part::Whole, Until { most, kept: most })
}

/// Where pages are led to.
pub(crate) type References = BTreeMap<u32, (Context, PagePlace)>;

/// From where SQLite's walk, of which [`structure`] gives the problems, is led first to each page to which it is led
/// twice. Nothing leads to the lock-byte page, and it is there for something all the same.
///
/// # Errors
/// A page could not be read.
pub(crate) fn first_references<P: Pages>(
    pages: &P,
    header: &Header,
    roots: &[u32],
    problems: &[Problem],
) -> Result<References, P::Error> {
    let shared = problems.iter().filter_map(|problem| match problem.kind {
        ProblemKind::SecondReference(page) => Some(page),
        _ => None,
    });
    let shared: BTreeSet<u32> = shared.collect();
    let Some(job) = Job::new(pages, header, roots, &()).filter(|_| !shared.is_empty()) else {
        return Ok(References::new());
    };
    let referenced = Referenced::new(job.page_count);
    let most = problems.len();
    let mut walk = Walk::new(&job, &referenced, Until { most, kept: most });
    walk.shared = shared;
    walk.go(Part::Whole)?;
    Ok(walk.first_references)
}

/// How far a walk goes.
#[derive(Clone, Copy)]
struct Until {
    /// It stops after so many problems.
    most: usize,
    /// So many of them are kept.
    kept: usize,
}

/// What of a database is walked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// All of it.
    Whole,
    /// Its b-trees, and the freelist only where page 1 comes second among them.
    Trees,
}

/// What is to be walked.
struct Job<'p, P> {
    pages: &'p P,
    page_count: u32,
    header: &'p Header,
    geometry: Geometry,
    roots: &'p [u32],
    progress: &'p dyn Progress,
}

impl<'p, P: Pages> Job<'p, P> {
    /// `None` where there is nothing to be walked.
    fn new(
        pages: &'p P,
        header: &'p Header,
        roots: &'p [u32],
        progress: &'p dyn Progress,
    ) -> Option<Self> {
        let geometry = Geometry::new(pages.page_size(), header.reserved_bytes)?;
        // Where the header counts more pages than there are, SQLite opens the database only if it is told to.
        let page_count = pages.page_count().min(pages.stored_pages());
        (page_count > 0).then_some(Self {
            pages,
            page_count,
            header,
            geometry,
            roots,
            progress,
        })
    }
}

fn in_order<P: Pages>(
    job: Option<Job<'_, P>>,
    part: Part,
    until: Until,
) -> Result<Structure, P::Error> {
    let Some(job) = job else {
        return Ok(Structure::default());
    };
    let referenced = Referenced::new(job.page_count);
    let mut walk = Walk::new(&job, &referenced, until);
    let rows = walk.go(part)?;
    Ok(Structure {
        problems: walk.problems,
        others: walk.others,
        damaged: walk.damaged,
        rows,
        remains: walk.remains,
    })
}

struct Walk<'p, P> {
    job: &'p Job<'p, P>,
    /// The bytes that are looked at: they lead to a page, or say what it is.
    place: PagePlace,
    auto_vacuum: bool,
    map: PointerMap,
    referenced: &'p Referenced,
    until: Until,
    /// How many problems there are, kept or not.
    found: usize,
    problems: Vec<Problem>,
    others: Others,
    is_any_never_used: bool,
    damaged: BTreeSet<u32>,
    context: Context,
    /// The cell that was looked at last, of whatever page.
    cell: u32,
    rows: u64,
    remains: Remains,
    /// Where cells begin, and their last bytes, for the pages that are being walked.
    spans: Vec<Vec<u32>>,
    /// Pages of which it is to be known what leads to them first.
    shared: BTreeSet<u32>,
    first_references: References,
}

impl<'p, P: Pages> Walk<'p, P> {
    fn new(job: &'p Job<'p, P>, referenced: &'p Referenced, until: Until) -> Self {
        Self {
            job,
            place: PagePlace::whole(1, job.geometry),
            auto_vacuum: job.header.auto_vacuum(),
            map: PointerMap::default(),
            referenced,
            until,
            found: 0,
            problems: Vec::new(),
            others: Others::default(),
            is_any_never_used: false,
            damaged: BTreeSet::new(),
            context: Context::None,
            cell: 0,
            rows: 0,
            remains: Remains::default(),
            spans: Vec::new(),
            shared: BTreeSet::new(),
            first_references: References::new(),
        }
    }

    /// Whether no more problems are wanted.
    fn is_full(&self) -> bool {
        self.found >= self.until.most
    }

    fn problem(&mut self, kind: ProblemKind) {
        if self.is_full() {
            return;
        }
        self.found += 1;
        let problem = Problem {
            context: self.context,
            kind,
            place: self.place,
        };
        self.damaged.extend(problem.root());
        let is_never_used = matches!(kind, ProblemKind::NeverUsed(_));
        // They are one finding, and come last.
        let is_first = is_never_used && !self.is_any_never_used;
        self.is_any_never_used |= is_never_used;
        if self.problems.len() < self.until.kept || is_first {
            self.problems.push(problem);
        } else if is_never_used {
            self.others.never_used += 1;
        } else {
            self.others.problems += 1;
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
        if self.shared.contains(&page) {
            let from = (self.context, self.place);
            self.first_references.insert(page, from);
        }
        true
    }

    /// Compares what the pointer map says of a page.
    fn pointer_map(&mut self, page: u32, expected: Entry) -> Result<(), P::Error> {
        let before = self.place;
        let found = match map::place(self.job, page) {
            Some((map, offset)) => {
                self.place = PagePlace::new(map.get(), offset as u64, ENTRY_BYTES as u64);
                self.map.entry(self.job.pages, (map, offset))?
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

    /// A page to which [`Walk::reference`] led.
    fn page(&self, page: u32) -> Result<Cow<'p, [u8]>, P::Error> {
        let size = self.job.geometry.page_size().get();
        self.job.progress.advance(size.into());
        let number = PageNumber::new(page).unwrap_or(PageNumber::FIRST);
        self.job.pages.page(number)
    }
}
