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
                let mut head = [0; HEAD_BYTES];
                // One that is shorter, or that fails, is told as it is decoded.
                let read = source.read_exact_at(0, &mut head).ok();
                let modified = read.and_then(|()| coding.modified(&head));
                self.dated(modified, |run| {
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
                self.dated(coding.modified(resumed.head), |run| {
                    run.decoded(container, coding.decoder(resumed), path, depth);
                });
            }
        }
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
