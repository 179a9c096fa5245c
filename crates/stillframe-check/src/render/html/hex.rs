//! The bytes around the place of a finding.

use std::io::{self, Write};
use std::ops::Range;

use stillframe_format::ByteRange;

/// Bytes in a line.
pub const HEX_LINE_BYTES: usize = 16;
/// Bytes in a window: 16 lines.
pub const HEX_WINDOW_BYTES: usize = 16 * HEX_LINE_BYTES;

/// Bytes of an input, of which some are marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HexWindow {
    offset: u64,
    bytes: Vec<u8>,
    marked: Range<u64>,
}

impl HexWindow {
    /// Which bytes of an input of `length` bytes are to be shown around a place: its lines and one before and behind, but
    /// no more than [`HEX_WINDOW_BYTES`]. `None` where the place is behind the end of the input, or the input is empty.
    pub fn around(place: ByteRange, length: u64) -> Option<Range<u64>> {
        const LINE: u64 = HEX_LINE_BYTES as u64;
        if place.start >= length {
            return None;
        }
        let first = place.start / LINE;
        let start = first.saturating_sub(1) * LINE;
        let last = place.end.saturating_sub(1).max(place.start) / LINE;
        let end = last.saturating_add(2).saturating_mul(LINE);
        let most = start.saturating_add(HEX_WINDOW_BYTES as u64);
        Some(start..end.min(most).min(length))
    }

    /// These bytes, which stand at `offset`, with those of `place` marked.
    pub fn new(offset: u64, bytes: Vec<u8>, place: ByteRange) -> Self {
        Self {
            offset,
            bytes,
            marked: place.start..place.end,
        }
    }

    /// The offset behind the last byte.
    fn end(&self) -> u64 {
        self.offset + self.bytes.len() as u64
    }

    /// Writes the lines.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "<pre class=\"hex\" tabindex=\"0\">")?;
        let digits = format!("{:x}", self.end()).len().max(4);
        for (number, line) in self.bytes.chunks(HEX_LINE_BYTES).enumerate() {
            let at = self.offset + (number * HEX_LINE_BYTES) as u64;
            write!(out, "<span class=\"dim\">0x{at:0digits$x}</span>  ")?;
            self.line(at, line, out)?;
        }
        write!(out, "</pre>")?;
        if self.marked.end > self.end() {
            let all = self.marked.end - self.marked.start;
            let shown = self.end().saturating_sub(self.marked.start);
            write!(
                out,
                "<p class=\"dim\">the first {shown} of {} are shown</p>",
                super::many(all, "byte")
            )?;
        }
        writeln!(out)
    }

    fn line(&self, at: u64, line: &[u8], out: &mut dyn Write) -> io::Result<()> {
        let offsets = at..;
        let is_marked: Vec<bool> = offsets
            .zip(line)
            .map(|(offset, _)| self.marked.contains(&offset))
            .collect();
        // One mark for bytes that stand side by side.
        let mut codes = String::new();
        let mut was = false;
        for (&byte, &is) in line.iter().zip(&is_marked) {
            if was && !is {
                codes.push_str("</mark>");
            }
            if !codes.is_empty() {
                codes.push(' ');
            }
            if is && !was {
                codes.push_str("<mark>");
            }
            codes.push_str(&format!("{byte:02x}"));
            was = is;
        }
        if was {
            codes.push_str("</mark>");
        }
        let missing = (HEX_LINE_BYTES - line.len()) * 3;
        let text: String = line.iter().map(|&byte| character(byte)).collect();
        writeln!(
            out,
            "{codes}{:missing$}  <span class=\"dim\">{text}</span>",
            ""
        )
    }
}

/// What stands for a byte: itself, where it can be printed.
fn character(byte: u8) -> &'static str {
    const PRINTED: &str = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
    match byte {
        b'&' => "&amp;",
        b'<' => "&lt;",
        b'>' => "&gt;",
        b' '..=b'~' => {
            let at = usize::from(byte - b' ');
            PRINTED.get(at..=at).unwrap_or(".")
        }
        _ => ".",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(start: u64, end: u64) -> ByteRange {
        ByteRange { start, end }
    }

    #[test]
    fn a_window_has_a_line_before_and_behind() {
        assert_eq!(HexWindow::around(place(40, 42), 4096), Some(16..64));
        assert_eq!(HexWindow::around(place(0, 100), 4096), Some(0..128));
        assert_eq!(HexWindow::around(place(0, 4096), 4096), Some(0..256));
        assert_eq!(HexWindow::around(place(4090, 4096), 4096), Some(4064..4096));
        // A place without bytes is where some would be.
        assert_eq!(HexWindow::around(place(40, 40), 4096), Some(16..64));
        assert_eq!(HexWindow::around(place(4096, 5000), 4096), None);
        assert_eq!(HexWindow::around(place(0, 0), 0), None);
        assert_eq!(
            HexWindow::around(place(u64::MAX - 1, u64::MAX), u64::MAX).map(|range| range.end),
            Some(u64::MAX)
        );
    }

    #[test]
    fn bytes_are_marked_and_escaped() {
        let window = HexWindow::new(
            0x10,
            b"<b>&\x00\xff and more of it".to_vec(),
            place(0x11, 0x13),
        );
        let mut out = Vec::new();
        window.write(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "<pre class=\"hex\" tabindex=\"0\">\
             <span class=\"dim\">0x0010</span>  3c <mark>62 3e</mark> 26 00 ff 20 61 6e 64 20 6d 6f 72 65 20  \
             <span class=\"dim\">&lt;b&gt;&amp;.. and more </span>\n\
             <span class=\"dim\">0x0020</span>  6f 66 20 69 74                                   \
             <span class=\"dim\">of it</span>\n</pre>\n"
        );
    }

    #[test]
    fn what_is_longer_than_the_window_is_said() {
        let window = HexWindow::new(0, vec![0; 256], place(0, 4096));
        let mut out = Vec::new();
        window.write(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(
            text.contains("the first 256 of 4,096 bytes are shown"),
            "{text}"
        );
    }
}
