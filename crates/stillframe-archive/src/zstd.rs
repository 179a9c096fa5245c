//! Zstandard data (RFC 8878, section 3): frames, and those that are to be skipped between them.

use std::error::Error;
use std::io::{self, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use crate::coding::is_begun;
use crate::streams::{Ahead, SkippableFrame, Stream};

/// How far a frame may look back, in bytes: what zstd itself decodes when it is not asked for more, 128 MiB
/// (`ZSTD_WINDOWLOG_LIMIT_DEFAULT`), which is what `--long` makes.
const MAX_WINDOW: u64 = 1 << 27;

/// Decodes a frame, and checks its sum where it has one.
pub(crate) struct Frame<R> {
    reader: Ahead<R>,
    decoder: FrameDecoder,
    state: State,
}

#[derive(PartialEq, Eq)]
enum State {
    Before,
    Within,
    Behind,
}

impl<R: Read> Stream<R> for Frame<R> {
    const MAGIC_BYTES: usize = 4;

    fn begins_with(bytes: &[u8]) -> bool {
        is_begun(&[0x28, 0xb5, 0x2f, 0xfd], bytes) || SkippableFrame::<R>::begins_with(bytes)
    }

    fn new(reader: Ahead<R>) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(MAX_WINDOW);
        Self {
            reader,
            decoder,
            state: State::Before,
        }
    }

    fn into_inner(self) -> Ahead<R> {
        self.reader
    }
}

impl<R: Read> Frame<R> {
    /// Reads the header.
    fn begin(&mut self) -> io::Result<()> {
        self.state = State::Within;
        match self.decoder.reset(&mut self.reader) {
            Ok(()) => Ok(()),
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            })) => {
                self.state = State::Behind;
                let length = u64::from(length);
                let mut skipped = (&mut self.reader).take(length);
                match io::copy(&mut skipped, &mut io::sink())? < length {
                    true => Err(io::ErrorKind::UnexpectedEof.into()),
                    false => Ok(()),
                }
            }
            Err(error) => Err(failed(error)),
        }
    }

    fn finish(&mut self) -> io::Result<usize> {
        self.state = State::Behind;
        let stored = self.decoder.get_checksum_from_data();
        if stored.is_some() && stored != self.decoder.get_calculated_checksum() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the checksum of a frame does not match its content",
            ));
        }
        Ok(0)
    }
}

impl<R: Read> Read for Frame<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.state == State::Before {
            self.begin()?;
        }
        if buffer.is_empty() || self.state == State::Behind {
            return Ok(0);
        }
        while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
            self.decoder
                .decode_blocks(&mut self.reader, BlockDecodingStrategy::UptoBlocks(1))
                .map_err(failed)?;
        }
        match self.decoder.read(buffer)? {
            0 => self.finish(),
            count => Ok(count),
        }
    }
}

/// Why decoding failed: as the bytes ended, as there is no decoder here for them, or in the decoder's words.
fn failed(error: FrameDecoderError) -> io::Error {
    let unsupported = |found| io::Error::new(io::ErrorKind::Unsupported, found);
    match error {
        FrameDecoderError::WindowSizeTooBig { requested, max } => {
            return unsupported(format!(
                "Zstandard data that looks back {requested} bytes, and up to {max} are held here"
            ));
        }
        FrameDecoderError::DictNotProvided { dict_id } => {
            return unsupported(format!("Zstandard data with a dictionary ({dict_id})"));
        }
        _ => {}
    }
    let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(it) = cause {
        if let Some(read) = it.downcast_ref::<io::Error>() {
            return read.kind().into();
        }
        cause = it.source();
    }
    io::Error::new(io::ErrorKind::InvalidData, error)
}
