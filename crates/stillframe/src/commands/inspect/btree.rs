//! A page of a b-tree: its header, its cells, its freeblocks.

use std::io::{self, Write};

use anstyle::Style;
use serde::Serialize;
use stillframe_check::render::text::field;
use stillframe_database::btree::{Cell, Page};

use super::place::{Place, hex, or_none};
use crate::table::{Column, Table, digits};
use crate::terminal::Room;
use crate::words::{count, many};

#[derive(Serialize)]
pub struct Btree {
    header_offset: u64,
    first_freeblock: Option<u32>,
    cell_count: u16,
    content_start: u32,
    fragmented_bytes: u8,
    right_child: Option<u32>,
    free_bytes: Option<u32>,
    cells: Vec<CellRow>,
    freeblocks: Vec<Block>,
    /// Why the freeblocks end here, or the free bytes cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    damage: Option<String>,
}

/// Ranges are those of the input.
#[derive(Serialize)]
struct CellRow {
    cell: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_child: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rowid: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload_bytes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    local_bytes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    overflow: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    damage: Option<String>,
}

#[derive(Serialize)]
struct Block {
    start: u64,
    end: u64,
}

impl Btree {
    /// Of a page that is at `place`.
    pub fn new(page: &Page<'_>, place: &Place) -> Self {
        let cells = (0..page.cell_count()).map(|index| match page.cell(index) {
            Ok(cell) => CellRow::new(index, &cell, place),
            Err(error) => CellRow::damaged(index, place.damage(&error)),
        });
        let mut freeblocks = Vec::new();
        let mut damage = None;
        for block in page.freeblocks() {
            match block {
                Ok(block) => {
                    let range = place.range(block.range());
                    freeblocks.push(Block {
                        start: range.start,
                        end: range.end,
                    });
                }
                Err(error) => damage = Some(place.damage(&error)),
            }
        }
        let free_bytes = page.free_bytes();
        let damage = damage.or_else(|| free_bytes.err().map(|error| place.damage(&error)));
        Self {
            header_offset: place.range(page.header_range()).start,
            first_freeblock: page.first_freeblock(),
            cell_count: page.cell_count(),
            content_start: page.content_start(),
            fragmented_bytes: page.fragmented_bytes(),
            right_child: page.right_child(),
            free_bytes: free_bytes.ok(),
            cells: cells.collect(),
            freeblocks,
            damage,
        }
    }
}

impl CellRow {
    fn new(index: u16, cell: &Cell<'_>, place: &Place) -> Self {
        let range = place.range(cell.range());
        let has_payload = cell.left_child.is_none() || cell.rowid.is_none();
        Self {
            cell: index,
            start: Some(range.start),
            end: Some(range.end),
            left_child: cell.left_child,
            rowid: cell.rowid,
            payload_bytes: has_payload.then_some(cell.payload_length),
            local_bytes: has_payload.then_some(cell.local.len()),
            overflow: cell.overflow,
            damage: None,
        }
    }

    const fn damaged(index: u16, damage: String) -> Self {
        Self {
            cell: index,
            start: None,
            end: None,
            left_child: None,
            rowid: None,
            payload_bytes: None,
            local_bytes: None,
            overflow: None,
            damage: Some(damage),
        }
    }
}

impl Btree {
    /// Prints it.
    pub fn print(&self, room: Room, out: &mut dyn Write) -> io::Result<()> {
        let mut line = |label: &str, text: String| field(out, 2, label, &text, room.width);
        line("header", format!("at 0x{:x}", self.header_offset))?;
        let start = format!("from byte {} of the page on", self.content_start);
        line(
            "cells",
            format!("{}, {start}", count(self.cell_count.into())),
        )?;
        if let Some(right) = self.right_child {
            line("right child", or_none(right))?;
        }
        let free = self.free_bytes.map_or("not to be told".to_owned(), |free| {
            let fragments = self.fragmented_bytes;
            let blocks = many(self.freeblocks.len() as u64, "freeblock");
            format!(
                "{}; {blocks}, {fragments} in fragments",
                many(free.into(), "byte")
            )
        });
        line("free", free)?;
        if let Some(damage) = &self.damage {
            line("damage", damage.clone())?;
        }
        if !self.cells.is_empty() {
            writeln!(out)?;
            self.cells(room.columns, out)?;
        }
        if !self.freeblocks.is_empty() {
            writeln!(out)?;
            let ends = self.freeblocks.iter().map(|block| block.end);
            let longest = hex(0, ends.max().unwrap_or(0)).len() + 8;
            let table = Table::new(
                vec![
                    Column::text("freeblock", longest),
                    Column::number("length", 6),
                ],
                room.columns,
            );
            table.heading(out)?;
            for block in &self.freeblocks {
                let length = count(block.end - block.start);
                let cells = [hex(block.start, block.end), length];
                table.row(&cells, Style::new(), Style::new(), out)?;
            }
        }
        Ok(())
    }

    fn cells(&self, columns: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
        let rows = || self.cells.iter();
        let range = |row: &CellRow| match (row.start, row.end, &row.damage) {
            (Some(start), Some(end), _) => hex(start, end),
            (_, _, damage) => damage.clone().unwrap_or_default(),
        };
        let number = |number: Option<u64>| number.map_or_else(String::new, |n| n.to_string());
        let counted = |number: Option<u64>| number.map_or_else(String::new, count);
        let sound = rows().filter(|row| row.damage.is_none());
        let longest = sound.map(|row| range(row).len()).max().unwrap_or(0);
        let rowid = |row: &CellRow| {
            row.rowid
                .map_or_else(String::new, |rowid| rowid.to_string())
        };
        let mut titles = vec![Column::number("cell", 4)];
        if rows().any(|row| row.left_child.is_some()) {
            let child = rows().filter_map(|row| row.left_child).max();
            titles.push(Column::number("child", digits(child.unwrap_or(0).into())));
        }
        if rows().any(|row| row.rowid.is_some()) {
            titles.push(Column::number(
                "rowid",
                rows().map(|row| rowid(row).len()).max().unwrap_or(0),
            ));
        }
        if rows().any(|row| row.payload_bytes.is_some()) {
            titles.push(Column::number("payload", 7));
            titles.push(Column::number("local", 5).dispensable(1));
            titles.push(Column::number("overflow", 8).dispensable(2));
        }
        titles.push(Column::text("bytes", longest).breakable());
        let has = |title: &str| titles.iter().any(|column| column.title() == title);
        let shown = ["child", "rowid", "payload"].map(has);
        let table = Table::new(titles, columns);
        table.heading(out)?;
        for row in rows() {
            let mut cells = vec![row.cell.to_string()];
            if shown[0] {
                cells.push(number(row.left_child.map(u64::from)));
            }
            if shown[1] {
                cells.push(rowid(row));
            }
            if shown[2] {
                cells.push(counted(row.payload_bytes.map(u64::from)));
                cells.push(counted(row.local_bytes.map(|bytes| bytes as u64)));
                cells.push(number(row.overflow.map(u64::from)));
            }
            cells.push(range(row));
            table.row(&cells, Style::new(), Style::new(), out)?;
        }
        Ok(())
    }
}
