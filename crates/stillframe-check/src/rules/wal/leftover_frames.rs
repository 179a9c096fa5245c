use stillframe_history::WalState;

use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings};

rule! {
    /// Behind the end of the log stand frames of a transaction without its commit.
    ///
    /// # What it means
    /// Slots with the salts of the present generation that do not follow from the frames before the end of the log, or
    /// that name page 0, and no commit frame among them. A transaction that outgrew the page cache wrote them: it was
    /// rolled back, and a later one took the place of the first of them; or it was under way, and a frame was being
    /// written, or written over.
    ///
    /// # Why it matters
    /// SQLite ignores them, and they must be ignored: their content was most likely never committed. The commit frame of a
    /// last commit that is lost would have stood behind them.
    ///
    /// # How it is checked
    /// Every slot behind the end of the log is looked at. If a commit frame is among them, another rule says so: WAL101
    /// to WAL105.
    ///
    /// # Example
    /// An `UPDATE` of all rows outgrew the page cache and was rolled back; then one row was changed.
    ///
    /// # What to do
    /// Nothing.
    ///
    /// # When it is normal
    /// Wherever large transactions are rolled back, in copies of a database in use, and after a crash.
    "WAL902" "leftover_frames" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let residue = &evidence.residue;
    let (sums, zeros) = (residue.checksum_mismatch, residue.page_number_zero);
    let slots = sums.slots + zeros.slots;
    let commits = residue.intact_commits.slots + residue.unverified_commits.slots;
    let end_is_commit = residue.end.is_some_and(|end| {
        zeros.first == Some(end.number) && end.header.is_some_and(|header| header.is_commit())
    });
    if slots == 0
        || commits > 0
        || residue.read_later.is_some()
        || end_is_commit
        || evidence.lost_commit.is_some()
        || evidence.timeline.state() != WalState::Read
    {
        return;
    }
    let run = stillframe_history::Tally {
        slots,
        first: [sums.first, zeros.first].into_iter().flatten().min(),
        last: sums.last.max(zeros.last),
    };
    findings.report(
        &RULE,
        evidence.in_slots(run),
        format!(
            "{} of this generation behind the end of the log {} of no commit that is there",
            many(slots, "frame"),
            are(slots)
        ),
    );
}
