use stillframe_format::ByteRange;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The header asks for incremental vacuum in a database without auto-vacuum.
    ///
    /// # What it means
    /// The field at offset 64 is not 0, while the largest root page at offset 52 is 0. Incremental vacuum is a kind of
    /// auto-vacuum, and SQLite writes both fields together.
    ///
    /// # Why it matters
    /// SQLite takes the database for one without auto-vacuum, which has no pointer-map pages. If it once had them, its
    /// pages are counted and used in a wrong way. `PRAGMA integrity_check` says `incremental_vacuum enabled with a max
    /// rootpage of zero`.
    ///
    /// # How it is checked
    /// Both fields of page 1, read through the WAL where there is one.
    ///
    /// # Example
    /// 1 at offset 64, 0 at offset 52.
    ///
    /// # What to do
    /// Run `PRAGMA integrity_check` on a copy. If that is all it says, `VACUUM` writes the header anew.
    ///
    /// # When it is normal
    /// Never.
    "DB203" "incremental_vacuum_without_auto_vacuum" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(header) = evidence.header() else {
        return;
    };
    if header.incremental_vacuum == 0 || header.auto_vacuum() {
        return;
    }
    findings
        .report(
            &RULE,
            evidence.in_header(ByteRange::new(64, 4)),
            format!(
                "incremental vacuum is {}, expected 0 where the largest root page is 0",
                header.incremental_vacuum
            ),
        )
        .values(header.incremental_vacuum, 0)
        .related(
            evidence.in_header(ByteRange::new(52, 4)),
            "the largest root page is 0: no auto-vacuum",
        )
        .help("run PRAGMA integrity_check on a copy");
}
