//! The content of a database looked at by several threads and in no order: for most tables that shows that nothing is
//! wrong, and only the others need a look at some rows, or at row after row. It takes nothing for granted of the structure
//! of their trees, and what it cannot read it leaves to the others.
//!
//! An index and its table go together if the index has an entry for every row and no other. So of every row it is
//! hashed what its entry in each index holds, which is added to a sum, and of every entry what it does hold, which is
//! taken from it: if nothing is left the entries of an index are those that should be there. The key of the hash is
//! another one at every run. Where the entries also come in their order, SQLite finds each of them.

mod batches;
mod plan;
mod row;
pub(super) mod suspect;
mod worker;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use stillframe_format::Pages;
use stillframe_history::Progress;
use stillframe_schema::Table;

use super::tables::Job;
use super::text::Texts;
use batches::Batches;
use plan::Plan;
use worker::{Seen, Worker};

use crate::workers;

/// How often each thread reads a page of a damaged database, on an average, before it gives up.
pub(super) const MOST_READS_A_PAGE: u64 = 8;

/// What the look has told of each table of the schema.
pub(super) struct Sound {
    /// Whether it needs a look at row after row.
    suspects: Vec<bool>,
    texts: Vec<Texts>,
}

impl Sound {
    /// The text of a table that is none; `None` if the table needs a look at row after row.
    pub(super) fn texts(&self, table: usize) -> Option<&Texts> {
        let is_sound = self.suspects.get(table) == Some(&false);
        self.texts.get(table).filter(|_| is_sound)
    }
}

/// Looks at all tables, or at one `alone`.
///
/// # Errors
/// A page could not be read.
pub(super) fn look<P: Pages<Error: Send> + Sync>(
    job: &Job<'_, P>,
    alone: Option<usize>,
    progress: &dyn Progress,
) -> Result<Sound, P::Error> {
    let alone = alone.and_then(|alone| job.schema.tables.get(alone));
    let is_other = |table: &Table| alone.is_some_and(|alone| !std::ptr::eq(alone, table));
    let is_left_out = |table: &Table| is_other(table) || job.is_left_out(table);
    let plan = Plan::new(job.schema, job.encoding, job.level, is_left_out);
    let suspects: Vec<AtomicBool> = plan.suspects.iter().map(|&is| is.into()).collect();
    // In a sound database no page is read for more than one thing, and those above the leaves twice.
    let most = MOST_READS_A_PAGE * u64::from(job.pages.page_count()) + 1000;
    let reader = || {
        job.reader(if job.is_structure_sound {
            u64::MAX
        } else {
            most
        })
    };
    let batches = Mutex::new(Batches::new(reader(), &plan.trees));
    let state = &job.state;
    let work = || {
        let rows = job.reader(job.most_reads());
        let mut worker = Worker::new((reader(), rows), &plan, &suspects, state, progress);
        worker.work(&batches)?;
        Ok(worker.into_seen())
    };
    let workers = workers::count(job.pages.page_count(), job.geometry.page_size());
    let found: Vec<Result<Seen, P::Error>> = workers::side_by_side(workers, || (), work);
    let mut whole = Seen::new(&plan);
    for seen in found {
        whole.add(&seen?);
    }
    for table in whole.sums.tables_that_differ(&plan) {
        if let Some(suspect) = suspects.get(table) {
            suspect.store(true, Ordering::Relaxed);
        }
    }
    Ok(Sound {
        suspects: suspects.into_iter().map(AtomicBool::into_inner).collect(),
        texts: whole.texts,
    })
}
