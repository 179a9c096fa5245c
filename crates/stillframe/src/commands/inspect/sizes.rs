use std::io::{self, Write};

use anstyle::Style;
use serde::Serialize;
use stillframe_check::render::text::{DIM, paragraph};
use stillframe_database::page_map::{KindSizes, PageUse};
use stillframe_format::PageNumber;

use super::mapped::Mapped;
use crate::owners::Owner;
use crate::table::{Column, Table, counted};
use crate::terminal::Room;
use crate::words::{bytes, count, many};

/// What the tables and indexes of a database take, and its other pages.
#[derive(Serialize)]
pub struct Sizes {
    page_size: u32,
    pages: u32,
    bytes: u64,
    trees: Vec<Row>,
    freelist_pages: u32,
    pointer_map_pages: u32,
    lock_byte_pages: u32,
    unused_pages: u32,
}

/// What a table or an index takes.
#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    owner: Owner,
    root: u32,
    depth: u32,
    entries: u64,
    payload_bytes: u64,
    max_payload_bytes: u32,
    overflowing_entries: u64,
    pages: u32,
    bytes: u64,
    unused_bytes: u64,
    leaf: Kind,
    interior: Kind,
    overflow: Kind,
}

#[derive(Serialize)]
struct Kind {
    pages: u32,
    cells: u64,
    payload_bytes: u64,
    unused_bytes: u64,
}

impl From<KindSizes> for Kind {
    fn from(sizes: KindSizes) -> Self {
        Self {
            pages: sizes.pages,
            cells: sizes.cells,
            payload_bytes: sizes.payload,
            unused_bytes: sizes.unused,
        }
    }
}

impl Sizes {
    /// Of a map; the largest first.
    pub fn new(mapped: &Mapped) -> Self {
        let map = &mapped.map;
        let page_size = map.geometry().page_size().get();
        let trees = map.trees().iter().zip(mapped.trees());
        let mut trees: Vec<Row> = trees
            .map(|(tree, owner)| {
                let (sizes, all) = (&tree.sizes, tree.sizes.all());
                Row {
                    owner: owner.clone(),
                    root: tree.root.get(),
                    depth: sizes.depth,
                    entries: sizes.entries,
                    payload_bytes: all.payload,
                    max_payload_bytes: sizes.max_payload,
                    overflowing_entries: sizes.overflowing,
                    pages: all.pages,
                    bytes: u64::from(all.pages) * u64::from(page_size),
                    unused_bytes: all.unused,
                    leaf: sizes.leaf.into(),
                    interior: sizes.interior.into(),
                    overflow: sizes.overflow.into(),
                }
            })
            .collect();
        trees.sort_by_key(|row| (std::cmp::Reverse(row.pages), row.root));
        let mut sizes = Self {
            page_size,
            pages: map.page_count(),
            bytes: u64::from(map.page_count()) * u64::from(page_size),
            trees,
            freelist_pages: 0,
            pointer_map_pages: 0,
            lock_byte_pages: 0,
            unused_pages: 0,
        };
        let mut next = PageNumber::new(map.page_count()).map(|last| (PageNumber::FIRST, last));
        while let Some((page, end)) = next {
            let last = map.last_unused(page, end).get();
            match map.use_of(page) {
                PageUse::FreelistTrunk | PageUse::FreelistLeaf => sizes.freelist_pages += 1,
                PageUse::PointerMap => sizes.pointer_map_pages += 1,
                PageUse::LockByte => sizes.lock_byte_pages += 1,
                PageUse::Unused | PageUse::NoBtree => sizes.unused_pages += last - page.get() + 1,
                _ => {}
            }
            let behind = last.checked_add(1).and_then(PageNumber::new);
            next = behind.filter(|page| *page <= end).map(|page| (page, end));
        }
        sizes
    }

    /// Prints it; the longest name of a table or an index takes so many columns.
    pub fn print(&self, longest_name: usize, room: Room, out: &mut dyn Write) -> io::Result<()> {
        let unused = self.trees.iter().map(|row| row.unused_bytes).sum();
        let line = format!(
            "{} of {}; within those of tables and indexes {} unused",
            many(self.pages.into(), "page"),
            bytes(self.page_size.into()),
            match unused {
                1 => "1 byte is".to_owned(),
                _ => format!("{} are", bytes(unused)),
            }
        );
        paragraph(out, 2, &line, room.width)?;
        writeln!(out)?;
        let table = self.table(longest_name, room.columns);
        table.heading(out)?;
        for row in &self.trees {
            table.row(&self.cells(row), Style::new(), Style::new(), out)?;
        }
        self.print_others(&table, out)?;
        let overflowing: u64 = self.trees.iter().map(|row| row.overflowing_entries).sum();
        let have = match overflowing {
            0 => return Ok(()),
            1 => "1 entry is".to_owned(),
            _ => format!("{} entries are", count(overflowing)),
        };
        writeln!(out)?;
        let line = format!("{have} too long for a page and in part on overflow pages");
        paragraph(out, 2, &line, room.width)
    }

    /// The table that the numbers of all have room in.
    fn table(&self, longest_name: usize, columns: Option<usize>) -> Table {
        let most = |number: fn(&Row) -> u64| {
            let numbers = self.trees.iter().map(number);
            counted(numbers.max().unwrap_or(0))
        };
        let pages = counted(self.pages.into());
        // What can be told from other columns, or is asked for seldom, is left out first; what a tree is, last.
        Table::new(
            vec![
                Column::name("whose", longest_name.max("pointer map".len())),
                Column::text("type", 5).dispensable(1),
                Column::number("share", 7).dispensable(2),
                Column::number("pages", pages),
                Column::number("entries", most(|row| row.entries)),
                Column::number("payload", most(|row| row.payload_bytes)).dispensable(4),
                Column::number("average", 7).dispensable(6),
                Column::number("longest", most(|row| row.max_payload_bytes.into())).dispensable(7),
                Column::number("fill", 7).dispensable(3),
                Column::number("depth", 5).dispensable(5),
                Column::number("leaf", pages).dispensable(9),
                Column::number("interior", pages).dispensable(10),
                Column::number("overflow", pages).dispensable(8),
                Column::number("unused", most(|row| row.unused_bytes)).dispensable(11),
            ],
            columns,
        )
    }

    /// The pages that are of no table and no index.
    fn print_others(&self, table: &Table, out: &mut dyn Write) -> io::Result<()> {
        for (name, pages) in [
            ("freelist", self.freelist_pages),
            ("pointer map", self.pointer_map_pages),
            ("lock bytes", self.lock_byte_pages),
            ("unused", self.unused_pages),
        ] {
            if pages > 0 {
                let cells = [
                    name.to_owned(),
                    String::new(),
                    self.share(pages),
                    count(pages.into()),
                ];
                table.row(&cells, DIM, DIM, out)?;
            }
        }
        Ok(())
    }

    fn cells(&self, row: &Row) -> Vec<String> {
        let average = match row.entries {
            0 => String::new(),
            entries => format!("{:.1}", row.payload_bytes as f64 / entries as f64),
        };
        let unused = row.unused_bytes as f64 / (row.bytes as f64).max(1.0);
        let fill = if row.bytes > 0 {
            format!("{:.1} %", 100.0 - 100.0 * unused)
        } else {
            String::new()
        };
        vec![
            row.owner.shown(),
            row.owner.kind.to_owned(),
            self.share(row.pages),
            count(row.pages.into()),
            count(row.entries),
            count(row.payload_bytes),
            average,
            count(row.max_payload_bytes.into()),
            fill,
            row.depth.to_string(),
            count(row.leaf.pages.into()),
            count(row.interior.pages.into()),
            count(row.overflow.pages.into()),
            count(row.unused_bytes),
        ]
    }

    /// How much of the database so many pages are.
    fn share(&self, pages: u32) -> String {
        let share = 100.0 * f64::from(pages) / f64::from(self.pages.max(1));
        format!("{share:.1} %")
    }
}
