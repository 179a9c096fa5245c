use crate::rule::rule;
use crate::{ArchiveProblemKind, Evidence, Findings};

rule! {
    /// A member of an archive is stored in a way that there is no decoder for here.
    ///
    /// # What it means
    /// The member is compressed by a method that is not known here, is a sparse file in a form of its own, or a link to
    /// a file that is not in the archive before it.
    ///
    /// # Why it matters
    /// Nothing of the member was looked at: whether there is a database in it, and whether that is whole, is not known.
    ///
    /// # How it is checked
    /// The method, type and records that the archive gives for the member.
    ///
    /// # Example
    /// A zip whose members are compressed by PPMd.
    ///
    /// # What to do
    /// Unpack it with the program that made it, and check what comes out.
    ///
    /// # When it is normal
    /// With archives of programs that have ways of their own.
    "AR105" "compression_unsupported" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    super::report(&RULE, ArchiveProblemKind::Unsupported, evidence, findings);
}
