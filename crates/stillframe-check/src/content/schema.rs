use std::borrow::Cow;

use stillframe_database::{Geometry, Header, TextEncoding};
use stillframe_format::Pages;
use stillframe_schema::Schema;

use super::cursor::Cursor;
use super::fault::Fault;
use super::reader::Reader;
use super::row::{Part, Row};
use super::value::Value;
use crate::walk::PagePlace;

/// Why there is no schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SchemaFault {
    /// `sqlite_schema` cannot be read to its end.
    Malformed,
    /// It cannot be read to its end, as a cell goes past the end of its page.
    PastPage,
    /// It cannot be read to its end, as the file ends within a page that a value is taken from.
    ShortRead,
    /// Its format is none that SQLite knows.
    Format,
}

/// The last schema format.
const LAST_FORMAT: u8 = 4;

/// The columns of `sqlite_schema`.
const COLUMNS: usize = 5;

/// Reads `sqlite_schema` as SQLite does when it opens a database.
///
/// # Errors
/// A page could not be read.
pub fn read_schema<P: Pages>(
    pages: &P,
    header: &Header,
) -> Result<Result<Schema, SchemaFault>, P::Error> {
    Ok(read_schema_and_places(pages, header)?.0)
}

/// What is read of `sqlite_schema`, and the place of each of its rows, as far as they could be read.
type SchemaAndPlaces = (Result<Schema, SchemaFault>, Vec<PagePlace>);

/// As [`read_schema`], with the places of the rows.
///
/// # Errors
/// A page could not be read.
pub(crate) fn read_schema_and_places<P: Pages>(
    pages: &P,
    header: &Header,
) -> Result<SchemaAndPlaces, P::Error> {
    let mut places = Vec::new();
    let schema = read(pages, header, &mut places)?;
    Ok((schema, places))
}

fn read<P: Pages>(
    pages: &P,
    header: &Header,
    places: &mut Vec<PagePlace>,
) -> Result<Result<Schema, SchemaFault>, P::Error> {
    let format = header.schema_format();
    let geometry = Geometry::new(pages.page_size(), header.reserved_bytes);
    let Some(geometry) = geometry else {
        return Ok(Err(SchemaFault::Malformed));
    };
    if format > LAST_FORMAT {
        return Ok(Err(SchemaFault::Format));
    }
    let most = u64::from(pages.page_count()).saturating_mul(16);
    let reader = Reader::new(pages, geometry, header.auto_vacuum(), most);
    let mut rows = Vec::new();
    let end = read_rows(&reader, header.text_encoding(), &mut rows, places);
    let schema = Schema::read(&rows, format, pages.page_count());
    match end {
        Err(Fault::Read(error)) => Err(error),
        // A row that SQLite refuses on its way there is what it names.
        Err(Fault::PastPage) => Ok(Err(SchemaFault::PastPage)),
        Err(Fault::ShortRead) if schema.refused.is_empty() => Ok(Err(SchemaFault::ShortRead)),
        Err(_) if schema.refused.is_empty() => Ok(Err(SchemaFault::Malformed)),
        _ => Ok(Ok(schema)),
    }
}

fn read_rows<P: Pages>(
    reader: &Reader<'_, P>,
    encoding: TextEncoding,
    rows: &mut Vec<stillframe_schema::Row<'static>>,
    places: &mut Vec<PagePlace>,
) -> Result<(), Fault<P::Error>> {
    let mut cursor = Cursor::new(reader, 1, false);
    let mut is_there = cursor.first()?;
    while is_there {
        let (page, cell) = cursor.cell()?;
        let mut place = PagePlace::new(page.number().get(), 0, 0);
        place.set(&cell.range());
        places.push(place);
        let mut row = Row::new(reader, page, cell);
        let mut values = Vec::with_capacity(COLUMNS);
        for column in 0..COLUMNS {
            let value = row.column(column, Part::Content)?;
            values.push(value.and_then(|value| text(&value, encoding)));
        }
        let mut values = values.into_iter().map(|value| value.map(Cow::Owned));
        let mut next = || values.next().flatten();
        rows.push(stillframe_schema::Row {
            kind: next(),
            name: next(),
            table: next(),
            root: next(),
            sql: next(),
        });
        is_there = cursor.next()?;
    }
    Ok(())
}

/// A value as text, which ends at its first NUL.
fn text(value: &Value, encoding: TextEncoding) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::Integer(integer) => return Some(integer.to_string()),
        Value::Real(real) => return Some(real.to_string()),
        Value::Text(bytes) | Value::Blob(bytes) => encoding.utf8(bytes),
    };
    let text = text.split(|&byte| byte == 0).next().unwrap_or_default();
    Some(String::from_utf8_lossy(text).into_owned())
}
