//! Standard output and standard error as they are: a terminal of some width, or something else.

use std::io::{self, BufWriter, StdoutLock, Write};

use anstream::{AutoStream, ColorChoice};

use crate::args::{Color, TextOrJson};

/// The width of text that goes to no terminal.
const DEFAULT_WIDTH: usize = 80;
/// No line is made longer than this, however wide the terminal.
const MAX_WIDTH: usize = 100;
/// And none is broken into pieces shorter than this.
const MIN_WIDTH: usize = 40;

/// Standard output, with colours where they are wanted.
pub fn stdout(color: Color) -> BufWriter<AutoStream<StdoutLock<'static>>> {
    let choice = match color {
        Color::Auto => AutoStream::choice(&io::stdout()),
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    BufWriter::new(AutoStream::new(io::stdout().lock(), choice))
}

/// Standard output for what is to arrive as it is, byte for byte: a name may hold what looks like a colour.
pub fn verbatim() -> BufWriter<AutoStream<StdoutLock<'static>>> {
    let lock = io::stdout().lock();
    BufWriter::new(AutoStream::new(lock, ColorChoice::AlwaysAnsi))
}

/// Standard output for JSON, or for text.
pub fn stdout_for(format: TextOrJson, color: Color) -> BufWriter<AutoStream<StdoutLock<'static>>> {
    match format {
        TextOrJson::Json => verbatim(),
        TextOrJson::Full => stdout(color),
    }
}

/// Output that goes on where nobody reads it any more: what is printed is lost, and the exit status is still to be
/// found out.
pub struct EvenUnread<W>(pub W);

impl<W: Write> Write for EvenUnread<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(bytes.len()),
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            flushed => flushed,
        }
    }
}

/// The room that there is for text.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// How many columns a line of words may have.
    pub width: usize,
    /// How many a table may have; `None` for as many as it needs.
    pub columns: Option<usize>,
}

/// The room on standard output.
pub fn room() -> Room {
    Room {
        width: width(),
        columns: columns(),
    }
}

/// How many columns there are for a table; `None` where it goes to no terminal, and has all the room it needs.
pub fn columns() -> Option<usize> {
    asked_for().or_else(|| columns_of_stdout().filter(|columns| *columns > 0))
}

/// The columns that the user wants, by POSIX's variable for that: it counts for more than what a terminal says, and
/// holds where there is none.
pub fn asked_for() -> Option<usize> {
    let columns = std::env::var("COLUMNS").ok()?;
    columns.parse().ok().filter(|columns| *columns > 0)
}

/// 0 where the terminal does not know. Its rows do not matter, which some do not know either.
#[cfg(unix)]
fn columns_of_stdout() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    Some(size.ws_col.into())
}

#[cfg(not(unix))]
fn columns_of_stdout() -> Option<usize> {
    use std::io::IsTerminal as _;
    let size = terminal_size::terminal_size().filter(|_| io::stdout().is_terminal());
    size.map(|(columns, _)| columns.0.into())
}

/// How many columns text for people may have in a file: it is to be the same whatever the terminal.
pub fn width_of_file() -> usize {
    asked_for().map_or(DEFAULT_WIDTH, |columns| columns.clamp(MIN_WIDTH, MAX_WIDTH))
}

/// How many columns text for people may have.
pub fn width() -> usize {
    columns().map_or(DEFAULT_WIDTH, |columns| columns.clamp(MIN_WIDTH, MAX_WIDTH))
}
