use std::io::{self, Write};

use anstyle::Style;
use serde::Serialize;
use stillframe_check::render::text::{BAD, GOOD, NOTE};
use stillframe_history::{BackupSet, Timeline, slots};
use stillframe_wal::{Slot, SlotReason};

use crate::table::{Column, Table, counted, digits};
use crate::words::count;

/// A slot as it stands in JSON.
#[derive(Serialize)]
struct Row {
    slot: u32,
    offset: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
    /// The commit that the frame is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_after: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    salts: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checksum: Option<String>,
    reason: String,
    /// Of the bytes of the page that are there.
    page_crc32: String,
}

impl Row {
    fn new(timeline: &Timeline, slot: Slot, page: &[u8]) -> Self {
        let size = timeline.header().and_then(|header| header.page_size());
        Self {
            slot: slot.number.get(),
            offset: size.map_or(0, |size| slot.number.offset(size)),
            page: slot.header.map(|header| header.page),
            commit: None,
            size_after: slot.header.map(|header| header.size_after),
            salts: slot.header.map(|header| header.salts.to_string()),
            checksum: slot.header.map(|header| header.checksum.to_string()),
            reason: slot.reason.to_string(),
            page_crc32: format!("{:08x}", crc32fast::hash(page)),
        }
    }
}

/// Prints a line for every slot, in a table of at most `width` columns.
pub fn print(
    set: &BackupSet,
    timeline: &Timeline,
    width: Option<usize>,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let slots_digits = digits(timeline.slots());
    let size = timeline.last_commit().map_or(0, |last| last.size_after);
    let size = u64::from(size);
    let table = Table::new(
        vec![
            Column::number("slot", slots_digits),
            Column::number("offset", hex(set.wal_bytes()).len()),
            Column::number("page", digits(size)),
            Column::number("commit", digits(timeline.last().get().into())).dispensable(1),
            Column::number("size", counted(size)).dispensable(2),
            Column::text("salts", 17).dispensable(4),
            Column::text("CRC-32", 8).dispensable(3),
            Column::text("reason", LONGEST_REASON),
        ],
        width,
    );
    table.heading(out)?;
    each(set, timeline, |row, reason| {
        let number = |number: Option<u32>| number.map_or_else(String::new, |n| n.to_string());
        let size = row.size_after.filter(|&size| size > 0);
        let style = match reason {
            SlotReason::Committed => GOOD,
            SlotReason::ChecksumMismatch { .. } | SlotReason::PageNumberZero => BAD,
            SlotReason::HeaderIgnored { .. } => BAD,
            _ => NOTE,
        };
        let cells = [
            row.slot.to_string(),
            hex(row.offset),
            number(row.page),
            number(row.commit),
            size.map_or_else(String::new, |size| count(size.into())),
            row.salts.clone().unwrap_or_default(),
            row.page_crc32.clone(),
            row.reason.clone(),
        ];
        table.row(&cells, Style::new(), style, out)
    })
}

/// Columns of `checksum mismatch, chained`.
const LONGEST_REASON: usize = 26;

fn hex(offset: u64) -> String {
    format!("0x{offset:x}")
}

/// Writes the slots as the elements of a JSON array.
pub fn json(set: &BackupSet, timeline: &Timeline, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut separator = "";
    each(set, timeline, |row, _| {
        let row = serde_json::to_string(row)?;
        write!(out, "{separator}\n        {row}")?;
        separator = ",";
        Ok(())
    })
}

/// Hands every slot to `then`, in order. Of its errors the first is kept, and nothing follows it.
fn each(
    set: &BackupSet,
    timeline: &Timeline,
    mut then: impl FnMut(&Row, SlotReason) -> io::Result<()>,
) -> anyhow::Result<()> {
    let mut printed: io::Result<()> = Ok(());
    let mut commits = 0;
    slots(set.wal.as_ref(), timeline, &(), |slot, page| {
        let is_committed = matches!(slot.reason, SlotReason::Committed);
        let mut row = Row::new(timeline, slot, page);
        row.commit = is_committed.then_some(commits + 1);
        if is_committed && row.size_after.is_some_and(|size| size > 0) {
            commits += 1;
        }
        if printed.is_ok() {
            printed = then(&row, slot.reason);
        }
    })?;
    Ok(printed?)
}
