//! Following the chain of a WAL of any size, its pieces verified side by side.

mod gate;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use stillframe_format::PageSize;
use stillframe_wal::frame::{FRAME_HEADER_BYTES, slot_bytes};
use stillframe_wal::header::HEADER_BYTES;
use stillframe_wal::{Chain, Checksum, Frame, FrameHeader, Header};

use crate::timeline::{piece_bytes, pieces, window};
use crate::{Error, Input, Progress};
use gate::{AllOpen, Gate};

/// More threads than this do not make memory faster.
const MOST_WORKERS: usize = 4;

/// Pieces that are in memory at one time, for each worker: the one it verifies, and one that waits to be visited.
const PIECES_A_WORKER: u64 = 2;

/// Follows the chain that begins with `header` through the slots of `wal`, and returns the chain behind the last
/// accepted frame. Every one is shown to `look`, where it is verified; what that makes of it comes to `visit` in the
/// order of the frames.
pub(crate) fn verify<T: Send>(
    wal: &Input,
    header: &Header,
    chain: Chain,
    progress: &dyn Progress,
    look: &(impl Fn(&Frame<'_>) -> T + Sync),
    visit: &mut dyn FnMut(T),
) -> Result<Chain, Error> {
    let workers = thread::available_parallelism().map_or(1, |cores| cores.get().min(MOST_WORKERS));
    let piece = piece_bytes(chain.page_size()) as u64;
    if workers == 1 || wal.bytes.len() < 4 * piece {
        one_by_one(wal, chain, progress, look, visit)
    } else {
        let shares = Shares { piece, workers };
        let job = Job::new(wal, header, chain.page_size(), shares, look);
        side_by_side(&job, chain, progress, visit)
    }
}

fn one_by_one<T>(
    wal: &Input,
    mut chain: Chain,
    progress: &dyn Progress,
    look: &impl Fn(&Frame<'_>) -> T,
    visit: &mut dyn FnMut(T),
) -> Result<Chain, Error> {
    pieces(wal, chain.page_size(), 0, |piece| {
        chain.offer(piece, |frame| visit(look(&frame)));
        progress.advance(piece.len() as u64);
        !chain.is_broken()
    })?;
    Ok(chain)
}

/// How the work is shared out.
#[derive(Clone, Copy, Debug)]
struct Shares {
    /// Bytes of a piece: whole slots.
    piece: u64,
    /// How many threads take one after the other.
    workers: usize,
}

/// The pieces of a WAL, and what its workers share.
struct Job<'a, L> {
    wal: &'a Input,
    header: &'a Header,
    look: &'a L,
    /// Bytes of a slot.
    slot: u64,
    shares: Shares,
    /// The piece that is taken next.
    next: AtomicU64,
    gate: Gate,
}

/// What is kept of a piece: its frames that hold if the frame before it does, and the chain behind them.
struct Verified<T> {
    seen: Vec<T>,
    chain: Chain,
    /// Bytes of the piece.
    length: u64,
}

/// Every piece goes on from the checksum stored in the frame before it, so that none has to wait for another; a piece
/// counts once all before it were found whole.
fn side_by_side<T: Send>(
    job: &Job<'_, impl Fn(&Frame<'_>) -> T + Sync>,
    mut chain: Chain,
    progress: &dyn Progress,
    visit: &mut dyn FnMut(T),
) -> Result<Chain, Error> {
    thread::scope(|scope| {
        // However this ends, by a panic of the visitor too, workers that wait for a piece to be opened are not left
        // waiting.
        let _all_open = AllOpen(&job.gate);
        let (send, receive) = mpsc::channel();
        for _ in 0..job.shares.workers {
            let send = send.clone();
            scope.spawn(move || job.work(&send));
        }
        drop(send);
        let result = in_order(&receive, |verified| {
            verified.seen.into_iter().for_each(&mut *visit);
            progress.advance(verified.length);
            chain = verified.chain;
            job.gate.open(1);
            !chain.is_broken()
        });
        drop(receive);
        result
    })?;
    Ok(chain)
}

impl<'a, T, L: Fn(&Frame<'_>) -> T> Job<'a, L> {
    fn new(
        wal: &'a Input,
        header: &'a Header,
        page_size: PageSize,
        shares: Shares,
        look: &'a L,
    ) -> Self {
        Self {
            wal,
            header,
            look,
            slot: slot_bytes(page_size) as u64,
            shares,
            next: AtomicU64::new(0),
            gate: Gate::new(PIECES_A_WORKER * shares.workers as u64),
        }
    }

    fn work(&self, send: &Sender<(u64, Result<Verified<T>, Error>)>) {
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let offset = HEADER_BYTES as u64 + index.saturating_mul(self.shares.piece);
            if offset >= self.wal.bytes.len() {
                return;
            }
            self.gate.wait_for(index);
            if send.send((index, self.verify(offset))).is_err() {
                return;
            }
        }
    }

    /// Verifies the piece at `offset`.
    fn verify(&self, offset: u64) -> Result<Verified<T>, Error> {
        let length = self.shares.piece.min(self.wal.bytes.len() - offset);
        let bytes = window(self.wal, offset, length as usize)?;
        let accepted = (offset - HEADER_BYTES as u64) / self.slot;
        let stored = match accepted {
            0 => self.header.checksum,
            _ => self.stored(offset - self.slot)?,
        };
        let accepted = u32::try_from(accepted).unwrap_or(u32::MAX);
        let chain = Chain::resume(self.header, accepted, stored);
        let mut chain = chain.map_err(crate::Refusal::Wal)?;
        let mut seen = Vec::with_capacity((length / self.slot) as usize);
        chain.offer(&bytes, |frame| seen.push((self.look)(&frame)));
        Ok(Verified {
            seen,
            chain,
            length,
        })
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
