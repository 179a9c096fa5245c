//! A sound database walked by several threads, each of which takes some pages at a time. All they share is which pages
//! something leads to, and which are still to be looked at.

use stillframe_format::{PageNumber, Pages};

use super::queue::Queue;
use super::referenced::Referenced;
use super::sound::{Judge, Seen, Task, Tree};
use super::{Job, Remains, Structure, Until, Walk};
use crate::workers;

/// Children that a worker gathers before it puts them where all take from: of those of a page that is far from the
/// leaves there are many, and what is known of each is not to be held for all of them.
const MOST_CHILDREN: usize = 4096;

/// What is found in a sound database; `None` where there is any problem.
pub(super) fn side_by_side<P: Pages<Error: Send> + Sync>(
    job: &Job<'_, P>,
) -> Result<Option<Structure>, P::Error> {
    let referenced = Referenced::new(job.page_count);
    let mut walk = Walk::new(job, &referenced, Until { most: 1, kept: 1 });
    walk.lock_byte_page();
    let roots = roots(job, &mut walk)?;
    let workers = workers::count(job.page_count, job.geometry.page_size());
    let queue = Queue::new(workers, roots);
    if !walk.problems.is_empty() {
        return Ok(None);
    }
    let mut listed = Ok(());
    let lists = || {
        listed = walk.lists();
        if listed.is_err() || !walk.problems.is_empty() {
            queue.stop();
        }
    };
    let found = workers::side_by_side(workers, lists, || work(job, &referenced, &queue));
    listed?;
    let found = found.into_iter().collect::<Result<Vec<_>, _>>()?;
    if queue.is_stopped() {
        return Ok(None);
    }
    walk.unused();
    Ok(whole(job, &found).filter(|_| walk.problems.is_empty()))
}

/// The roots as pages to be looked at, up to one with a problem.
fn roots<P: Pages>(job: &Job<'_, P>, walk: &mut Walk<'_, P>) -> Result<Vec<Task>, P::Error> {
    let mut tasks = Vec::new();
    for (tree, &root) in (0..).zip(job.roots) {
        // The root 0 is none.
        let Some(page) = PageNumber::new(root) else {
            continue;
        };
        walk.map_of_root(root)?;
        if !walk.reference(root) {
            break;
        }
        tasks.push(Task {
            page,
            tree,
            above: 0,
            of_table: None,
            more_than: None,
            at_most: i64::MAX,
        });
    }
    Ok(tasks)
}

/// Takes pages to be looked at as long as there are any; what was seen on them.
fn work<P: Pages>(
    job: &Job<'_, P>,
    referenced: &Referenced,
    queue: &Queue<Task>,
) -> Result<Seen, P::Error> {
    let _guard = queue.guard();
    let mut judge = Judge::new(job, referenced);
    let (mut tasks, mut buffer) = (Vec::new(), Vec::new());
    let most = workers::pages_at_once(job.geometry.page_size());
    while queue.take(most, &mut tasks) {
        let done = look_at(job, &mut judge, &mut tasks, &mut buffer);
        if !matches!(done, Ok(true)) {
            queue.stop();
        }
        done?;
        tasks.append(&mut judge.children);
        queue.put(&mut tasks);
    }
    Ok(judge.seen)
}

/// Looks at pages in their order in the file, as long as there are few children; leaves what is left. False where there
/// is a problem.
fn look_at<P: Pages>(
    job: &Job<'_, P>,
    judge: &mut Judge<'_, P>,
    tasks: &mut Vec<Task>,
    buffer: &mut Vec<u8>,
) -> Result<bool, P::Error> {
    tasks.sort_unstable_by_key(|task| task.page);
    let size = job.geometry.page_size().as_len();
    let mut done = 0;
    for run in tasks.chunk_by(|task, next| task.page.get() + 1 == next.page.get()) {
        let (Some(first), false) = (run.first(), judge.children.len() > MOST_CHILDREN) else {
            break;
        };
        let length = run.len() * size;
        let bytes = workers::run(job.pages, first.page, length, buffer)?;
        job.progress.advance(length as u64);
        for (&task, page) in run.iter().zip(bytes.chunks_exact(size)) {
            if !judge.is_sound(task, page)? {
                return Ok(false);
            }
        }
        done += run.len();
    }
    tasks.drain(..done);
    Ok(true)
}

/// Adds up what was seen; `None` where there are leaves of one tree at different depths.
fn whole<P>(job: &Job<'_, P>, found: &[Seen]) -> Option<Structure> {
    let mut trees = vec![Tree::default(); job.roots.len()];
    let mut remains = Remains::default();
    for seen in found {
        for (whole, part) in trees.iter_mut().zip(&seen.trees) {
            let above = whole.above_leaves.or(part.above_leaves);
            if part.above_leaves.is_some() && part.above_leaves != above {
                return None;
            }
            whole.above_leaves = above;
            whole.rows += part.rows;
        }
        remains.add(&seen.remains);
    }
    Some(Structure {
        rows: trees.into_iter().map(|tree| Some(tree.rows)).collect(),
        remains,
        ..Structure::default()
    })
}
