//! The rows of a table looked at one after the other, as SQLite's check does: the types of their values, and the entry
//! that each index has for them.

use std::cmp::Ordering;

use stillframe_database::TextEncoding;
use stillframe_format::Pages;
use stillframe_schema::{
    Collation, Column, Generated, Index, IndexColumn, IndexKind, Source, Table, number,
};

use super::Level;
use super::at_cursor::{is_behind, open, rowid};
use super::cursor::Cursor;
use super::fault::Fault;
use super::key::Key;
use super::problem::{ContentProblem, ContentProblemKind, RowPlace};
use super::reader::Reader;
use super::row::{Part, Row};
use super::sound::suspect::Judged;
use super::tables::{Findings, Stop};
use super::text::TextLook;
use super::types::{Type, Types};
use super::unchecked::is_unchecked;
use super::value::Value;
use crate::walk::PagePlace;

/// Which rows of a table are to be looked at.
#[derive(Clone, Copy)]
pub(super) enum Extent<'j> {
    /// So many, from the first on.
    First(u64),
    /// All that are not known to be as they should.
    All(&'j Judged),
}

/// Looks at rows of an ordinary table; whether there are none behind them.
pub(super) fn rows<P: Pages>(
    reader: &Reader<'_, P>,
    table: &Table,
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
    };
    // The rows of a WITHOUT ROWID table are the entries of its primary key: a row of `sqlite_schema` of its own may name
    // another root for that.
    let root = primary_key.map_or(table.root, |index| index.root);
    let mut cursor = open(reader, root, table.is_without_rowid)?;
    let mut indexes = Vec::new();
    for index in &table.indexes {
        let is_own = index.kind == IndexKind::PrimaryKey && table.is_without_rowid;
        let opened = open(reader, index.root, true)?;
        if is_full && !is_own && !is_unchecked(table, index) {
            indexes.push((index, opened));
        }
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
}

impl<'p, P: Pages> Scan<'_, 'p, '_, P> {
    /// Looks at one row after the other, and counts them; whether there are no more.
    fn all(
        &mut self,
        cursor: &mut Cursor<'_, P>,
        indexes: &mut [(&Index, Cursor<'_, P>)],
        extent: Extent<'_>,
        looked_at: &mut u64,
    ) -> Result<bool, Stop<P::Error>> {
        let mut is_there = cursor.first()?;
        while is_there {
            let is_clean = match extent {
                Extent::First(most) if *looked_at == most => return Ok(false),
                Extent::First(_) => false,
                Extent::All(judged) => judged.is_clean(cursor.place()),
            };
            if !is_clean {
                self.row(cursor, *looked_at + 1, indexes)?;
            }
            *looked_at += 1;
            is_there = cursor.next()?;
        }
        Ok(true)
    }

    fn row(
        &mut self,
        cursor: &Cursor<'_, P>,
        ordinal: u64,
        indexes: &mut [(&Index, Cursor<'_, P>)],
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
            });
        }
        checked?;
        if let Some(texts) = &mut self.texts {
            texts.row(&page, &cell, self.values)?;
        }
        Ok(())
    }

    fn row_and_entries(
        &mut self,
        row: &mut Row<'_, '_, P>,
        at: RowPlace,
        cursor: &Cursor<'_, P>,
        indexes: &mut [(&Index, Cursor<'_, P>)],
    ) -> Result<(), Stop<P::Error>> {
        if let Some(last) = last_column(self.table) {
            row.column(last, Part::Type)?;
        }
        self.order(row, at, cursor)?;
        for (index, column) in self.table.columns.iter().enumerate() {
            self.column(row, at, index, column)?;
        }
        for (index, cursor) in indexes {
            self.entry(row, at, index, cursor)?;
        }
        Ok(())
    }

    fn report(
        &mut self,
        row: &mut Row<'_, '_, P>,
        at: RowPlace,
        kind: ContentProblemKind,
    ) -> Result<(), Stop<P::Error>> {
        row.forget();
        self.findings.add(ContentProblem {
            table: self.table.name.clone(),
            kind,
            row: Some(at),
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
        let key = self.key(&self.previous, index, Ordering::Less);
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

    /// The type of a value is one that its column can hold.
    fn column(
        &mut self,
        row: &mut Row<'_, '_, P>,
        at: RowPlace,
        index: usize,
        column: &Column,
    ) -> Result<(), Stop<P::Error>> {
        let types = Types::of(self.table, column);
        let is_alias = self.table.rowid_alias == Some(index);
        let is_stored = column.generated != Some(Generated::Virtual);
        if is_alias || !is_stored || (types == Types::Any && !column.is_not_null) {
            return Ok(());
        }
        let Some(place) = self.place(index) else {
            return Ok(());
        };
        let default = || Value::of_default(&column.default, self.encoding);
        let kind = |row: &Row<'_, '_, P>| match row.known_type(place) {
            Some(serial_type) => Type::of_serial(serial_type),
            None => Type::of(&default()),
        };
        if column.is_not_null && matches!(kind(row), Type::Null | Type::Real) {
            let value = row.column(place, Part::Content)?;
            if value.unwrap_or_else(default) == Value::Null {
                let column = column.name.clone();
                return self.report(row, at, ContentProblemKind::Null { column });
            }
        }
        let name = || column.name.clone();
        let kind = kind(row);
        let problem = match types {
            Types::Strict(strict) if !kind.is_of(strict) => ContentProblemKind::StrictType {
                column: name(),
                expected: strict.name(),
            },
            Types::Text if matches!(kind, Type::Integer | Type::Real) => {
                ContentProblemKind::NumberInText { column: name() }
            }
            Types::Numeric if kind == Type::Text => {
                let value = row.column(place, Part::Content)?;
                match value.unwrap_or_else(default) {
                    Value::Text(text) if self.is_number(&text) => {
                        ContentProblemKind::TextInNumeric { column: name() }
                    }
                    // Text by the default alone: the header was not read that far.
                    Value::Integer(_) | Value::Real(_) => {
                        ContentProblemKind::TextInNumeric { column: name() }
                    }
                    _ => return Ok(()),
                }
            }
            _ => return Ok(()),
        };
        self.report(row, at, problem)
    }

    fn is_number(&self, text: &[u8]) -> bool {
        let text = self.encoding.utf8(text);
        text.is_ascii() && number(&text).is_some()
    }

    /// An index has an entry for the row, and if it is unique no other with that key.
    fn entry(
        &mut self,
        row: &mut Row<'_, '_, P>,
        at: RowPlace,
        index: &Index,
        cursor: &mut Cursor<'_, P>,
    ) -> Result<(), Stop<P::Error>> {
        let mut values = Vec::with_capacity(index.columns.len());
        for part in &index.columns {
            values.push(self.value(row, at, part)?);
        }
        let name = || index.name.clone();
        let key = self.key(&values, index, Ordering::Equal);
        if !cursor.find(&key)? {
            return self.report(row, at, ContentProblemKind::MissingEntry { index: name() });
        }
        if !self.table.is_without_rowid && Some(rowid(self.reader, cursor)?) != at.rowid {
            return self.report(row, at, ContentProblemKind::RowidNotAtEnd { index: name() });
        }
        let (page, cell) = cursor.cell()?;
        let mut entry = Row::new(self.reader, page, cell);
        entry.was_read();
        let parts = index.columns.iter().zip(&values).enumerate();
        for (place, (part, value)) in parts.take(index.key_columns) {
            if part.collation == Collation::Binary {
                continue;
            }
            let found = entry.column(place, Part::Content)?.unwrap_or(Value::Null);
            if found.differs(value) {
                return self.report(row, at, ContentProblemKind::ValuesDiffer { index: name() });
            }
        }
        if index.is_unique() && !self.may_repeat(index, &values) && cursor.next()? {
            let values = values.get(..index.key_columns).unwrap_or_default();
            let key = self.key(values, index, Ordering::Less);
            if !is_behind(cursor, &key)? {
                return self.report(row, at, ContentProblemKind::NotUnique { index: name() });
            }
        }
        Ok(())
    }

    /// A key with a NULL in it is equal to no other.
    fn may_repeat(&self, index: &Index, values: &[Value]) -> bool {
        let parts = index.columns.iter().zip(values).take(index.key_columns);
        parts.into_iter().any(|(part, value)| {
            let is_not_null = match part.source {
                Source::Column(column) => {
                    let column = self.table.columns.get(column);
                    column.is_some_and(|column| column.is_not_null)
                }
                _ => false,
            };
            !is_not_null && *value == Value::Null
        })
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
