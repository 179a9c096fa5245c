use std::cmp::Ordering;

use stillframe_format::{PageNumber, Pages};
use stillframe_schema::{Collation, Index, Source};

use super::Scan;
use crate::content::at_cursor::{is_behind, rowid};
use crate::content::cursor::Cursor;
use crate::content::entries::Looked;
use crate::content::fault::Fault;
use crate::content::findings::Stop;
use crate::content::problem::{ContentProblemKind, EntryPlace, RowPlace};
use crate::content::row::{Part, Row};
use crate::content::value::Value;
use crate::walk::PagePlace;

/// How the entries of an index are compared with the rows.
pub(super) enum Compared<'c, 'p, P: Pages> {
    /// Each row is looked for in it.
    Searched(&'c Index, Cursor<'p, P>),
    /// What a row's entry is to be takes an SQL evaluator: this was seen of the entries.
    Apart(&'c Looked<'c>),
}

impl<P: Pages> Compared<'_, '_, P> {
    /// Whether a row with which nothing else is wrong is to be looked at for the index.
    pub(super) fn asks_for(&self, position: (PageNumber, u16), is_determined: bool) -> bool {
        match self {
            Self::Searched(..) => false,
            // That SQLite ends there is found at the first row.
            Self::Apart(looked) if !looked.can_be_searched && !is_determined => true,
            Self::Apart(looked) => looked.may_lack(position),
        }
    }
}

impl<P: Pages> Scan<'_, '_, '_, P> {
    /// An index that takes an SQL evaluator has an entry for the row, unless it has a WHERE clause.
    pub(super) fn apart(
        &mut self,
        row: &mut Row<'_, '_, P>,
        at: RowPlace,
        looked: &Looked<'_>,
        cursor: &Cursor<'_, P>,
    ) -> Result<(), Stop<P::Error>> {
        let index = looked.index;
        if !looked.can_be_searched {
            // SQLite looks for every row, or for each that is in the index.
            let is_certain = looked.is_of_table && !index.is_partial;
            self.findings.determined_to_here(is_certain);
        }
        let position = cursor.position().ok_or(Fault::Corrupt)?;
        let key = (at.rowid, self.previous.as_slice());
        if looked.lacks(self.reader, key, position)? {
            let index = index.name.clone();
            return self.report(row, at, ContentProblemKind::MissingEntry { index });
        }
        Ok(())
    }

    /// An index has an entry for the row, and if it is unique no other with that key.
    pub(super) fn entry(
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
            self.findings.missing.add(index.root, &values);
            return self.report(row, at, ContentProblemKind::MissingEntry { index: name() });
        }
        if !self.table.is_without_rowid && Some(rowid(self.reader, cursor)?) != at.rowid {
            let kind = ContentProblemKind::RowidNotAtEnd { index: name() };
            return self.report_with(row, at, kind, entry_place(cursor)?);
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
                let kind = ContentProblemKind::ValuesDiffer { index: name() };
                let place = entry_place(cursor)?;
                return self.report_with(row, at, kind, place);
            }
        }
        if index.is_unique() && !self.may_repeat(index, &values) && cursor.next()? {
            let values = values.get(..index.key_columns).unwrap_or_default();
            let key = self.key(values, index, Ordering::Less);
            if !is_behind(cursor, &key)? {
                let kind = ContentProblemKind::NotUnique { index: name() };
                return self.report_with(row, at, kind, entry_place(cursor)?);
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

/// Where the entry is that a cursor is at.
fn entry_place<P: Pages>(cursor: &Cursor<'_, P>) -> Result<Option<EntryPlace>, Fault<P::Error>> {
    let (page, cell) = cursor.cell()?;
    let mut place = PagePlace::new(page.number().get(), 0, 0);
    place.set(&cell.range());
    let number = cursor.position().map(|(_, cell)| cell);
    Ok(number.map(|cell| EntryPlace { place, cell }))
}
