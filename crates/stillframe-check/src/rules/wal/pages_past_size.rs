use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings};

rule! {
    /// The WAL holds pages that lie behind the end of the database.
    ///
    /// # What it means
    /// The last commit says how many pages the database has. Earlier commits of the same WAL wrote pages past that
    /// number: the database has become smaller since.
    ///
    /// # Why it matters
    /// It does not: SQLite never reads these frames, and its checkpoint leaves them out.
    ///
    /// # How it is checked
    /// The pages of all frames up to the last commit, against the size that the last commit frame carries.
    ///
    /// # Example
    /// `VACUUM`, or `PRAGMA incremental_vacuum`, since the last checkpoint.
    ///
    /// # What to do
    /// Nothing. Earlier commits, with these pages, can be had with `stillframe rebuild --at`.
    ///
    /// # When it is normal
    /// Wherever a database becomes smaller.
    "WAL903" "pages_past_size" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let pages = evidence
        .image
        .as_ref()
        .map_or(0, |image| image.pages_past_size());
    let Some(commit) = evidence.timeline.last_commit().filter(|_| pages > 0) else {
        return;
    };
    findings.report(
        &RULE,
        evidence.in_frame_header(commit.last_frame, 4, 4),
        format!(
            "{} in the WAL {} past the {} that the database has after commit {}",
            many(pages, "page"),
            are(pages),
            many(commit.size_after, "page"),
            commit.number
        ),
    );
}
