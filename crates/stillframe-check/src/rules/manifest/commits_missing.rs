use stillframe_history::Role;
use stillframe_manifest::WalDifference;

use super::{Standing, pages, standing};
use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// Commits are missing that the manifest records.
    ///
    /// # What it means
    /// The set is an earlier state of the database than the one that was recorded: its WAL is gone, or cut short, or of
    /// before it was begun anew, and the database file does not make up for it.
    ///
    /// # Why it matters
    /// What was committed in between is lost with this copy. SQLite shows the earlier state and says nothing.
    ///
    /// # How it is checked
    /// The database of the last commit is compared with the SHA-256 that was recorded of it; where it is another one, the
    /// salts and commits of the WAL tell which of the two is older. A WAL that is gone, or has nothing, tells that only beside
    /// the database file that was recorded. Where only files were recorded, these are compared instead.
    ///
    /// # Example
    /// The copy was made without the WAL.
    ///
    /// # What to do
    /// Look for the member that is missing where the copy was made from, by the name, size and SHA-256 in the manifest.
    ///
    /// # When it is normal
    /// Never: the manifest was made of something newer.
    "MF101" "commits_missing" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(difference) = &evidence.recorded else {
        return;
    };
    if standing(difference) != Some(Standing::Older) {
        return;
    }
    let what = match difference.wal {
        Some(WalDifference::Gone(commits)) => {
            format!("the WAL with {} is not here", many(commits, "commit"))
        }
        Some(WalDifference::Shorter(commits)) => {
            format!("the WAL lacks the last {}", many(commits, "commit"))
        }
        Some(WalDifference::Older(resets)) => format!(
            "the WAL is of before it was begun anew, {} ago",
            many(resets, "time")
        ),
        _ => "the WAL is another one".to_owned(),
    };
    let role = match evidence.set.wal {
        Some(_) => Role::Wal,
        None => Role::Database,
    };
    findings
        .report(
            &RULE,
            evidence.whole(role),
            format!("{what}, which the manifest records; {}", pages(difference)),
        )
        .help("look for it where the copy was made from");
}
