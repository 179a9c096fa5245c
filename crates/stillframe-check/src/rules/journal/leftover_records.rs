use stillframe_history::{Dormant, Role};
use stillframe_journal::SlotReason;

use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings};

rule! {
    /// Behind a zeroed header the rollback journal still holds pages of a transaction that has ended.
    ///
    /// # What it means
    /// With `PRAGMA journal_mode=PERSIST`, or in exclusive locking mode, SQLite ends a transaction by zeroing the header
    /// of the journal. Its records stay until later ones are written over them: pages as they were before a transaction.
    ///
    /// # Why it matters
    /// SQLite never looks at them. They hold what the transaction has changed or deleted.
    ///
    /// # How it is checked
    /// Page numbers and checksums of what follows the header, where one nonce makes the checksums of records hold that
    /// follow one another. Where the header is not zeroed as SQLite zeroes it, that is RJ107.
    ///
    /// # Example
    /// The rows that the last transaction deleted are in `app.db-journal`.
    ///
    /// # What to do
    /// Nothing. `stillframe inspect app.db-journal` lists the records.
    ///
    /// # When it is normal
    /// With the journal mode PERSIST, and in exclusive locking mode.
    "RJ902" "leftover_records" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(rollback) = evidence.rollback() else {
        return;
    };
    let leftover = SlotReason::Leftover { holds: true };
    let records = rollback.count(|reason| reason == leftover);
    let has_ended = matches!(evidence.dormant, Some(Dormant::Ended | Dormant::Unsynced));
    if !has_ended || records == 0 {
        return;
    }
    findings.report(
        &RULE,
        evidence.whole(Role::Journal),
        format!(
            "{} of a transaction that has ended {} still in the rollback journal: pages as they were before it",
            many(records, "record"),
            are(records)
        ),
    );
}
