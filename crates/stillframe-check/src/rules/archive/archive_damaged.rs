use crate::rule::rule;
use crate::{ArchiveProblemKind, Evidence, Findings};

rule! {
    /// What stands in an archive cannot be, or has another checksum.
    ///
    /// # What it means
    /// A member, or the archive around it, does not decode, or its checksum does not hold. Or the directory of a zip says
    /// something else of a member than the header in front of the member does, or has another length or number
    /// of entries than the end of the zip says.
    ///
    /// # Why it matters
    /// What is damaged is not what was backed up, and what stands behind the damage may not have been read.
    ///
    /// # How it is checked
    /// Members are decoded to their ends, and the checksums of zip, gzip, zstd, xz, bzip2 and lz4 looked at, as are the
    /// headers of a tar. Name, method, checksum and sizes of each member of a zip are compared where they stand twice.
    ///
    /// # Example
    /// A bit of a `.tar.gz` flipped on its way.
    ///
    /// # What to do
    /// Take the archive anew from where it was made. What could be read is judged all the same.
    ///
    /// # When it is normal
    /// Never.
    "AR102" "archive_damaged" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    super::report(&RULE, ArchiveProblemKind::Damaged, evidence, findings);
}
