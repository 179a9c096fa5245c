use crate::rule::rule;
use crate::{ArchiveProblemKind, Evidence, Findings};

rule! {
    /// A member of an archive is encrypted.
    ///
    /// # What it means
    /// The directory of the zip says that the member is encrypted.
    ///
    /// # Why it matters
    /// Nothing of the member was looked at: whether there is a database in it, and whether that is whole, is not known.
    ///
    /// # How it is checked
    /// The flags of the member in the directory of the zip.
    ///
    /// # Example
    /// A backup was made with `zip -e`.
    ///
    /// # What to do
    /// Decrypt it, and check what comes out.
    ///
    /// # When it is normal
    /// Where backups are encrypted.
    "AR104" "member_encrypted" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    super::report(&RULE, ArchiveProblemKind::Encrypted, evidence, findings);
}
