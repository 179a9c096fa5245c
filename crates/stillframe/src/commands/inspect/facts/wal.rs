use std::io::{self, Write};

use serde::Serialize;
use stillframe_check::render::text::field;
use stillframe_history::{Error, Input, Residue, Tally, Timeline, WalState};
use stillframe_wal::ByteOrder;

use super::File;
use crate::words::{count, many};

/// The WAL: what it is, its header, and what stands in it.
#[derive(Serialize)]
pub struct Wal {
    #[serde(flatten)]
    pub file: File,
    state: &'static str,
    reason: Option<String>,
    header: Option<WalHeader>,
    commits: u32,
    mx_frame: u32,
    size_after: u32,
    slots: Slots,
}

/// The header of the WAL, as it stands there.
#[derive(Serialize)]
struct WalHeader {
    magic: String,
    checksum_byte_order: &'static str,
    version: u32,
    page_size: u32,
    checkpoint_sequence: u32,
    salts: String,
    checksum: String,
}

/// How many slots there are for each reason.
#[derive(Serialize)]
struct Slots {
    committed: u32,
    uncommitted: u32,
    other_generation: u32,
    other_generation_chained: u32,
    zero_salt_spill: u32,
    checksum_mismatch: u32,
    page_number_zero: u32,
    header_ignored: u32,
    torn: u32,
    zero_filled: u32,
}

impl Wal {
    pub fn new(input: &Input, timeline: &Timeline, residue: &Residue) -> Result<Self, Error> {
        let slots = |tally: Tally| tally.slots;
        let (state, reason) = match timeline.state() {
            WalState::Absent | WalState::Empty => ("empty", None),
            WalState::Ignored(error) => ("ignored", Some(error.to_string())),
            WalState::Refused(error) => ("refused", Some(error.to_string())),
            WalState::Read => ("read", None),
        };
        Ok(Self {
            file: File::new(input)?,
            state,
            reason,
            header: timeline.header().map(WalHeader::new),
            commits: timeline.last().get(),
            mx_frame: timeline.mx_frame(),
            size_after: timeline.last_commit().map_or(0, |commit| commit.size_after),
            slots: Slots {
                committed: timeline.mx_frame(),
                uncommitted: slots(residue.uncommitted),
                other_generation: slots(residue.other_generation),
                other_generation_chained: slots(residue.other_generation_chained),
                zero_salt_spill: slots(residue.zero_salt_spill),
                checksum_mismatch: slots(residue.checksum_mismatch),
                page_number_zero: slots(residue.page_number_zero),
                header_ignored: slots(residue.header_ignored),
                torn: slots(residue.torn),
                zero_filled: slots(residue.zero_filled),
            },
        })
    }

    pub fn print(&self, width: usize, out: &mut dyn Write) -> io::Result<()> {
        self.file.print(width, out)?;
        if let Some(header) = &self.header {
            field(
                out,
                2,
                "page size",
                &many(header.page_size.into(), "byte"),
                width,
            )?;
            field(out, 2, "salts", &header.salts, width)?;
            let sequence = header.checkpoint_sequence.to_string();
            field(out, 2, "checkpoint seq.", &sequence, width)?;
            let order = format!("over {} words", header.checksum_byte_order);
            field(out, 2, "checksums", &order, width)?;
        }
        if let Some(reason) = &self.reason {
            field(out, 2, self.state, &format!("by SQLite: {reason}"), width)?;
        }
        let commits = match self.commits {
            0 => "none".to_owned(),
            commits => format!(
                "{}, the last one leaves {}",
                count(commits.into()),
                many(self.size_after.into(), "page")
            ),
        };
        field(out, 2, "commits", &commits, width)?;
        field(out, 2, "slots", &self.slots.to_string(), width)
    }
}

impl WalHeader {
    fn new(header: &stillframe_wal::Header) -> Self {
        Self {
            magic: format!("{:08x}", header.magic),
            checksum_byte_order: match header.byte_order() {
                ByteOrder::Little => "little-endian",
                ByteOrder::Big => "big-endian",
            },
            version: header.version,
            page_size: header.page_size_field,
            checkpoint_sequence: header.checkpoint_sequence,
            salts: header.salts.to_string(),
            checksum: header.checksum.to_string(),
        }
    }
}

impl std::fmt::Display for Slots {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let chained = format!(
            "of another generation ({} chained)",
            count(self.other_generation_chained.into())
        );
        let parts = [
            (self.committed, "committed"),
            (self.uncommitted, "uncommitted"),
            (self.other_generation, chained.as_str()),
            (self.zero_salt_spill, "spilled without salts"),
            (self.checksum_mismatch, "with a checksum that does not hold"),
            (self.page_number_zero, "naming page 0"),
            (self.header_ignored, "behind a header that is not accepted"),
            (self.torn, "torn"),
            (self.zero_filled, "zero-filled"),
        ];
        let mut separator = "";
        for (slots, words) in parts.into_iter().filter(|&(slots, _)| slots > 0) {
            write!(f, "{separator}{} {words}", count(slots.into()))?;
            separator = ", ";
        }
        if separator.is_empty() {
            f.write_str("none")
        } else {
            Ok(())
        }
    }
}
