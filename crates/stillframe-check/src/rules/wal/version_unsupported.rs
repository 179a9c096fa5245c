use stillframe_history::Role;
use stillframe_wal::ErrorKind;

use crate::rule::rule;
use crate::{Evidence, Findings, Part};

rule! {
    /// The WAL is of a format that SQLite does not know.
    ///
    /// # What it means
    /// The format version at offset 4 is not 3007000, the only one there is, in a header whose checksum holds.
    /// Something other than SQLite as released has written this WAL.
    ///
    /// # Why it matters
    /// SQLite refuses the database: `unable to open database file (14)`. Nothing of it can be read while the WAL is
    /// there.
    ///
    /// # How it is checked
    /// The field is tested last, as in SQLite's recovery: a damaged version fails the checksum first (WAL004).
    ///
    /// # Example
    /// The field holds 3007001.
    ///
    /// # What to do
    /// Open the set with the engine that wrote it, so that it brings the WAL into the database.
    ///
    /// # When it is normal
    /// Where the database is used with an engine that is not SQLite as released.
    "WAL005" "version_unsupported" Error since "0.1.0"
}

/// As the branch with two WALs writes it.
const WAL2_VERSION: u32 = 3_021_000;

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(error) = super::not_accepted(&RULE, evidence) else {
        return;
    };
    let ErrorKind::Version { found } = error.kind else {
        return;
    };
    let engine = match found {
        WAL2_VERSION => "; this is that of SQLite's branch wal2",
        _ => "",
    };
    findings
        .report(
            &RULE,
            evidence.place(Role::Wal, error.range, Part::WalHeader),
            format!("{}{engine}: SQLite refuses the database", error.kind),
        )
        .values(found, 3_007_000)
        .help("open it with the engine that wrote it");
}
