use stillframe_history::Role;
use stillframe_policy::{Judgement, Measured};

use super::{age, outcomes, written_at};
use crate::rule::rule;
use crate::words::plain;
use crate::{Evidence, Findings};

rule! {
    /// A time that something was judged by lies in the future.
    ///
    /// # What it means
    /// The newest file of the set, or the value of a row that is compared with a time, is of more than 5 minutes after now.
    ///
    /// # Why it matters
    /// It is as new as anything can be, whatever it is, and stays so until then: what is expected of its age is met, and says
    /// nothing.
    ///
    /// # How it is checked
    /// It is compared with the clock, or with the time that `--now` gives; 5 minutes are allowed, as clocks differ. The times
    /// of rows are taken for UTC. Those of most zip archives are of the zone where they were made, which may be 14 hours ahead:
    /// so much is allowed them as well.
    ///
    /// # Example
    /// The clock of the machine that wrote the row was a year ahead. Every backup since then is young, whatever it lacks.
    ///
    /// # What to do
    /// Compare the clocks, give the file its true time, and expect something of another column.
    ///
    /// # When it is normal
    /// In a column of what is to come, such as an appointment, and in one of local times east of Greenwich. Expect something
    /// of another one, or set it aside: `--severity EX106=note`.
    "EX106" "time_in_future" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let help = "it says nothing of an age; compare the clocks, or expect something else";
    for (expectation, judgement) in outcomes(evidence) {
        let (Judgement::Met(found) | Judgement::NotMet(found)) = judgement else {
            continue;
        };
        if let Measured::Moment {
            time,
            taken,
            is_future: true,
            ..
        } = found
        {
            let (subject, taken) = (plain(&expectation.subject()), taken.words());
            let message =
                format!("{subject} is {time}, taken for {taken}, which lies in the future");
            findings
                .report(&RULE, evidence.whole(Role::Database), message)
                .help(help);
        }
    }
    if let Some(age) = age(evidence).filter(|age| age.is_future()) {
        let (written, now) = (written_at(age), age.now);
        let message =
            format!("the newest of its files was written at {written}, which lies after {now}");
        findings
            .report(&RULE, evidence.whole(Role::Database), message)
            .help(help);
    }
}
