use super::{Standing, first_difference, pages, standing};
use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The database is not the one that the manifest records.
    ///
    /// # What it means
    /// The pages that SQLite shows of this set are not those that it showed when the manifest was made, and nothing in the
    /// WAL tells that the set has only gone on since, or is older.
    ///
    /// # Why it matters
    /// The copy is damaged, or of another time, or of another database.
    ///
    /// # How it is checked
    /// The database of the last commit is compared with the SHA-256 that was recorded of it, and its pages with those of
    /// each page, or of some at a time in a large database. Where only files were recorded, as SQLite would not have had the
    /// database, each is compared with its SHA-256.
    ///
    /// # Example
    /// A bit was flipped in storage.
    ///
    /// # What to do
    /// Compare with another copy. Findings of other rules tell what is wrong with this one, if anything is.
    ///
    /// # When it is normal
    /// When the database was changed since the manifest was made, and no WAL tells of it: in a rollback mode, or in a WAL that
    /// a checkpoint has since brought into the file and removed or emptied.
    "MF102" "database_differs" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(difference) = &evidence.recorded else {
        return;
    };
    if standing(difference) != Some(Standing::Other) {
        return;
    }
    let what = match difference.only_members {
        true => "the files are not those that the manifest records",
        false => "the database is not the one that the manifest records",
    };
    findings
        .report(
            &RULE,
            first_difference(evidence, difference),
            format!("{what}; {}", pages(difference)),
        )
        .help("compare with another copy");
}
