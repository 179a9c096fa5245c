//! Tables of text, which leave out columns where a terminal has no room for them, and say so.

use std::io::{self, Write};

use anstyle::Style;
use stillframe_check::render::text::{self, DIM};

/// Columns before each row, and between columns.
const GAP: usize = 2;
/// What the last column is broken into at the least.
const SHORTEST: usize = 20;

/// A column.
pub struct Column {
    title: &'static str,
    width: usize,
    is_number: bool,
    /// The highest is left out first; 0 never is.
    dispensable: u8,
}

impl Column {
    /// A column of numbers of at most `digits` digits; what has more of them is shown all the same.
    pub fn number(title: &'static str, digits: usize) -> Self {
        Self {
            title,
            width: digits.max(title.len()),
            is_number: true,
            dispensable: 0,
        }
    }

    /// A column of text.
    pub fn text(title: &'static str, width: usize) -> Self {
        Self {
            is_number: false,
            ..Self::number(title, width)
        }
    }

    /// What stands above it.
    pub const fn title(&self) -> &'static str {
        self.title
    }

    /// May be left out, the highest first.
    pub fn dispensable(self, rank: u8) -> Self {
        Self {
            dispensable: rank,
            ..self
        }
    }
}

/// A table of which the rows come one after the other.
pub struct Table {
    columns: Vec<Column>,
    left_out: Vec<bool>,
    width: Option<usize>,
}

impl Table {
    /// A table of at most `width` columns of text, as far as it can be made so: the last column of the table goes on in
    /// the next line where there is no room for it. `None`: of any width.
    pub fn new(columns: Vec<Column>, width: Option<usize>) -> Self {
        let left_out = vec![false; columns.len()];
        let mut table = Self {
            columns,
            left_out,
            width,
        };
        while width.is_some_and(|width| table.least() > width) {
            let columns = table.columns.iter().enumerate();
            let kept = columns.filter(|&(index, _)| !table.is_left_out(index));
            let ranks = kept.map(|(index, column)| (column.dispensable, index));
            match ranks.max() {
                Some((1.., index)) => table.left_out[index] = true,
                _ => break,
            }
        }
        table
    }

    /// Prints the titles and, where there is no room for all, which are left out.
    pub fn heading(&self, out: &mut dyn Write) -> io::Result<()> {
        let titles = |left_out| {
            let columns = self.columns.iter().enumerate();
            let titles = columns.filter(move |&(index, _)| self.is_left_out(index) == left_out);
            titles.map(|(_, column)| column.title)
        };
        let missing: Vec<&str> = titles(true).collect();
        if !missing.is_empty() {
            let words = format!(
                "no room here for {}: a wider terminal or a file has it",
                missing.join(", ")
            );
            let width = self.width.unwrap_or(usize::MAX);
            write!(out, "{DIM}")?;
            text::paragraph(out, GAP, &words, width)?;
            write!(out, "{DIM:#}")?;
        }
        let titles: Vec<&str> = self.columns.iter().map(|column| column.title).collect();
        self.row(&titles, DIM, DIM, out)
    }

    /// Prints a row, which has a cell for each column.
    pub fn row(
        &self,
        cells: &[impl AsRef<str>],
        style: Style,
        last_style: Style,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        write!(out, "{style}")?;
        let mut column_of_last = 0;
        let mut cells = self.kept(cells).peekable();
        while let Some((column, cell)) = cells.next() {
            let width = column.width;
            write!(out, "{:GAP$}", "")?;
            column_of_last += GAP;
            match (cells.peek(), column.is_number) {
                (Some(_), true) => write!(out, "{cell:>width$}")?,
                (Some(_), false) => write!(out, "{cell:<width$}")?,
                (None, true) => write!(out, "{cell:>width$}{style:#}{last_style}")?,
                (None, false) => {
                    let room = self.width.map_or(usize::MAX, |width| {
                        width.saturating_sub(column_of_last).max(1)
                    });
                    write!(out, "{style:#}{last_style}")?;
                    if cell.len() <= room {
                        write!(out, "{cell}")?;
                        continue;
                    }
                    for (index, line) in text::lines(cell, room).iter().enumerate() {
                        if index > 0 {
                            write!(out, "\n{:column_of_last$}", "")?;
                        }
                        write!(out, "{line}")?;
                    }
                }
            }
            column_of_last += width;
        }
        writeln!(out, "{last_style:#}")
    }

    fn kept<'a>(
        &'a self,
        cells: &'a [impl AsRef<str>],
    ) -> impl Iterator<Item = (&'a Column, &'a str)> {
        let columns = self.columns.iter().zip(cells).enumerate();
        columns
            .filter(|&(index, _)| !self.is_left_out(index))
            .map(|(_, (column, cell))| (column, cell.as_ref()))
    }

    fn is_left_out(&self, index: usize) -> bool {
        self.left_out.get(index).copied().unwrap_or_default()
    }

    /// The columns of text that the table takes at the least.
    fn least(&self) -> usize {
        let last = self.columns.len().saturating_sub(1);
        let columns = self.columns.iter().enumerate();
        columns
            .filter(|&(index, _)| !self.is_left_out(index))
            .map(|(index, column)| match index == last && !column.is_number {
                true => GAP + column.width.min(SHORTEST),
                false => GAP + column.width,
            })
            .sum()
    }
}

/// The digits of a number.
pub fn digits(number: u64) -> usize {
    number.to_string().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(width: Option<usize>) -> String {
        let columns = vec![
            Column::number("slot", 3),
            Column::text("salts", 17).dispensable(2),
            Column::text("CRC", 8).dispensable(1),
            Column::text("reason", 26),
        ];
        let table = Table::new(columns, width);
        let mut out = Vec::new();
        let plain = Style::new();
        table.heading(&mut out).unwrap();
        let cells = [
            "7",
            "5711f4a3/0f1e2d3c",
            "1713aad1",
            "checksum mismatch, chained",
        ];
        table.row(&cells, plain, plain, &mut out).unwrap();
        anstream::adapter::strip_str(&String::from_utf8(out).unwrap()).to_string()
    }

    #[test]
    fn columns_are_left_out_and_said_to_be() {
        assert_eq!(
            print(None),
            "  slot  salts              CRC       reason\n     7  5711f4a3/0f1e2d3c  1713aad1  checksum mismatch, chained\n"
        );
        assert_eq!(print(Some(63)), print(None));
        assert_eq!(
            print(Some(60)),
            "  slot  salts              CRC       reason\n     7  5711f4a3/0f1e2d3c  1713aad1  checksum mismatch,\n                                     chained\n"
        );
        assert_eq!(
            print(Some(50)),
            "  no room here for salts: a wider terminal or a\n  file has it\n  slot  CRC       reason\n     7  1713aad1  checksum mismatch, chained\n"
        );
        let numbers = Table::new(vec![Column::number("page", 6)], Some(60));
        let mut out = Vec::new();
        let plain = Style::new();
        numbers.row(&["7"], plain, plain, &mut out).unwrap();
        assert_eq!(out, b"       7\n");
        assert_eq!(
            print(Some(30)),
            "  no room here for salts, CRC:\n  a wider terminal or a file\n  has it\n  slot  reason\n     7  checksum mismatch,\n        chained\n"
        );
    }
}
