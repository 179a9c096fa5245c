use crate::render::text::count;
use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// A checkpoint has brought a part of the WAL into the database file, and no more.
    ///
    /// # What it means
    /// nBackfill is not 0 and less than mxFrame. A checkpoint stops where a reader still needs the pages as they are;
    /// or more was committed since.
    ///
    /// # Why it matters
    /// A WAL that cannot be checkpointed grows. A read mark that stands where the checkpoint stopped shows that a
    /// reader was there; it stays when the reader is gone, so that it is no sign of one that is still there.
    ///
    /// # How it is checked
    /// nBackfill (offset 96) and the read marks (offset 100) against mxFrame.
    ///
    /// # Example
    /// Checkpointed to frame 392 of 1,332,014, and read mark 2 is 392: a connection has a statement that was never
    /// finished.
    ///
    /// # What to do
    /// Where the WAL is large, look for a connection that keeps a read transaction open.
    ///
    /// # When it is normal
    /// In copies of a database in use.
    "SHM903" "checkpoint_incomplete" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((known, info)) = super::known(evidence) else {
        return;
    };
    let (done, last) = (info.backfilled, known.mx_frame);
    if done == 0 || done >= last {
        return;
    }
    let mark = info.used_marks().find(|&(_, frame)| frame == done);
    let reader = mark.map_or_else(String::new, |(mark, _)| {
        format!("; read mark {mark} stands there: a reader held the checkpoint back, whether it is still there no copy tells")
    });
    findings.report(
        &RULE,
        evidence.in_index_head(96, 4),
        format!(
            "when the wal-index was copied, a checkpoint had come to frame {} of {}{reader}",
            count(done.into()),
            count(last.into())
        ),
    );
}
