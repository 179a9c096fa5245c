//! Whether expectations are met by the tables of a database.

mod compared;

use std::collections::BTreeMap;
use std::fmt;

use stillframe_database::scan::{Problem, ProblemKind, Seen};
use stillframe_database::{Header, TextEncoding};
use stillframe_format::Pages;
use stillframe_rows::{Catalog, Row, Value};
use stillframe_schema::{Collation, Generated, Table, TableKind};

use crate::measure::Tally;
use crate::outcome::Names;
use crate::{Aggregate, Expectation, Judgement, Outcome, Time, Undecided};

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
            if pass.rows.is_multiple_of(1024) {
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
            if expectation.expected.is_moment() {
                column.tally.keep_moments();
            }
            column.ends.0 |= expectation.aggregate == Aggregate::Min;
            column.ends.1 |= expectation.aggregate == Aggregate::Max;
        }
        columns.into_values().collect()
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
