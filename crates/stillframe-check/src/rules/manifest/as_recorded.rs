use stillframe_history::Role;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The database is the one that the manifest records.
    ///
    /// # What it means
    /// SQLite shows the same pages, all of them, as when the manifest was made: nothing is missing. The files need not be
    /// the same, as a checkpoint moves pages from the WAL into the database file.
    ///
    /// # Why it matters
    /// It is the one proof that a copy is complete: nothing in its own files can tell.
    ///
    /// # How it is checked
    /// The SHA-256 of the database of the last commit is that which was recorded.
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
    let others: Vec<String> = difference
        .members
        .iter()
        .map(|member| {
            let name = match member.suffix.as_str() {
                "" => "the database file".to_owned(),
                suffix => format!("the {suffix}"),
            };
            match (member.recorded, member.found) {
                (Some(_), None) => format!("{name} is not here"),
                (None, _) => format!("{name} was not there"),
                (Some(_), Some(_)) => format!("{name} is another file"),
            }
        })
        .collect();
    let files = match others.is_empty() {
        true => "and so is every file".to_owned(),
        false => format!("although {}", others.join(", ")),
    };
    findings.report(
        &RULE,
        evidence.whole(Role::Database),
        format!("the database is the one that the manifest records, {files}"),
    );
}
