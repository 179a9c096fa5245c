use stillframe_format::ByteRange;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The database file is newer than the WAL beside it.
    ///
    /// # What it means
    /// Page 1 of the database file was written after every page 1 in the WAL: its change counter is larger or, where
    /// that is the same, its schema cookie. SQLite lets neither become smaller. A checkpoint would have copied such a
    /// page from the WAL, and it is not in there. So the WAL is of an earlier time than the file, or of another
    /// database.
    ///
    /// # Why it matters
    /// SQLite plays the WAL over the database all the same. It shows the old pages and, at the next checkpoint, writes
    /// them over the newer ones and cuts the file to the size that it had then. What was committed since is lost;
    /// `PRAGMA integrity_check` may say `ok`.
    ///
    /// # How it is checked
    /// Offsets 24 and 40 of page 1 in the database file, against those of page 1 in the WAL: in the last commit, and in
    /// commits behind damage that are proven by their checksums. What else stands behind the log was in no checkpoint. One connection gives many of its transactions the same change
    /// counter: where both fields are the same, a database without auto-vacuum is newer if it counts more pages than
    /// those commits leave, as it becomes smaller by `VACUUM` alone, which changes the cookie. Where no commit wrote
    /// page 1, and where the commits that the file has more than the WAL left page 1 alone, this rule tells nothing;
    /// what else page 1 tells is SET206.
    ///
    /// # Example
    /// A backup copied `app.db-wal` first, and `app.db` after a checkpoint had run in between.
    ///
    /// # What to do
    /// Do not open the set with SQLite. Move the WAL away, and keep it. The database file alone is most likely what is
    /// wanted; whether it is whole without the WAL of its own time, no check can tell.
    ///
    /// # When it is normal
    /// Never, unless the application itself has set `PRAGMA schema_version` to a smaller number.
    "SET204" "stale_wal" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(stale) = evidence.stale else {
        return;
    };
    let mut largest = "the largest in the WAL is";
    let (what, start, found, newest) = if let Some(pages) = stale.pages {
        let size = evidence
            .timeline
            .last_commit()
            .map_or(0, |commit| commit.size_after);
        largest = "without a VACUUM the last commit leaves";
        ("size in pages", 28, pages, size)
    } else if stale.database.change_counter > stale.wal.change_counter {
        let (database, wal) = (stale.database.change_counter, stale.wal.change_counter);
        ("change counter", 24, database, wal)
    } else {
        let (database, wal) = (stale.database.schema_cookie, stale.wal.schema_cookie);
        ("schema cookie", 40, database, wal)
    };
    let field = ByteRange::new(start, 4);
    let commits = evidence.timeline.last().get();
    findings
        .report(
            &RULE,
            evidence.in_header_below_wal(field),
            format!(
                "the database file is newer than the WAL and its {}, or the WAL is another database's: its {what} is {found}, and {largest} {newest}",
                many(commits, "commit"),
            ),
        )
        .values(found, format!("at most {newest}"))
        .related(
            evidence.in_header(field),
            format!("the {what} as of commit {commits}"),
        )
        .help("do not open the set with SQLite; move the WAL away, and keep it");
}
