//! Text that is none in the encoding of its database. SQLite stores what it is given and gives out what it stored, and
//! its own check does not ask.

use stillframe_database::TextEncoding;
use stillframe_database::btree::{Cell, Page};
use stillframe_format::{ByteRange, PageNumber, Pages};
use stillframe_schema::Table;

use super::cursor::Cursor;
use super::entry::{Entry, Fields};
use super::fault::Fault;
use super::reader::Reader;
use crate::walk::PagePlace;

/// Values of a table that are named. The others are counted.
const MOST_NAMED: usize = 5;

/// The values of a table that are stored as text, and are none in the encoding of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidText {
    /// The table.
    pub table: String,
    /// How many they are.
    pub values: u64,
    /// Some of them, at least one and at most 5: in a table with rowids those of the lowest, else those on the first
    /// pages.
    pub first: Vec<InvalidValue>,
}

/// A value that is stored as text, and is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidValue {
    /// Its column.
    pub column: String,
    /// The rowid of its row, in a table that has rowids.
    pub rowid: Option<i64>,
    /// Its bytes. Where it begins on an overflow page: what of its row is not on one.
    pub place: PagePlace,
}

/// Where a row is.
#[derive(Clone, Copy)]
pub(super) struct At {
    pub rowid: Option<i64>,
    page: PageNumber,
    /// The bytes of the page that hold its record, or the first of it.
    local: ByteRange,
}

impl At {
    pub(super) const fn of(page: &Page<'_>, cell: &Cell<'_>) -> Self {
        Self {
            rowid: cell.rowid,
            page: page.number(),
            local: cell.local_range(),
        }
    }

    /// Of `length` bytes at `start` of the record those that are on the page, or all of the record that is, if none are.
    fn bytes(&self, start: usize, length: usize) -> ByteRange {
        let found = ByteRange::new(self.local.start + start as u64, length as u64);
        if found.start >= self.local.end {
            return self.local;
        }
        ByteRange {
            start: found.start,
            end: found.end.min(self.local.end),
        }
    }
}

/// What was found of a table so far, by whoever looked at some of its rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    values: u64,
    /// The first of them, in their order.
    first: Vec<Found>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    rowid: Option<i64>,
    page: PageNumber,
    bytes: ByteRange,
    /// Which value of the record it is.
    value: usize,
}

impl Texts {
    /// Looks at a row, which has so many values at most.
    pub(super) fn look(&mut self, row: Entry<'_>, values: usize, at: &At, encoding: TextEncoding) {
        for (value, start, length, is_valid) in row.texts(encoding) {
            if value < values && !is_valid {
                self.values += 1;
                self.name(Found {
                    rowid: at.rowid,
                    page: at.page,
                    bytes: at.bytes(start, length),
                    value,
                });
            }
        }
    }

    fn name(&mut self, found: Found) {
        let place = self.first.partition_point(|other| *other < found);
        if place < MOST_NAMED {
            self.first.insert(place, found);
            self.first.truncate(MOST_NAMED);
        }
    }

    /// Adds what was found in other rows.
    pub(super) fn add(&mut self, other: &Self) {
        self.values += other.values;
        for &found in &other.first {
            self.name(found);
        }
    }

    /// With the names of the table's columns; `None` where nothing was found.
    pub(super) fn of(&self, table: &Table) -> Option<InvalidText> {
        let column = |value: usize| {
            let mut columns = table.columns.iter().enumerate();
            let found = columns.find(|(index, _)| table.place_in_record(*index) == Some(value));
            found.map_or_else(String::new, |(_, column)| column.name.clone())
        };
        let named = self.first.iter().map(|found| InvalidValue {
            column: column(found.value),
            rowid: found.rowid,
            place: PagePlace {
                page: found.page,
                range: found.bytes,
            },
        });
        (self.values > 0).then(|| InvalidText {
            table: table.name.clone(),
            values: self.values,
            first: named.collect(),
        })
    }
}

/// The look at text where rows are looked at in their order. What contradicts itself there it leaves to others.
pub(super) struct TextLook<'p, P> {
    /// A reader of its own: whether SQLite comes to an end does not hang on what is read here.
    reader: Reader<'p, P>,
    encoding: TextEncoding,
    fields: Fields,
    gathered: Vec<u8>,
    texts: Texts,
}

impl<'p, P: Pages> TextLook<'p, P> {
    /// The reader reads no more pages than there are: no row of a sound database shares one with another.
    pub(super) fn new(reader: Reader<'p, P>, encoding: TextEncoding) -> Self {
        Self {
            reader,
            encoding,
            fields: Fields::default(),
            gathered: Vec::new(),
            texts: Texts::default(),
        }
    }

    /// Looks at so many rows of a table from the first on, and at no others: what was found in them is forgotten. They have
    /// so many values at most.
    pub(super) fn first_rows(
        &mut self,
        cursor: &mut Cursor<'_, P>,
        rows: u64,
        values: usize,
    ) -> Result<(), Fault<P::Error>> {
        self.begin_again();
        for index in 0..rows {
            let is_there = if index == 0 {
                cursor.first()?
            } else {
                cursor.next()?
            };
            if !is_there {
                break;
            }
            let (page, cell) = cursor.cell()?;
            self.row(&page, &cell, values)?;
        }
        Ok(())
    }

    /// Forgets what was found since the last table.
    pub(super) fn begin_again(&mut self) {
        self.reader.allow(self.reader.page_count.into());
        self.texts = Texts::default();
    }

    /// Looks at a row, which has so many values at most.
    pub(super) fn row(
        &mut self,
        page: &Page<'_>,
        cell: &Cell<'_>,
        values: usize,
    ) -> Result<(), Fault<P::Error>> {
        match self.reader.record(page, cell, &mut self.gathered) {
            Ok(row) if self.fields.parse(row) => {
                let at = At::of(page, cell);
                let row = self.fields.of(row);
                self.texts.look(row, values, &at, self.encoding);
                Ok(())
            }
            Err(Fault::Read(error)) => Err(Fault::Read(error)),
            _ => Ok(()),
        }
    }

    /// What was found since the last table.
    pub(super) fn end(&mut self) -> Texts {
        std::mem::take(&mut self.texts)
    }
}
