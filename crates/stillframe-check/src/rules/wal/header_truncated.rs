use stillframe_history::Role;
use stillframe_wal::header::HEADER_BYTES;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The WAL ends within its header.
    ///
    /// # What it means
    /// The WAL has 1 to 31 bytes. SQLite writes its header of 32 bytes at once, before the first frame.
    ///
    /// # Why it matters
    /// SQLite takes it for a WAL without frames and shows the database file alone. If the WAL was longer where it came
    /// from, everything that was in it is missing here.
    ///
    /// # How it is checked
    /// The length of the WAL.
    ///
    /// # Example
    /// A download that broke off after 20 bytes.
    ///
    /// # What to do
    /// Compare the length with that of the original, or copy the WAL again.
    ///
    /// # When it is normal
    /// After a crash at the very moment when the header of a new WAL was written: then there was nothing in it.
    "WAL001" "header_truncated" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let length = evidence.set.wal_bytes();
    if !(1..HEADER_BYTES as u64).contains(&length) {
        return;
    }
    findings
        .report(
            &RULE,
            evidence.whole(Role::Wal),
            format!(
                "the WAL ends after {}, within its header",
                many(length, "byte")
            ),
        )
        .values(
            many(length, "byte"),
            format!("0, or at least the {HEADER_BYTES} bytes of the header"),
        )
        .help("compare its length with that of the original, or copy it again");
}
