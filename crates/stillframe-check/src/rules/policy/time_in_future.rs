use stillframe_history::Role;
use stillframe_policy::{Judgement, Measured};

use super::{age, outcomes};
use crate::rule::rule;
use crate::words::plain;
use crate::{Evidence, Findings};

rule! {
    /// A time that something was judged by lies in the future.
    ///
    /// # What it means
    /// The newest file of the set, or the value of a row that is compared with a time, is of more than a minute behind now.
    ///
    /// # Why it matters
    /// It is as new as anything can be, whatever it is: what is expected of its age says little then.
    ///
    /// # How it is checked
    /// It is compared with the clock, or with the time that `--now` gives.
    ///
    /// # Example
    /// The clock of the machine that wrote the row was a year ahead.
    ///
    /// # What to do
    /// Compare the clocks, and expect something of another column. To have it fail: `--severity EX902=error`.
    ///
    /// # When it is normal
    /// In a column of what is to come, such as an appointment, and in members of zip archives, which are dated in the local time
    /// of who made them.
    "EX902" "time_in_future" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    for (expectation, judgement) in outcomes(evidence) {
        let (Judgement::Met(found) | Judgement::NotMet(found)) = judgement else {
            continue;
        };
        if let Measured::Moment {
            time,
            is_future: true,
            ..
        } = found
        {
            let subject = plain(&expectation.subject());
            findings.report(
                &RULE,
                evidence.whole(Role::Database),
                format!("{subject} is {time}, which lies in the future"),
            );
        }
    }
    let newest = age(evidence).and_then(|age| Some((age.newest?, age.now)));
    if let Some((newest, now)) = newest.filter(|(newest, now)| newest.is_future(*now)) {
        findings.report(
            &RULE,
            evidence.whole(Role::Database),
            format!("the newest of its files was written at {newest}, which lies behind {now}"),
        );
    }
}
