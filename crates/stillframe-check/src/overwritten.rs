//! What SQLite would do to the database file, page by page, were it to open it together with the WAL.

use serde::Serialize;
use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::{Error, Image, Refusal};

use crate::render::text::count;
use crate::words::{many, page_runs};
use crate::{Belonging, Evidence};

/// What a checkpoint of the WAL would do to the database file. Pages are of the size that the WAL has, which is what
/// SQLite writes, whatever the file says.
///
/// A checkpoint writes each page whose newest frame is in the log, up to the size that the last commit left, and cuts the
/// file to that size (`walCheckpoint` in `wal.c`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Overwritten {
    /// Bytes of a page.
    pub page_size: u32,
    /// Pages of the file, the last of them perhaps not whole: after the journal was played back, where one is.
    pub pages_before: u32,
    /// Pages of the file afterwards.
    pub pages_after: u32,
    /// Bytes of the file afterwards.
    pub bytes_after: u64,
    /// Pages of the file that are written over, whether or not they become others.
    pub overwritten: u32,
    /// How many of those become others; `None` where nothing speaks against the WAL, as the pages are then not compared.
    pub changed: Option<u32>,
    /// Pages that are cut off at the end of the file.
    pub cut: u32,
    /// The pages of the file that are written over, in runs, each by its first and its last: the first of them, where
    /// there are more than 1,000.
    pub runs: Vec<(u32, u32)>,
    /// Runs that are not listed.
    pub more_runs: u32,
}

/// Runs that are listed: an examiner asks for the pages, and no page of a report should be as long as a database.
const MOST_RUNS: usize = 1000;

impl Overwritten {
    /// `None` where the WAL holds no commit, where there is no database file, or where SQLite writes nothing into it.
    pub(crate) fn of(evidence: &Evidence<'_>) -> Result<Option<Self>, Error> {
        let set = evidence.set;
        let commit = evidence.timeline.last_commit();
        let (Some(image), Some(_), Some(size)) =
            (&evidence.image, commit, evidence.timeline.page_size())
        else {
            return Ok(None);
        };
        let is_refused = !matches!(image.refusal(), None | Some(Refusal::Encrypted(_)));
        // Of what is encrypted page 1 may name pages of another size in clear.
        let is_refused = is_refused || image.page_size() != size;
        if is_refused || set.wal_would_be_deleted() || set.database.is_none() {
            return Ok(None);
        }
        let before = size.pages_in(image.base_bytes());
        let mut written = Self {
            page_size: size.get(),
            pages_before: before,
            pages_after: image.stored_pages(),
            bytes_after: image.bytes(),
            overwritten: 0,
            changed: None,
            cut: before.saturating_sub(image.stored_pages()),
            runs: Vec::new(),
            more_runs: 0,
        };
        let mut last = None;
        for (page, _) in image.overlay().iter() {
            if page.get() > before {
                break;
            }
            written.take(page, &mut last);
        }
        if Belonging::speaks_against(evidence) && image.refusal().is_none() {
            written.changed = Some(changed(image, before)?);
        }
        Ok(Some(written))
    }

    /// Takes the next page that is written over; `last` is the one before.
    fn take(&mut self, page: PageNumber, last: &mut Option<u32>) {
        let page = page.get();
        let follows = last.is_some_and(|last| last + 1 == page);
        *last = Some(page);
        self.overwritten += 1;
        if !follows {
            match self.runs.len() < MOST_RUNS {
                true => self.runs.push((page, page)),
                false => self.more_runs += 1,
            }
        } else if let (0, Some((_, end))) = (self.more_runs, self.runs.last_mut()) {
            *end = page;
        }
    }

    /// Which pages of the file are written over, in words: `12 of its 40 pages (pages 1 to 12), 9 of them with other
    /// content`.
    pub(crate) fn words(&self) -> String {
        let pages = many(self.pages_before, "page");
        let mut words = format!("{} of its {pages}", count(self.overwritten.into()));
        if self.overwritten > 0 {
            words += &format!(" ({})", self.which());
        }
        if let Some(changed) = self.changed {
            words += &format!(", {} of them with other content", count(changed.into()));
        }
        words
    }

    /// The pages that are written over.
    pub(crate) fn which(&self) -> String {
        let more = match self.more_runs {
            0 => String::new(),
            more => format!(" and {}", many(more, "more run")),
        };
        format!("{}{more}", page_runs(&self.runs))
    }
}

/// How many pages of the file the image holds otherwise.
fn changed(image: &Image<'_>, before: u32) -> Result<u32, Error> {
    let mut changed = 0;
    let mut held = vec![0; image.page_size().as_len()];
    for (page, _) in image.overlay().iter() {
        if page.get() > before {
            break;
        }
        let there = image.read_below_wal(page, &mut held)?;
        let in_wal = image.page(page)?;
        // A page that the file ends in gets longer.
        changed += u32::from(there < held.len() || *in_wal != *held);
    }
    Ok(changed)
}
