use stillframe_history::WalState;

use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings};

rule! {
    /// Behind the end of the log stand frames from before the WAL was begun anew.
    ///
    /// # What it means
    /// Their salts are not the header's. After a checkpoint SQLite writes a WAL anew from its start and does not make
    /// it shorter, so that older frames stay behind the new ones until they are overwritten. So it does where the first
    /// transaction was larger than the cache and was rolled back: then the older frames were never committed.
    ///
    /// # Why it matters
    /// SQLite ignores them. A checkpoint brought what was committed of them into the database before the reset; it is
    /// older than what the log holds. Frames that chain (each sum follows from the one before) are intact, and can show
    /// what was there.
    ///
    /// # How it is checked
    /// Every slot behind the end of the log whose salts are others is counted, and summed from the checksum stored in
    /// the slot before it. Slots that cannot be frames of this WAL are WAL106; that the database file holds what the last
    /// generation brought into it is SET205.
    ///
    /// # Example
    /// A WAL of 4 MB whose last checkpoint was an hour ago: 20 frames of now, 980 of before.
    ///
    /// # What to do
    /// Nothing.
    ///
    /// # When it is normal
    /// In any WAL that has been checkpointed and written to since.
    "WAL904" "older_generation" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let residue = &evidence.residue;
    let frames = residue.other_generation;
    let unexplained = residue.unexplained.slots - residue.unexplained_zeros;
    let count = frames.slots - unexplained - residue.newer_generation.slots;
    let is_damage = residue.intact_commits.slots > 0 && frames.slots == 1;
    if count == 0 || is_damage || evidence.timeline.state() != WalState::Read {
        return;
    }
    let chained = residue.other_generation_chained.slots;
    findings.report(
        &RULE,
        evidence.in_slots(frames),
        format!(
            "{} behind the end of the log {} from before the WAL was begun anew, {chained} of them chained",
            many(count, "frame"),
            are(count)
        ),
    );
}
