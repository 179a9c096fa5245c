use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The frame that ends the log is damaged, and with a byte put right it holds: a commit is lost.
    ///
    /// # What it means
    /// The checksum of a frame tells more than that something is wrong: of all values of all its bytes there is one with
    /// which the checksum holds. With that byte put right this frame follows from the frames before it, and a commit ends
    /// with it or behind it. So that commit was written whole, and was damaged since.
    ///
    /// # Why it matters
    /// SQLite takes the frame for the end of the log and says nothing. The commit is gone from what it shows, and
    /// `PRAGMA integrity_check` says `ok`. At the next write or checkpoint it is gone for good.
    ///
    /// # How it is checked
    /// The checksum is linear: what lacks to it tells the byte. Where it is itself another in one byte, it is not known
    /// whether that was damaged or what it is the sum of; the commit was there in both cases. Where other commits
    /// are intact behind the frame, WAL101 or one of its neighbours says so in place of this rule; where the slot may have
    /// been in the middle of being written over one that differs in that byte of its page, WAL104 does: not where the wal-index
    /// knows the frame, nor at the end of a WAL that was not begun anew yet.
    ///
    /// # Example
    /// One bit is flipped in the header of the very last frame.
    ///
    /// # What to do
    /// Keep the files as they are and do not open them with SQLite. `stillframe rebuild --repair` writes the database with
    /// that commit, where it is known what stood there. Look for another copy of the WAL, too.
    ///
    /// # When it is normal
    /// Never.
    "WAL108" "commit_lost" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(lost) = evidence.lost_commit.filter(|lost| lost.is_certain) else {
        return;
    };
    let (frame, shown) = (lost.frame, evidence.timeline.last());
    let (message, help) = match lost.last {
        Some(last) => (
            format!(
                "frame {frame} ends the log, and its checksum tells what was damaged: commit {last} was written, and is lost to SQLite, which shows commit {shown}"
            ),
            "keep the files as they are; stillframe rebuild --repair writes the database with that commit",
        ),
        None => (
            format!(
                "frame {frame} is a commit frame, and its checksum is another in one byte: that, or a byte that it is the sum of, was damaged. The commit was written, and is lost to SQLite, which shows commit {shown}"
            ),
            "keep the files as they are: opening them with SQLite overwrites the frame; look for another copy of the WAL",
        ),
    };
    findings
        .report(&RULE, evidence.in_frame(frame), message)
        .help(help);
}
