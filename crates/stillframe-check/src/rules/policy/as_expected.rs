use stillframe_history::Role;
use stillframe_policy::Judgement;

use super::{age, length, measured, outcomes, written_at};
use crate::rule::rule;
use crate::words::plain;
use crate::{Evidence, Findings};

rule! {
    /// Something is as it is expected to be.
    ///
    /// # What it means
    /// A table has what `--expect` or the policy asks for, or the set is no older than it may be.
    ///
    /// # Why it matters
    /// It shows that it was looked at, and what was found: how many rows, and for which time a value was taken.
    ///
    /// # How it is checked
    /// As for EX101 and EX103.
    ///
    /// # Example
    /// `max(log.ts) >= now-26h` of a table whose newest row is of this night.
    ///
    /// # What to do
    /// Nothing.
    ///
    /// # When it is normal
    /// Always.
    "EX901" "as_expected" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    for (expectation, judgement) in outcomes(evidence) {
        if let Judgement::Met(found) = judgement {
            let (words, found) = (plain(&expectation.text), measured(expectation, found));
            findings.report(
                &RULE,
                evidence.whole(Role::Database),
                format!("{words} is expected, and is so: {found}"),
            );
        }
    }
    if let Some(age) = age(evidence).filter(|age| age.is_within()) {
        let (written, most) = (written_at(age), length(age.most));
        findings.report(
            &RULE,
            evidence.whole(Role::Database),
            format!(
                "the newest of its files was written at {written}, no more than {most} before {}",
                age.now
            ),
        );
    }
}
