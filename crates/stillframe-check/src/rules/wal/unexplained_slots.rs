use stillframe_history::WalState;

use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings};

rule! {
    /// Behind the end of the log stands something that no generation of this WAL can have written.
    ///
    /// # What it means
    /// A frame that is left from before a reset has the salts of that time: each reset makes the first salt larger by 1.
    /// The salts in these slots are none of those, and no slot follows from the one before it. A transaction that was
    /// rolled back can leave a frame under any salts; but these slots do not even name a page that a database like this
    /// one can have. Or the slots are zeros and older frames stand behind them: a file gets zeros at its end alone.
    ///
    /// # Why it matters
    /// SQLite takes the log to end before them and says nothing. If commits stood there, they are lost.
    ///
    /// # How it is checked
    /// The salts of every slot behind the log are compared with those that resets can have had. Of the others those count
    /// that do not chain and name page 0, a page or a size of 64 times as many pages as the database or the WAL has (or
    /// 1,024, if that is more), or a size after a commit that leaves out the page itself. So do slots of zeros with a slot
    /// of another generation behind them.
    ///
    /// # Example
    /// The second half of a WAL was overwritten with another file.
    ///
    /// # What to do
    /// Look for another copy. What the log holds up to there can be rebuilt.
    ///
    /// # When it is normal
    /// Never, unless the database was much larger before.
    "WAL106" "unexplained_slots" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let slots = evidence.residue.unexplained;
    if slots.slots == 0 || evidence.timeline.state() != WalState::Read {
        return;
    }
    findings
        .report(
            &RULE,
            evidence.in_slots(slots),
            format!(
                "{} behind the end of the log {} no frames of this WAL: no reset leaves such salts, and no database of this size has such pages, or they are zeros in front of older frames",
                many(slots.slots, "slot"),
                are(slots.slots)
            ),
        )
        .help("look for another copy; commits may have been there");
}
