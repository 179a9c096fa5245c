//! A sound database walked by several threads: each takes what is below one child of a root after the other. All they
//! share is which pages something leads to.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use stillframe_database::btree::Page;
use stillframe_format::{PageNumber, Pages};

use super::referenced::Referenced;
use super::tree::Walked;
use super::{Job, Walk};

/// More threads than this do not make memory faster.
const MOST_WORKERS: usize = 8;

/// Most branches that are noted: more do not come of sound databases, and those of a hostile one need not fit memory.
const MOST_BRANCHES: usize = 1 << 18;

/// A child of a root.
struct Branch {
    root: u32,
    page: u32,
    /// No rowid below it may be larger.
    max_rowid: i64,
}

/// How many rows each root's tree has; `None` where there is any problem.
pub(super) fn side_by_side<P: Pages<Error: Send> + Sync>(
    job: &Job<'_, P>,
) -> Result<Option<Vec<u64>>, P::Error> {
    let mut branches = Vec::new();
    let mut counts = Vec::with_capacity(job.roots.len());
    for &root in job.roots {
        let before = branches.len();
        if !branches_of(job, root, &mut branches)? || branches.len() > MOST_BRANCHES {
            return Ok(None);
        }
        counts.push(branches.len() - before);
    }
    let referenced = Referenced::new(job.pages.page_count());
    let (next, is_sound) = (AtomicUsize::new(0), AtomicBool::new(true));
    let mut walk = Walk::new(job, &referenced, 1);
    let work = || {
        let mut done = Vec::new();
        while is_sound.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(branch) = branches.get(index) else {
                break;
            };
            let mut walk = Walk::new(job, &referenced, 1);
            let walked = walk.tree(branch.root, branch.page, branch.max_rowid, 1, None);
            if walked.is_err() || !walk.problems.is_empty() {
                is_sound.store(false, Ordering::Relaxed);
            }
            done.push((index, walked.map(|walked| (walked, walk.rows))));
        }
        done
    };
    let workers = thread::available_parallelism().map_or(1, |cores| cores.get().min(MOST_WORKERS));
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
        let lists = walk.lists();
        let mut done = work();
        for other in others {
            let more = other.join();
            done.extend(more.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        lists.map(|()| done)
    })?;
    done.sort_unstable_by_key(|&(index, _)| index);
    let done = done.into_iter().map(|(_, walked)| walked);
    let done: Vec<(Walked, u64)> = done.collect::<Result<_, _>>()?;
    if !is_sound.into_inner() {
        return Ok(None);
    }
    let mut done = done.into_iter();
    let mut rows = Vec::with_capacity(job.roots.len());
    for (&root, count) in job.roots.iter().zip(counts) {
        let below: Vec<(Walked, u64)> = done.by_ref().take(count).collect();
        let mut known = below.iter().map(|&(walked, _)| walked);
        let of_root = walk.root(root, Some(&mut known))?;
        rows.push(of_root + below.iter().map(|(_, rows)| rows).sum::<u64>());
    }
    walk.unused();
    Ok(walk.problems.is_empty().then_some(rows))
}

/// Adds the children of a root in the order of the walk: from the last to the first. False where that cannot be done.
fn branches_of<P: Pages>(
    job: &Job<'_, P>,
    root: u32,
    branches: &mut Vec<Branch>,
) -> Result<bool, P::Error> {
    let number = PageNumber::new(root).filter(|_| root <= job.pages.page_count());
    let Some(number) = number else {
        return Ok(false);
    };
    let bytes = job.pages.page(number)?;
    let Ok(page) = Page::parse(number, job.geometry, &bytes) else {
        return Ok(false);
    };
    let Some(right) = page.right_child() else {
        return Ok(true);
    };
    branches.push(Branch {
        root,
        page: right,
        max_rowid: i64::MAX,
    });
    for index in (0..page.cell_count()).rev() {
        let Ok(cell) = page.cell(index) else {
            return Ok(false);
        };
        branches.push(Branch {
            root,
            page: cell.left_child.unwrap_or_default(),
            max_rowid: cell.rowid.unwrap_or(i64::MAX),
        });
    }
    Ok(true)
}
