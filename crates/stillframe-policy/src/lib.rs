//! What is expected of a backup, and is it so?
//!
//! An [`Expectation`] is a sentence such as `users >= 1000` or `max(log.ts) >= now-26h`. [`judge`] reads the tables that
//! expectations name, each in one pass and from any [`Pages`](stillframe_format::Pages), and tells of each whether it is met.
//! What cannot be decided is not met: there is no such table, or it cannot be read to its end, or a value is of another
//! kind than what it is compared with. Numbers, text and NULL are counted and ordered as SQLite's `count`, `min` and `max` do.
//!
//! A [`Policy`] is a file of such words, and a [`Baseline`] one of findings that are known and accepted. Nothing here opens
//! a file or looks at the clock: what time it is, the caller says.
//!
//! ```
//! use stillframe_policy::{Age, Expectation, Policy, Time};
//!
//! let expectation = Expectation::parse("max(log.ts) >= now-26h")?;
//! assert_eq!((expectation.table.as_str(), expectation.column.as_deref()), ("log", Some("ts")));
//! let wrong = Expectation::parse("users => 1000").unwrap_err();
//! assert_eq!(wrong.at, 6);
//!
//! let policy = Policy::parse("max-age = '26h'\nexpect = ['users >= 1000']").unwrap();
//! let now = Time::parse("2026-09-20 12:00").unwrap();
//! let age = Age::of(Time::parse("2026-09-19 12:00"), now, policy.max_age.unwrap());
//! assert!(age.is_within());
//! # Ok::<(), stillframe_policy::WordsError>(())
//! ```
#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing)]

mod age;
mod baseline;
mod expectation;
mod file;
mod judge;
mod measure;
mod order;
mod outcome;
mod time;
mod words;

pub use age::{Age, duration};
pub use baseline::{Accepting, Baseline, BaselineError, Mark};
pub use expectation::{Aggregate, Expectation, Expected, Number, Operator};
pub use file::{Policy, PolicyError, Setting};
pub use judge::judge;
pub use outcome::{Doubt, Found, Judgement, Measured, Names, Outcome, Undecided};
pub use time::{CLOCK_SKEW, TakenAs, Time};
pub use words::{WordsError, WordsErrorKind};

/// What was found out about a set by a policy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judged {
    /// The expectations that are of the set, in the order in which they were given.
    pub outcomes: Vec<Outcome>,
    /// How old it is, where an age is too much.
    pub age: Option<Age>,
    /// Whether a database in WAL mode must have its WAL.
    pub requires_wal: bool,
}
