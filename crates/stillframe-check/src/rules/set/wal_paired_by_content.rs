use stillframe_history::Role;

use crate::pairing::shown_by;
use crate::rule::rule;
use crate::{Evidence, Findings, Pairing};

rule! {
    /// The WAL has another name than SQLite looks for, and was taken for the database's own.
    ///
    /// # What it means
    /// No file has the name that SQLite would look for, and a WAL lies there whose own database is not there by its name.
    /// What stands in both shows that they belong together, or their names differ by `-wal` alone and nothing contradicts it.
    ///
    /// # Why it matters
    /// SQLite would not look at a WAL of that name: it shows the database file alone, without the commits of the WAL.
    ///
    /// # How it is checked
    /// Pages that stand in both, as a checkpoint leaves them; the salts in a wal-index; page 1, where the names differ by
    /// `-wal` alone. Of all databases there must be one, and of all WALs without a database one, for which that holds.
    ///
    /// # Example
    /// `for f in app.db*; do cp $f /backup/$f.bak; done` makes `app.db.bak` and `app.db-wal.bak`.
    ///
    /// # What to do
    /// Look whether the two are of one backup. If so, give the WAL the name of the database and `-wal`, or let `stillframe
    /// rebuild` write one file of both. To take another WAL, name it with `--wal`.
    ///
    /// # When it is normal
    /// In backups whose files were renamed each for itself.
    "SET208" "wal_paired_by_content" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(Pairing::Paired { fit, is_alike }) = &evidence.pairing else {
        return;
    };
    if evidence.set.wal.is_none() {
        return;
    }
    let (wal, database) = (evidence.name(Role::Wal), evidence.name(Role::Database));
    findings
        .report(
            &RULE,
            evidence.whole(Role::Wal),
            format!(
                "{wal} was paired with {database}, although SQLite would not look for it under that name: {}",
                shown_by(fit, *is_alike)
            ),
        )
        .help("look whether both are of one backup; to take another WAL, name it with --wal");
}
