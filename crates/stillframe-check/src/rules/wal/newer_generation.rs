use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings};

rule! {
    /// Behind the log stand frames of after the WAL was begun anew.
    ///
    /// # What it means
    /// Their first salt is larger than that of the header, by as much as resets make it, and their checksums chain. SQLite
    /// writes a WAL that is begun anew from its front, header first: what is behind is never newer. The front of the file
    /// was read before that, and the rest of it after.
    ///
    /// # Why it matters
    /// SQLite shows the commits of the front, which are older than what the file was copied for, and deletes or overwrites
    /// the rest. What was committed last is missing, as its first frames are.
    ///
    /// # How it is checked
    /// The first salt of frames behind the log is compared with the header's. A reset adds 1 to it; unrelated WALs are as
    /// near as 256 once in 2^24.
    ///
    /// # Example
    /// `cp` read the first pieces of the WAL; then a checkpoint ran and a writer began the WAL anew; then `cp` read the rest.
    ///
    /// # What to do
    /// Copy the set again, while a read transaction holds it still. Keep this copy: its newer frames hold pages that are
    /// nowhere else in it.
    ///
    /// # When it is normal
    /// Never. After a power failure without syncs the header can be older than the frames behind it; then commits were lost.
    "WAL107" "newer_generation" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let newer = evidence.residue.newer_generation;
    if newer.slots == 0 {
        return;
    }
    findings
        .report(
            &RULE,
            evidence.in_slots(newer),
            format!(
                "{} behind the end of the log {} of after the WAL was begun anew: its front is older than the rest",
                many(newer.slots, "frame"),
                are(newer.slots)
            ),
        )
        .help("copy the set again while nothing writes to it");
}
