use crate::rule::rule;
use crate::{ArchiveProblemKind, Evidence, Findings};

rule! {
    /// Something stands behind the end of an archive, or an archive before it.
    ///
    /// # What it means
    /// Behind the zeros that end a tar, or behind a compressed stream, stand other bytes, as when archives are joined.
    /// Or members of another zip stand before the first member that a zip lists, or behind its end.
    ///
    /// # Why it matters
    /// What stands there was not read: there may be databases in it, and newer ones than those that were judged.
    ///
    /// # How it is checked
    /// What stands behind the end is zeros, or another stream of the same kind, which is read. What stands
    /// around a zip is looked through for headers of members: it may be a program that unpacks it, or a signature.
    ///
    /// # Example
    /// Two tars, or two zips, that were joined with `cat`. Of two zips, the last is read.
    ///
    /// # What to do
    /// Take them apart, and check each.
    ///
    /// # When it is normal
    /// Where tapes or streams of several archives are kept in one file.
    "AR103" "archive_continues" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    super::report(&RULE, ArchiveProblemKind::Continues, evidence, findings);
}
