//! One cell, and its record value by value.

use std::io::{self, Write};

use anstyle::Style;
use serde::Serialize;
use serde_json::json;
use stillframe_check::render::text::{DIM, field, headline};
use stillframe_database::btree::{Cell, Page};
use stillframe_database::record::{Field, Value, fields, header_size};
use stillframe_database::table::payload_and_pages;
use stillframe_database::{Header, TextEncoding};
use stillframe_format::{ByteRange, PageNumber, Pages as _};
use stillframe_history::{AsFound, Image};

use super::hexdump::dump;
use super::place::{Place, hex};
use super::subject::Subject;
use crate::names::harmless;
use crate::owners::Owner;
use crate::table::{Column, Table};
use crate::terminal::Room;
use crate::words::{many, runs};

/// What the bytes of a cell say.
#[derive(Serialize)]
pub struct CellFacts {
    page: u32,
    cell: u16,
    owner: Owner,
    #[serde(flatten)]
    place: Place,
    /// Bytes of the input.
    start: u64,
    end: u64,
    left_child: Option<u32>,
    rowid: Option<i64>,
    payload_bytes: u32,
    overflow_pages: Vec<u32>,
    record: Option<Record>,
    #[serde(skip)]
    bytes: Vec<u8>,
}

#[derive(Serialize)]
struct Record {
    header_bytes: u64,
    values: Vec<ValueRow>,
}

#[derive(Serialize)]
struct ValueRow {
    serial_type: u64,
    #[serde(rename = "type")]
    kind: &'static str,
    bytes: u64,
    /// `None` for a blob and for what is not there; an object of one field for what JSON has nothing for: `real` is
    /// `"Infinity"` or `"-Infinity"`, and `text` the bytes in hexadecimal of what is no text.
    value: Option<serde_json::Value>,
    /// Where it stands: more than one place where it goes on on another page.
    at: Vec<At>,
    #[serde(skip)]
    words: String,
}

/// A part of a value.
#[derive(Clone, Serialize)]
struct At {
    page: u32,
    input: Option<String>,
    start: u64,
    end: u64,
}

/// A run of a payload, from its first byte to the next run.
struct Piece {
    from: u64,
    length: u64,
    page: u32,
    input: Option<String>,
    /// Offset in the input of its first byte.
    offset: u64,
}

/// So many bytes of a cell are shown as they are.
const MOST_SHOWN_BYTES: usize = 256;
/// And so many characters of a value.
const MOST_SHOWN_CHARACTERS: usize = 64;

impl CellFacts {
    /// Of the cell of a page with this index.
    pub fn new(subject: &Subject<'_>, number: PageNumber, index: u16) -> anyhow::Result<Self> {
        subject.require(number)?;
        let geometry = subject.mapped.map.geometry();
        let place = subject.place(number);
        let pages = AsFound::new(subject.image, &());
        let bytes = pages.page(number)?;
        let page = Page::parse(number, geometry, &bytes).map_err(|error| {
            anyhow::anyhow!("page {number} has no cells: {}", place.damage(&error))
        })?;
        anyhow::ensure!(
            index < page.cell_count(),
            "there is no cell {index} on page {number}: it has {}, counted from 0",
            many(page.cell_count().into(), "cell")
        );
        let cell = page
            .cell(index)
            .map_err(|error| anyhow::anyhow!("cell {number}/{index}: {}", place.damage(&error)))?;
        let (payload, chain) = payload_and_pages(&pages, geometry, &cell)?;
        let has_payload = cell.left_child.is_none() || cell.rowid.is_none();
        let record = has_payload.then(|| {
            let pieces = pieces(subject, number, &cell, &chain);
            Record::new(&payload, subject.image, &pieces)
        });
        let (range, whole) = (place.range(cell.range()), cell.range());
        let shown = bytes.get(whole.start as usize..).unwrap_or_default();
        let shown = shown.iter().take(whole.length() as usize);
        Ok(Self {
            page: number.get(),
            cell: index,
            owner: subject.mapped.owner(number),
            place,
            start: range.start,
            end: range.end,
            left_child: cell.left_child,
            rowid: cell.rowid,
            payload_bytes: cell.payload_length,
            overflow_pages: chain.iter().map(|page| page.get()).collect(),
            record,
            bytes: shown.take(MOST_SHOWN_BYTES).copied().collect(),
        })
    }

    /// Prints it.
    pub fn print(&self, room: Room, out: &mut dyn Write) -> io::Result<()> {
        let name = format!("cell {}/{}", self.page, self.cell);
        headline(&name, &self.owner.of(), room.width, out)?;
        let mut line = |label: &str, text: String| field(out, 2, label, &text, room.width);
        line("from", self.place.words())?;
        let length = many(self.end - self.start, "byte");
        line("bytes", format!("{}, {length}", hex(self.start, self.end)))?;
        if let Some(child) = self.left_child {
            line("left child", format!("page {child}"))?;
        }
        if let Some(rowid) = self.rowid {
            line("rowid", rowid.to_string())?;
        }
        if let Some(record) = &self.record {
            let overflow = match self.overflow_pages.is_empty() {
                true => String::new(),
                false => {
                    let pages = crate::words::Run::all(self.overflow_pages.iter().copied());
                    format!(", in part on overflow pages {}", runs(&pages, 8))
                }
            };
            line(
                "payload",
                format!("{}{overflow}", many(self.payload_bytes.into(), "byte")),
            )?;
            let header = many(record.header_bytes, "byte");
            let values = many(record.values.len() as u64, "value");
            line("record", format!("{values} behind a header of {header}"))?;
            if !record.values.is_empty() {
                writeln!(out)?;
                record.print(&self.place, self.page, room.columns, out)?;
            }
        }
        writeln!(out)?;
        dump(&self.bytes, self.start, room.width, out)?;
        let more = self.end - self.start - self.bytes.len() as u64;
        if more > 0 {
            writeln!(out, "  {DIM}and {}{DIM:#}", many(more, "more byte"))?;
        }
        Ok(())
    }
}

/// Where a payload stands: the start of it on the page of its cell, the rest on the pages of its chain.
fn pieces(
    subject: &Subject<'_>,
    page: PageNumber,
    cell: &Cell<'_>,
    chain: &[PageNumber],
) -> Vec<Piece> {
    let place = subject.place(page);
    let mut pieces = vec![Piece {
        from: 0,
        length: cell.local.len() as u64,
        page: page.get(),
        offset: place.range(cell.local_range()).start,
        input: place.input,
    }];
    for &page in chain {
        let from = pieces.last().map_or(0, |piece| piece.from + piece.length);
        let place = subject.place(page);
        pieces.push(Piece {
            from,
            length: subject.mapped.map.geometry().overflow_capacity().into(),
            page: page.get(),
            offset: place.offset + 4,
            input: place.input,
        });
    }
    pieces
}

impl Record {
    fn new(payload: &[u8], image: &Image<'_>, pieces: &[Piece]) -> Self {
        let encoding = image
            .header()
            .map_or(TextEncoding::Utf8, Header::text_encoding);
        let values = fields(payload).map(|field| ValueRow::new(&field, encoding, pieces));
        Self {
            header_bytes: header_size(payload).map_or(0, |(size, _)| size),
            values: values.collect(),
        }
    }

    fn print(
        &self,
        place: &Place,
        page: u32,
        columns: Option<usize>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let at = |row: &ValueRow| match row.at.first() {
            Some(first) => hex(first.start, first.end),
            None => String::new(),
        };
        let on = |at: &At| match &at.input {
            Some(input) if at.input != place.input => format!("page {} in {input}", at.page),
            _ => format!("page {}", at.page),
        };
        let longest = |text: &dyn Fn(&ValueRow) -> String| {
            let lengths = self.values.iter().map(|row| text(row).len());
            lengths.max().unwrap_or_default()
        };
        let table = Table::new(
            vec![
                Column::number("value", 5),
                Column::number("serial", longest(&|row| row.serial_type.to_string())),
                Column::text("type", "reserved".len()),
                Column::text("bytes", longest(&at)).dispensable(1),
                Column::text("is", MOST_SHOWN_CHARACTERS).breakable(),
            ],
            columns,
        );
        table.heading(out)?;
        for (index, row) in self.values.iter().enumerate() {
            let more = match (row.at.first(), row.at.get(1)) {
                (Some(first), _) if first.page != page => format!(" (on {})", on(first)),
                (_, Some(next)) => format!(" (goes on on {})", on(next)),
                _ => String::new(),
            };
            let cells = [
                index.to_string(),
                row.serial_type.to_string(),
                row.kind.to_owned(),
                at(row),
                format!("{}{more}", row.words),
            ];
            table.row(&cells, Style::new(), Style::new(), out)?;
        }
        Ok(())
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl ValueRow {
    fn new(field: &Field<'_>, encoding: TextEncoding, pieces: &[Piece]) -> Self {
        let kind = match field.serial_type.0 {
            0 => "NULL",
            1..=6 | 8 | 9 => "integer",
            7 => "real",
            10 | 11 => "reserved",
            other if other % 2 == 0 => "blob",
            _ => "text",
        };
        let (value, words) = match field.value {
            None => (None, "not all of it is here".to_owned()),
            Some(Value::Null) => (Some(serde_json::Value::Null), "NULL".to_owned()),
            Some(Value::Integer(number)) => (Some(number.into()), number.to_string()),
            Some(Value::Real(number)) => {
                let value = match number.is_infinite() {
                    // As the rows of `dump` have what JSON has nothing for.
                    true => json!({ "real": if number > 0.0 { "Infinity" } else { "-Infinity" } }),
                    false => number.into(),
                };
                (Some(value), format!("{number:?}"))
            }
            Some(Value::Text(bytes)) => {
                let text = encoding.text(bytes);
                let shown = shortened(&harmless(&text));
                let value = match encoding.is_valid(bytes) {
                    true => text.into(),
                    false => json!({ "text": hexadecimal(&encoding.utf8(bytes)) }),
                };
                (Some(value), format!("'{shown}'"))
            }
            Some(Value::Blob(bytes)) => {
                let start = hexadecimal(bytes.get(..16).unwrap_or(bytes));
                let dots = if bytes.len() > 16 { "…" } else { "" };
                let length = many(bytes.len() as u64, "byte");
                (None, format!("x'{start}{dots}', {length}"))
            }
        };
        Self {
            serial_type: field.serial_type.0,
            kind,
            bytes: field.range.length(),
            value,
            at: places(field.range, pieces),
            words,
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Where bytes of a payload stand in the inputs.
fn places(range: ByteRange, pieces: &[Piece]) -> Vec<At> {
    let parts = pieces.iter().filter_map(|piece| {
        let start = range.start.max(piece.from);
        let end = range.end.min(piece.from + piece.length);
        (start < end).then(|| At {
            page: piece.page,
            input: piece.input.clone(),
            start: piece.offset + (start - piece.from),
            end: piece.offset + (end - piece.from),
        })
    });
    parts.collect()
}
