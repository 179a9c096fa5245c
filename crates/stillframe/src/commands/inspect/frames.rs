use std::io::{self, Write};

use serde::Serialize;
use stillframe_check::render::text::{BAD, DIM, GOOD, NOTE};
use stillframe_history::{BackupSet, Timeline, slots};
use stillframe_wal::{Slot, SlotReason};

/// A slot as it stands in JSON.
#[derive(Serialize)]
struct Row {
    slot: u32,
    offset: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
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
            size_after: slot.header.map(|header| header.size_after),
            salts: slot.header.map(|header| header.salts.to_string()),
            checksum: slot.header.map(|header| header.checksum.to_string()),
            reason: slot.reason.to_string(),
            page_crc32: format!("{:08x}", crc32fast::hash(page)),
        }
    }
}

/// Prints a line for every slot.
pub fn print(
    set: &BackupSet,
    timeline: &Timeline,
    width: usize,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let wide = width >= 80;
    let salts = if wide {
        format!("{:<17}  ", "salts")
    } else {
        String::new()
    };
    writeln!(
        out,
        "{DIM}{:>7} {:>11} {:>8} {:>8}  {salts}{:<8}  reason{DIM:#}",
        "slot", "offset", "page", "commit", "CRC-32"
    )?;
    let mut printed: io::Result<()> = Ok(());
    slots(set.wal.as_ref(), timeline, &(), |slot, page| {
        if printed.is_ok() {
            printed = line(&Row::new(timeline, slot, page), slot.reason, wide, out);
        }
    })?;
    Ok(printed?)
}

fn line(row: &Row, reason: SlotReason, wide: bool, out: &mut dyn Write) -> io::Result<()> {
    let style = match reason {
        SlotReason::Committed => GOOD,
        SlotReason::ChecksumMismatch { .. } | SlotReason::PageNumberZero => BAD,
        SlotReason::HeaderIgnored { .. } => BAD,
        _ => NOTE,
    };
    let number = |number: Option<u32>| number.map_or_else(|| "-".to_owned(), |n| n.to_string());
    let commit = match row.size_after {
        Some(0) => String::new(),
        size => number(size),
    };
    let offset = format!("0x{:x}", row.offset);
    write!(
        out,
        "{:>7} {offset:>11} {:>8} {commit:>8}  ",
        row.slot,
        number(row.page)
    )?;
    if wide {
        write!(out, "{:<17}  ", row.salts.as_deref().unwrap_or("-"))?;
    }
    writeln!(out, "{}  {style}{}{style:#}", row.page_crc32, row.reason)
}

/// Writes the slots as the elements of a JSON array.
pub fn json(set: &BackupSet, timeline: &Timeline, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut printed: io::Result<()> = Ok(());
    let mut separator = "";
    slots(set.wal.as_ref(), timeline, &(), |slot, page| {
        if printed.is_ok() {
            let row = serde_json::to_string(&Row::new(timeline, slot, page));
            printed = row
                .map_err(io::Error::from)
                .and_then(|row| write!(out, "{separator}\n        {row}"));
            separator = ",";
        }
    })?;
    Ok(printed?)
}
