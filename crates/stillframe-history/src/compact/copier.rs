use std::io::{IoSlice, Write};

use stillframe_format::{PageNumber, PageSize};
use stillframe_wal::frame::{FRAME_HEADER_BYTES, slot_bytes};
use stillframe_wal::writer::{over_page, page_contribution};
use stillframe_wal::{Carry, FrameHeader, FrameNumber, Header, Writer};

use crate::timeline::{PIECE_BYTES, window};
use crate::vectored::write_all_vectored;
use crate::{Error, Input, Refusal};

/// Copies frames from a WAL, giving each a new header.
pub(super) struct Copier<'a> {
    wal: &'a Input,
    header: Header,
    page_size: PageSize,
    pub(super) slot: usize,
    /// How many frames are copied in one piece.
    pub(super) piece: usize,
    over_page: Carry,
    writer: Writer,
}

/// Frames that are written in one call: each is two pieces, and systems take 1024 pieces.
const FRAMES_A_WRITE: usize = 512;

impl<'a> Copier<'a> {
    pub(super) fn new(wal: &'a Input, header: &Header) -> Result<Self, Error> {
        let writer = Writer::new(header).map_err(Refusal::Wal)?;
        let page_size = header.validate().map_err(Refusal::Wal)?;
        let slot = slot_bytes(page_size);
        Ok(Self {
            wal,
            header: *header,
            page_size,
            slot,
            piece: (PIECE_BYTES / slot).clamp(1, FRAMES_A_WRITE),
            over_page: over_page(page_size),
            writer,
        })
    }

    /// Copies frames that follow one another; the last one ends a commit where `size_after` is not 0.
    pub(super) fn copy(
        &mut self,
        frames: &[FrameNumber],
        size_after: u32,
        output: &mut dyn Write,
    ) -> Result<(), Error> {
        let Some(&first) = frames.first() else {
            return Ok(());
        };
        // The header of the frame before is looked at, too: it has the checksum that this one goes on from.
        let before = FrameNumber::new(first.get() - 1);
        let start = before.unwrap_or(first);
        let lead = if before.is_some() { self.slot } else { 0 };
        let length = lead + frames.len() * self.slot;
        let bytes = window(self.wal, start.offset(self.page_size), length)?;
        let (lead, slots) = bytes.split_at(lead);
        let mut sum = match lead.first_chunk::<FRAME_HEADER_BYTES>() {
            Some(header) => FrameHeader::parse(header).checksum,
            None => self.header.checksum,
        };
        let mut headers = Vec::with_capacity(frames.len());
        let mut pages = Vec::with_capacity(frames.len());
        for (index, slot) in slots.chunks_exact(self.slot).enumerate() {
            let Some((old, page)) = slot.split_first_chunk::<FRAME_HEADER_BYTES>() else {
                continue;
            };
            let old = FrameHeader::parse(old);
            let Some(number) = PageNumber::new(old.page) else {
                return Err(changed("a frame names page 0 that did not before"));
            };
            let contribution =
                page_contribution(&old, sum, self.header.byte_order(), self.over_page);
            sum = old.checksum;
            let is_last = index + 1 == frames.len();
            let size = if is_last { size_after } else { 0 };
            headers.push(self.writer.carried_frame(number, size, contribution));
            pages.push(page);
        }
        let mut parts: Vec<IoSlice<'_>> = headers
            .iter()
            .zip(pages)
            .flat_map(|(header, page)| [IoSlice::new(header), IoSlice::new(page)])
            .collect();
        write_all_vectored(output, &mut parts)?;
        Ok(())
    }
}

fn changed(what: &str) -> Error {
    Error::ReadBack {
        what: format!("{what}: the input changed while it was read"),
    }
}
