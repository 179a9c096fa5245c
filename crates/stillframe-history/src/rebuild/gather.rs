//! Pieces of the inputs that follow one another in the output, and are written together.

use std::fs::File;
use std::io::{IoSlice, Seek as _, SeekFrom};

use super::stamps::write_stamped;
use crate::timeline::window;
use crate::vectored::{failed_write, write_all_vectored};
use crate::{BackupSet, Error, Input};

/// The most bytes that are written in one call, and what its offset is then a multiple of: a file system keeps what comes
/// so in few large pieces, both in memory and on the disk.
pub(super) const CALL_BYTES: u64 = 1 << 20;

/// Pieces of one input that lie no farther apart are read together: what lies between them is the header of a frame, or the
/// checksum of one record and the page number of the next.
const MOST_BETWEEN: u64 = 24;

/// An input of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Database,
    Journal,
    Wal,
}

impl Of {
    fn input(self, set: &BackupSet) -> Option<&Input> {
        match self {
            Self::Database => set.database.as_ref(),
            Self::Journal => set.journal.as_ref(),
            Self::Wal => set.wal.as_ref(),
        }
    }
}

/// Bytes of an input.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) of: Of,
    pub(super) offset: u64,
    pub(super) length: u64,
    /// Whether it is a page that gets a sum of `cksumvfs`.
    pub(super) stamp: bool,
}

impl Piece {
    const fn end(&self) -> u64 {
        self.offset + self.length
    }
}

/// What comes next, from `start` to `end` of the output.
#[derive(Debug, Default)]
pub(super) struct Gather {
    pieces: Vec<Piece>,
    start: u64,
    end: u64,
}

impl Gather {
    /// Adds what comes at the offset `at` of the output. If it is false, then what is gathered must be written first.
    pub(super) fn add(&mut self, piece: Piece, at: u64) -> bool {
        if self.pieces.is_empty() {
            (self.start, self.end) = (at, at);
        }
        if self.end != at || self.is_full() {
            return false;
        }
        self.end += piece.length;
        self.pieces.push(piece);
        true
    }

    /// Whether nothing more fits into the call.
    fn is_full(&self) -> bool {
        self.end - self.start / CALL_BYTES * CALL_BYTES >= CALL_BYTES
    }

    /// Writes what is gathered; how many bytes that is, and where they end.
    pub(super) fn write(
        &mut self,
        set: &BackupSet,
        output: &mut File,
    ) -> Result<(u64, u64), Error> {
        let mut windows = Vec::new();
        for together in self.together() {
            let (Some(first), Some(last)) = (together.first(), together.last()) else {
                continue;
            };
            if let Some(input) = first.of.input(set) {
                let length = last.end() - first.offset;
                windows.push((together, window(input, first.offset, length as usize)?));
            }
        }
        let mut parts = Vec::with_capacity(self.pieces.len());
        for (together, window) in &windows {
            let start = together.first().map_or(0, |first| first.offset);
            for piece in *together {
                let from = (piece.offset - start) as usize;
                let part = window.get(from..from + piece.length as usize);
                parts.push(IoSlice::new(part.unwrap_or_default()));
            }
        }
        output.seek(SeekFrom::Start(self.start))?;
        let written = match self.pieces.iter().any(|piece| piece.stamp) {
            true => write_stamped(output, &parts, |part| {
                self.pieces.get(part).is_some_and(|piece| piece.stamp)
            }),
            false => write_all_vectored(output, &mut parts),
        };
        written.map_err(|stopped| self.blame(stopped.part, stopped.error, set))?;
        let length = self.end - self.start;
        self.pieces.clear();
        self.start = self.end;
        Ok((length, self.end))
    }

    /// The error of writing a piece: where an input became shorter, it is of that one.
    fn blame(&self, part: usize, error: std::io::Error, set: &BackupSet) -> Error {
        let piece = self.pieces.get(part);
        match piece.and_then(|piece| Some((piece.of.input(set)?, piece.offset))) {
            Some((input, offset)) => failed_write(error, input, offset),
            None => error.into(),
        }
    }

    /// Pieces that are read together.
    fn together(&self) -> impl Iterator<Item = &[Piece]> {
        self.pieces.chunk_by(|a, b| {
            let between = b.offset.checked_sub(a.end());
            a.of == b.of && between.is_some_and(|between| between <= MOST_BETWEEN)
        })
    }
}

#[cfg(test)]
mod tests;
