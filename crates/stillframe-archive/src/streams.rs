//! Compressed streams that stand one behind the other, and what stands behind the last.

use std::error::Error;
use std::fmt;
use std::io::{self, BufRead, Read};

use crate::coding::is_begun;

/// Bytes read at a time.
const AHEAD: usize = 64 * 1024;

/// The decoder of one stream, which ends where the stream does.
pub(crate) trait Stream<R>: Read {
    /// What a stream begins with: this many bytes tell.
    const MAGIC_BYTES: usize;
    /// Whether zeros may stand between streams.
    const MAY_BE_PADDED: bool = false;

    /// Whether a stream can begin with these bytes: [`Self::MAGIC_BYTES`], or as many as there are.
    fn begins_with(bytes: &[u8]) -> bool;

    /// Begins where `reader` is, which has read what a stream begins with.
    fn new(reader: Ahead<R>) -> Self;

    /// What is read behind the stream.
    fn into_inner(self) -> Ahead<R>;
}

/// Decodes stream after stream. Zeros behind the last are passed over, as tapes and block devices leave them; anything
/// else there is an error with [`Behind`] in it.
pub(crate) struct Streams<R, S> {
    state: State<R, S>,
}

enum State<R, S> {
    Before(Ahead<R>),
    Within(S),
    Behind(Ahead<R>),
    /// It failed, or is being changed.
    Over,
}

impl<R: Read, S: Stream<R>> Streams<R, S> {
    pub(crate) fn new(reader: R) -> Self {
        Self {
            state: State::Before(Ahead::new(reader)),
        }
    }
}

impl<R: Read, S: Stream<R>> Read for Streams<R, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(&mut self.state, State::Over) {
                State::Before(mut reader) => {
                    reader.peek(S::MAGIC_BYTES)?;
                    self.state = State::Within(S::new(reader));
                }
                State::Within(mut stream) => {
                    let count = stream.read(buffer);
                    match count {
                        Ok(0) => self.state = State::Behind(stream.into_inner()),
                        _ => {
                            self.state = State::Within(stream);
                            return count;
                        }
                    }
                }
                State::Behind(mut reader) => match follows::<R, S>(&mut reader)? {
                    true => self.state = State::Within(S::new(reader)),
                    false => return Ok(0),
                },
                State::Over => return Ok(0),
            }
        }
    }
}

/// Whether another stream follows.
fn follows<R: Read, S: Stream<R>>(reader: &mut Ahead<R>) -> io::Result<bool> {
    let is_padded = reader.skip_zeros()?;
    let begin = reader.peek(S::MAGIC_BYTES)?;
    if begin.is_empty() {
        return Ok(false);
    }
    if (is_padded && !S::MAY_BE_PADDED) || !S::begins_with(begin) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, Behind));
    }
    match begin.len() < S::MAGIC_BYTES {
        true => Err(io::ErrorKind::UnexpectedEof.into()),
        false => Ok(true),
    }
}

/// That something stands behind the end that is neither zeros nor another stream.
#[derive(Debug)]
pub(crate) struct Behind;

impl fmt::Display for Behind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("other bytes stand behind the end")
    }
}

impl Error for Behind {}

/// Whether that is why reading failed.
pub(crate) fn is_behind(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Behind>())
}

/// A frame that holds nothing for decoders, in Zstandard and LZ4 alike (RFC 8878, section 3.1.2): 16 magic numbers, the length
/// of what is to be skipped, and that.
pub(crate) struct SkippableFrame<R>(Ahead<R>);

impl<R: Read> Stream<R> for SkippableFrame<R> {
    const MAGIC_BYTES: usize = 4;

    fn begins_with(bytes: &[u8]) -> bool {
        let (first, rest) = bytes.split_first().unwrap_or((&0x50, &[]));
        first & 0xf0 == 0x50 && is_begun(&[0x2a, 0x4d, 0x18], rest)
    }

    fn new(reader: Ahead<R>) -> Self {
        Self(reader)
    }

    fn into_inner(self) -> Ahead<R> {
        self.0
    }
}

impl<R: Read> Read for SkippableFrame<R> {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        let mut header = [0; 8];
        self.0.read_exact(&mut header)?;
        let [.., a, b, c, d] = header;
        let length = u32::from_le_bytes([a, b, c, d]).into();
        match io::copy(&mut (&mut self.0).take(length), &mut io::sink())? < length {
            true => Err(io::ErrorKind::UnexpectedEof.into()),
            false => Ok(0),
        }
    }
}

/// What of the first bytes of a file stands behind such frames; nothing where that is further behind.
pub(crate) fn behind_skippable_frames(mut head: &[u8]) -> &[u8] {
    while let [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d, content @ ..] = head {
        let length = u32::from_le_bytes([*a, *b, *c, *d]);
        head = content.get(length as usize..).unwrap_or_default();
    }
    head
}

/// A reader with bytes that were read ahead.
pub(crate) struct Ahead<R> {
    reader: R,
    buffer: Vec<u8>,
    at: usize,
}

impl<R: Read> Ahead<R> {
    fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            at: 0,
        }
    }

    /// The next `count` bytes, or as many as there are.
    pub(crate) fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        while self.rest().len() < count && self.more()? {}
        let rest = self.rest();
        Ok(rest.get(..count).unwrap_or(rest))
    }

    /// Whether there were any.
    fn skip_zeros(&mut self) -> io::Result<bool> {
        let mut is_any = false;
        loop {
            let rest = self.fill_buf()?;
            let zeros = rest.iter().take_while(|byte| **byte == 0).count();
            if zeros == 0 {
                return Ok(is_any);
            }
            is_any = true;
            self.consume(zeros);
        }
    }

    /// The bytes that were read and not taken.
    pub(crate) fn rest(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or_default()
    }

    /// Reads some more, behind what is there; `false` where there is none.
    fn more(&mut self) -> io::Result<bool> {
        self.buffer.drain(..self.at);
        self.at = 0;
        let kept = self.buffer.len();
        self.buffer.resize(kept + AHEAD, 0);
        let count = loop {
            match self.reader.read(&mut self.buffer[kept..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result,
            }
        };
        self.buffer.truncate(kept + *count.as_ref().unwrap_or(&0));
        Ok(count? > 0)
    }
}

impl<R: Read> Read for Ahead<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = self.fill_buf()?;
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Ahead<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.rest().is_empty() {
            self.more()?;
        }
        Ok(self.rest())
    }

    fn consume(&mut self, count: usize) {
        self.at = (self.at + count).min(self.buffer.len());
    }
}
