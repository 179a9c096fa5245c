//! Following the chain of a WAL of any size, its pieces verified side by side.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use stillframe_wal::frame::{FRAME_HEADER_BYTES, slot_bytes};
use stillframe_wal::header::HEADER_BYTES;
use stillframe_wal::{Chain, Checksum, Frame, FrameHeader, FrameNumber, Header};

use crate::timeline::{piece_bytes, pieces, window};
use crate::{Error, Input, Progress, Window};

/// More threads than this do not make memory faster.
const MOST_WORKERS: usize = 4;

/// Pieces that are in memory at one time, for each worker: the one it verifies, and one that waits to be visited.
const PIECES_A_WORKER: u64 = 2;

/// Follows the chain that begins with `header` through the slots of `wal`, hands every accepted frame to `visit` in order, and returns the
/// chain behind the last one.
pub(crate) fn verify(
    wal: &Input,
    header: &Header,
    chain: Chain,
    progress: &dyn Progress,
    visit: &mut dyn FnMut(Frame<'_>),
) -> Result<Chain, Error> {
    let workers = thread::available_parallelism().map_or(1, |cores| cores.get().min(MOST_WORKERS));
    let piece = piece_bytes(chain.page_size());
    if workers == 1 || wal.bytes.len() < 4 * piece as u64 {
        one_by_one(wal, chain, progress, visit)
    } else {
        side_by_side(wal, header, chain, piece, workers, progress, visit)
    }
}

fn one_by_one(
    wal: &Input,
    mut chain: Chain,
    progress: &dyn Progress,
    visit: &mut dyn FnMut(Frame<'_>),
) -> Result<Chain, Error> {
    pieces(wal, chain.page_size(), 0, |piece| {
        chain.offer(piece, &mut *visit);
        progress.advance(piece.len() as u64);
        !chain.is_broken()
    })?;
    Ok(chain)
}

/// The pieces of a WAL, and what its workers share.
struct Job<'a> {
    wal: &'a Input,
    header: &'a Header,
    /// Bytes of a slot, and of a piece of whole ones.
    slot: u64,
    piece: u64,
    /// The piece that is taken next.
    next: AtomicU64,
    /// How many pieces may be taken: those that were visited, and a few that wait, so that memory is bounded however late one of them is.
    open: Mutex<u64>,
    opened: Condvar,
}

/// A piece, and the chain behind those of its frames that hold if the frame before it does.
struct Verified<'a> {
    bytes: Window<'a>,
    chain: Chain,
}

/// Every piece goes on from the checksum stored in the frame before it, so that none has to wait for another; a piece counts once all
/// before it were found whole.
fn side_by_side(
    wal: &Input,
    header: &Header,
    mut chain: Chain,
    piece: usize,
    workers: usize,
    progress: &dyn Progress,
    visit: &mut dyn FnMut(Frame<'_>),
) -> Result<Chain, Error> {
    let slot = slot_bytes(chain.page_size());
    let job = Job {
        wal,
        header,
        slot: slot as u64,
        piece: piece as u64,
        next: AtomicU64::new(0),
        open: Mutex::new(PIECES_A_WORKER * workers as u64),
        opened: Condvar::new(),
    };
    thread::scope(|scope| {
        // However this ends, by a panic of the visitor too, workers that wait for a piece to be opened are not left waiting.
        let _all_open = AllOpen(&job);
        let (send, receive) = mpsc::channel();
        for _ in 0..workers {
            let (job, send) = (&job, send.clone());
            scope.spawn(move || job.work(&send));
        }
        drop(send);
        let result = in_order(&receive, |verified| {
            let before = chain.accepted();
            let frames = (verified.chain.accepted() - before) as usize;
            for (index, bytes) in verified.bytes.chunks_exact(slot).take(frames).enumerate() {
                let number = FrameNumber::new(before + index as u32 + 1);
                if let Some(frame) = number.and_then(|number| Frame::accepted(number, bytes)) {
                    visit(frame);
                }
            }
            progress.advance(verified.bytes.len() as u64);
            chain = verified.chain;
            job.open(1);
            !chain.is_broken()
        });
        drop(receive);
        result
    })?;
    Ok(chain)
}

impl<'a> Job<'a> {
    fn work(&self, send: &Sender<(u64, Result<Verified<'a>, Error>)>) {
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let offset = HEADER_BYTES as u64 + index.saturating_mul(self.piece);
            if offset >= self.wal.bytes.len() {
                return;
            }
            let waiting = self.opened.wait_while(self.lock(), |open| index >= *open);
            drop(waiting.unwrap_or_else(PoisonError::into_inner));
            if send.send((index, self.verify(offset))).is_err() {
                return;
            }
        }
    }

    /// Lets `pieces` more be taken.
    fn open(&self, pieces: u64) {
        *self.lock() += pieces;
        self.opened.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, u64> {
        // A number is whole whatever panicked while it was locked.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Verifies the piece at `offset`.
    fn verify(&self, offset: u64) -> Result<Verified<'a>, Error> {
        let length = self.piece.min(self.wal.bytes.len() - offset);
        let bytes = window(self.wal, offset, length as usize)?;
        let accepted = (offset - HEADER_BYTES as u64) / self.slot;
        let stored = match accepted {
            0 => self.header.checksum,
            _ => self.stored(offset - self.slot)?,
        };
        let accepted = u32::try_from(accepted).unwrap_or(u32::MAX);
        let chain = Chain::resume(self.header, accepted, stored);
        let mut chain = chain.map_err(crate::Refusal::Wal)?;
        chain.offer(&bytes, |_| {});
        Ok(Verified { bytes, chain })
    }

    /// The checksum that stands in the frame at `offset`.
    fn stored(&self, offset: u64) -> Result<Checksum, Error> {
        let mut bytes = [0; FRAME_HEADER_BYTES];
        self.wal
            .bytes
            .read_exact_at(offset, &mut bytes)
            .map_err(|error| Error::read(self.wal, offset, error))?;
        Ok(FrameHeader::parse(&bytes).checksum)
    }
}

/// Opens all pieces when it is dropped: who takes one finds nobody to hand it to, and ends.
struct AllOpen<'a, 'b>(&'a Job<'b>);

impl Drop for AllOpen<'_, '_> {
    fn drop(&mut self) {
        self.0.open(u64::MAX / 2);
    }
}

/// Hands what is received to `take` in the order of the indexes, until it returns false or nothing more comes.
fn in_order<T>(
    receive: &Receiver<(u64, Result<T, Error>)>,
    mut take: impl FnMut(T) -> bool,
) -> Result<(), Error> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (index, result) in receive {
        early.insert(index, result);
        while let Some(result) = early.remove(&next) {
            next += 1;
            if !take(result?) {
                return Ok(());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
