use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings};

rule! {
    /// Behind the last commit stand frames that were never committed.
    ///
    /// # What it means
    /// They hold: salts and checksums are right. No commit frame ends them, so the transaction was under way, or was
    /// given up.
    ///
    /// # Why it matters
    /// SQLite ignores them, and writes over them with the next transaction. They are not part of the database.
    ///
    /// # How it is checked
    /// Frames that SQLite's recovery accepts, behind the last one that carries a size. Where intact commits lie behind
    /// these, another rule says so: WAL101 to WAL105.
    ///
    /// # Example
    /// A large `UPDATE` outgrew the page cache, and the copy was made before its `COMMIT`.
    ///
    /// # What to do
    /// Nothing. Where it matters what a program was about to write, look at them before they are gone.
    ///
    /// # When it is normal
    /// In copies of a database in use, and after a crash.
    "WAL901" "uncommitted_frames" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let frames = evidence.residue.uncommitted;
    if frames.slots == 0 || evidence.residue.intact_commits.slots > 0 {
        return;
    }
    findings.report(
        &RULE,
        evidence.in_slots(frames),
        format!(
            "{} behind commit {} {} not committed",
            many(frames.slots, "frame"),
            evidence.timeline.last(),
            are(frames.slots)
        ),
    );
}
