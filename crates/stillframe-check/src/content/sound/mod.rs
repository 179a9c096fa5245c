//! The content of a database with a sound structure, looked at by several threads and in no order: for most tables that
//! shows that nothing is wrong, and only the others need a look at row after row.
//!
//! An index and its table go together if the index has an entry for every row and no other. So of every row it is
//! hashed what its entry in each index holds, which is added to a sum, and of every entry what it does hold, which is
//! taken from it: if nothing is left the entries of an index are those that should be there. The key of the hash is
//! another one at every run. Where the entries also come in their order, SQLite finds each of them.

mod batches;
mod entry;
mod plan;
mod worker;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use foldhash::quality::RandomState;
use stillframe_format::Pages;
use stillframe_history::Progress;

use super::Job;
use super::reader::Reader;
use batches::Batches;
use plan::Plan;
use worker::{Sums, Worker};

use crate::workers;

/// Of each table of the schema whether it needs a look at its rows.
///
/// # Errors
/// A page could not be read.
pub(super) fn suspects<P: Pages<Error: Send> + Sync>(
    job: &Job<'_, P>,
    progress: &dyn Progress,
) -> Result<Vec<bool>, P::Error> {
    let plan = Plan::new(job.schema, job.encoding, job.level);
    let suspects: Vec<AtomicBool> = plan.suspects.iter().map(|&is| is.into()).collect();
    // In a sound database no page is read for more than one thing.
    let reader = || Reader::new(job.pages, job.geometry, u64::MAX);
    let batches = Mutex::new(Batches::new(reader(), &plan));
    let state = RandomState::default();
    let work = || {
        let mut worker = Worker::new(reader(), &plan, &suspects, &state, progress);
        worker.work(&batches)?;
        Ok(worker.into_sums())
    };
    let found: Vec<Result<Sums, P::Error>> = workers::side_by_side(workers::count(), || (), work);
    let mut whole = Sums::new(&plan);
    for sums in found {
        whole.add_all(&sums?);
    }
    for table in whole.tables_that_differ(&plan) {
        if let Some(suspect) = suspects.get(table) {
            suspect.store(true, Ordering::Relaxed);
        }
    }
    Ok(suspects.into_iter().map(AtomicBool::into_inner).collect())
}
