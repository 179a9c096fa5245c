//! How text for people looks: styles, columns and lines that fit.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use textwrap::{Options, WordSeparator, WordSplitter};

use crate::Severity;

/// Headings and names.
pub const BOLD: Style = Style::new().bold();
/// What is there to be looked up, not read.
pub const DIM: Style = Style::new().dimmed();
/// What is as it should be.
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What a healthy set would not look like.
pub const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// What is lost or wrong.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// What is normal and worth knowing.
pub const NOTE: Style = AnsiColor::Cyan.on_default();

/// Columns of the label of a field.
const LABEL: usize = 16;
/// The indent of the lines of a headline behind the first.
const HANGING: usize = 2;
/// No text is broken into lines shorter than this.
const SHORTEST: usize = 20;

/// The style of a severity.
pub const fn style_of(severity: Severity) -> Style {
    match severity {
        Severity::Error => BAD,
        Severity::Warning => WARNING,
        Severity::Note => NOTE,
    }
}

/// A number with its thousands set apart: 1,332,014.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many of something: `1 page`, `2 pages`.
pub fn many(number: u64, one: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{} {one}{s}", count(number))
}

/// Writes `label` and `text` side by side, the text broken into lines of at most `width` columns with their indent.
///
/// # Errors
/// `out` could not be written.
pub fn field(
    out: &mut dyn Write,
    indent: usize,
    label: &str,
    text: &str,
    width: usize,
) -> io::Result<()> {
    let column = width.saturating_sub(indent + LABEL).max(SHORTEST);
    for (index, line) in lines(text, column).iter().enumerate() {
        let label = if index == 0 { label } else { "" };
        writeln!(out, "{:indent$}{DIM}{label:<LABEL$}{DIM:#}{line}", "")?;
    }
    Ok(())
}

/// Writes `name` in bold and `rest` behind it, broken into lines of at most `width` columns.
///
/// # Errors
/// `out` could not be written.
pub fn headline(name: &str, rest: &str, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let text = format!("{name}{rest}");
    let mut left = name.len();
    for (index, line) in lines(&text, width.saturating_sub(HANGING))
        .iter()
        .enumerate()
    {
        let indent = if index == 0 { 0 } else { HANGING };
        write!(out, "{:indent$}", "")?;
        match line.split_at_checked(left) {
            Some(("", plain)) => writeln!(out, "{plain}")?,
            Some((bold, plain)) => writeln!(out, "{BOLD}{bold}{BOLD:#}{plain}")?,
            None => writeln!(out, "{BOLD}{line}{BOLD:#}")?,
        }
        // A space went where the line was broken.
        left = left.saturating_sub(line.len() + 1);
    }
    Ok(())
}

/// Writes `text` broken into lines of at most `width` columns with their indent.
///
/// # Errors
/// `out` could not be written.
pub fn paragraph(out: &mut dyn Write, indent: usize, text: &str, width: usize) -> io::Result<()> {
    for line in lines(text, width.saturating_sub(indent).max(SHORTEST)) {
        writeln!(out, "{:indent$}{line}", "")?;
    }
    Ok(())
}

/// Lines of at most `width` columns, but that a word is never broken: names of files are there to be copied.
pub fn lines(text: &str, width: usize) -> Vec<Cow<'_, str>> {
    let options = Options::new(width)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(text, options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_headline_is_broken_and_its_name_alone_is_bold() {
        let print = |name, rest, width| {
            let mut out = Vec::new();
            headline(name, rest, width, &mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            text.replace("\u{1b}[1m", "<").replace("\u{1b}[0m", ">")
        };
        assert_eq!(print("page 3", ": of a", 40), "<page 3>: of a\n");
        assert_eq!(
            print("page 3", ": a leaf of the table orders", 22),
            "<page 3>: a leaf of\n  the table orders\n"
        );
        assert_eq!(print("a b/c.db", ": x y", 6), "<a>\n  <b/c.db>:\n  x y\n");
    }

    #[test]
    fn numbers_are_set_apart_by_thousands() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_332_014, "1,332,014"),
        ] {
            assert_eq!(count(number), text);
        }
        assert_eq!(many(1, "page"), "1 page");
        assert_eq!(many(0, "page"), "0 pages");
    }
}
