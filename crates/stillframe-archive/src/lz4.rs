//! LZ4 data: frames (LZ4 Frame Format, version 1.6), those that are to be skipped between them, and the legacy format, which
//! `lz4 -l` and the Linux kernel write. That has no end mark and no checksum: blocks of 8 MiB stand one behind the other, each
//! behind its compressed length, until the file ends or another frame begins.

use std::io::{self, BufRead, Read};
use std::ops::Range;

use lz4_flex::block::decompress_into;
use lz4_flex::frame::FrameDecoder;

use crate::coding::is_begun;
use crate::streams::{Ahead, SkippableFrame, Stream};

const MAGIC: [u8; 4] = 0x184d_2204_u32.to_le_bytes();
const LEGACY_MAGIC: [u8; 4] = 0x184c_2102_u32.to_le_bytes();

/// What a block of the legacy format holds; the last one holds less.
const BLOCK_BYTES: usize = 8 << 20;

/// What that takes at most where nothing repeats in it (`LZ4_COMPRESSBOUND`).
const MOST_COMPRESSED: usize = BLOCK_BYTES + BLOCK_BYTES / 255 + 16;

/// A frame of any of the three kinds.
pub(crate) enum Frame<R: Read> {
    Modern(Box<FrameDecoder<Ahead<R>>>),
    Legacy(Blocks<R>),
    Skipped(SkippableFrame<R>),
}

impl<R: Read> Stream<R> for Frame<R> {
    const MAGIC_BYTES: usize = 4;

    fn begins_with(bytes: &[u8]) -> bool {
        let is_begun = |magic: &[u8; 4]| is_begun(magic, bytes);
        [MAGIC, LEGACY_MAGIC].iter().any(is_begun) || SkippableFrame::<R>::begins_with(bytes)
    }

    fn new(reader: Ahead<R>) -> Self {
        match reader.rest() {
            magic if magic.starts_with(&LEGACY_MAGIC) => Self::Legacy(Blocks::new(reader)),
            magic if SkippableFrame::<R>::begins_with(magic) => {
                Self::Skipped(SkippableFrame::new(reader))
            }
            _ => Self::Modern(Box::new(FrameDecoder::new(reader))),
        }
    }

    fn into_inner(self) -> Ahead<R> {
        match self {
            Self::Modern(decoder) => decoder.into_inner(),
            Self::Legacy(blocks) => blocks.reader,
            Self::Skipped(skipped) => skipped.into_inner(),
        }
    }
}

impl<R: Read> Read for Frame<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Modern(decoder) => decoder.read(buffer),
            Self::Legacy(blocks) => blocks.read(buffer),
            Self::Skipped(skipped) => skipped.read(buffer),
        }
    }
}

/// The blocks of a frame in the legacy format.
pub(crate) struct Blocks<R> {
    reader: Ahead<R>,
    compressed: Vec<u8>,
    block: Vec<u8>,
    /// What of the block was not handed out.
    rest: Range<usize>,
}

impl<R: Read> Blocks<R> {
    fn new(mut reader: Ahead<R>) -> Self {
        reader.consume(LEGACY_MAGIC.len());
        Self {
            reader,
            compressed: Vec::new(),
            block: vec![0; BLOCK_BYTES],
            rest: 0..0,
        }
    }

    /// Decodes the next block; `false` where there is none.
    fn next_block(&mut self) -> io::Result<bool> {
        let head = self.reader.peek(4)?;
        // No block is as long as any of the magic numbers says; zeros are those that may stand behind everything.
        if head.is_empty() || head == [0; 4] || head.len() == 4 && Frame::<R>::begins_with(head) {
            return Ok(false);
        }
        let head = head.try_into().map_err(|_| io::ErrorKind::UnexpectedEof)?;
        let length = u32::from_le_bytes(head) as usize;
        if length > MOST_COMPRESSED {
            let what =
                format!("a block of {length} bytes, where none has more than {MOST_COMPRESSED}");
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
        self.reader.consume(head.len());
        self.compressed.clear();
        let mut block = (&mut self.reader).take(length as u64);
        if block.read_to_end(&mut self.compressed)? < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let decoded = decompress_into(&self.compressed, &mut self.block);
        let decoded = decoded.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        self.rest = 0..decoded;
        Ok(true)
    }
}

impl<R: Read> Read for Blocks<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            if !self.next_block()? {
                return Ok(0);
            }
        }
        let count = self.rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.block[self.rest.start..][..count]);
        self.rest.start += count;
        Ok(count)
    }
}
