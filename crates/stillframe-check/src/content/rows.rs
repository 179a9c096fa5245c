//! The rows of a table looked at one after the other, as SQLite's check does: the types of their values, and the entry
//! that each index has for them.

mod columns;
mod indexes;

use std::cmp::Ordering;

use stillframe_database::TextEncoding;
use stillframe_format::Pages;
use stillframe_schema::{Collation, Generated, Index, IndexColumn, Source, Table};

use super::at_cursor::{is_behind, open};
use super::cursor::Cursor;
use super::entries::Looked;
use super::fault::Fault;
use super::findings::{Findings, Stop};
use super::key::Key;
use super::problem::{ContentProblem, ContentProblemKind, EntryPlace, RowPlace};
use super::reader::Reader;
use super::row::{Part, Row};
use super::sound::suspect::Judged;
use super::text::TextLook;
use super::unchecked::{is_apart, takes_evaluator};
use super::value::Value;
use super::{Level, is_own};
use crate::walk::PagePlace;
use indexes::Compared;

/// Which rows of a table are to be looked at.
#[derive(Clone, Copy)]
pub(super) enum Extent<'j> {
    /// So many, from the first on.
    First(u64),
    /// All that are not known to be as they should.
    All(&'j Judged),
}

/// Looks at rows of an ordinary table; whether there are none behind them. `apart` is what was seen of its indexes that
/// take an SQL evaluator.
pub(super) fn rows<P: Pages>(
    reader: &Reader<'_, P>,
    (table, apart): (&Table, &[Looked<'_>]),
    encoding: TextEncoding,
    level: Level,
    findings: &mut Findings,
    texts: Option<&mut TextLook<'_, P>>,
    extent: Extent<'_>,
) -> Result<bool, Stop<P::Error>> {
    let is_full = level == Level::Full;
    let primary_key = table.primary_key().filter(|_| table.is_without_rowid);
    let mut scan = Scan {
        reader,
        table,
        encoding,
        findings,
        texts,
        values: table.values_in_record(),
        places: (0..table.columns.len())
            .map(|column| table.place_in_record(column))
            .collect(),
        primary_key: primary_key.filter(|_| is_full),
        previous: Vec::new(),
        is_evaluated: takes_evaluator(table, level),
    };
    // The rows of a WITHOUT ROWID table are the entries of its primary key: a row of `sqlite_schema` of its own may name
    // another root for that.
    let root = primary_key.map_or(table.root, |index| index.root);
    let mut cursor = open(reader, root, table.is_without_rowid)?;
    let mut indexes = Vec::new();
    for index in &table.indexes {
        let opened = open(reader, index.root, true)?;
        if is_full && !is_own(table, index) && !is_apart(table, index) {
            indexes.push(Compared::Searched(index, opened));
        }
        let apart = apart
            .iter()
            .filter(|looked| std::ptr::eq(looked.index, index));
        indexes.extend(apart.map(Compared::Apart));
    }
    let mut looked_at = 0;
    let end = scan.all(&mut cursor, &mut indexes, extent, &mut looked_at);
    if let (Err(_), Some(texts)) = (&end, scan.texts) {
        // That of rows behind the end does not count.
        let mut cursor = open(reader, root, table.is_without_rowid)?;
        texts.first_rows(&mut cursor, looked_at, table.values_in_record())?;
    }
    end
}

struct Scan<'c, 'p, 't, P> {
    reader: &'c Reader<'p, P>,
    table: &'c Table,
    encoding: TextEncoding,
    findings: &'c mut Findings,
    /// The look at text, where that is looked at.
    texts: Option<&'c mut TextLook<'t, P>>,
    /// How many values a record has at most.
    values: usize,
    /// Which of them is that of each column.
    places: Vec<Option<usize>>,
    /// The key whose order is looked at.
    primary_key: Option<&'c Index>,
    /// The key of the row before.
    previous: Vec<Value>,
    /// Whether SQLite evaluates expressions for each row.
    is_evaluated: bool,
}

impl<'p, P: Pages> Scan<'_, 'p, '_, P> {
    /// Looks at one row after the other, and counts them; whether there are no more.
    fn all(
        &mut self,
        cursor: &mut Cursor<'_, P>,
        indexes: &mut [Compared<'_, '_, P>],
        extent: Extent<'_>,
        looked_at: &mut u64,
    ) -> Result<bool, Stop<P::Error>> {
        let mut is_there = cursor.first()?;
        while is_there {
            let position = cursor.position().ok_or(Fault::Corrupt)?;
            let is_clean = match extent {
                Extent::First(most) if *looked_at == most => return Ok(false),
                Extent::First(_) => false,
                Extent::All(judged) => judged.is_clean(position),
            };
            let is_determined = self.findings.determined.is_some();
            let asks = |index: &Compared<'_, '_, P>| index.asks_for(position, is_determined);
            if !is_clean || indexes.iter().any(asks) {
                self.row(cursor, *looked_at + 1, indexes)?;
            }
            if let Some(texts) = self.texts.as_mut().filter(|_| !is_clean) {
                let (page, cell) = cursor.cell()?;
                texts.row(&page, &cell, self.values)?;
            }
            *looked_at += 1;
            self.findings.rows += 1;
            is_there = cursor.next()?;
        }
        Ok(true)
    }

    fn row(
        &mut self,
        cursor: &Cursor<'_, P>,
        ordinal: u64,
        indexes: &mut [Compared<'_, '_, P>],
    ) -> Result<(), Stop<P::Error>> {
        let (page, cell) = cursor.cell()?;
        let mut place = PagePlace::new(page.number().get(), 0, 0);
        place.set(&cell.range());
        let at = RowPlace {
            ordinal,
            rowid: cell.rowid,
            place,
        };
        let mut row = Row::new(self.reader, page, cell);
        let checked = self.row_and_entries(&mut row, at, cursor, indexes);
        if let Err(Stop::Fault(Fault::Record)) = checked {
            self.findings.add_last(ContentProblem {
                table: self.table.name.clone(),
                kind: ContentProblemKind::Record,
                row: Some(at),
                entry: None,
            });
        }
        checked
    }

    fn row_and_entries(
        &mut self,
        row: &mut Row<'_, '_, P>,
        at: RowPlace,
        cursor: &Cursor<'_, P>,
        indexes: &mut [Compared<'_, '_, P>],
    ) -> Result<(), Stop<P::Error>> {
        if let Some(last) = last_column(self.table) {
            row.column(last, Part::Type)?;
        }
        self.order(row, at, cursor)?;
        if self.is_evaluated && !self.is_whole(cursor)? {
            self.findings.determined_to_here(false);
        }
        for (index, column) in self.table.columns.iter().enumerate() {
            self.column(row, at, index, column)?;
        }
        for index in indexes {
            match index {
                Compared::Searched(index, cursor) => self.entry(row, at, index, cursor)?,
                Compared::Apart(looked) => self.apart(row, at, looked, cursor)?,
            }
        }
        Ok(())
    }

    /// Whether all of a row can be read: an expression may ask for any value.
    fn is_whole(&self, cursor: &Cursor<'_, P>) -> Result<bool, Fault<P::Error>> {
        let (page, cell) = cursor.cell()?;
        self.reader.is_whole(&page, &cell)
    }

    fn report(
        &mut self,
        row: &mut Row<'_, '_, P>,
        at: RowPlace,
        kind: ContentProblemKind,
    ) -> Result<(), Stop<P::Error>> {
        self.report_with(row, at, kind, None)
    }

    fn report_with(
        &mut self,
        row: &mut Row<'_, '_, P>,
        at: RowPlace,
        kind: ContentProblemKind,
        entry: Option<EntryPlace>,
    ) -> Result<(), Stop<P::Error>> {
        row.forget();
        self.findings.add(ContentProblem {
            table: self.table.name.clone(),
            kind,
            row: Some(at),
            entry,
        })
    }

    /// Rows of a WITHOUT ROWID table come in the order of their keys.
    fn order(
        &mut self,
        row: &mut Row<'_, '_, P>,
        at: RowPlace,
        cursor: &Cursor<'_, P>,
    ) -> Result<(), Stop<P::Error>> {
        let Some(index) = self.primary_key else {
            return Ok(());
        };
        let is_first = self.previous.is_empty();
        if is_first {
            self.previous = vec![Value::Null; index.key_columns];
        }
        // How an application's collation compares is not known: only what stands before such a column is.
        let is_known = |part: &&IndexColumn| !matches!(part.collation, Collation::Other(_));
        let known = index.columns.iter().take_while(is_known).count();
        let key = match self.previous.get(..known) {
            Some(values) if known < self.previous.len() => {
                self.key(values, index, Ordering::Greater)
            }
            _ => self.key(&self.previous, index, Ordering::Less),
        };
        let is_behind = is_behind(cursor, &key)?;
        row.was_read();
        if !is_behind && self.previous.first() != Some(&Value::Null) {
            self.report(row, at, ContentProblemKind::PrimaryKeyOrder)?;
        }
        let mut values = Vec::with_capacity(index.key_columns);
        for part in index.columns.iter().take(index.key_columns) {
            values.push(self.value(row, at, part)?);
        }
        self.previous = values;
        Ok(())
    }

    fn key<'k>(&self, values: &'k [Value], index: &'k Index, if_equal: Ordering) -> Key<'k> {
        Key {
            values,
            columns: &index.columns,
            encoding: self.encoding,
            if_equal,
        }
    }

    /// Which value of a record is that of a column.
    fn place(&self, column: usize) -> Option<usize> {
        self.places.get(column).copied().flatten()
    }

    /// The value of a part of an index's entry for the row.
    fn value(
        &self,
        row: &mut Row<'_, '_, P>,
        at: RowPlace,
        part: &IndexColumn,
    ) -> Result<Value, Fault<P::Error>> {
        let rowid = || at.rowid.map_or(Value::Null, Value::Integer);
        let Source::Column(index) = part.source else {
            return Ok(rowid());
        };
        if self.table.rowid_alias == Some(index) {
            return Ok(rowid());
        }
        let (Some(place), Some(column)) = (self.place(index), self.table.columns.get(index)) else {
            return Ok(Value::Null);
        };
        let value = row.column(place, Part::Content)?;
        Ok(value.unwrap_or_else(|| Value::of_default(&column.default, self.encoding)))
    }
}

/// The last value that records hold, which SQLite looks at first.
fn last_column(table: &Table) -> Option<usize> {
    if let Some(index) = table.primary_key().filter(|_| table.is_without_rowid) {
        return index.columns.len().checked_sub(1);
    }
    let columns = table.columns.iter();
    let stored = columns.filter(|column| column.generated != Some(Generated::Virtual));
    let last = stored.count().checked_sub(1)?;
    // As SQLite counts: a place in the record compared with that of a column.
    if table.rowid_alias == Some(last) {
        last.checked_sub(1)
    } else {
        Some(last)
    }
}
