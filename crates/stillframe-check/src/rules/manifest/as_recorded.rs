use super::{files, first_member};
use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The database is the one that the manifest records.
    ///
    /// # What it means
    /// SQLite shows the same pages, all of them, as when the manifest was made: nothing is missing. The files need not be
    /// the same, as a checkpoint moves pages from the WAL into the database file. Where SQLite would not have had the
    /// database, as it was encrypted or damaged, only its files were recorded, and they are the same, every byte: what was
    /// wrong then still is, and nothing was lost since.
    ///
    /// # Why it matters
    /// It is the one proof that a copy is complete: nothing in its own files can tell.
    ///
    /// # How it is checked
    /// The SHA-256 of the database of the last commit is that which was recorded; where there is none, that of each file is,
    /// and no file is missing or was added.
    ///
    /// # Example
    /// A copy was made, and its manifest with it.
    ///
    /// # What to do
    /// Nothing.
    ///
    /// # When it is normal
    /// Always.
    "MF901" "as_recorded" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(difference) = &evidence.recorded else {
        return;
    };
    if !difference.is_same_database() {
        return;
    }
    let message = match (difference.only_members, files(difference)) {
        (true, _) => {
            "the files are those that the manifest records, which has nothing else of this database"
                .to_owned()
        }
        (false, None) => {
            "the database is the one that the manifest records, and so is every file".to_owned()
        }
        (false, Some(others)) => {
            format!("the database is the one that the manifest records, although {others}")
        }
    };
    findings.report(&RULE, first_member(evidence), message);
}
