//! What was compressed as a whole, layer by layer.

use std::io::{self, Read};
use std::path::PathBuf;
use std::thread;

use crate::Container;
use crate::ahead::{self, DecodedAhead};
use crate::coding::{Coding, HEAD_BYTES};
use crate::name::{self, Name};
use crate::readers::{Resumed, Told};
use crate::run::{Bytes, Entry, Input, Run};
use crate::seek::Cursor;

impl Run<'_> {
    /// A file that was compressed, or a tar: that is called by the name of what was compressed.
    pub(crate) fn compressed(
        &mut self,
        container: Container,
        coding: Coding,
        input: Input<'_>,
        path: PathBuf,
        depth: u32,
    ) {
        let (meter, progress) = (self.meter, self.reader.progress);
        let taken = move |bytes| {
            if depth == 0 {
                meter.take(bytes);
            }
            progress(bytes);
        };
        match input {
            Input::Placed(source) => {
                let mut head = vec![0; source.len().min(HEAD_BYTES as u64) as usize];
                // One that fails is told as it is decoded.
                if source.read_exact_at(0, &mut head).is_err() {
                    head.clear();
                }
                self.headed(coding, &head, |run| {
                    if source.len() >= ahead::LEAST_BYTES {
                        return thread::scope(|scope| {
                            let decoded = DecodedAhead::begin(scope, source, coding, &taken);
                            run.decoded(container, decoded, path, depth);
                        });
                    }
                    let placed = Told {
                        reader: Cursor::new(&source),
                        progress: &taken,
                    };
                    run.decoded(container, coding.decoder(placed), path, depth);
                });
            }
            Input::Stream(reader) => {
                let mut head = Vec::new();
                let resumed = Resumed::begin(reader, &mut head, HEAD_BYTES);
                self.headed(coding, resumed.head, |run| {
                    run.decoded(container, coding.decoder(resumed), path, depth);
                });
            }
        }
    }

    /// Reads what was compressed to what begins with `head`.
    fn headed(&mut self, coding: Coding, head: &[u8], read: impl FnOnce(&mut Self)) {
        self.dated(coding.modified(head), |run| {
            run.summed(coding.is_summed(head), read);
        });
    }

    /// What a compressed file holds.
    fn decoded(&mut self, container: Container, decoded: impl Read, path: PathBuf, depth: u32) {
        let mut decoded = self.meter.over(decoded);
        let inside = name::without_ending(&path, container);
        let troubles = self.contents.problems.len();
        self.member(Entry {
            name: Name::new(path.clone(), inside),
            declared: None,
            modified: None,
            bytes: Bytes::Stream(&mut decoded),
            depth,
            is_compressed: true,
        });
        // Behind the end of a tar there are zeros, and behind those the checksum of it all.
        if self.contents.problems.len() == troubles && !self.is_over {
            let failed = io::copy(&mut decoded, &mut io::sink()).err();
            self.tell(&path, failed);
        }
    }
}
