use stillframe_database::TextEncoding;
use stillframe_database::btree::{Cell, Page};
use stillframe_database::record;
use stillframe_format::{PageNumber, Pages};
use stillframe_schema::{Collation, Index, IndexColumn, Source, Table};

use super::seek::seek;
use crate::content::cursor::Cursor;
use crate::content::entry::{Entry, Fields, is_equal, is_same};
use crate::content::fault::Fault;
use crate::content::key::Key;
use crate::content::reader::Reader;
use crate::content::value::Value;
use crate::walk::PagePlace;

/// What an entry of an index and its row both hold: what leads to the row, and the columns that are no expressions.
pub(in crate::content) struct Compared<'s> {
    encoding: TextEncoding,
    /// The root of the rows.
    root: u32,
    /// In a table without rowids its key, and where each part of it is in an entry.
    key: Option<(&'s [IndexColumn], Vec<usize>)>,
    pub shared: Vec<Shared<'s>>,
}

/// A value that both hold.
pub(in crate::content) struct Shared<'s> {
    /// Its place in the entry.
    pub in_entry: usize,
    /// Its place in the row's record; `None` for the rowid.
    pub in_row: Option<usize>,
    /// What a record too short for it stands for.
    pub default: Value,
    collation: &'s Collation,
    column: Option<usize>,
}

/// The row of an entry.
pub(in crate::content) struct FoundRow {
    /// Its page, and the number of its cell there.
    pub position: (PageNumber, u16),
    pub place: PagePlace,
    /// The first column of which it holds another value.
    pub differs: Option<usize>,
    /// Whether SQLite may take the entry for that of the row: values that differ are equal to their collations, as far as
    /// those are known.
    pub may_be_its: bool,
}

impl<'s> Compared<'s> {
    /// `None` where rows cannot be looked for, as an application's collation gives their order.
    pub(in crate::content) fn new(
        table: &'s Table,
        index: &'s Index,
        encoding: TextEncoding,
    ) -> Option<Self> {
        let mut compared = Self {
            encoding,
            root: table.root,
            key: None,
            shared: Vec::new(),
        };
        if table.is_without_rowid {
            let own = table.primary_key()?;
            let columns = own.columns.get(..own.key_columns)?;
            let place = |part: &IndexColumn| {
                let is_of_application = matches!(part.collation, Collation::Other(_));
                let mut parts = index.columns.iter();
                let place = parts.rposition(|other| other.source == part.source);
                place.filter(|_| !is_of_application)
            };
            let places: Option<Vec<usize>> = columns.iter().map(place).collect();
            compared.root = own.root;
            compared.key = Some((columns, places?));
        }
        for (in_entry, part) in index.columns.iter().enumerate() {
            let shared = Shared::new(table, in_entry, part, encoding);
            compared.shared.extend(shared);
        }
        Some(compared)
    }

    /// Looks for the row of an entry. Its values are put into `fields`.
    pub(in crate::content) fn row<P: Pages>(
        &self,
        reader: &Reader<'_, P>,
        entry: Entry<'_>,
        fields: &mut Fields,
    ) -> Result<Option<FoundRow>, Fault<P::Error>> {
        let Some((columns, places)) = &self.key else {
            let Some(rowid) = rowid(entry) else {
                return Ok(None);
            };
            let Some(leaf) = seek(reader, self.root, rowid)? else {
                return Ok(None);
            };
            let (page, cell) = leaf.cell(reader).ok_or(Fault::PastPage)?;
            let found = self.found(reader, entry, fields, (&page, &cell), leaf.position())?;
            return Ok(Some(found));
        };
        let value = |&place: &usize| Value::of(entry.value(place).unwrap_or(record::Value::Null));
        let values: Vec<Value> = places.iter().map(value).collect();
        let mut cursor = Cursor::new(reader, self.root, true);
        if !self.find(&mut cursor, columns, &values)? {
            return Ok(None);
        }
        let (page, cell) = cursor.cell()?;
        let position = cursor.position().ok_or(Fault::Corrupt)?;
        let found = self.found(reader, entry, fields, (&page, &cell), position)?;
        Ok(Some(found))
    }

    /// Whether looking for a row with this rowid, or with these values of its key, leads to this cell.
    pub(in crate::content) fn leads_to<P: Pages>(
        &self,
        reader: &Reader<'_, P>,
        (rowid, key): (Option<i64>, &[Value]),
        position: (PageNumber, u16),
    ) -> Result<bool, Fault<P::Error>> {
        let found = match (&self.key, rowid) {
            (None, Some(rowid)) => seek(reader, self.root, rowid)?.map(|leaf| leaf.position()),
            (Some((columns, _)), _) => {
                let mut cursor = Cursor::new(reader, self.root, true);
                let is_there = self.find(&mut cursor, columns, key)?;
                cursor.position().filter(|_| is_there)
            }
            (None, None) => None,
        };
        Ok(found == Some(position))
    }

    fn find<P: Pages>(
        &self,
        cursor: &mut Cursor<'_, P>,
        columns: &[IndexColumn],
        values: &[Value],
    ) -> Result<bool, Fault<P::Error>> {
        cursor.find(&Key {
            values,
            columns,
            encoding: self.encoding,
            if_equal: std::cmp::Ordering::Equal,
        })
    }

    fn found<P: Pages>(
        &self,
        reader: &Reader<'_, P>,
        entry: Entry<'_>,
        fields: &mut Fields,
        (page, cell): (&Page<'_>, &Cell<'_>),
        position: (PageNumber, u16),
    ) -> Result<FoundRow, Fault<P::Error>> {
        let mut place = PagePlace::new(page.number().get(), 0, 0);
        place.set(&cell.range());
        let mut found = FoundRow {
            position,
            place,
            differs: None,
            may_be_its: true,
        };
        let mut gathered = Vec::new();
        let payload = reader.record_if_one(page, cell, &mut gathered)?;
        let Some(payload) = payload.filter(|payload| fields.parse(payload)) else {
            // What is wrong with the row is found where rows are looked at.
            return Ok(found);
        };
        let row = fields.of(payload);
        for shared in &self.shared {
            let (is_same, is_equal) = shared.compare(reader, entry, row, cell, self.encoding);
            if !is_same {
                found.differs = found.differs.or(shared.column);
                found.may_be_its &= is_equal;
            }
        }
        Ok(found)
    }
}

impl<'s> Shared<'s> {
    /// Whether an entry and its row hold the same, and whether what they hold is equal to the collation, or may be as that
    /// is not known.
    fn compare<P: Pages>(
        &self,
        reader: &Reader<'_, P>,
        entry: Entry<'_>,
        row: Entry<'_>,
        cell: &Cell<'_>,
        encoding: TextEncoding,
    ) -> (bool, bool) {
        if let Some(place) = self.in_row
            && (entry.is_long(self.in_entry) || row.is_long(place))
        {
            // That it may be equal to NOCASE or RTRIM hides nothing: what differs in a byte is told as differing.
            let is_same = entry.is_same_long(self.in_entry, row, place, &reader.state);
            return (is_same, is_same || *self.collation != Collation::Binary);
        }
        let of_entry = entry.value(self.in_entry);
        let of_entry = of_entry.unwrap_or(record::Value::Null);
        let of_row = match self.in_row {
            Some(place) => row.value(place),
            None => cell.rowid.map(record::Value::Integer),
        };
        let of_row = of_row.unwrap_or_else(|| self.default.as_stored());
        let is_equal = || is_equal(of_entry, of_row, self.collation, encoding);
        let is_same = is_same(of_entry, of_row);
        (is_same, is_same || is_equal())
    }

    /// `None` for what only an SQL evaluator knows of a row.
    fn new(
        table: &'s Table,
        in_entry: usize,
        part: &'s IndexColumn,
        encoding: TextEncoding,
    ) -> Option<Self> {
        let of = |in_row, column, default| Self {
            in_entry,
            in_row,
            default,
            collation: &part.collation,
            column,
        };
        let column = match part.source {
            Source::Expression => return None,
            Source::Rowid => return Some(of(None, None, Value::Null)),
            Source::Column(column) => column,
        };
        if table.rowid_alias == Some(column) {
            return Some(of(None, Some(column), Value::Null));
        }
        let place = table.place_in_record(column)?;
        let default = &table.columns.get(column)?.default;
        let default = Value::of_default(default, encoding);
        Some(of(Some(place), Some(column), default))
    }
}

/// The rowid that an entry ends with.
pub(super) fn rowid(entry: Entry<'_>) -> Option<i64> {
    match entry.value(entry.len().checked_sub(1)?)? {
        record::Value::Integer(rowid) => Some(rowid),
        _ => None,
    }
}
