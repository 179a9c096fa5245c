use std::io::{IoSlice, Write};

use stillframe_format::{PageNumber, PageSize};
use stillframe_wal::frame::{FRAME_HEADER_BYTES, slot_bytes};
use stillframe_wal::writer::{over_page, page_contribution};
use stillframe_wal::{Carry, FrameHeader, FrameNumber, Header, Writer};

use crate::timeline::{PIECE_BYTES, window};
use crate::vectored::write_all_vectored;
use crate::{Difference, Error, Input, Refusal, Window};

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

    /// Copies frames, in order and in one call; the last one ends a commit where `size_after` is not 0.
    pub(super) fn copy(
        &mut self,
        frames: &[FrameNumber],
        size_after: u32,
        output: &mut dyn Write,
    ) -> Result<(), Error> {
        // Frames that follow one another are looked at together.
        let runs: Vec<Run<'_>> = frames
            .chunk_by(|a, b| a.get() + 1 == b.get())
            .map(|run| self.look_at(run))
            .collect::<Result<_, _>>()?;
        let mut headers = Vec::with_capacity(frames.len());
        let mut pages = Vec::with_capacity(frames.len());
        for run in &runs {
            let (lead, slots) = run.bytes.split_at(run.lead);
            let mut sum = match lead.first_chunk::<FRAME_HEADER_BYTES>() {
                Some(header) => FrameHeader::parse(header).checksum,
                None => self.header.checksum,
            };
            for slot in slots.chunks_exact(self.slot) {
                let Some((old, page)) = slot.split_first_chunk::<FRAME_HEADER_BYTES>() else {
                    continue;
                };
                let old = FrameHeader::parse(old);
                let Some(number) = PageNumber::new(old.page) else {
                    return Err(Error::ReadBack(Difference::PageZero));
                };
                let own = page_contribution(&old, sum, self.header.byte_order(), self.over_page);
                sum = old.checksum;
                let is_last = headers.len() + 1 == frames.len();
                let size = if is_last { size_after } else { 0 };
                headers.push(self.writer.carried_frame(number, size, own));
                pages.push(page);
            }
        }
        let mut parts: Vec<IoSlice<'_>> = headers
            .iter()
            .zip(pages)
            .flat_map(|(header, page)| [IoSlice::new(header), IoSlice::new(page)])
            .collect();
        write_all_vectored(output, &mut parts).map_err(|stopped| {
            // The headers are ours, the pages those of the WAL.
            let frame = frames.get(stopped.part / 2).unwrap_or(&FrameNumber::FIRST);
            stopped.at(self.wal, frame.page_offset(self.page_size))
        })
    }

    /// The bytes of frames that follow one another, and of the one before them: it has the checksum that they go on
    /// from.
    fn look_at(&self, run: &[FrameNumber]) -> Result<Run<'a>, Error> {
        let first = run.first().map_or(1, |first| first.get());
        let before = FrameNumber::new(first - 1);
        let lead = if before.is_some() { self.slot } else { 0 };
        let start = before.unwrap_or(FrameNumber::FIRST).offset(self.page_size);
        let bytes = window(self.wal, start, lead + run.len() * self.slot)?;
        Ok(Run { lead, bytes })
    }
}

/// Frames that follow one another, behind `lead` bytes of the one before.
struct Run<'a> {
    lead: usize,
    bytes: Window<'a>,
}
