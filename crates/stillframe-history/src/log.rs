use std::sync::mpsc;
use std::thread;

use stillframe_wal::header::HEADER_BYTES;
use stillframe_wal::{Commit, Frame, FrameSummary, Header};

use crate::base::Base;
use crate::exact::{Comparer, Lookout, Probe, Sighting, probe, resolve};
use crate::timeline::{Looked, window};
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
    let accepted = match &set.wal {
        Some(wal) => {
            let length = wal.bytes.len().min(HEADER_BYTES as u64) as usize;
            let header = Header::parse(&window(wal, 0, length)?).ok();
            header.and_then(|header| Some((header, header.validate().ok()?)))
        }
        None => None,
    };
    let (Some(wal), Some(_), Some((header, page_size))) = (&set.wal, &set.database, accepted)
    else {
        let timeline = commits(set, progress, each)?;
        return Ok((timeline, Exactness::default()));
    };
    let (base, _) = Base::below_wal(set, progress)?;
    let base = &base;
    thread::scope(|scope| {
        let (send, receive) = mpsc::sync_channel::<Vec<Sighting>>(BATCHES);
        let comparer = scope.spawn(move || {
            let mut comparer = Comparer::new(wal, base, &header, page_size)?;
            for batch in receive {
                batch
                    .iter()
                    .try_for_each(|sighting| comparer.compare(sighting))?;
            }
            Ok::<_, Error>(comparer)
        });
        let mut listing = Listing::new(&mut each);
        let mut lookout = Lookout::new(&header, page_size);
        let mut batch = Vec::with_capacity(BATCH);
        let look = |frame: &Frame<'_>| Glimpse {
            frame: frame.summary(),
            probe: probe(frame.data),
        };
        let timeline = Timeline::follow_looking(Some(wal), progress, look, |seen, commit| {
            listing.push(&seen.frame);
            batch.push(lookout.sight(seen.frame, seen.probe));
            if batch.len() == BATCH {
                // The other end is gone only when it failed, which is said when it is joined.
                let _ = send.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)));
            }
            if let Some(commit) = commit {
                listing.end(commit);
            }
        });
        let _ = send.send(batch);
        drop(send);
        let comparer = comparer
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let timeline = timeline?;
        let exactness = resolve(set, wal, base, &timeline, &comparer?)?;
        Ok((timeline, exactness))
    })
}

/// Hands the commits of a set to `each`, in order, in one reading of the WAL.
///
/// # Errors
/// The set could not be read.
pub fn commits(
    set: &BackupSet,
    progress: &dyn Progress,
    mut each: impl FnMut(&CommitRecord<'_>),
) -> Result<Timeline, Error> {
    let mut listing = Listing::new(&mut each);
    Timeline::follow(set.wal.as_ref(), progress, |event| match event {
        Event::Frame(frame) => listing.push(&frame),
        Event::Commit(commit) => listing.end(commit),
    })
}

/// Frames that are handed to the other thread together, and how many such batches may wait.
const BATCH: usize = 1024;
const BATCHES: usize = 8;

/// What is kept of a frame where it is verified.
struct Glimpse {
    frame: FrameSummary,
    probe: Probe,
}

impl Looked for Glimpse {
    fn summary(&self) -> &FrameSummary {
        &self.frame
    }
}

/// Gathers the pages of each commit.
struct Listing<'a, F> {
    each: &'a mut F,
    pages: Overlay,
}

impl<'a, F: FnMut(&CommitRecord<'_>)> Listing<'a, F> {
    fn new(each: &'a mut F) -> Self {
        let pages = Overlay::default();
        Self { each, pages }
    }

    fn push(&mut self, frame: &FrameSummary) {
        self.pages.push(frame.page, frame.number);
    }

    fn end(&mut self, commit: Commit) {
        self.pages.settle();
        (self.each)(&CommitRecord {
            commit,
            pages: &self.pages,
        });
        self.pages.clear();
    }
}
