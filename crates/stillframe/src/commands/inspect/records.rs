//! Every slot of a rollback journal, with its reason.

use std::io::{self, Write};

use anstyle::Style;
use serde::Serialize;
use stillframe_check::render::text::{BAD, GOOD, NOTE};
use stillframe_history::{BackupSet, JournalEvent, Rollback};
use stillframe_journal::{Segment, Slot, SlotReason};

use crate::table::{Column, Table, digits};

/// A slot.
#[derive(Serialize)]
struct Row {
    slot: u32,
    segment: u64,
    offset: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checksum: Option<String>,
    reason: String,
    /// Of the bytes of the page that are there.
    page_crc32: String,
}

/// Prints a line for every slot, in a table of at most `width` columns, and one for every header.
pub fn print(set: &BackupSet, width: Option<usize>, out: &mut dyn Write) -> anyhow::Result<()> {
    let length = set.journal.as_ref().map_or(0, |input| input.bytes.len());
    let table = Table::new(
        vec![
            Column::number("record", digits(length / 520)),
            Column::number("offset", hex(length).len()),
            Column::number("page", 7),
            Column::text("checksum", 8).dispensable(2),
            Column::text("CRC-32", 8).dispensable(1),
            Column::text("reason", LONGEST_REASON),
        ],
        width,
    );
    table.heading(out)?;
    each(set, |met| {
        let (cells, style) = match met {
            Met::Segment(segment) => (header(&segment), NOTE),
            Met::Slot(row, reason) => {
                let style = match reason {
                    SlotReason::PlayedBack => GOOD,
                    SlotReason::ChecksumMismatch | SlotReason::PageNumberInvalid => BAD,
                    SlotReason::HeaderIgnored { .. } => BAD,
                    _ => NOTE,
                };
                let cells = [
                    row.slot.to_string(),
                    hex(row.offset),
                    row.page.map_or_else(String::new, |page| page.to_string()),
                    row.checksum.clone().unwrap_or_default(),
                    row.page_crc32.clone(),
                    row.reason.clone(),
                ];
                (cells, style)
            }
        };
        table.row(&cells, Style::new(), style, out)
    })
}

/// Columns of `beyond the initial size`.
const LONGEST_REASON: usize = 23;

fn header(segment: &Segment) -> [String; 6] {
    [
        String::new(),
        hex(segment.offset),
        String::new(),
        String::new(),
        String::new(),
        format!("header, {}", segment.kind),
    ]
}

fn hex(offset: u64) -> String {
    format!("0x{offset:x}")
}

/// Writes the slots as the elements of a JSON array.
pub fn json(set: &BackupSet, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut separator = "";
    each(set, |met| {
        if let Met::Slot(row, _) = met {
            let row = serde_json::to_string(row)?;
            write!(out, "{separator}\n        {row}")?;
            separator = ",";
        }
        Ok(())
    })
}

enum Met<'a> {
    Segment(Segment),
    Slot(&'a Row, SlotReason),
}

/// Hands every header and every slot to `then`, in order. Of its errors the first is kept, and nothing follows it.
fn each(set: &BackupSet, mut then: impl FnMut(Met<'_>) -> io::Result<()>) -> anyhow::Result<()> {
    let mut printed: io::Result<()> = Ok(());
    let mut segments = 0;
    Rollback::follow(set, &(), |event| {
        if printed.is_err() {
            return;
        }
        printed = match event {
            JournalEvent::Segment(segment) => {
                segments += 1;
                then(Met::Segment(segment))
            }
            JournalEvent::Slot(slot, page) => {
                let row = Row::new(segments, slot, page);
                then(Met::Slot(&row, slot.reason))
            }
        };
    })?;
    Ok(printed?)
}

impl Row {
    fn new(segment: u64, slot: Slot, page: &[u8]) -> Self {
        Self {
            slot: slot.number.get(),
            segment,
            offset: slot.offset,
            page: slot.page,
            checksum: slot.checksum.map(|sum| format!("{sum:08x}")),
            reason: slot.reason.to_string(),
            page_crc32: format!("{:08x}", crc32fast::hash(page)),
        }
    }
}
