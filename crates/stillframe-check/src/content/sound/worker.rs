use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::atomic::{self, AtomicBool};
use std::sync::{Mutex, PoisonError};

use foldhash::quality::RandomState;
use stillframe_database::btree::{Cell, Page};
use stillframe_format::{PageNumber, Pages};
use stillframe_history::Progress;

use super::batches::{self, Batch, Batches, Next};
use super::plan::{Apart, Order, Plan, Step, Tree};
use super::row;
use crate::content::entry::{Entry, Fields};
use crate::content::fault::Fault;
use crate::content::long::MARK;
use crate::content::reader::Reader;
use crate::content::text::{At, Texts};
use crate::workers;

/// A sum for every index that is compared: of what its table says that it should hold, less what it does hold.
pub(super) struct Sums(Vec<u64>);

impl Sums {
    fn new(plan: &Plan<'_>) -> Self {
        Self(vec![0; plan.sums])
    }

    /// Adds what should be held.
    pub(super) fn add(&mut self, index: usize, hash: u64) {
        if let Some(sum) = self.0.get_mut(index) {
            *sum = sum.wrapping_add(hash);
        }
    }

    /// Adds what another thread has come to.
    fn add_all(&mut self, other: &Self) {
        for (index, &sum) in other.0.iter().enumerate() {
            self.add(index, sum);
        }
    }

    /// The tables of which an index holds something else than it should.
    pub(super) fn tables_that_differ(&self, plan: &Plan<'_>) -> Vec<usize> {
        let sum = |tree: &Tree<'_>| tree.sum.or(tree.apart.as_ref().and_then(|it| it.sum));
        let differs = |tree: &&Tree<'_>| sum(tree).is_some_and(|sum| self.0.get(sum) != Some(&0));
        let trees = plan.trees.iter().filter(differs);
        trees.map(|tree| tree.table).collect()
    }
}

/// What was seen of the trees.
pub(super) struct Seen {
    pub sums: Sums,
    /// Of each table.
    pub texts: Vec<Texts>,
}

impl Seen {
    pub(super) fn new(plan: &Plan<'_>) -> Self {
        Self {
            sums: Sums::new(plan),
            texts: vec![Texts::default(); plan.suspects.len()],
        }
    }

    /// Adds what another thread has seen.
    pub(super) fn add(&mut self, other: &Self) {
        self.sums.add_all(&other.sums);
        for (texts, others) in self.texts.iter_mut().zip(&other.texts) {
            texts.add(others);
        }
    }
}

/// One thread, and what it has at hand.
pub(super) struct Worker<'w, P> {
    reader: Reader<'w, P>,
    /// Reads the rows that entries lead to, as often as they do.
    rows: Reader<'w, P>,
    plan: &'w Plan<'w>,
    suspects: &'w [AtomicBool],
    state: &'w RandomState,
    progress: &'w dyn Progress,
    seen: Seen,
    /// Where the values of the entry are that is looked at, and what of it is on several pages.
    fields: Fields,
    /// And those of a row that it leads to.
    row_fields: Fields,
    gathered: Vec<u8>,
    /// The one before it, in a tree whose order is looked at.
    previous: Previous,
}

/// An entry, kept for the next one.
#[derive(Default)]
struct Previous {
    bytes: Vec<u8>,
    fields: Fields,
    is_there: bool,
}

impl<'w, P: Pages> Worker<'w, P> {
    pub(super) fn new(
        (reader, rows): (Reader<'w, P>, Reader<'w, P>),
        plan: &'w Plan<'w>,
        suspects: &'w [AtomicBool],
        state: &'w RandomState,
        progress: &'w dyn Progress,
    ) -> Self {
        Self {
            reader,
            rows,
            plan,
            suspects,
            state,
            progress,
            seen: Seen::new(plan),
            fields: Fields::default(),
            row_fields: Fields::default(),
            gathered: Vec::new(),
            previous: Previous::default(),
        }
    }

    pub(super) fn into_seen(self) -> Seen {
        self.seen
    }

    /// Takes batches as long as there are any.
    pub(super) fn work(&mut self, batches: &Mutex<Batches<'_, P>>) -> Result<(), P::Error> {
        while let Some(next) = batches::take(batches)? {
            let batch = match next {
                Next::Batch(batch) => batch,
                Next::Unsound { tree } => {
                    self.suspect(tree);
                    continue;
                }
            };
            let Some(tree) = self.plan.trees.get(batch.tree) else {
                return Ok(());
            };
            let suspect = self.suspects.get(tree.table);
            if suspect.is_some_and(|suspect| suspect.load(atomic::Ordering::Relaxed)) {
                continue;
            }
            match self.batch(tree, &batch) {
                Ok(true) => {}
                Err(Fault::Read(error)) => return Err(error),
                Ok(false) | Err(_) => self.suspect(batch.tree),
            }
        }
        Ok(())
    }

    fn suspect(&self, tree: usize) {
        let table = self.plan.trees.get(tree).map(|tree| tree.table);
        if let Some(suspect) = table.and_then(|table| self.suspects.get(table)) {
            suspect.store(true, atomic::Ordering::Relaxed);
        }
    }

    /// Looks at the leaves of a batch, and at the entries between them; false where something is not as it is to be.
    fn batch(&mut self, tree: &Tree<'_>, batch: &Batch) -> Result<bool, Fault<P::Error>> {
        self.previous.is_there = false;
        if let Some(before) = &batch.before
            && !(self.entry(tree, &before.at, &before.bytes) && self.apart(tree)?)
        {
            return Ok(false);
        }
        let (number, bytes) = self.reader.page(batch.page)?;
        let Ok(page) = Page::parse(number, self.reader.geometry, &bytes) else {
            return Ok(false);
        };
        if page.kind().is_table() == tree.is_index {
            return Ok(false);
        }
        let is_sound = if page.kind().is_leaf() {
            self.leaf(tree, &page)?
        } else {
            self.leaves(tree, &page)?
        };
        if let (true, Some(order), Some(behind)) = (is_sound, &tree.order, &batch.behind) {
            let is_entry = self.fields.parse(&behind.bytes);
            return Ok(is_entry && self.is_behind(order, self.fields.of(&behind.bytes)));
        }
        Ok(is_sound)
    }

    /// The leaves below a page.
    fn leaves(&mut self, tree: &Tree<'_>, above: &Page<'_>) -> Result<bool, Fault<P::Error>> {
        let geometry = self.reader.geometry;
        let size = geometry.page_size().as_len();
        let Some(children) = children(above, &self.reader) else {
            return Ok(false);
        };
        let mut buffer = Vec::new();
        let mut index = 0;
        let most = workers::pages_at_once(geometry.page_size());
        let follows = |one: &PageNumber, next: &PageNumber| one.get() + 1 == next.get();
        for run in children.chunk_by(follows).flat_map(|run| run.chunks(most)) {
            let Some(&first) = run.first() else { continue };
            let length = run.len() * size;
            self.reader.count(run.len())?;
            let bytes = workers::run(self.reader.pages, first, length, &mut buffer);
            let bytes = bytes.map_err(Fault::Read)?;
            self.progress.advance(length as u64);
            for (&number, bytes) in run.iter().zip(bytes.chunks_exact(size)) {
                let Ok(page) = Page::parse(number, geometry, bytes) else {
                    return Ok(false);
                };
                let is_child = page.kind().is_leaf() && page.kind().is_table() != tree.is_index;
                if !is_child || page.cell_count() == 0 || !self.leaf(tree, &page)? {
                    return Ok(false);
                }
                // In an index the entry behind a leaf is on the page above.
                if index < above.cell_count() && !page.kind().is_table() {
                    let Ok(cell) = above.cell(index) else {
                        return Ok(false);
                    };
                    if !self.cell(tree, above, &cell)? {
                        return Ok(false);
                    }
                }
                index += 1;
            }
        }
        Ok(true)
    }

    /// The entries of a leaf.
    fn leaf(&mut self, tree: &Tree<'_>, page: &Page<'_>) -> Result<bool, Fault<P::Error>> {
        for index in 0..page.cell_count() {
            let Ok(cell) = page.cell(index) else {
                return Ok(false);
            };
            if !self.cell(tree, page, &cell)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn cell(
        &mut self,
        tree: &Tree<'_>,
        page: &Page<'_>,
        cell: &Cell<'_>,
    ) -> Result<bool, Fault<P::Error>> {
        let at = At::of(page, cell);
        if cell.payload_length as usize <= cell.local.len() && cell.local.first() != Some(&MARK) {
            return match self.entry(tree, &at, cell.local) {
                true if tree.apart.is_some() => self.apart(tree),
                is_sound => Ok(is_sound),
            };
        }
        let mut gathered = std::mem::take(&mut self.gathered);
        let payload = self.reader.sure_record(page, cell, &mut gathered)?;
        let is_sound = self.entry(tree, &at, payload);
        self.gathered = gathered;
        Ok(is_sound && self.apart(tree)?)
    }

    /// Looks at an entry, which is then the one before.
    fn entry(&mut self, tree: &Tree<'_>, at: &At, bytes: &[u8]) -> bool {
        if !self.fields.parse(bytes) {
            return false;
        }
        let entry = self.fields.of(bytes);
        if let Some(order) = &tree.order
            && !self.is_behind(order, entry)
        {
            return false;
        }
        if let Some(rows) = &tree.rows {
            let context = (self.plan, self.state);
            if !row::row(context, &mut self.seen, tree.table, rows, entry, at) {
                return false;
            }
        }
        if let Some(sum) = tree.sum {
            let hash = row::hash_entry(self.state, entry);
            self.seen.sums.add(sum, hash.wrapping_neg());
        }
        if tree.order.is_some() {
            self.previous.bytes.clear();
            self.previous.bytes.extend_from_slice(bytes);
            std::mem::swap(&mut self.previous.fields, &mut self.fields);
            self.previous.is_there = true;
        }
        true
    }

    /// Looks at the last entry of an index that takes an SQL evaluator: it has a row that holds the same, or, where each row
    /// has an entry, what both hold is summed.
    fn apart(&mut self, tree: &Tree<'_>) -> Result<bool, Fault<P::Error>> {
        let Some(apart) = &tree.apart else {
            return Ok(true);
        };
        let entry = self.previous.fields.of(&self.previous.bytes);
        let Some(sum) = apart.sum else {
            return has_row(apart, &self.rows, entry, &mut self.row_fields);
        };
        let mut hasher = self.state.build_hasher();
        for shared in apart.compared.iter().flat_map(|it| &it.shared) {
            entry.hash(shared.in_entry, self.state, &mut hasher);
        }
        self.seen.sums.add(sum, hasher.finish().wrapping_neg());
        Ok(true)
    }

    /// Whether an entry comes behind the one before it, with another key if it is to have one.
    fn is_behind(&self, order: &Order<'_>, entry: Entry<'_>) -> bool {
        if !order.holds(entry) {
            return false;
        }
        let previous = self.previous.fields.of(&self.previous.bytes);
        !self.previous.is_there || order.compare(previous, entry, self.plan.encoding) == Step::Ahead
    }
}

/// The children of a page; `None` where there is one that cannot be. SQLite follows no page without a cell.
pub(super) fn children<P: Pages>(
    above: &Page<'_>,
    reader: &Reader<'_, P>,
) -> Option<Vec<PageNumber>> {
    let cells = above.cell_count();
    let last = reader.page_count.min(reader.pages.stored_pages());
    let child = |page| PageNumber::new(page).filter(|_| page <= last);
    let mut children = Vec::with_capacity(usize::from(cells) + 1);
    for index in 0..cells {
        children.push(child(above.cell(index).ok()?.left_child?)?);
    }
    children.push(child(above.right_child()?)?);
    (cells > 0).then_some(children)
}

/// Whether an entry leads to a row that holds the same, and to which no other one led.
fn has_row<P: Pages>(
    apart: &Apart<'_>,
    reader: &Reader<'_, P>,
    entry: Entry<'_>,
    fields: &mut Fields,
) -> Result<bool, Fault<P::Error>> {
    let Some(compared) = &apart.compared else {
        return Ok(true);
    };
    let found = compared.row(reader, entry, fields)?;
    let Some(found) = found.filter(|found| found.differs.is_none()) else {
        return Ok(false);
    };
    Ok(apart.found.as_ref().is_none_or(|rows| {
        let mut rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
        rows.add(found.position)
    }))
}
