//! How a cursor is opened, and what is asked of the entry of an index that it is at.

use std::cmp::Ordering;

use stillframe_database::record::{SerialType, Value};
use stillframe_format::Pages;

use super::cursor::Cursor;
use super::fault::Fault;
use super::key::Key;
use super::reader::Reader;
use super::varint::read_u32;

/// SQLite opens a cursor on any page but none.
pub(super) fn open<'p, P: Pages>(
    reader: &'p Reader<'p, P>,
    root: u32,
    is_index: bool,
) -> Result<Cursor<'p, P>, Fault<P::Error>> {
    if root == 0 {
        return Err(Fault::Corrupt);
    }
    Ok(Cursor::new(reader, root, is_index))
}

/// Whether the entry that a cursor is at comes behind all that have the key (`OP_IdxGT` in `vdbe.c`).
pub(super) fn is_behind<P: Pages>(
    cursor: &Cursor<'_, P>,
    key: &Key<'_>,
) -> Result<bool, Fault<P::Error>> {
    let (_, cell) = cursor.cell()?;
    if !(1..=i32::MAX as u32).contains(&cell.payload_length) {
        return Err(Fault::Corrupt);
    }
    // SQLite does not ask here whether the entry could be compared, and takes it for one that comes behind.
    Ok(cursor.compare(key)?.is_none_or(Ordering::is_gt))
}

/// The rowid at the end of the entry that a cursor is at (`sqlite3VdbeIdxRowid` in `vdbeaux.c`).
pub(super) fn rowid<P: Pages>(
    reader: &Reader<'_, P>,
    cursor: &Cursor<'_, P>,
) -> Result<i64, Fault<P::Error>> {
    let (page, cell) = cursor.cell()?;
    let payload = reader.whole_payload(&page, &cell)?;
    let (header, _) = read_u32(&payload);
    let header = header as usize;
    if header < 3 || header > payload.len() {
        return Err(Fault::Corrupt);
    }
    let last = payload.get(header - 1..).unwrap_or_default();
    let (serial_type, _) = read_u32(last);
    let length = match serial_type {
        1..=6 | 8 | 9 => SerialType(serial_type.into()).length(),
        _ => return Err(Fault::Corrupt),
    };
    let start = payload.len().checked_sub(length as usize);
    let start = start
        .filter(|&start| start >= header)
        .ok_or(Fault::Corrupt)?;
    let bytes = payload.get(start..).unwrap_or_default();
    match SerialType(serial_type.into()).value(bytes) {
        Value::Integer(rowid) => Ok(rowid),
        _ => Err(Fault::Corrupt),
    }
}
