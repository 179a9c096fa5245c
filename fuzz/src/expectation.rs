//! Text of any kind as an expectation, a policy, a baseline and a time: each is read or refused, and what is read says the
//! same when it is read again.

use stillframe_policy::{Baseline, Expectation, Policy, Time, duration};

use crate::material::MAX_INPUT_BYTES;

/// Reads the text as all of them.
///
/// # Panics
/// What was read contradicts itself, or an error points past the text.
pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes.get(..MAX_INPUT_BYTES).unwrap_or(bytes));
    match Expectation::parse(&text) {
        Ok(expectation) => {
            let again = Expectation::parse(&expectation.text);
            assert_eq!(again.as_ref(), Ok(&expectation));
            // Names are quoted where they have to be.
            let subject = Expectation::parse(&format!("{} > 0", expectation.subject()));
            let subject = subject.expect("what it is about can be written");
            assert_eq!(subject.table, expectation.table);
            assert_eq!(subject.column, expectation.column);
            assert_eq!(subject.aggregate, expectation.aggregate);
        }
        Err(error) => {
            assert!(error.at <= text.len());
            let shown = error.to_string();
            assert_eq!(shown.lines().count(), 3, "{shown:?}");
            assert!(shown.lines().last().is_some_and(|line| line.ends_with('^')));
        }
    }
    if let Some(time) = Time::parse(&text) {
        // To the second, as it is shown.
        let shown = time.to_string();
        let again = Time::parse(&shown).expect("a time that is shown is one");
        assert!(again <= time && time.since(again).is_some_and(|rest| rest.as_secs() == 0));
    }
    if let Ok(baseline) = Baseline::parse(&text) {
        let again = Baseline::parse(&baseline.to_json());
        assert!(again.is_ok_and(|again| again == baseline));
    }
    let _read_or_refused = (Policy::parse(&text).is_ok(), duration(&text).is_ok());
}
