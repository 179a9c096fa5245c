use stillframe_database::ErrorKind;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// Three bytes of the database header that never change are not what they must be.
    ///
    /// # What it means
    /// The bytes 21 to 23, the payload fractions, are not 64, 32 and 32. They are the same in every database, so this
    /// one was damaged after it was written.
    ///
    /// # Why it matters
    /// SQLite refuses the file: `file is not a database (26)`. Damage to these bytes is seldom alone.
    ///
    /// # How it is checked
    /// Page 1, read through the WAL where there is one, is tested as SQLite does on opening (`lockBtree`).
    ///
    /// # Example
    /// A transfer as text has replaced bytes: all that follow are moved.
    ///
    /// # What to do
    /// Keep the file as it is, and look for another copy. Transfer it as binary data.
    ///
    /// # When it is normal
    /// Never.
    "DB005" "payload_fractions_invalid" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(error) = super::refused(&RULE, evidence) else {
        return;
    };
    let details = super::report_refused(&RULE, evidence, findings, error);
    if let ErrorKind::PayloadFractions { found } = error.kind {
        let [maximum, minimum, leaf] = found;
        details
            .values(format!("{maximum} {minimum} {leaf}"), "64 32 32")
            .help("keep the file as it is, and look for another copy");
    }
}
