//! What became of an expectation.

use crate::{Expectation, Number, TakenAs, Time};

/// What became of an expectation.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The expectation.
    pub expectation: Expectation,
    /// Whether it is met.
    pub judgement: Judgement,
}

/// Whether an expectation is met.
#[derive(Clone, Debug, PartialEq)]
pub enum Judgement {
    /// It is.
    Met(Measured),
    /// It is not.
    NotMet(Measured),
    /// Nobody can tell, so that it is not.
    Undecided(Undecided),
}

/// What was found of what an expectation is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Measured {
    /// So many rows, or values that are not NULL.
    Count(u64),
    /// There is no value but NULL, among so many rows.
    Nothing {
        /// The rows.
        rows: u64,
    },
    /// The smallest or largest value, that is to be compared with a number or a text.
    Value(Found),
    /// The same, that is to be compared with a moment.
    Moment {
        /// The value.
        found: Found,
        /// The moment that it stands for.
        time: Time,
        /// What it was taken for.
        taken: TakenAs,
        /// The moment that it was compared with.
        expected: Time,
        /// Whether it lies in the future.
        is_future: bool,
        /// Whether the value is that of the earliest or latest moment, as the texts of the column name several offsets from
        /// UTC: the smallest or largest text, as SQLite's `min` and `max` take it, need not be that.
        is_by_moment: bool,
        /// What may be otherwise than it was taken.
        doubt: Option<Doubt>,
    },
}

/// Why a moment may be another than a value was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// A number was taken for seconds since 1970, and those since 2001, which Cocoa and Core Data count, would be nearer to
    /// what it is compared with: this moment.
    Since2001(Time),
    /// The texts of the column name several offsets from UTC, and not all are times: the largest text need not be the latest
    /// moment.
    Offsets,
}

/// A value, as far as it is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// A number.
    Number(Number),
    /// The first characters of a text.
    Text(String),
    /// A blob of so many bytes.
    Blob(usize),
}

/// Why an expectation cannot be decided.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Undecided {
    /// SQLite would show no database, or none that is whole.
    NoDatabase,
    /// There is no such table.
    NoTable(Names),
    /// The table has no such column.
    NoColumn(Names),
    /// It is a view: only SQL tells what its rows are.
    View,
    /// It is a virtual table of this module, which alone knows its rows.
    Virtual(String),
    /// The column is computed when it is read, which takes SQL.
    Computed,
    /// The table cannot be read to its end.
    Damaged(String),
    /// Its text is compared in a way that an application defines.
    Collation(String),
    /// There are numbers among its values, and others.
    Mixed,
    /// The value is of another kind than what it is compared with.
    OtherKind(Found),
    /// The value is no time that is understood.
    NoTime(Found),
    /// The value may be more than one time, and none is of years that tell.
    Ambiguous {
        /// The value.
        found: Found,
        /// What it may be, each with what it would be taken for.
        readings: Vec<(Time, TakenAs)>,
    },
    /// What it is compared with is before the year -9999, or past 9999.
    OutOfTime,
}

/// Names of what there is instead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The first of them.
    pub first: Vec<String>,
    /// How many others there are.
    pub others: usize,
}

/// Names that are told.
const MOST_NAMES: usize = 8;

impl Names {
    pub(crate) fn of<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let mut told = Self::default();
        for name in names {
            match told.first.len() < MOST_NAMES {
                true => told.first.push(name.to_owned()),
                false => told.others += 1,
            }
        }
        told
    }
}
