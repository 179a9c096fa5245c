//! Rules of the WAL.

pub(crate) mod frame_checksum_mismatch;

use stillframe_wal::{FrameNumber, Slot};

use crate::{Evidence, Findings, Rule};

/// Reports a slot that ended the log although commits that are intact lie behind it.
fn report_hole(
    rule: &'static Rule,
    evidence: &Evidence<'_>,
    findings: &mut Findings,
    end: Slot,
    first_commit: FrameNumber,
    why: &str,
) {
    let commits = evidence.residue.intact_commits.slots;
    let shown = evidence.timeline.last();
    let (number, s) = (end.number, if commits == 1 { "" } else { "s" });
    findings
        .report(
            rule,
            evidence.in_frame(end.number),
            format!(
                "frame {number} ends the log: {why}. {commits} commit{s} behind it {} intact and lost to SQLite, which shows commit {shown}",
                if commits == 1 { "is" } else { "are" },
            ),
        )
        .related(evidence.in_frame(first_commit), "the first intact commit frame behind it")
        .help("keep the files as they are: opening them with SQLite overwrites what lies behind the bad frame");
}
