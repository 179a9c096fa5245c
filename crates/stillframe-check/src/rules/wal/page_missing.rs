use stillframe_format::ByteRange;
use stillframe_history::{Refusal, Role};

use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings, Part};

rule! {
    /// Pages of the last commit are neither in the WAL nor in the database file.
    ///
    /// # What it means
    /// The last commit says how many pages the database has. Some of those that lie past the end of the database file
    /// are in no frame of the WAL: the file is cut short, or the WAL is not of this database or lacks its beginning.
    ///
    /// # Why it matters
    /// SQLite reads zeros in place of these pages. It says `database disk image is malformed (11)`, or `disk I/O error
    /// (10)`, when it comes upon one, which may be late, and the next checkpoint makes the zeros part of the database.
    ///
    /// # How it is checked
    /// Each page past the end of the file up to the size after the last commit must be in a frame of the log. The
    /// lock-byte page, at 1 GiB, is nowhere and is not missed.
    ///
    /// # Example
    /// A database copied before a checkpoint, beside a WAL that was copied after it and begun anew.
    ///
    /// # What to do
    /// Do not open the set with SQLite. Look for the database file that belongs to the WAL; what was copied at another
    /// time is torn.
    ///
    /// # When it is normal
    /// Never.
    "WAL203" "page_missing" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(Refusal::MissingPages { at, first, count }) = evidence.refusal() else {
        return;
    };
    let Some(commit) = evidence.timeline.last_commit() else {
        return;
    };
    let end = ByteRange::new(evidence.set.database_bytes(), 0);
    findings
        .report(
            &RULE,
            evidence.in_frame_header(commit.last_frame, 4, 4),
            format!(
                "{} of the {} of commit {at} {} neither in the WAL nor in the database file, the first of them page {first}",
                count,
                many(commit.size_after, "page"),
                are(count)
            ),
        )
        .related(
            evidence.place(Role::Database, end, Part::File),
            "the end of the database file",
        )
        .help("look for the database file that belongs to this WAL");
}
