use stillframe_history::WalState;

use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings};

rule! {
    /// Behind the end of the log stands something that no generation of this WAL can have written.
    ///
    /// # What it means
    /// A frame that is left from before a reset has the salts of that time: each reset makes the first salt larger by
    /// 1, and counts up the checkpoint sequence. The salts in these slots are none of those, and no slot follows from
    /// the one before it.
    ///
    /// # Why it matters
    /// SQLite takes the log to end before them and says nothing. If commits stood there, they are lost.
    ///
    /// # How it is checked
    /// The salts of every slot behind the log are compared with those that the resets so far can have had. Slots that
    /// chain are taken for what is left of a first transaction that was never committed.
    ///
    /// # Example
    /// The second half of a WAL was overwritten with another file; its checkpoint sequence is 0, so that no older
    /// generation can be there.
    ///
    /// # What to do
    /// Look for another copy. What the log holds up to there can be rebuilt.
    ///
    /// # When it is normal
    /// Where a single frame is left of a transaction that was never committed, and a new log was begun over it.
    "WAL106" "unexplained_slots" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let slots = evidence.residue.unexplained;
    if slots.slots == 0 || evidence.timeline.state() != WalState::Read {
        return;
    }
    let sequence = evidence
        .timeline
        .header()
        .map_or(0, |header| header.checkpoint_sequence);
    findings
        .report(
            &RULE,
            evidence.in_slots(slots),
            format!(
                "{} behind the end of the log {} no frames of this WAL: {} since it was made, and none left such salts",
                many(slots.slots, "slot"),
                are(slots.slots),
                many(sequence, "reset")
            ),
        )
        .help("look for another copy; commits may have been there");
}
