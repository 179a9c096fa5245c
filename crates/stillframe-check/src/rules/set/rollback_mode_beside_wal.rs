use stillframe_format::ByteRange;
use stillframe_history::Role;

use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings};

rule! {
    /// The database is not in WAL mode, and SQLite plays a WAL over it all the same.
    ///
    /// # What it means
    /// The read version in the header of the database file is not 2, so this database was written with a rollback
    /// journal. Beside it lies a WAL with commits. SQLite puts a database into WAL mode before it makes a WAL, and
    /// removes the WAL before it leaves that mode: this WAL is of another database, or of another time.
    ///
    /// # Why it matters
    /// That the WAL is there is all that SQLite looks at. It shows the WAL's pages in place of the database's, and
    /// writes them over the file at the next checkpoint: what was in the database is lost.
    ///
    /// # How it is checked
    /// Byte 19 of the database file, with at least one commit in the WAL.
    ///
    /// # Example
    /// A database made by `VACUUM INTO` was restored to where an older one had left its WAL.
    ///
    /// # What to do
    /// Do not open the set with SQLite. Move the WAL away, and keep it: the database alone is most likely what is
    /// wanted.
    ///
    /// # When it is normal
    /// Never.
    "SET201" "rollback_mode_beside_wal" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(header) = evidence.rollback_mode_beside_wal() else {
        return;
    };
    let commits = evidence.timeline.last().get();
    let field = ByteRange::new(19, 1);
    findings
        .report(
            &RULE,
            evidence.in_header_below_wal(field),
            format!(
                "the database is in rollback mode, and {} {} in the WAL beside it: SQLite plays them over it",
                many(commits, "commit"),
                are(commits)
            ),
        )
        .values(
            format!("read version {}", header.read_version),
            "read version 2",
        )
        .related(evidence.whole(Role::Wal), "the WAL")
        .help("do not open the set with SQLite; move the WAL away, and keep it");
}
