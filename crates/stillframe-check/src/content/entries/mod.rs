//! The entries of an index looked at from the side of the index, one after the other: that each is a record with the values
//! that the index has, behind the one before it, and leads to a row which holds the same. That takes no SQL evaluator, also
//! where the index has a WHERE clause or is on expressions, and so SQLite's way from the rows cannot be gone: what such an
//! expression came to stands in the entry.

mod compared;
mod located;
mod positions;
mod problem;
mod seek;

use std::cmp::Ordering;

use stillframe_database::TextEncoding;
use stillframe_database::btree::Page;
use stillframe_database::record::Value;
use stillframe_format::{PageNumber, Pages};
use stillframe_schema::{Index, Table};

pub(super) use compared::Compared;
pub(crate) use located::located;
pub(super) use positions::Positions;
pub use problem::{EntryProblem, EntryProblemKind};

use super::EntryPlace;
use super::cursor::Cursor;
use super::entry::{Entry, Fields};
use super::fault::Fault;
use super::reader::Reader;
use super::sound::suspect::Summed;
use crate::walk::PagePlace;

/// What was seen of the entries of an index.
pub(super) struct Looked<'s> {
    pub index: &'s Index,
    /// How its rows are found; `None` where they cannot be.
    pub compared: Option<Compared<'s>>,
    pub problems: Vec<EntryProblem>,
    /// The rows that entries were found for which hold the same as they do.
    pub rows: Positions,
    /// Whether all its entries were read.
    pub is_whole: bool,
    /// Whether its root is a page of a table.
    pub is_of_table: bool,
    /// Whether an entry may be one that SQLite does not find, or does not take for that of its row: that hangs on what an
    /// expression comes to.
    pub is_uncertain: bool,
    /// Whether each of its entries is a record of as many values as the index has columns: then SQLite can search it
    /// without an error.
    pub can_be_searched: bool,
}

/// Looks at an index, and keeps `most` of the problems. Where entries and rows were `summed`, rows are looked for only of
/// entries that may differ from them.
///
/// # Errors
/// A page could not be read.
pub(super) fn look<'s, P: Pages>(
    reader: &Reader<'_, P>,
    rows: &Reader<'_, P>,
    (table, index): (&'s Table, &'s Index),
    encoding: TextEncoding,
    most: usize,
    summed: Option<&Summed>,
) -> Result<Looked<'s>, P::Error> {
    let mut look = Look {
        reader,
        rows,
        table,
        encoding,
        most,
        summed,
        looked: Looked {
            index,
            compared: Compared::new(table, index, encoding),
            problems: Vec::new(),
            rows: Positions::default(),
            is_whole: true,
            is_of_table: false,
            is_uncertain: false,
            can_be_searched: true,
        },
        fields: Fields::default(),
        row_fields: Fields::default(),
        previous: None,
    };
    match look.entries() {
        Ok(()) => {}
        Err(Fault::Read(error)) => return Err(error),
        Err(_) => look.unreadable(),
    }
    Ok(look.looked)
}

struct Look<'l, 'p, 's, P> {
    /// Reads the index. No page of a sound one is read twice.
    reader: &'l Reader<'p, P>,
    /// Reads the rows that entries lead to.
    rows: &'l Reader<'p, P>,
    table: &'s Table,
    encoding: TextEncoding,
    most: usize,
    summed: Option<&'l Summed>,
    looked: Looked<'s>,
    fields: Fields,
    row_fields: Fields,
    /// The last entry that is one, and where its values are.
    previous: Option<(Vec<u8>, Fields)>,
}

/// Where an entry is, and the rowid at its end.
#[derive(Clone, Copy)]
struct At {
    entry: EntryPlace,
    rowid: Option<i64>,
}

impl<P: Pages> Look<'_, '_, '_, P> {
    fn entries(&mut self) -> Result<(), Fault<P::Error>> {
        let index = self.looked.index;
        let (number, bytes) = self.reader.page(index.root)?;
        let root = Page::parse(number, self.reader.geometry, &bytes);
        self.looked.is_of_table = root.is_ok_and(|root| root.kind().is_table());
        let mut cursor = Cursor::new(self.reader, index.root, true);
        let mut is_there = cursor.first()?;
        while is_there {
            let (page, cell) = cursor.cell()?;
            let payload = self.reader.whole_payload(&page, &cell)?;
            let mut place = PagePlace::new(page.number().get(), 0, 0);
            place.set(&cell.range());
            let cell = cursor.position().map_or(0, |(_, cell)| cell);
            let entry = EntryPlace { place, cell };
            self.entry(&payload, At { entry, rowid: None })?;
            is_there = cursor.next()?;
        }
        Ok(())
    }

    fn entry(&mut self, bytes: &[u8], mut at: At) -> Result<(), Fault<P::Error>> {
        let mut fields = std::mem::take(&mut self.fields);
        let kind = if fields.parse_whole(bytes) {
            let entry = fields.of(bytes);
            at.rowid = compared::rowid(entry).filter(|_| !self.table.is_without_rowid);
            self.defect(entry, at)
        } else {
            Some(EntryProblemKind::Record)
        };
        if let Some(kind) = kind {
            self.looked.can_be_searched = false;
            self.fields = fields;
            self.report(kind, at, None);
            return Ok(());
        }
        let entry = fields.of(bytes);
        if let Some(kind) = self.order(entry) {
            self.looked.is_uncertain = true;
            self.report(kind, at, None);
        }
        self.row(entry, at)?;
        let (mut kept, before) = self.previous.take().unwrap_or_default();
        kept.clear();
        kept.extend_from_slice(bytes);
        self.previous = Some((kept, fields));
        self.fields = before;
        Ok(())
    }

    /// What an entry lacks to be one of the index.
    fn defect(&self, entry: Entry<'_>, at: At) -> Option<EntryProblemKind> {
        let (found, expected) = (entry.len(), self.looked.index.columns.len());
        if found != expected {
            return Some(EntryProblemKind::Values { found, expected });
        }
        let is_lacking = !self.table.is_without_rowid && at.rowid.is_none();
        is_lacking.then_some(EntryProblemKind::NoRowid)
    }

    /// Whether an entry comes behind the one before it, with another key if it is to have one.
    fn order(&self, entry: Entry<'_>) -> Option<EntryProblemKind> {
        let (bytes, fields) = self.previous.as_ref()?;
        let index = self.looked.index;
        let (order, place) = fields
            .of(bytes)
            .compare(entry, &index.columns, self.encoding);
        if order.is_ne() && order != Ordering::Less {
            return Some(EntryProblemKind::OutOfOrder);
        }
        let is_key = index.is_unique() && place >= index.key_columns && order.is_ne();
        let is_null = |place| entry.value(place) == Some(Value::Null);
        let is_repeated = is_key && !(0..index.key_columns).any(is_null);
        match order {
            // That two entries lead to one row is found where the row is looked for.
            Ordering::Equal if self.looked.compared.is_none() => Some(EntryProblemKind::Twice),
            _ => is_repeated.then_some(EntryProblemKind::NotUnique),
        }
    }

    fn row(&mut self, entry: Entry<'_>, at: At) -> Result<(), Fault<P::Error>> {
        let root = self.looked.index.root;
        let is_its = |summed: &Summed| !summed.may_differ(root, entry);
        let Some(compared) = &self.looked.compared else {
            return Ok(());
        };
        if self.summed.is_some_and(is_its) {
            return Ok(());
        }
        let found = match compared.row(self.rows, entry, &mut self.row_fields) {
            Ok(found) => found,
            Err(Fault::Read(error)) => return Err(Fault::Read(error)),
            // The rows are what cannot be read. That is found where they are looked at.
            Err(_) => return Ok(()),
        };
        let Some(found) = found else {
            // It may be one that a row lacks.
            self.looked.is_uncertain |= self.looked.index.is_partial;
            self.report(EntryProblemKind::WithoutRow, at, None);
            return Ok(());
        };
        let is_another = found.may_be_its && !self.looked.rows.add(found.position);
        let kind = match found.differs {
            Some(column) => {
                self.looked.is_uncertain |= found.may_be_its || self.looked.index.is_partial;
                let column = self.table.columns.get(column);
                let column = column.map_or_else(String::new, |column| column.name.clone());
                EntryProblemKind::Differs { column }
            }
            None if is_another => {
                self.looked.is_uncertain |= self.looked.index.is_partial;
                EntryProblemKind::Twice
            }
            None => return Ok(()),
        };
        self.report(kind, at, Some(found.place));
        Ok(())
    }

    /// The index cannot be read to its end.
    fn unreadable(&mut self) {
        self.looked.is_whole = false;
        self.looked.can_be_searched = false;
        let size = self.reader.geometry.page_size().get();
        let at = At {
            entry: EntryPlace {
                place: PagePlace::new(self.looked.index.root, 0, size.into()),
                cell: 0,
            },
            rowid: None,
        };
        self.report(EntryProblemKind::Unreadable, at, None);
    }

    fn report(&mut self, kind: EntryProblemKind, at: At, row: Option<PagePlace>) {
        if self.looked.problems.len() < self.most {
            self.looked.problems.push(EntryProblem {
                table: self.table.name.clone(),
                index: self.looked.index.name.clone(),
                kind,
                at: at.entry,
                rowid: at.rowid,
                row,
            });
        }
    }
}

impl Looked<'_> {
    /// Whether no entry was found for the row in this cell, and one may have been.
    pub(super) fn may_lack(&self, position: (PageNumber, u16)) -> bool {
        let is_known = self.is_whole && self.compared.is_some() && !self.index.is_partial;
        is_known && !self.rows.has(position)
    }

    /// Whether no entry was found for the row in this cell, and one would have been.
    pub(super) fn lacks<P: Pages>(
        &self,
        rows: &Reader<'_, P>,
        key: (Option<i64>, &[super::value::Value]),
        position: (PageNumber, u16),
    ) -> Result<bool, Fault<P::Error>> {
        let compared = self.compared.as_ref().filter(|_| self.may_lack(position));
        let Some(compared) = compared else {
            return Ok(false);
        };
        match compared.leads_to(rows, key, position) {
            Err(Fault::Read(error)) => Err(Fault::Read(error)),
            // Of a row that cannot be found so it is not known.
            found => Ok(found.unwrap_or(false)),
        }
    }
}

#[cfg(test)]
mod tests;
