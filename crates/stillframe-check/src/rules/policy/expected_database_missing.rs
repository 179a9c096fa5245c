use stillframe_format::ByteRange;

use crate::rule::rule;
use crate::words::plain;
use crate::{Evidence, Findings, Instead, Part, Place};

rule! {
    /// A database is missing that something is expected of.
    ///
    /// # What it means
    /// An expectation names a database, and the path of nothing that was checked ends so.
    ///
    /// # Why it matters
    /// What is expected of it was not looked at. A database that left the backup would pass for ever, were that no error.
    ///
    /// # How it is checked
    /// The name in front of the `:` is compared with the ends of the paths of all databases, folder by folder, from the
    /// root of the file system on; a `.` for a folder counts for nothing.
    ///
    /// # Example
    /// `--expect 'shop/app.db:users >= 1000'` of a backup that the folder `shop` was left out of.
    ///
    /// # What to do
    /// Look for it where the copy was made from, or put the name right.
    ///
    /// # When it is normal
    /// When a part of a backup is checked by the policy of all of it. No baseline accepts it; `--severity EX107=note` makes less
    /// of it.
    "EX107" "expected_database_missing" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(Instead::Expected(expected)) = &evidence.instead else {
        return;
    };
    for words in &expected.expectations {
        let place = words.place.clone();
        let (input, range) = place.unwrap_or_else(|| (expected.name.clone(), ByteRange::new(0, 0)));
        let place = Place {
            input,
            range,
            part: Part::File,
        };
        let message = format!(
            "{} is expected of the database, and it is not here",
            plain(&words.text)
        );
        findings
            .report(&RULE, place, message)
            .help("look for it where the copy was made from, or put its name right");
    }
}
