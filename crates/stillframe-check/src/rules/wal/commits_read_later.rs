use stillframe_history::WalState;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The WAL was written to while it was being copied.
    ///
    /// # What it means
    /// Behind the log stand frames from before the WAL was begun anew, and behind those commits of the present generation that
    /// follow from none of the frames here. When the front of the file was read they were not written yet; when the rest of
    /// it was read, they were.
    ///
    /// # Why it matters
    /// SQLite shows the last commit that was there when the copy was begun; what is behind it is of later, and not all there.
    /// Storage that lost the writes to some blocks leaves the same bytes where the log ended in the first of them, so that
    /// the set is not called complete.
    ///
    /// # How it is checked
    /// The frame that ends the log is of a generation before, whole ones follow, and behind them all frames follow from one
    /// another. A frame that is damaged is none of a generation before, so that the rules of damage apply (WAL101, WAL102,
    /// WAL105), as they do where anything else is behind the log. So they do where the database file holds a page of the
    /// later commits: then a checkpoint came between the copies of the two.
    ///
    /// # Example
    /// `cp` read the front of `app.db-wal`, a writer appended eight commits over frames of before the last checkpoint, and `cp`
    /// read the rest.
    ///
    /// # What to do
    /// Nothing, where it is known that the set was copied while it was in use, within a read transaction. Else compare it with
    /// another copy.
    ///
    /// # When it is normal
    /// In copies of a database in use, and after a power failure with `PRAGMA synchronous=NORMAL`, when later frames reached the
    /// disk and earlier ones did not.
    "WAL910" "commits_read_later" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(later) = evidence.residue.read_later else {
        return;
    };
    if evidence.timeline.state() != WalState::Read {
        return;
    }
    let commits = later.commits();
    findings
        .report(
            &RULE,
            evidence.in_slots(later.frames),
            format!(
                "behind {} from before the WAL was begun anew stand {} of the log, which ends with commit {}: the WAL was written to while it was copied, or what stood between was lost",
                many(later.older.slots, "frame"),
                many(commits, "commit"),
                evidence.timeline.last(),
            ),
        )
        .related(
            evidence.in_slots(later.older),
            "what stood there when this part was read",
        );
}
