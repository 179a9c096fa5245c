//! What happens to backups: 54 scenarios, each with what SQLite does, what stillframe says, and what to do then.
//!
//! This table is what [`page`] makes `docs/scenarios.md` of, and what a test holds the command against: every set is
//! checked as a folder and in four kinds of archives, and what is rebuilt is compared with what the live connection showed.

mod copies;
mod damage;
mod journals;
mod moments;
mod others;
mod page;
mod restores;
mod wals;

#[cfg(all(test, feature = "oracle"))]
mod tests;

pub use page::page;

/// Something that happens to a backup.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// Its number, from 1 to 54.
    pub number: u8,
    /// In a few words.
    pub name: &'static str,
    /// What happened.
    pub happened: &'static str,
    /// What SQLite does when it opens the files.
    pub sqlite: &'static str,
    /// What stillframe says.
    pub says: &'static str,
    /// What to do now.
    pub now: &'static str,
    /// Commands to type then.
    pub commands: &'static [&'static str],
    /// What stillframe does not tell.
    pub not_told: Option<NotTold>,
    /// Fixtures that show it.
    pub sets: &'static [Set],
    /// What rebuilds and repairs give back.
    pub rows: &'static [Rows],
    /// Tests that show what no fixture can.
    pub tests: &'static [Test],
}

/// What stillframe does not tell of a scenario.
#[derive(Clone, Copy, Debug)]
pub enum NotTold {
    /// The bytes show it, and it is not told yet.
    Yet(&'static str),
    /// Nothing in the bytes shows it.
    AtAll(&'static str),
}

/// What is said of a fixture.
#[derive(Clone, Copy, Debug)]
pub struct Set {
    /// The folder below `fixtures/`.
    pub fixture: &'static str,
    /// The exit status of `check`.
    pub exit: i32,
    /// What is said of each of its databases, in their order.
    pub says: &'static [Said],
}

/// What is said of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// The file; of a set without a database its WAL.
    pub file: &'static str,
    /// The verdict, in words.
    pub verdict: &'static str,
    /// The command that it ends with; empty where there is none.
    pub next: &'static str,
}

/// A command that gives back what the live connection showed.
#[derive(Clone, Copy, Debug)]
pub struct Rows {
    /// The folder below `fixtures/`, copied to `set`.
    pub fixture: &'static str,
    /// The arguments. They have `out.db` written.
    pub line: &'static str,
    /// The exit status.
    pub exit: i32,
    /// What there was to see: the name of a file in `fixtures/truth`, without its ending.
    pub truth: &'static str,
}

/// A test.
#[derive(Clone, Copy, Debug)]
pub struct Test {
    /// The file that it is in.
    pub file: &'static str,
    /// Its name.
    pub name: &'static str,
}

/// Every scenario, in the order of their numbers.
pub fn all() -> impl Iterator<Item = &'static Scenario> {
    [
        copies::SCENARIOS,
        restores::SCENARIOS,
        wals::SCENARIOS,
        journals::SCENARIOS,
        damage::SCENARIOS,
        others::SCENARIOS,
        moments::SCENARIOS,
    ]
    .into_iter()
    .flatten()
}

const fn said(file: &'static str, verdict: &'static str, next: &'static str) -> Said {
    Said {
        file,
        verdict,
        next,
    }
}
