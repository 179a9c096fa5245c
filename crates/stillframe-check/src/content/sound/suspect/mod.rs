//! A table of which something is not as it should be: which of its rows are to be looked at, so that those of all others,
//! and their entries, need not be looked for.
//!
//! What the entries of its indexes are to hold, less what they hold, is summed in parts by their hashes. A row is to be
//! looked at if the sum of one of its entries is not 0, if a search for such an entry may be misled by what is damaged on
//! its way, or if it is none that its table can have. For any other row SQLite finds what it should: it reads no page for
//! it that cannot be read, and compares it with no entry that is out of order.

mod buckets;
mod disorder;
mod entries;
mod judged;
mod rows;
mod visit;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use foldhash::quality::RandomState;
use stillframe_format::Pages;
use stillframe_schema::Table;

use super::batches::{self, Batch, Batches, Next};
use super::plan::{Plan, Tree};
use super::row::hash_entry;
use crate::content::entry::Entry;
use crate::content::fault::Fault;
use crate::content::reader::Reader;
use crate::content::tables::Job;
use crate::workers;
use buckets::Buckets;
use entries::Index;

pub(in crate::content) use judged::Judged;

/// Looks which rows of a table are to be looked at; `None` where all are. No more than `left` pages are read by each
/// thread, and those that were read are taken from it.
///
/// # Errors
/// A page could not be read.
pub(in crate::content) fn judge<P: Pages<Error: Send> + Sync>(
    job: &Job<'_, P>,
    table: &Table,
    left: &AtomicU64,
) -> Result<Option<Judged>, P::Error> {
    let plan = Plan::of_table(table, job.encoding, job.level);
    let buckets = Buckets::new(job.pages.page_count());
    let Some(look) = Look::new(job, &plan, &buckets, left) else {
        return Ok(None);
    };
    if plan.sums > 0 {
        look.side_by_side(&plan.trees, Look::sum)?;
    }
    let mut judged = Judged::default();
    if !look.is_given_up() {
        let trees = plan.trees.get(..1).unwrap_or_default();
        for found in look.side_by_side(trees, Look::judge)? {
            judged.add(found);
        }
    }
    let is_of_use = !look.is_given_up() && !judged.is_too_much();
    Ok(is_of_use.then_some(judged))
}

/// What the entries of the indexes of a table are to hold, less what they hold.
pub(in crate::content) struct Summed {
    buckets: Buckets,
    state: RandomState,
    /// The root of each index, and its number among the sums.
    sums: Vec<(u32, usize)>,
}

impl Summed {
    /// Whether an entry of the index with this root may be another than its row is to have.
    pub(in crate::content) fn may_differ(&self, root: u32, entry: Entry<'_>) -> bool {
        let mut sums = self.sums.iter().filter(|(other, _)| *other == root);
        match (sums.next(), sums.next()) {
            (Some(&(_, sum)), None) => {
                let hash = hash_entry(&self.state, entry);
                self.buckets.is_suspect(sum, hash)
            }
            _ => true,
        }
    }
}

/// Sums all rows and entries of a table; `None` where they could not all be. No more than `left` pages are read by each
/// thread.
///
/// # Errors
/// A page could not be read.
pub(in crate::content) fn summed<P: Pages<Error: Send> + Sync>(
    job: &Job<'_, P>,
    table: &Table,
    left: u64,
) -> Result<Option<Summed>, P::Error> {
    let plan = Plan::of_table(table, job.encoding, job.level);
    let buckets = Buckets::new(job.pages.page_count());
    let left = AtomicU64::new(left);
    let Some(look) = Look::new(job, &plan, &buckets, &left) else {
        return Ok(None);
    };
    look.side_by_side(&plan.trees, Look::sum)?;
    let is_whole = !look.is_given_up() && !look.is_partial.load(Ordering::Relaxed);
    let sums = plan
        .trees
        .iter()
        .filter_map(|tree| Some((tree.root, tree.sum?)));
    let sums = sums.collect();
    Ok(is_whole.then(|| Summed {
        buckets,
        state: job.state.clone(),
        sums,
    }))
}

/// What all threads have at hand.
struct Look<'w, P> {
    job: &'w Job<'w, P>,
    plan: &'w Plan<'w>,
    state: &'w RandomState,
    buckets: &'w Buckets,
    rows: rows::Table<'w>,
    /// Whether all rows are to be looked at.
    is_given_up: AtomicBool,
    /// Whether some rows or entries could not be read, and so are in no sum.
    is_partial: AtomicBool,
    left: &'w AtomicU64,
}

/// What is done with a batch of a tree.
type Work<'w, P> = fn(
    &Look<'w, P>,
    &Reader<'w, P>,
    &Tree<'_>,
    &Batch,
    &mut Judged,
) -> Result<(), Fault<<P as Pages>::Error>>;

impl<'w, P: Pages<Error: Send> + Sync> Look<'w, P> {
    /// Of the table that the plan is of; `None` where it has no rows that could be looked at.
    fn new(
        job: &'w Job<'w, P>,
        plan: &'w Plan<'w>,
        buckets: &'w Buckets,
        left: &'w AtomicU64,
    ) -> Option<Self> {
        let tree = plan.trees.first()?;
        let (rows, state) = (tree.rows.as_ref()?, &job.state);
        Some(Self {
            job,
            plan,
            state,
            buckets,
            rows: rows::Table {
                plan,
                tree,
                rows,
                state,
                buckets,
            },
            is_given_up: AtomicBool::new(false),
            is_partial: AtomicBool::new(false),
            left,
        })
    }

    fn is_given_up(&self) -> bool {
        self.is_given_up.load(Ordering::Relaxed)
    }

    fn give_up(&self) {
        self.is_given_up.store(true, Ordering::Relaxed);
    }

    /// Has several threads work on all batches of some trees.
    fn side_by_side(&self, trees: &[Tree<'_>], work: Work<'w, P>) -> Result<Vec<Judged>, P::Error> {
        let most = self.left.load(Ordering::Relaxed);
        let batches = Mutex::new(Batches::new(self.job.reader(most), trees));
        let work = || {
            let reader = self.job.reader(most);
            let mut judged = Judged::default();
            let done = self.work(&reader, trees, &batches, work, &mut judged);
            self.spend(most - reader.left());
            done.map(|()| judged)
        };
        let workers = workers::count(self.job.pages.page_count(), self.job.geometry.page_size());
        let found = workers::side_by_side(workers, || (), work);
        let batches = batches.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.spend(most - batches.left());
        found.into_iter().collect()
    }

    fn spend(&self, pages: u64) {
        let spend = |left: u64| Some(left.saturating_sub(pages));
        // What is spent is never refused.
        let _spent = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend);
    }

    fn work(
        &self,
        reader: &Reader<'w, P>,
        trees: &[Tree<'_>],
        batches: &Mutex<Batches<'w, P>>,
        work: Work<'w, P>,
        judged: &mut Judged,
    ) -> Result<(), P::Error> {
        while let Some(next) = batches::take(batches)? {
            if self.is_given_up() {
                break;
            }
            let batch = match next {
                Next::Batch(batch) => batch,
                Next::Unsound { tree } => {
                    // Rows that cannot be come to are not known.
                    self.is_partial.store(true, Ordering::Relaxed);
                    if trees.get(tree).is_some_and(|tree| tree.rows.is_none()) {
                        self.give_up();
                    }
                    continue;
                }
            };
            let Some(tree) = trees.get(batch.tree) else {
                return Ok(());
            };
            match work(self, reader, tree, &batch, judged) {
                Ok(()) => {}
                Err(Fault::Corrupt) => self.is_partial.store(true, Ordering::Relaxed),
                Err(Fault::Read(error)) => return Err(error),
                Err(_) => self.give_up(),
            }
        }
        Ok(())
    }

    /// Adds what the rows or entries of a batch are to hold, or do.
    fn sum(
        &self,
        reader: &Reader<'w, P>,
        tree: &Tree<'_>,
        batch: &Batch,
        _: &mut Judged,
    ) -> Result<(), Fault<P::Error>> {
        if tree.rows.is_some() {
            if !rows::sum(reader, batch, self.rows)? {
                self.is_partial.store(true, Ordering::Relaxed);
            }
            return Ok(());
        }
        let (Some(order), Some(sum)) = (&tree.order, tree.sum) else {
            return Ok(());
        };
        let index = Index {
            plan: self.plan,
            order,
            sum,
            state: self.state,
            buckets: self.buckets,
            is_partial: &self.is_partial,
        };
        match entries::look(reader, tree, batch, index) {
            Ok(true) => {}
            Ok(false) | Err(Fault::Corrupt) => self.give_up(),
            Err(fault) => return Err(fault),
        }
        Ok(())
    }

    fn judge(
        &self,
        reader: &Reader<'w, P>,
        _: &Tree<'_>,
        batch: &Batch,
        judged: &mut Judged,
    ) -> Result<(), Fault<P::Error>> {
        rows::judge(reader, batch, self.rows, judged)
    }
}
