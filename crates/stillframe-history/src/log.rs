use std::thread;

use stillframe_wal::{Commit, Header};

use crate::exact::{matches, resolve};
use crate::timeline::window;
use crate::{BackupSet, Error, Event, Exactness, Overlay, Progress, Timeline};

/// A commit, with what it touched.
#[derive(Debug)]
pub struct CommitRecord<'a> {
    /// The commit.
    pub commit: Commit,
    /// The pages that it wrote, by number, with the last frame of each.
    pub pages: &'a Overlay,
}

/// Hands the commits of a set to `each`, in order, in one reading of the WAL, and says from which of them on images are
/// exact; that is found out on a second thread meanwhile.
///
/// # Errors
/// The set could not be read.
pub fn log(
    set: &BackupSet,
    progress: &dyn Progress,
    mut each: impl FnMut(&CommitRecord<'_>),
) -> Result<(Timeline, Exactness), Error> {
    let page_size = match &set.wal {
        Some(wal) => {
            let length = wal.bytes.len().min(32) as usize;
            Header::parse(&window(wal, 0, length)?)
                .ok()
                .and_then(|header| header.validate().ok())
        }
        None => None,
    };
    let mut pages = Overlay::default();
    let mut visit = |event: Event<'_>| match event {
        Event::Frame(frame) => pages.push(frame.page, frame.number),
        Event::Commit(commit) => {
            pages.settle();
            each(&CommitRecord {
                commit,
                pages: &pages,
            });
            pages.clear();
        }
    };
    let (Some(wal), Some(database), Some(page_size)) = (&set.wal, &set.database, page_size) else {
        let timeline = Timeline::follow(set.wal.as_ref(), progress, &mut visit)?;
        return Ok((timeline, Exactness::default()));
    };
    thread::scope(|scope| {
        let backfilled = scope.spawn(|| matches(wal, database, page_size));
        let timeline = Timeline::follow(Some(wal), progress, &mut visit)?;
        let backfilled = backfilled
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let exactness = resolve(wal, &timeline, backfilled)?;
        Ok((timeline, exactness))
    })
}
