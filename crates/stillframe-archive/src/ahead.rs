//! Decoding on a thread of its own, ahead of what is done with the bytes.

use std::cell::Cell;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Scope;

use stillframe_source::Source;

use crate::coding::Coding;
use crate::readers::Told;
use crate::seek::Cursor;

/// Bytes that are decoded at a time.
const PIECE_BYTES: usize = 64 << 10;

/// Pieces that may be decoded ahead: 16 MiB, as long as it takes to look at what a database of that size holds.
const MOST_AHEAD: usize = 256;

/// Of a source that is shorter nothing is decoded ahead: it takes no longer than a thread to begin.
pub(crate) const LEAST_BYTES: u64 = 128 << 10;

/// What was decoded, and how many bytes more of the source were read for it.
#[derive(Default)]
struct Piece {
    bytes: Vec<u8>,
    taken: u64,
    /// Why there is nothing behind it.
    failed: Option<io::Error>,
}

/// The decoded bytes of a source.
pub(crate) struct DecodedAhead<'a> {
    pieces: Receiver<Piece>,
    piece: Piece,
    at: usize,
    taken: &'a dyn Fn(u64),
}

impl<'a> DecodedAhead<'a> {
    /// Has `source` decoded on a thread of `scope`, which ends when this is dropped. `taken` is told how many bytes more of the
    /// source were read for what is read here.
    pub(crate) fn begin<'scope>(
        scope: &'scope Scope<'scope, '_>,
        source: Arc<Source>,
        coding: Coding,
        taken: &'a dyn Fn(u64),
    ) -> Self {
        let (sender, pieces) = sync_channel(MOST_AHEAD);
        scope.spawn(move || decode(&source, coding, &sender));
        Self {
            pieces,
            piece: Piece::default(),
            at: 0,
            taken,
        }
    }
}

/// Decodes to the end, or until nobody asks any more.
fn decode(source: &Arc<Source>, coding: Coding, pieces: &SyncSender<Piece>) {
    let taken = Cell::new(0);
    let count = |bytes| taken.set(taken.get() + bytes);
    let mut decoder = coding.decoder(Told {
        reader: Cursor::new(source),
        progress: &count,
    });
    loop {
        let mut bytes = Vec::with_capacity(PIECE_BYTES);
        let result = decoder
            .by_ref()
            .take(PIECE_BYTES as u64)
            .read_to_end(&mut bytes);
        let is_last = result.is_err() || bytes.len() < PIECE_BYTES;
        let piece = Piece {
            bytes,
            taken: taken.take(),
            failed: result.err(),
        };
        if pieces.send(piece).is_err() || is_last {
            return;
        }
    }
}

impl Read for DecodedAhead<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let rest = self.piece.bytes.get(self.at..).unwrap_or_default();
            if !rest.is_empty() || buffer.is_empty() {
                let count = rest.len().min(buffer.len());
                buffer[..count].copy_from_slice(&rest[..count]);
                self.at += count;
                return Ok(count);
            }
            if let Some(error) = self.piece.failed.take() {
                return Err(error);
            }
            // Where the other end is gone, there is nothing behind.
            let Ok(piece) = self.pieces.recv() else {
                return Ok(0);
            };
            (self.taken)(piece.taken);
            (self.piece, self.at) = (piece, 0);
        }
    }
}

#[cfg(test)]
mod tests;
