//! Tables of text, which leave out columns where a terminal has no room for them, and say so.

use std::io::{self, Write};

use anstyle::Style;
use stillframe_check::render::text::{self, DIM};

use crate::names::shortened;
use crate::words::count;

/// Columns before each row, and between columns.
const GAP: usize = 2;
/// What the last column is broken into at the least.
const SHORTEST: usize = 20;
/// Names of tables and indexes are shortened no further, first where there is no room for other columns beside them, then
/// where there is none for themselves; and no name makes a column wider than the last.
const LONG_NAME: usize = 30;
const SHORT_NAME: usize = 8;
const LONGEST_NAME: usize = 60;

/// A column.
pub struct Column {
    title: &'static str,
    width: usize,
    is_number: bool,
    is_name: bool,
    is_breakable: bool,
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
            is_name: false,
            is_breakable: false,
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

    /// A column of names of tables and indexes, the longest of which takes `longest` columns: on a terminal they are
    /// shortened where there is no room for them.
    pub fn name(title: &'static str, longest: usize) -> Self {
        Self {
            is_name: true,
            ..Self::text(title, longest.min(LONGEST_NAME))
        }
    }

    /// As the last column of a table: even its words are broken where there is no room for them.
    pub fn breakable(self) -> Self {
        Self {
            is_breakable: true,
            ..self
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
        table.shorten_names(LONG_NAME);
        while width.is_some_and(|width| table.least() > width) {
            let columns = table.columns.iter().enumerate();
            let kept = columns.filter(|&(index, _)| !table.is_left_out(index));
            let ranks = kept.map(|(index, column)| (column.dispensable, index));
            match ranks.max() {
                Some((1.., index)) => table.left_out[index] = true,
                _ => break,
            }
        }
        table.shorten_names(SHORT_NAME);
        table
    }

    /// Makes columns of names narrower where there is no room, but not narrower than `least`.
    fn shorten_names(&mut self, least: usize) {
        let Some(width) = self.width else { return };
        let mut excess = self.least().saturating_sub(width);
        for column in self.columns.iter_mut().filter(|column| column.is_name) {
            let least = least.max(column.title.len()).min(column.width);
            let less = excess.min(column.width - least);
            column.width -= less;
            excess -= less;
        }
    }

    /// Prints the titles and, where there is no room for all, which are left out.
    pub fn heading(&self, out: &mut dyn Write) -> io::Result<()> {
        let titles = |left_out| {
            let columns = self.columns.iter().enumerate();
            let titles = columns.filter(move |&(index, _)| self.is_left_out(index) == left_out);
            titles.map(|(_, column)| column.title)
        };
        let missing: Vec<&str> = titles(true).collect();
        if let (Some(width), false) = (self.width, missing.is_empty()) {
            let words = format!(
                "no room in {width} columns for {}: --format json has it",
                missing.join(", ")
            );
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
            let is_short = column.is_name && self.width.is_some();
            let cell = match is_short {
                true => shortened(cell, width),
                false => cell.into(),
            };
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
                    if cell.chars().count() <= room {
                        write!(out, "{cell}")?;
                        continue;
                    }
                    let lines = text::lines(&cell, room);
                    let most = if column.is_breakable {
                        room
                    } else {
                        usize::MAX
                    };
                    let lines = lines.iter().flat_map(|line| broken(line, most));
                    for (index, line) in lines.enumerate() {
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

/// A line in pieces of at most `most` characters.
fn broken(line: &str, most: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some((at, _)) = rest.char_indices().nth(most) {
        let (piece, behind) = rest.split_at(at);
        pieces.push(piece);
        rest = behind;
    }
    pieces.push(rest);
    pieces
}

/// The digits of a number that names something: a page, a frame, a commit.
pub fn digits(number: u64) -> usize {
    number.to_string().len()
}

/// The characters of a number that counts something, which has separators.
pub fn counted(number: u64) -> usize {
    count(number).len()
}

#[cfg(test)]
mod tests;
