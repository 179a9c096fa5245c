use std::fs::File;
use std::io::{self, IoSlice, Read, Write};
use std::sync::mpsc::{Receiver, Sender};

use stillframe_format::PageSize;
use stillframe_wal::frame::slot_bytes;
use stillframe_wal::header::HEADER_BYTES;
use stillframe_wal::{Chain, Commits, FrameNumber, Header};

use crate::write_behind::WriteBehind;
use crate::{Error, Refusal};

/// Passes on what is written, and says how much it was.
pub(super) struct Reported<'a> {
    output: &'a mut File,
    written: Sender<usize>,
    /// Bytes that were written.
    length: u64,
    behind: WriteBehind,
}

impl<'a> Reported<'a> {
    pub(super) fn new(output: &'a mut File, written: Sender<usize>) -> Self {
        Self {
            output,
            written,
            length: 0,
            behind: WriteBehind::default(),
        }
    }

    fn report(&mut self, bytes: usize) -> usize {
        self.length += bytes as u64;
        self.behind.reached(self.output, self.length);
        // The reader is gone only when it failed, which it says itself.
        let _ = self.written.send(bytes);
        bytes
    }
}

impl Write for Reported<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.output.write(bytes)?;
        Ok(self.report(written))
    }

    fn write_vectored(&mut self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        let written = self.output.write_vectored(parts)?;
        Ok(self.report(written))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

/// A WAL that is read back while it is written.
pub(super) struct ReadBack {
    slot: usize,
    /// Of the frames that hold.
    pub(super) chain: Chain,
    commits: Commits,
    /// The last frame of every commit and the size after it.
    pub(super) marks: Vec<(FrameNumber, u32)>,
    /// What was read and is no whole slot yet, or not the whole header.
    rest: Vec<u8>,
    header: [u8; HEADER_BYTES],
    past_header: bool,
    /// Bytes that were read.
    pub(super) length: u64,
}

impl ReadBack {
    pub(super) fn new(header: &Header, page_size: PageSize) -> Result<Self, Error> {
        Ok(Self {
            slot: slot_bytes(page_size),
            chain: Chain::new(header).map_err(Refusal::Wal)?,
            commits: Commits::default(),
            marks: Vec::new(),
            rest: Vec::new(),
            header: header.encode(),
            past_header: false,
            length: 0,
        })
    }

    /// Reads pieces of the lengths that come in, to the last one.
    pub(super) fn read(
        mut self,
        back: &mut dyn Read,
        pieces: &Receiver<usize>,
    ) -> Result<Self, Error> {
        for piece in pieces {
            let kept = self.rest.len();
            self.rest.resize(kept + piece, 0);
            back.read_exact(self.rest.get_mut(kept..).unwrap_or_default())?;
            self.length += piece as u64;
            if !self.past_header {
                if self.rest.len() < HEADER_BYTES {
                    continue;
                }
                self.past_header = self.rest.drain(..HEADER_BYTES).eq(self.header);
                if !self.past_header {
                    break;
                }
            }
            let whole = self.rest.len() - self.rest.len() % self.slot;
            let (chain, commits, marks) = (&mut self.chain, &mut self.commits, &mut self.marks);
            chain.offer(self.rest.get(..whole).unwrap_or_default(), |frame| {
                let commit = commits.push(&frame.summary());
                marks.extend(commit.map(|commit| (commit.last_frame, commit.size_after)));
            });
            self.rest.drain(..whole);
        }
        Ok(self)
    }
}
