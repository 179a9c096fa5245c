use stillframe_history::WalState;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// Behind the end of the log stands a commit frame whose checksum does not hold.
    ///
    /// # What it means
    /// The frame has the salts of the WAL's present generation and says that it ends a transaction, but its checksum
    /// follows neither from the frames that SQLite accepts nor from the slot before it. A commit was written, and it,
    /// or what stands before it, is damaged or was never written whole.
    ///
    /// # Why it matters
    /// SQLite shows the database without that commit and says nothing. If the application was told that the commit was
    /// done, it is lost.
    ///
    /// # How it is checked
    /// Every slot behind the end of the log is looked at. Where another commit there is intact, WAL101 or one of its
    /// neighbours says so in place of this rule; WAL108 does where a byte put right proves the commit, and WAL909 where
    /// SQLite was most likely stopped within its last write.
    ///
    /// # Example
    /// Several bytes are wrong in the page of the very last frame.
    ///
    /// # What to do
    /// Look for another copy of the WAL. The state before can be had with `stillframe rebuild`.
    ///
    /// # When it is normal
    /// After a power failure in the middle of a commit, when its frames had not all reached the disk. With
    /// `PRAGMA synchronous=FULL` the application was not yet told that the commit was done.
    "WAL104" "commit_frame_unverified" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let residue = &evidence.residue;
    let commits = residue.unverified_commits;
    let (Some(end), Some(first)) = (residue.end, commits.first) else {
        return;
    };
    if residue.intact_commits.slots > 0 || evidence.timeline.state() != WalState::Read {
        return;
    }
    let shown = evidence.timeline.last();
    match evidence.lost_commit {
        Some(lost) if lost.is_certain => return,
        Some(lost) => {
            findings
                .report(
                    &RULE,
                    evidence.in_frame(lost.frame),
                    format!(
                        "all but one byte of commit frame {} holds: a commit that was damaged, and is lost to SQLite, which shows commit {shown}; or one that was being written, over a page that differs in one byte",
                        lost.frame
                    ),
                )
                .help("keep the files as they are, and look for another copy of the WAL");
            return;
        }
        None if residue.is_half_written(evidence.end_of_log()) => return,
        None => {}
    }
    let what = match commits.slots {
        1 => format!("commit frame {first} does not hold"),
        count => format!("{count} commit frames from frame {first} on do not hold"),
    };
    let details = findings
        .report(
            &RULE,
            evidence.in_frame(first),
            format!("{what}: damaged, or not written whole. SQLite shows commit {shown}"),
        )
        .help(
            "look for another copy of the WAL; opening the set with SQLite overwrites what is there",
        );
    if end.number != first {
        details.related(evidence.in_frame(end.number), "the slot that ends the log");
    }
}
