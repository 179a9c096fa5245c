use super::{in_slot, stop};
use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings};

rule! {
    /// The rollback journal, which does not count its records, ends with one that does not hold.
    ///
    /// # What it means
    /// With `PRAGMA synchronous=OFF` the header counts no records: all that fit into the file are played back, up to the
    /// first whose checksum does not hold. What stands there was being written, or is left over from a longer journal
    /// before. No intact record stands behind it.
    ///
    /// # Why it matters
    /// It mostly does not: SQLite writes a page into the database only after its record.
    ///
    /// # How it is checked
    /// Page numbers and checksums of the records, where the header has 0xffffffff in place of their number.
    ///
    /// # Example
    /// A process was killed in the middle of a transaction, with `PRAGMA synchronous=OFF`.
    ///
    /// # What to do
    /// Nothing more than a hot journal asks for (SET202).
    ///
    /// # When it is normal
    /// After a crash without syncing. After a loss of power then, too, pages may be lost, and nothing tells.
    "RJ901" "last_record_unfinished" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(stop) = stop(&RULE, evidence) else {
        return;
    };
    let (before, what) = (stop.before, "the one that ends the rollback journal");
    findings.report(
        &RULE,
        in_slot(evidence, &stop),
        format!(
            "{} {} played back, up to {what}: it was not finished, or is left over from a journal before",
            many(before, "record"),
            are(before)
        ),
    );
}
