use stillframe_history::{Refusal, Role};
use stillframe_wal::frame::FRAME_HEADER_BYTES;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The last commit makes the database larger than the file and the WAL together could.
    ///
    /// # What it means
    /// The last commit frame says how many pages the database has. So many cannot come from the database file and the
    /// frames of this WAL: pages are missing, or the number is wrong.
    ///
    /// # Why it matters
    /// SQLite opens the set, but its checkpoint refuses with `database disk image is malformed (11)`: the WAL can never
    /// be brought into the database.
    ///
    /// # How it is checked
    /// As SQLite's checkpoint does: the bytes of the file, the pages of all frames up to the last commit, and 65536
    /// more.
    ///
    /// # Example
    /// A WAL beside a database file that was cut short, or beside another one.
    ///
    /// # What to do
    /// Look for the database file that belongs to this WAL.
    ///
    /// # When it is normal
    /// Never.
    "WAL202" "growth_refused" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(Refusal::Growth { database, after }) = evidence.refusal() else {
        return;
    };
    let Some(commit) = evidence.timeline.last_commit() else {
        return;
    };
    let header = FRAME_HEADER_BYTES as u64;
    findings
        .report(
            &RULE,
            evidence.in_frame_header(commit.last_frame, 0, header),
            format!(
                "commit {} makes {after} bytes of a database file of {database}, more than the {} frames up to it can hold: no checkpoint succeeds",
                commit.number, commit.last_frame
            ),
        )
        .related(evidence.whole(Role::Database), "the database file")
        .help("look for the database file that belongs to this WAL");
}
