use stillframe_history::Role;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The wal-index names other pages than the WAL for the same frames.
    ///
    /// # What it means
    /// Both are of the same generation and agree about the last frame, and not about which page some frame before it
    /// holds.
    ///
    /// # Why it matters
    /// SQLite never uses the wal-index of a copy: it makes it anew from the WAL. But what is wrong with it was wrong
    /// for the programs that had the database open, or went wrong when it was copied. Searches went to the wrong
    /// frame.
    ///
    /// # How it is checked
    /// The page of every frame that both know.
    ///
    /// # Example
    /// Frame 3 holds page 7, and the wal-index says page 9.
    ///
    /// # What to do
    /// Check the image of the last commit, which goes by the WAL alone. If the programs that had the database open are
    /// still running, end them before they write any more.
    ///
    /// # When it is normal
    /// Never.
    "SHM201" "page_numbers_differ" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(wal_index) = &evidence.wal_index else {
        return;
    };
    let differ = wal_index.pages_differ;
    let Some((frame, known, held)) = differ.first else {
        return;
    };
    let more = match differ.frames - 1 {
        0 => String::new(),
        more => format!("; and so for {}", many(more, "more frame")),
    };
    findings
        .report(
            &RULE,
            evidence.whole(Role::WalIndex),
            format!("frame {frame} holds page {held}, and the wal-index says page {known}{more}"),
        )
        .related(
            evidence.in_frame(frame),
            format!("the frame of page {held}"),
        );
}
