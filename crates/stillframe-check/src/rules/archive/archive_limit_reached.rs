use crate::rule::rule;
use crate::{ArchiveProblemKind, Evidence, Findings};

rule! {
    /// An archive holds more than is read of one.
    ///
    /// # What it means
    /// It decodes to more bytes than it can honestly hold, or has more members, or archives deeper within one another,
    /// than any backup needs.
    ///
    /// # Why it matters
    /// What stands behind the limit was not read. Archives that are made to fill a disk look like this.
    ///
    /// # How it is checked
    /// Decoded bytes are counted against a thousand times the length of the archive, and a TiB; members and depth
    /// against fixed bounds.
    ///
    /// # Example
    /// A zip of 42 kilobytes that unpacks to petabytes.
    ///
    /// # What to do
    /// Where the archive is to be trusted, unpack it where there is room, and check the folder.
    ///
    /// # When it is normal
    /// Where a database is almost empty and very large.
    "AR106" "archive_limit_reached" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    super::report(&RULE, ArchiveProblemKind::TooMuch, evidence, findings);
}
