//! Zstandard data of any number of frames, with those that are to be skipped between them.

use std::error::Error;
use std::io::{self, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// Decodes frame after frame, and checks the sum of each that has one.
pub(crate) struct Frames<R> {
    reader: R,
    decoder: FrameDecoder,
    is_within: bool,
}

impl<R: Read> Frames<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self {
            reader,
            decoder: FrameDecoder::new(),
            is_within: false,
        }
    }

    /// Reads the header of the next frame; `false` where there is none.
    fn next(&mut self) -> io::Result<bool> {
        loop {
            let mut first = [0];
            if read_once(&mut self.reader, &mut first)? == 0 {
                return Ok(false);
            }
            match self.decoder.reset(first.chain(&mut self.reader)) {
                Ok(()) => {
                    self.is_within = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let length = u64::from(length);
                    let mut skipped = (&mut self.reader).take(length);
                    if io::copy(&mut skipped, &mut io::sink())? < length {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error) => return Err(failed(error)),
            }
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        self.is_within = false;
        let stored = self.decoder.get_checksum_from_data();
        if stored.is_some() && stored != self.decoder.get_calculated_checksum() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the checksum of a frame does not match its content",
            ));
        }
        Ok(())
    }
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.is_within && !self.next()? {
                return Ok(0);
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                self.decoder
                    .decode_blocks(&mut self.reader, BlockDecodingStrategy::UptoBlocks(1))
                    .map_err(failed)?;
            }
            match self.decoder.read(buffer)? {
                0 => self.finish()?,
                count => return Ok(count),
            }
        }
    }
}

/// Why decoding failed: as the bytes ended, or in the decoder's words.
fn failed(error: FrameDecoderError) -> io::Error {
    let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(it) = cause {
        if let Some(read) = it.downcast_ref::<io::Error>() {
            return read.kind().into();
        }
        cause = it.source();
    }
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// As `read`, but that it is begun again where a signal came between.
fn read_once(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
