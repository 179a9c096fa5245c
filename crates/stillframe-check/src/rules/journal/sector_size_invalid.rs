use stillframe_journal::ErrorKind;

use super::{refused, report_refused};
use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The sector size in the header of the rollback journal is none.
    ///
    /// # What it means
    /// The first header tells how many bytes it fills itself; behind them the records begin. The number there is no power
    /// of two from 32 to 65536.
    ///
    /// # Why it matters
    /// SQLite does not know where the records are: it puts no page back and deletes the journal. The database file may
    /// hold half a transaction.
    ///
    /// # How it is checked
    /// Bytes 20 to 23 of the journal.
    ///
    /// # Example
    /// A bit of the sector size, 512, was flipped.
    ///
    /// # What to do
    /// Do not open the database with SQLite. Copy both files again. The records may be intact: it is nearly always 512.
    ///
    /// # When it is normal
    /// Never.
    "RJ003" "sector_size_invalid" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(error) = refused(&RULE, evidence) else {
        return;
    };
    let ErrorKind::SectorSize { found } = error.kind else {
        return;
    };
    let what = format!("the sector size of the rollback journal is {found}");
    report_refused(&RULE, evidence, findings, error, &what)
        .values(found, "a power of two from 32 to 65536");
}
