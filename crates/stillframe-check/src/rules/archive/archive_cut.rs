use crate::rule::rule;
use crate::{ArchiveProblemKind, Evidence, Findings};

rule! {
    /// An archive, or a member of it, ends too early.
    ///
    /// # What it means
    /// The archive ends within a member or within its compressed data, or it has none of what stands at the end of one.
    ///
    /// # Why it matters
    /// What is missing was not looked at: databases may be missing whole, and one that was cut is judged as far as it
    /// goes.
    ///
    /// # How it is checked
    /// The lengths that the archive gives for its members and the ends of its compressed streams, with what is there.
    ///
    /// # Example
    /// The disk was full while the backup was written, or a download was broken off.
    ///
    /// # What to do
    /// Take the archive anew from where it was made. What came before the cut is judged all the same.
    ///
    /// # When it is normal
    /// Never, but while the archive is still being written.
    "AR101" "archive_cut" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    super::report(&RULE, ArchiveProblemKind::Cut, evidence, findings);
}
