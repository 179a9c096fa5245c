use stillframe_history::Role;
use stillframe_manifest::WalDifference;

use super::{Standing, pages, standing};
use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The set has gone on since the manifest was made.
    ///
    /// # What it means
    /// Its WAL is the one that was recorded with more commits, or one that was begun anew since.
    ///
    /// # Why it matters
    /// The manifest proves nothing of this set. Where it was made when a copy began, the database was written to while it
    /// was copied.
    ///
    /// # How it is checked
    /// The salts and commits of the WAL are compared with those that were recorded.
    ///
    /// # Example
    /// The manifest was made of the live database, which was then copied without a read transaction.
    ///
    /// # What to do
    /// Make the manifest of what is copied, or hold a read transaction from before the one until after the other.
    ///
    /// # When it is normal
    /// When a live database is compared with how it was.
    "MF201" "newer_than_recorded" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(difference) = &evidence.recorded else {
        return;
    };
    if standing(difference) != Some(Standing::Newer) {
        return;
    }
    let what = match difference.wal {
        Some(WalDifference::Longer(0)) => "other commits".to_owned(),
        Some(WalDifference::Longer(commits) | WalDifference::New(commits)) => {
            many(commits, "more commit")
        }
        Some(WalDifference::Newer(resets)) => {
            format!("been begun anew {}", many(resets, "time"))
        }
        _ => "changed".to_owned(),
    };
    findings.report(
        &RULE,
        evidence.whole(Role::Wal),
        format!(
            "the WAL has {what} since the manifest was made; {}",
            pages(difference)
        ),
    );
}
