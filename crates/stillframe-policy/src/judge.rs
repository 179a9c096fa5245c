//! Whether expectations are met by the tables of a database.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use stillframe_database::scan::{Problem, ProblemKind, Seen};
use stillframe_database::{Header, TextEncoding};
use stillframe_format::Pages;
use stillframe_rows::{Catalog, Row, Value};
use stillframe_schema::{Collation, Generated, Table, TableKind};

use crate::measure::Tally;
use crate::order::{integer_and_real, order};
use crate::outcome::{Found, Names};
use crate::{
    Aggregate, Expectation, Expected, Judgement, Measured, Number, Outcome, Time, Undecided,
};

/// Judges expectations by the database that `pages` show, whose page 1 has this header. Of each table that they name every
/// page is read once, however many they are, and for a number of rows none but those of its tree. `read` is told how many
/// bytes were read each time.
///
/// # Errors
/// The pages could not be read. What is damaged is no error: what depends on it cannot be decided.
pub fn judge<P: Pages<Error: fmt::Display>>(
    pages: &P,
    header: &Header,
    expectations: &[&Expectation],
    now: Time,
    read: &mut dyn FnMut(u64),
) -> Result<Vec<Outcome>, P::Error> {
    let mut catalog = Catalog::read(pages, header);
    if let Some(catalog) = &mut catalog {
        let problems = std::mem::take(&mut catalog.problems);
        problems.into_iter().try_for_each(unless_unreadable)?;
    }
    let mut tables: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, expectation) in expectations.iter().enumerate() {
        let name = table_name(expectation).to_ascii_lowercase();
        tables.entry(name).or_default().push(number);
    }
    let mut judged: BTreeMap<usize, Judgement> = BTreeMap::new();
    for (name, numbers) in tables {
        let of_table = numbers
            .iter()
            .filter_map(|number| expectations.get(*number).copied());
        let of_table: Vec<&Expectation> = of_table.collect();
        let judgements = match &catalog {
            Some(catalog) => {
                let reading = Reading {
                    pages,
                    catalog,
                    encoding: header.text_encoding(),
                    now,
                };
                reading.table(&name, &of_table, read)?
            }
            None => of_table
                .iter()
                .map(|_| undecided(Undecided::NoTable(Names::default())))
                .collect(),
        };
        judged.extend(numbers.into_iter().zip(judgements));
    }
    let outcomes = expectations.iter().zip(judged.into_values());
    let outcomes = outcomes.map(|(expectation, judgement)| Outcome {
        expectation: (*expectation).clone(),
        judgement,
    });
    Ok(outcomes.collect())
}

/// SQLite has two names for the table of its schema.
fn table_name(expectation: &Expectation) -> &str {
    match expectation.table.eq_ignore_ascii_case("sqlite_schema") {
        true => "sqlite_master",
        false => &expectation.table,
    }
}

const fn undecided(why: Undecided) -> Judgement {
    Judgement::Undecided(why)
}

/// The words of a problem, but what could not be read is an error.
fn unless_unreadable<E: fmt::Display>(problem: Problem<E>) -> Result<(), E> {
    match problem.kind {
        ProblemKind::Unreadable(error) => Err(error),
        _ => Ok(()),
    }
}

/// What of a row a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Rowid,
    Column(usize),
}

impl Part {
    fn of<'r>(self, row: &Row<'r>) -> Value<'r> {
        match self {
            Self::Rowid => row.rowid.map_or(Value::Null, Value::Integer),
            Self::Column(column) => row.value(column),
        }
    }
}

/// What is wanted of a part of each row.
struct Column {
    part: Part,
    /// Whether the smallest is, and whether the largest.
    ends: (bool, bool),
    tally: Tally,
}

/// What a pass over a table comes to.
struct Pass {
    rows: u64,
    columns: Vec<Column>,
}

struct Reading<'r, P: Pages> {
    pages: &'r P,
    catalog: &'r Catalog<P::Error>,
    encoding: TextEncoding,
    now: Time,
}

impl<P: Pages<Error: fmt::Display>> Reading<'_, P> {
    /// The judgements of expectations of one table, in their order.
    fn table(
        &self,
        name: &str,
        expectations: &[&Expectation],
        read: &mut dyn FnMut(u64),
    ) -> Result<Vec<Judgement>, P::Error> {
        let all = |why: Undecided| {
            expectations
                .iter()
                .map(|_| undecided(why.clone()))
                .collect()
        };
        let table = match self.catalog.table(name) {
            None => return Ok(all(Undecided::NoTable(self.tables()))),
            Some(table) => table,
        };
        match &table.kind {
            TableKind::Ordinary => {}
            TableKind::View => return Ok(all(Undecided::View)),
            TableKind::Virtual(module) => return Ok(all(Undecided::Virtual(module.clone()))),
        }
        let parts = expectations.iter().map(|it| part(table, it));
        let parts: Vec<Result<Option<Part>, Undecided>> = parts.collect();
        let pass = match self.pass(table, expectations, &parts, read)? {
            Ok(pass) => pass,
            Err(words) => return Ok(all(Undecided::Damaged(words))),
        };
        let both = expectations.iter().zip(parts);
        let judged = both.map(|(expectation, part)| match part {
            Err(why) => undecided(why),
            Ok(part) => self.judgement(expectation, part, &pass),
        });
        Ok(judged.collect())
    }

    /// One pass over the table, or words for what ends it.
    fn pass(
        &self,
        table: &Table,
        expectations: &[&Expectation],
        parts: &[Result<Option<Part>, Undecided>],
        read: &mut dyn FnMut(u64),
    ) -> Result<Result<Pass, String>, P::Error> {
        let mut pass = Pass {
            rows: 0,
            columns: self.columns(table, expectations, parts),
        };
        let page = u64::from(self.pages.page_size().get());
        let mut pages_read = 0;
        let mut advance = |pages: u64| {
            read((pages - pages_read) * page);
            pages_read = pages;
        };
        if pass.columns.is_empty() {
            let counted = self
                .catalog
                .count(self.pages, table, Seen::default(), &mut advance);
            return match counted {
                Some(Ok(rows)) => {
                    pass.rows = rows;
                    Ok(Ok(pass))
                }
                Some(Err(problem)) => ended(problem),
                None => Ok(Ok(pass)),
            };
        }
        let Some(mut rows) = self.catalog.rows(self.pages, table, Seen::default()) else {
            return Ok(Ok(pass));
        };
        while let Some(row) = rows.next() {
            match row {
                Ok(row) => {
                    pass.rows += 1;
                    for column in &mut pass.columns {
                        column.tally.add(&column.part.of(&row), column.ends);
                    }
                }
                Err(problem) => return ended(problem),
            }
            if pass.rows % 1024 == 0 {
                advance(rows.pages_read());
            }
        }
        advance(rows.pages_read());
        Ok(Ok(pass))
    }

    /// What is wanted of the rows.
    fn columns(
        &self,
        table: &Table,
        expectations: &[&Expectation],
        parts: &[Result<Option<Part>, Undecided>],
    ) -> Vec<Column> {
        let mut columns: BTreeMap<Part, Column> = BTreeMap::new();
        for (expectation, part) in expectations.iter().zip(parts) {
            let Ok(Some(part)) = part else {
                continue;
            };
            let column = columns.entry(*part).or_insert_with(|| Column {
                part: *part,
                ends: (false, false),
                tally: Tally::new(collation(table, *part), self.encoding),
            });
            column.ends.0 |= expectation.aggregate == Aggregate::Min;
            column.ends.1 |= expectation.aggregate == Aggregate::Max;
        }
        columns.into_values().collect()
    }

    fn judgement(&self, expectation: &Expectation, part: Option<Part>, pass: &Pass) -> Judgement {
        let mut columns = pass.columns.iter();
        let column = columns.find(|column| Some(column.part) == part);
        let Some(Column { tally, .. }) = column else {
            return of_count(expectation, pass.rows);
        };
        let value = match expectation.aggregate {
            Aggregate::Count => return of_count(expectation, tally.values),
            Aggregate::Min => tally.smallest(),
            Aggregate::Max => tally.largest(),
        };
        let Some(found) = Found::of(&value) else {
            return Judgement::NotMet(Measured::Nothing { rows: pass.rows });
        };
        if let (Collation::Other(name), true) = (tally.collation(), tally.has_text) {
            return undecided(Undecided::Collation(name.clone()));
        }
        if tally.is_mixed() {
            return undecided(Undecided::Mixed);
        }
        match &expectation.expected {
            Expected::Number(number) => of_number(expectation, &value, found, *number),
            Expected::Text(text) => match value {
                Value::Text(_) => {
                    // The result of a function has no collation, and so is compared by its bytes.
                    let text = Value::Text(Cow::Borrowed(text.as_bytes()));
                    let order = order(&value, &text, &Collation::Binary, self.encoding);
                    judged(expectation, order, Measured::Value(found))
                }
                _ => undecided(Undecided::OtherKind(found)),
            },
            Expected::Time(time) => self.of_time(expectation, &value, found, Some(*time)),
            Expected::Now { is_after, by } => {
                let expected = match is_after {
                    true => self.now.after(*by),
                    false => self.now.before(*by),
                };
                self.of_time(expectation, &value, found, expected)
            }
        }
    }

    fn of_time(
        &self,
        expectation: &Expectation,
        value: &Value<'_>,
        found: Found,
        expected: Option<Time>,
    ) -> Judgement {
        use crate::TakenAs;

        let Some(expected) = expected else {
            return undecided(Undecided::OutOfTime);
        };
        let time = match value {
            Value::Integer(integer) => Time::of_integer(*integer),
            Value::Real(real) => Time::of_real(*real),
            Value::Text(text) => {
                let time = str::from_utf8(text).ok().and_then(Time::parse);
                time.map(|time| (time, TakenAs::Text))
            }
            Value::Null | Value::Blob(_) => None,
        };
        let Some((time, taken)) = time else {
            return undecided(Undecided::NoTime(found));
        };
        let measured = Measured::Moment {
            found,
            time,
            taken,
            expected,
            is_future: time.is_future(self.now),
        };
        judged(expectation, time.cmp(&expected), measured)
    }

    /// The tables that are not SQLite's own.
    fn tables(&self) -> Names {
        let tables = self.catalog.schema.tables.iter();
        let names = tables.map(|table| table.name.as_str());
        let mut names: Vec<&str> = names.filter(|name| !name.starts_with("sqlite_")).collect();
        names.sort_unstable();
        Names::of(names.into_iter())
    }
}

/// What is read of a row for an expectation; nothing where rows are counted.
fn part(table: &Table, expectation: &Expectation) -> Result<Option<Part>, Undecided> {
    let Some(name) = &expectation.column else {
        return Ok(None);
    };
    let Some(column) = table.column(name) else {
        let rowid = ["rowid", "oid", "_rowid_"];
        let is_rowid = rowid.iter().any(|rowid| name.eq_ignore_ascii_case(rowid));
        return match is_rowid && !table.is_without_rowid {
            true => Ok(Some(Part::Rowid)),
            false => {
                let columns = table.columns.iter();
                let names = Names::of(columns.map(|column| column.name.as_str()));
                Err(Undecided::NoColumn(names))
            }
        };
    };
    let generated = table
        .columns
        .get(column)
        .and_then(|column| column.generated);
    match generated {
        Some(Generated::Virtual) => Err(Undecided::Computed),
        _ => Ok(Some(Part::Column(column))),
    }
}

fn collation(table: &Table, part: Part) -> Collation {
    let column = match part {
        Part::Rowid => None,
        Part::Column(column) => table.columns.get(column),
    };
    column.map_or(Collation::Binary, |column| column.collation.clone())
}

/// That a pass came to its end before the table did.
fn ended<E: fmt::Display>(problem: Problem<E>) -> Result<Result<Pass, String>, E> {
    let words = problem.to_string();
    unless_unreadable(problem).map(|()| Err(words))
}

fn of_count(expectation: &Expectation, count: u64) -> Judgement {
    let order = match &expectation.expected {
        Expected::Number(Number::Integer(number)) => i128::from(count).cmp(&i128::from(*number)),
        Expected::Number(Number::Real(number)) => {
            integer_and_real(i64::try_from(count).unwrap_or(i64::MAX), *number)
        }
        // The words of an expectation do not let it be.
        Expected::Text(_) | Expected::Time(_) | Expected::Now { .. } => {
            return undecided(Undecided::OtherKind(Found::Number(Number::Integer(
                i64::try_from(count).unwrap_or(i64::MAX),
            ))));
        }
    };
    judged(expectation, order, Measured::Count(count))
}

fn of_number(
    expectation: &Expectation,
    value: &Value<'_>,
    found: Found,
    number: Number,
) -> Judgement {
    let number = match number {
        Number::Integer(integer) => Value::Integer(integer),
        Number::Real(real) => Value::Real(real),
    };
    match value {
        Value::Integer(_) | Value::Real(_) => {
            let order = order(value, &number, &Collation::Binary, TextEncoding::Utf8);
            judged(expectation, order, Measured::Value(found))
        }
        _ => undecided(Undecided::OtherKind(found)),
    }
}

fn judged(expectation: &Expectation, order: Ordering, measured: Measured) -> Judgement {
    match expectation.operator.holds(order) {
        true => Judgement::Met(measured),
        false => Judgement::NotMet(measured),
    }
}
