//! What is expected of a database, in one sentence.

use crate::{Time, WordsError, words};

/// That a number of rows or values, or the smallest or largest value of a column, is this or that.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// As it was written.
    pub text: String,
    /// The end of the path of the database that it is of; `None` for every database.
    pub database: Option<String>,
    /// What of the table it is about.
    pub aggregate: Aggregate,
    /// The table.
    pub table: String,
    /// The column; `None` where rows are counted.
    pub column: Option<String>,
    /// How it is compared.
    pub operator: Operator,
    /// With what.
    pub expected: Expected,
}

/// What is made of a table or of a column, as SQLite's functions of these names do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregate {
    /// How many rows, or values of a column that are not NULL.
    Count,
    /// The smallest value of a column.
    Min,
    /// The largest value of a column.
    Max,
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `=`
    Equal,
    /// `>=`
    GreaterOrEqual,
    /// `>`
    Greater,
    /// `!=`
    NotEqual,
}

impl Operator {
    /// Whether it holds of two values in this order.
    pub const fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Equal => order.is_eq(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::Greater => order.is_gt(),
            Self::NotEqual => order.is_ne(),
        }
    }
}

/// What a value is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// A number.
    Number(Number),
    /// A text.
    Text(String),
    /// A moment.
    Time(Time),
    /// So much before now, or after it.
    Now {
        /// Whether it lies behind now.
        is_after: bool,
        /// How far away it is.
        by: std::time::Duration,
    },
}

impl Expected {
    pub(crate) const fn is_moment(&self) -> bool {
        matches!(self, Self::Time(_) | Self::Now { .. })
    }
}

/// A number, as SQLite has them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// An integer.
    Integer(i64),
    /// A floating-point number; never NaN.
    Real(f64),
}

impl Expectation {
    /// Reads one: `[DATABASE:]TABLE OPERATOR VALUE`, or `count`, `min` or `max` of `(TABLE.COLUMN)` for the table. Names that
    /// are more than letters, digits and `_` stand in double quotes, `[` and `]` or backticks.
    ///
    /// # Errors
    /// A [`WordsError`], which says where it is none.
    pub fn parse(text: &str) -> Result<Self, WordsError> {
        words::parse(text)
    }

    /// Whether it is of the database whose path this is, with `/` between folders and `!` behind archives: it names none,
    /// or the end of the path. A `.` for a folder, as at the beginning of `./app.db`, counts in neither.
    pub fn is_of(&self, path: &str) -> bool {
        let Some(name) = &self.database else {
            return true;
        };
        let path = plain(path);
        let before = path.strip_suffix(plain(name).as_str());
        before.is_some_and(|before| before.is_empty() || before.ends_with(['/', '\\', '!']))
    }

    /// What is measured, as SQL writes it.
    pub fn subject(&self) -> String {
        let table = quoted(&self.table);
        let function = match (self.aggregate, &self.column) {
            (Aggregate::Count, None) => return table,
            (Aggregate::Count, Some(_)) => "count",
            (Aggregate::Min, _) => "min",
            (Aggregate::Max, _) => "max",
        };
        let column = quoted(self.column.as_deref().unwrap_or_default());
        format!("{function}({table}.{column})")
    }
}

/// A path without folders that are `.` or nothing.
fn plain(path: &str) -> String {
    let path = match cfg!(windows) {
        true => path.replace('\\', "/"),
        false => path.to_owned(),
    };
    let folders = path.split('/');
    let folders: Vec<&str> = folders.filter(|it| !["", "."].contains(it)).collect();
    let start = if path.starts_with('/') { "/" } else { "" };
    format!("{start}{}", folders.join("/"))
}

/// A name as it has to be written.
fn quoted(name: &str) -> String {
    match words::is_bare(name) {
        true => name.to_owned(),
        false => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}
