//! Whether a problem is within a page, or between pages that are sound by themselves.
//!
//! A byte that is wrong breaks the page that it is on, or contradicts one or two others. Pages of different moments are each
//! as SQLite wrote them, and contradict one another in many places: along the links of b-trees and of overflow chains, on
//! the freelist, in the pointer map, in the number of pages, and between the rows of a table and its indexes.

use std::collections::BTreeSet;

use stillframe_database::Geometry;
use stillframe_database::btree::Page;
use stillframe_database::freelist::next_page;
use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::Image;

use crate::content::ContentProblemKind;
use crate::walk::{Context, PagePlace, Problem, ProblemKind};
use crate::{Finding, Inside};

/// A byte that is wrong shows in fewer places than this.
const LEAST_PLACES: usize = 3;

/// What is looked at to tell.
pub(super) struct Between<'e, 'a> {
    image: &'e Image<'a>,
    inside: &'e Inside,
    geometry: Geometry,
    /// Whether the pointer map is one: the byte that says that there is any is not what is wrong.
    is_map_sure: bool,
    /// Whether the file is as long as page 1 says: then that number is not what is wrong.
    is_size_sure: bool,
    /// Pages that two lead to, or that are not what the one that leads to them takes them for.
    misled: BTreeSet<u32>,
}

impl<'e, 'a> Between<'e, 'a> {
    /// Of an image that SQLite accepts, and of what is inside it.
    pub(super) fn new(image: &'e Image<'a>, inside: &'e Inside) -> Option<Self> {
        let header = image.header()?;
        let named = u64::from(header.size_in_pages) * u64::from(image.page_size().get());
        let has = |is: fn(&ProblemKind) -> bool| inside.problems().iter().any(|it| is(&it.kind));
        let misled = inside.problems().iter();
        let misled = misled.filter_map(|problem| match problem.kind {
            ProblemKind::SecondReference(page) => Some(page),
            ProblemKind::Page(_) => Some(problem.place.page.get()),
            _ => None,
        });
        Some(Self {
            misled: misled.collect(),
            image,
            inside,
            geometry: Geometry::new(image.page_size(), header.reserved_bytes)?,
            is_map_sure: !has(|kind| {
                matches!(
                    kind,
                    ProblemKind::LargestRoot { .. } | ProblemKind::PointerMapReferenced(_)
                )
            }),
            is_size_sure: header.size_is_valid() && named == image.set().database_bytes(),
        })
    }

    /// Whether all problems of the structure are between pages.
    pub(super) fn all(&self) -> bool {
        let mut problems = self.inside.problems().iter();
        problems.all(|problem| self.is_between(problem))
    }

    /// Whether pages contradict each other in more places than a byte that is wrong does.
    pub(super) fn is_in_many_places(&self) -> bool {
        self.places() >= LEAST_PLACES
    }

    /// Whether pages contradict each other anywhere.
    pub(super) fn is_in_some_place(&self) -> bool {
        self.places() > 0
    }

    fn places(&self) -> usize {
        let problems = self.inside.problems().iter();
        let places: BTreeSet<_> = problems.filter_map(|problem| self.place(problem)).collect();
        places.len() + self.rows_nowhere()
    }

    /// Whether a table and an index of it, both of them sound b-trees, do not have as many entries: no byte that is wrong
    /// takes a cell out of a page that stays sound, or puts one in.
    pub(super) fn has_other_counts(&self) -> bool {
        let is_count =
            |kind: &ContentProblemKind| matches!(kind, ContentProblemKind::EntryCount { .. });
        let mut problems = self.inside.content_problems();
        self.inside.problems().is_empty() && problems.any(|problem| is_count(&problem.kind))
    }

    /// How many rows there are of which an index has no entry, wherever in it.
    fn rows_nowhere(&self) -> usize {
        let content = self.inside.content.as_ref();
        content.map_or(0, |content| content.rows_nowhere)
    }

    /// Where pages contradict each other, if the problem is one more such place. Pages that nothing leads to follow from
    /// others that are wrong, and counts in the header are one byte.
    fn place(&self, problem: &Problem) -> Option<(PageNumber, u64)> {
        let PagePlace { page, range } = problem.place;
        let is_on_freelist = problem.context == Context::Freelist;
        match problem.kind {
            ProblemKind::NeverUsed(_)
            | ProblemKind::FreelistLength { .. }
            | ProblemKind::LargestRoot { .. }
            | ProblemKind::PointerMapUnreadable(_)
            | ProblemKind::PointerMapReferenced(_) => None,
            // One wrong link there leads to a page of another kind, all that stands in which is wrong then.
            _ if is_on_freelist => Some((PageNumber::FIRST, 0)),
            ProblemKind::PageNumber(_) => self.is_size_sure.then_some((page, range.start)),
            // A wrong link to it tells of that already.
            ProblemKind::PointerMapEntry { page, .. } if self.misled.contains(&page) => None,
            // All that one page says of others is one place.
            ProblemKind::PointerMapEntry { expected, .. } => {
                let parent = PageNumber::new(expected.parent).unwrap_or(page);
                self.is_map_sure.then_some((parent, 0))
            }
            _ => Some((page, range.start)),
        }
    }

    /// Whether it is between pages, and not within one.
    fn is_between(&self, problem: &Problem) -> bool {
        let at = problem.place;
        match problem.kind {
            ProblemKind::PageNumber(_)
            | ProblemKind::SecondReference(_)
            | ProblemKind::PointerMapEntry { .. }
            | ProblemKind::FreelistLength { .. }
            | ProblemKind::OverflowLength { .. }
            | ProblemKind::ChildDepth
            | ProblemKind::LargestRoot { .. }
            | ProblemKind::NeverUsed(_)
            | ProblemKind::PointerMapReferenced(_) => true,
            ProblemKind::PointerMapUnreadable(page) => self.has_no_entry(page, at),
            ProblemKind::RowidOrder(_) => self.is_in_order_on_its_page(at) == Some(true),
            ProblemKind::Page(_) => self.is_of_another_kind(at.page),
            ProblemKind::FreelistLeafCount { page, .. } => {
                PageNumber::new(page).is_some_and(|page| self.is_btree_page(page))
            }
            _ => false,
        }
    }

    /// Whether the pointer map has zeros for a page, as where it does not know of it yet, or no place for it.
    fn has_no_entry(&self, page: u32, at: PagePlace) -> bool {
        if page > self.image.page_count() {
            return true;
        }
        let bytes = self.image.page(at.page).ok();
        let entry = bytes.as_deref().and_then(|bytes| {
            let (start, end) = (at.range.start as usize, at.range.end as usize);
            bytes.get(start..end)
        });
        entry.is_some_and(|entry| entry.iter().all(|&byte| byte == 0))
    }

    /// Whether a page that should be one of a b-tree looks like one of an overflow chain or of the freelist, or was to be
    /// written, and was not: it begins with the number of a page that there is, or with 0.
    fn is_of_another_kind(&self, page: PageNumber) -> bool {
        let bytes = self.image.page(page).ok();
        bytes.is_some_and(|bytes| next_page(&bytes) <= self.image.page_count())
    }

    /// Whether a page is one of a b-tree, and sound.
    fn is_btree_page(&self, number: PageNumber) -> bool {
        let Ok(bytes) = self.image.page(number) else {
            return false;
        };
        let Ok(page) = Page::parse(number, self.geometry, &bytes) else {
            return false;
        };
        page.free_bytes().is_ok() && (0..page.cell_count()).all(|cell| page.cell(cell).is_ok())
    }

    /// Whether a rowid is in its place between those beside it on its page, so that it is the rowids of another page which
    /// contradict.
    fn is_in_order_on_its_page(&self, at: PagePlace) -> Option<bool> {
        let bytes = self.image.page(at.page).ok()?;
        let page = Page::parse(at.page, self.geometry, &bytes).ok()?;
        let mut cells = (0..page.cell_count()).filter_map(|cell| page.cell(cell).ok());
        let cell = cells.find(|cell| cell.range() == at.range)?;
        let next = cells.next().and_then(|next| next.rowid);
        Some(next.is_none_or(|next| cell.rowid < Some(next)))
    }
}

/// Whether pages that are sound by themselves contradict each other, in more places than a byte that is wrong does, and
/// nothing else is wrong with the structure.
pub(crate) fn contradicts(image: &Image<'_>, inside: &Inside) -> bool {
    Between::new(image, inside).is_some_and(|between| between.all() && between.is_in_many_places())
}

/// Whether an error can be between pages that are sound by themselves.
pub(super) fn may_be_between(error: &Finding) -> bool {
    const BETWEEN: &[&str] = &[
        "BT001", "BT108", "BT109", "BT111", "BT112", "BT113", "FL101", "FL102", "OV101", "PM101",
        "PM102", "PM103", "PM104", "RC201", "RC202", "RC210", "RC211", "RC214", "RC215",
    ];
    BETWEEN.contains(&error.rule.code)
}
