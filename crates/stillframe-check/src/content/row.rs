//! The values of the entry that a cursor is at, taken from its record as SQLite takes them (`OP_Column` in `vdbe.c`): the
//! header is read as far as it is needed, and what contradicts itself is found on the way.

use stillframe_database::btree::{Cell, Page};
use stillframe_database::record::SerialType;
use stillframe_format::Pages;
use stillframe_format::limits::{MAX_RECORD_HEADER, MAX_VALUE_BYTES};

use super::chain::Chain;
use super::fault::Fault;
use super::reader::Reader;
use super::value::Value;
use super::varint::read_u32;

/// Longer values of tables are read in another way, which does not look whether there can be one of that length.
const LONG_VALUE_BYTES: u64 = 4000;

/// An entry, and what is known of its record.
pub(super) struct Row<'r, 'p, P> {
    reader: &'r Reader<'p, P>,
    page: Page<'r>,
    cell: Cell<'r>,
    /// The overflow pages, as far as they are known.
    chain: Chain,
    /// Bytes of its header.
    header: u32,
    /// What of the header is not read: the offset of the next type.
    next: usize,
    types: Vec<u32>,
    /// Where each value begins, and the last one ends.
    offsets: Vec<u32>,
    /// The header, if it is not all on the page.
    far_header: Option<Vec<u8>>,
    /// Whether the header is to be read anew.
    is_stale: bool,
}

/// What of a value is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Of what type it is.
    Type,
    /// All of it.
    Content,
}

impl<'r, 'p, P: Pages> Row<'r, 'p, P> {
    pub(super) fn new(reader: &'r Reader<'p, P>, page: Page<'r>, cell: Cell<'r>) -> Self {
        let (header, next) = read_u32(page.bytes_from(cell.payload_offset()));
        Self {
            reader,
            page,
            cell,
            chain: Chain::default(),
            header,
            next,
            types: Vec::new(),
            offsets: vec![header],
            far_header: None,
            is_stale: false,
        }
    }

    /// That the cursor has read the whole entry.
    pub(super) fn was_read(&mut self) {
        self.chain.was_read();
    }

    /// Makes the next look at a value begin with the header anew: so does SQLite after every row that it prints.
    pub(super) fn forget(&mut self) {
        self.is_stale = true;
    }

    /// The serial type of a value, as far as the header was read.
    pub(super) fn known_type(&self, column: usize) -> Option<u32> {
        self.types.get(column).copied()
    }

    /// The value of a column, from 0; `None` where the record is too short.
    pub(super) fn column(
        &mut self,
        column: usize,
        part: Part,
    ) -> Result<Option<Value>, Fault<P::Error>> {
        if std::mem::take(&mut self.is_stale) {
            let (header, next) = read_u32(self.page.bytes_from(self.cell.payload_offset()));
            (self.header, self.next) = (header, next);
            self.types.clear();
            self.offsets = vec![header];
        }
        if self.types.len() <= column {
            self.read_header(column)?;
        }
        let Some(&serial_type) = self.types.get(column) else {
            return Ok(None);
        };
        let mut places = self.offsets.iter().skip(column).copied();
        let (start, end) = (places.next().unwrap_or(0), places.next().unwrap_or(0));
        let serial_type = SerialType(serial_type.into());
        let local = self.cell.local;
        if local.len() >= end as usize {
            let bytes = local.get(start as usize..end as usize);
            let bytes = bytes.unwrap_or_default();
            return Ok(Some(Value::of(serial_type.value(bytes))));
        }
        let length = serial_type.length();
        if part == Part::Type || length == 0 {
            return Ok(Some(Value::of(serial_type.value(&[]))));
        }
        if length > u64::from(MAX_VALUE_BYTES) {
            return Err(Fault::TooBig);
        }
        let is_of_table = self.page.kind().is_table();
        if length <= LONG_VALUE_BYTES || !is_of_table {
            self.reader.is_possible(start, length as u32)?;
        }
        let length = length as u32;
        let chain = &mut self.chain;
        let bytes = self
            .reader
            .payload(&self.page, &self.cell, chain, start, length)?;
        Ok(Some(Value::of(serial_type.value(&bytes))))
    }

    /// Reads the header up to the type of a column.
    fn read_header(&mut self, column: usize) -> Result<(), Fault<P::Error>> {
        let length = self.cell.payload_length;
        let is_first = self.types.is_empty();
        let is_near = self.cell.local.len() >= self.header as usize;
        if is_first && !is_near && (self.header > MAX_RECORD_HEADER || self.header > length) {
            return Err(Fault::Record);
        }
        // The first time SQLite reads a type without looking whether there is one, if the header is on the page.
        if self.next >= self.header as usize && !(is_first && is_near) {
            return Ok(());
        }
        if !is_near && self.far_header.is_none() {
            self.reader.is_possible(0, self.header)?;
            let chain = &mut self.chain;
            let bytes = self
                .reader
                .payload(&self.page, &self.cell, chain, 0, self.header)?;
            self.far_header = Some(bytes);
        }
        let bytes = match &self.far_header {
            Some(bytes) => bytes.as_slice(),
            None => self.page.bytes_from(self.cell.payload_offset()),
        };
        let end = self.header as usize;
        let mut at = self.next;
        let mut offset = u64::from(self.offsets.last().copied().unwrap_or_default());
        loop {
            let rest = bytes.get(at..).filter(|rest| !rest.is_empty());
            let (serial_type, taken) = read_u32(rest.ok_or(Fault::PastPage)?);
            at += taken;
            offset += SerialType(serial_type.into()).length();
            self.types.push(serial_type);
            self.offsets.push(offset as u32);
            if self.types.len() > column || at >= end {
                break;
            }
        }
        let is_over = at >= end && (at > end || offset != u64::from(length));
        if is_over || offset > u64::from(length) {
            if self.header != 0 {
                return Err(Fault::Record);
            }
            // SQLite takes a header of no bytes for one without columns.
            self.types.clear();
            self.offsets.truncate(1);
            at = end;
        }
        self.next = at;
        Ok(())
    }
}
