use crate::rule::rule;
use crate::{Evidence, Findings, Instead, Part, Place};

rule! {
    /// A database is missing that the manifest records.
    ///
    /// # What it means
    /// Nothing of what was checked has the name that the manifest gives to the database.
    ///
    /// # Why it matters
    /// It is not in this backup: all of it is lost with this copy.
    ///
    /// # How it is checked
    /// The names of the databases, from the PATH on, with those in the manifest.
    ///
    /// # Example
    /// A folder was left out when the backup was made.
    ///
    /// # What to do
    /// Look for it where the copy was made from, by the name, size and SHA-256 in the manifest. Where the database has
    /// another name now, name it and its manifest alone.
    ///
    /// # When it is normal
    /// Where the application has deleted the database since, and the manifest is of before. No baseline accepts it;
    /// `--severity MF103=note` makes less of it.
    "MF103" "database_missing" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(Instead::Missing(missing)) = &evidence.instead else {
        return;
    };
    let place = Place {
        input: missing.manifest.clone(),
        range: missing.range,
        part: Part::File,
    };
    findings
        .report(
            &RULE,
            place,
            "the manifest records the database, and it is not here",
        )
        .help("look for it where the copy was made from");
}
