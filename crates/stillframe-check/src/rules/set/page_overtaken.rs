use stillframe_history::Pattern;

use crate::rule::rule;
use crate::words::pages;
use crate::{Evidence, Findings};

rule! {
    /// The database file has pages as later frames of the WAL have them, and lacks others that a checkpoint copies first.
    ///
    /// # What it means
    /// A checkpoint copies every page whose newest frame is no later than where it comes to, in the order of the page
    /// numbers. The file has a page that only a checkpoint can have brought there, and not one of a smaller number and
    /// an earlier frame. Either a checkpoint skipped that one, as with the WAL-reset bug of SQLite 3.7.0 to 3.51.2, or
    /// its write was lost; or the file is newer than the WAL and the page was changed again since; or the file was
    /// copied while a checkpoint ran.
    ///
    /// # Why it matters
    /// With the WAL the set shows the last commit, unless the file is newer: then what was committed since is lost. The
    /// database file alone may be damaged.
    ///
    /// # How it is checked
    /// Pages of committed frames are compared with the file. One is certainly from a checkpoint where it is behind all
    /// pages that the file had when the WAL was begun, and not of zeros alone. Where the wal-index says how far a
    /// checkpoint came, SHM204 and SHM205 say more.
    ///
    /// # Example
    /// The WAL-reset bug struck, and the backup has left out `app.db-shm`.
    ///
    /// # What to do
    /// Keep the WAL with the database, or write both into one file with `stillframe rebuild`. Where the files were not
    /// copied at one moment, look for a copy that was.
    ///
    /// # When it is normal
    /// In copies of a database in use, where the file was read while a checkpoint ran, or after the WAL.
    "SET906" "page_overtaken" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(overtaken) = &evidence.overtaken else {
        return;
    };
    let backfill = evidence
        .wal_index
        .as_ref()
        .and_then(|it| it.backfill.as_ref());
    let is_said = |pattern| matches!(pattern, Pattern::Skipped | Pattern::Mixed);
    if backfill.is_some_and(|it| is_said(it.pattern)) {
        return;
    }
    let Some(&(first, frame)) = overtaken.pages.first() else {
        return;
    };
    let lacking: Vec<u32> = overtaken.pages.iter().map(|(page, _)| page.get()).collect();
    let (page, of) = overtaken.witness;
    findings
        .report(
            &RULE,
            evidence.in_pages(first, first.get()),
            format!(
                "the database file has page {page} of frame {of}, and lacks {}, which a checkpoint copies first: it skipped that, or the file is newer than the WAL, or was copied while a checkpoint ran",
                pages(&lacking)
            ),
        )
        .related(
            evidence.in_frame(frame),
            format!("page {first} as it was committed last"),
        )
        .help("keep the WAL with the database");
}
