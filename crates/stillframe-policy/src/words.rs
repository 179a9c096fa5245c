//! The words of an expectation.

use std::fmt;

use crate::{Aggregate, Expectation, Expected, Number, Operator, Time, age};

/// Why a text is no expectation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}\n  {line}\n  {caret:>width$}", line = shown(text), caret = '^', width = self.column())]
pub struct WordsError {
    /// The text.
    pub text: String,
    /// The byte at which it ceases to be one.
    pub at: usize,
    /// What is wrong there.
    pub kind: WordsErrorKind,
}

impl WordsError {
    /// The column of the character at which it ceases to be one, from 1.
    pub fn column(&self) -> usize {
        let before = self.text.char_indices().take_while(|(at, _)| *at < self.at);
        before.count() + 1
    }
}

/// What is wrong with the words of an expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WordsErrorKind {
    /// There is no name.
    Name,
    /// A name has no end.
    OpenName(char),
    /// A column is named without what is to be made of it.
    BareColumn,
    /// There is no such function.
    Function(String),
    /// A function of a column has a table only.
    NoColumn,
    /// Its parenthesis has no end.
    OpenParenthesis,
    /// There is no operator, or another.
    Operator,
    /// There is nothing to compare with, or something else.
    Value,
    /// A text stands in double quotes.
    DoubleQuotes,
    /// A text has no end.
    OpenText,
    /// A number is none.
    Number,
    /// A date is none.
    Date,
    /// A length of time is none.
    Duration(String),
    /// A number of rows is compared with what is no number.
    CountIsNumber,
    /// Something stands behind the end.
    Behind,
}

impl fmt::Display for WordsErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str(
                "no name stands here; expected that of a table, as in users >= 1000; in double quotes where it is more than letters, digits and _",
            ),
            Self::OpenName(end) => write!(f, "this name has no end; expected {end}"),
            Self::BareColumn => f.write_str(
                "a column is many values; expected count, min or max of it, as in max(log.ts) >= now-26h",
            ),
            Self::Function(name) => {
                write!(f, "{name} is no function here; expected count, min or max")
            }
            Self::NoColumn => f.write_str(
                "there is no column; expected one behind a dot, as in max(log.ts)",
            ),
            Self::OpenParenthesis => f.write_str("no parenthesis ends here; expected )"),
            Self::Operator => f.write_str("no operator stands here; expected < <= = >= > or !="),
            Self::Value => f.write_str(
                "nothing to compare with stands here; expected a number, a text in single quotes, a date such as 2026-09-20, or now-26h",
            ),
            Self::DoubleQuotes => f.write_str(
                "double quotes are for names; expected a text in single quotes, as in 'done'",
            ),
            Self::OpenText => f.write_str("this text has no end; expected '"),
            Self::Number => f.write_str("this is no number; expected one such as 1000 or -2.5"),
            Self::Date => f.write_str(
                "this is no date; expected one such as 2026-09-20 or 2026-09-20T02:59:58Z",
            ),
            Self::Duration(reason) => write!(
                f,
                "this is no length of time ({reason}); expected now, or now-26h, now-7d, now+5m"
            ),
            Self::CountIsNumber => f.write_str("rows are counted; expected a number"),
            Self::Behind => f.write_str("something stands behind the end; expected nothing"),
        }
    }
}

/// On one line, without what a terminal would obey.
fn shown(text: &str) -> String {
    let shown = |character: char| match character.is_control() {
        true => '\u{fffd}',
        false => character,
    };
    text.chars().map(shown).collect()
}

/// Whether a name needs no quotes.
pub(crate) fn is_bare(name: &str) -> bool {
    let first = name.chars().next();
    first.is_some_and(|first| !first.is_ascii_digit()) && name.chars().all(is_of_name)
}

fn is_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || character == '_'
        || character == '$'
        || !character.is_ascii()
}

fn is_of_path(character: char) -> bool {
    is_of_name(character) || "-./\\+@~#%&!,".contains(character)
}

/// Reads an expectation.
pub(crate) fn parse(text: &str) -> Result<Expectation, WordsError> {
    let mut words = Words { text, at: 0 };
    let read = words.expectation();
    read.map_err(|kind| WordsError {
        text: text.to_owned(),
        at: words.at,
        kind,
    })
}

type Result_<T> = Result<T, WordsErrorKind>;

/// A text, and how far it was read.
struct Words<'t> {
    text: &'t str,
    at: usize,
}

impl Words<'_> {
    fn expectation(&mut self) -> Result_<Expectation> {
        let database = self.database()?;
        let (aggregate, table, column) = self.subject()?;
        let operator = self.operator()?;
        self.spaces();
        let start = self.at;
        let expected = self.value()?;
        if aggregate == Aggregate::Count && !matches!(expected, Expected::Number(_)) {
            self.at = start;
            return Err(WordsErrorKind::CountIsNumber);
        }
        Ok(Expectation {
            text: self.text.trim().to_owned(),
            database,
            aggregate,
            table,
            column,
            operator,
            expected,
        })
    }

    /// What stands before a colon, where that is a name.
    fn database(&mut self) -> Result_<Option<String>> {
        self.spaces();
        let start = self.at;
        let name = match self.rest().starts_with('"') {
            true => self.quoted('"')?,
            false => self.take_while(is_of_path).to_owned(),
        };
        if !name.is_empty() && self.take(':') {
            return Ok(Some(name));
        }
        self.at = start;
        Ok(None)
    }

    fn subject(&mut self) -> Result_<(Aggregate, String, Option<String>)> {
        self.spaces();
        let start = self.at;
        let is_quoted = self.rest().starts_with(['"', '`', '[']);
        let name = self.name()?;
        self.spaces();
        let behind = self.at;
        if is_quoted || !self.take('(') {
            if self.take('.') {
                self.at = behind;
                return Err(WordsErrorKind::BareColumn);
            }
            return Ok((Aggregate::Count, name, None));
        }
        let aggregate = match name.to_ascii_lowercase().as_str() {
            "count" => Aggregate::Count,
            "min" => Aggregate::Min,
            "max" => Aggregate::Max,
            _ => {
                self.at = start;
                return Err(WordsErrorKind::Function(name));
            }
        };
        self.spaces();
        let table = self.name()?;
        self.spaces();
        let mut column = None;
        if self.take('.') {
            self.spaces();
            column = Some(self.name()?);
            self.spaces();
        } else if aggregate != Aggregate::Count {
            return Err(WordsErrorKind::NoColumn);
        }
        match self.take(')') {
            true => Ok((aggregate, table, column)),
            false => Err(WordsErrorKind::OpenParenthesis),
        }
    }

    fn name(&mut self) -> Result_<String> {
        match self.rest().chars().next() {
            Some(quote @ ('"' | '`')) => self.quoted(quote),
            Some('[') => self.quoted(']'),
            _ => match self.take_while(is_of_name) {
                "" => Err(WordsErrorKind::Name),
                name => Ok(name.to_owned()),
            },
        }
    }

    /// A name in quotes, in which the end is written twice where it is a part of it; but `]` cannot be.
    fn quoted(&mut self, end: char) -> Result_<String> {
        let start = self.at;
        self.at += 1;
        let mut name = String::new();
        loop {
            name.push_str(self.take_while(|character| character != end));
            if !self.take(end) {
                self.at = start;
                return Err(WordsErrorKind::OpenName(end));
            }
            if end == ']' || !self.take(end) {
                break;
            }
            name.push(end);
        }
        match name.is_empty() {
            true => {
                self.at = start;
                Err(WordsErrorKind::Name)
            }
            false => Ok(name),
        }
    }

    fn operator(&mut self) -> Result_<Operator> {
        self.spaces();
        let start = self.at;
        let operator = match self.take_while(|character| "<>=!".contains(character)) {
            "<" => Operator::Less,
            "<=" => Operator::LessOrEqual,
            "=" | "==" => Operator::Equal,
            ">=" => Operator::GreaterOrEqual,
            ">" => Operator::Greater,
            "!=" | "<>" => Operator::NotEqual,
            _ => {
                self.at = start;
                return Err(WordsErrorKind::Operator);
            }
        };
        Ok(operator)
    }

    /// What stands behind the operator, to the end.
    fn value(&mut self) -> Result_<Expected> {
        let rest = self.rest().trim_end();
        let first = rest.chars().next().ok_or(WordsErrorKind::Value)?;
        let is_now = rest
            .get(..3)
            .is_some_and(|now| now.eq_ignore_ascii_case("now"));
        let dash = rest.trim_start_matches(|it: char| it.is_ascii_digit());
        match first {
            '\'' => self.text_value(),
            '"' => Err(WordsErrorKind::DoubleQuotes),
            _ if is_now => self.now(),
            '0'..='9' if dash.starts_with('-') => Time::parse(rest)
                .map(Expected::Time)
                .ok_or(WordsErrorKind::Date),
            '0'..='9' | '+' | '-' | '.' => number(rest)
                .map(Expected::Number)
                .ok_or(WordsErrorKind::Number),
            _ => Err(WordsErrorKind::Value),
        }
    }

    fn text_value(&mut self) -> Result_<Expected> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            text.push_str(self.take_while(|character| character != '\''));
            if !self.take('\'') {
                self.at = start;
                return Err(WordsErrorKind::OpenText);
            }
            if !self.take('\'') {
                break;
            }
            text.push('\'');
        }
        self.spaces();
        match self.rest().is_empty() {
            true => Ok(Expected::Text(text)),
            false => Err(WordsErrorKind::Behind),
        }
    }

    fn now(&mut self) -> Result_<Expected> {
        self.at += "now".len();
        self.spaces();
        let is_after = self.take('+');
        if !is_after && !self.take('-') {
            let by = std::time::Duration::ZERO;
            return match self.rest().is_empty() {
                true => Ok(Expected::Now { is_after, by }),
                false => Err(WordsErrorKind::Behind),
            };
        }
        self.spaces();
        let by = age::duration(self.rest());
        let by = by.map_err(|reason| WordsErrorKind::Duration(reason.to_string()))?;
        Ok(Expected::Now { is_after, by })
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn spaces(&mut self) {
        self.take_while(char::is_whitespace);
    }

    fn take(&mut self, character: char) -> bool {
        let is_there = self.rest().starts_with(character);
        if is_there {
            self.at += character.len_utf8();
        }
        is_there
    }

    fn take_while(&mut self, is_of: impl Fn(char) -> bool) -> &str {
        let start = self.at;
        let rest = self.text.get(start..).unwrap_or_default();
        let end = rest.find(|character| !is_of(character));
        self.at = start + end.unwrap_or(rest.len());
        self.text.get(start..self.at).unwrap_or_default()
    }
}

/// A number, in which digits may be parted by `_` as in SQL.
fn number(text: &str) -> Option<Number> {
    let is_parted = |pair: &[u8]| {
        let [left, right] = pair else { return true };
        let is_digit = |byte: &u8| byte.is_ascii_digit();
        (*left != b'_' || is_digit(right)) && (*right != b'_' || is_digit(left))
    };
    let is_of_number = |byte: u8| byte.is_ascii_digit() || b"+-._eE".contains(&byte);
    if !text.bytes().all(is_of_number) || text.ends_with('_') {
        return None;
    }
    if !text.as_bytes().windows(2).all(is_parted) {
        return None;
    }
    let text = text.replace('_', "");
    if let Ok(integer) = text.parse() {
        return Some(Number::Integer(integer));
    }
    let real = text.parse().ok().filter(|real: &f64| real.is_finite());
    real.map(Number::Real)
}

#[cfg(test)]
mod tests;
