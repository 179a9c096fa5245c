//! One page, and one cell of it.

use std::io::{self, Write};

use anstyle::Style;
use serde::Serialize;
use stillframe_check::render::text::{BOLD, field};
use stillframe_database::btree::{Cell, Page};
use stillframe_database::freelist::{Trunk, next_page};
use stillframe_database::page_map::{PageMap, PageUse};
use stillframe_database::pointer_map::{ENTRY_BYTES, Entry, EntryKind};
use stillframe_format::{ByteRange, PageNumber, Pages as _};
use stillframe_history::{AsFound, Image, Origin};

use super::mapped::Mapped;
use crate::owners::{Owner, use_in_json, use_in_words};
use crate::table::{Column, Table, digits};
use crate::words::{Run, count, many, runs};

/// Where the bytes of a page are.
#[derive(Clone, Serialize)]
pub struct Place {
    /// The input; `None` for a page that is nowhere.
    pub input: Option<String>,
    /// Offset of the page in it.
    pub offset: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame: Option<u32>,
}

impl Place {
    /// Of a page of an image of these inputs.
    pub fn new(image: &Image<'_>, [database, wal]: &[String; 2], page: PageNumber) -> Self {
        let (input, offset, frame) = match image.origin(page) {
            Origin::Wal { offset, frame } => (Some(wal), offset, Some(frame.get())),
            Origin::Database { offset } => (Some(database), offset, None),
            Origin::LockByte | Origin::Missing => (None, 0, None),
        };
        Self {
            input: input.cloned(),
            offset,
            frame,
        }
    }

    /// In words.
    pub fn words(&self) -> String {
        match (&self.input, self.frame) {
            (Some(input), Some(frame)) => format!("{input} at 0x{:x} (frame {frame})", self.offset),
            (Some(input), None) => format!("{input} at 0x{:x}", self.offset),
            _ => "nowhere: it reads as zeros".to_owned(),
        }
    }

    /// Bytes of the page as bytes of the input.
    pub fn range(&self, range: ByteRange) -> ByteRange {
        range.offset_by(self.offset)
    }
}

/// What the bytes of a page say.
#[derive(Serialize)]
pub struct PageFacts {
    page: u32,
    #[serde(rename = "use")]
    is: String,
    owner: Owner,
    /// The page that leads to it, where one does.
    parent: Option<u32>,
    /// The cell of it that does; for an overflow page the one whose payload it is a part of, as `page/cell`. None for a
    /// right child.
    parent_cell: Option<String>,
    /// In its overflow chain, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    page_of_chain: Option<u32>,
    #[serde(flatten)]
    place: Place,
    #[serde(flatten)]
    content: Content,
    #[serde(skip)]
    page_use: PageUse,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Content {
    Btree(Box<Btree>),
    Trunk { next: u32, leaves: Vec<Run> },
    Overflow { next: u32 },
    PointerMap { entries: Vec<MapEntry> },
    Other {},
}

#[derive(Serialize)]
struct Btree {
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

#[derive(Serialize)]
struct MapEntry {
    page: u32,
    kind: &'static str,
    parent: u32,
}

impl PageFacts {
    /// Of a page of an image of these inputs.
    pub fn new(
        image: &Image<'_>,
        mapped: &Mapped,
        names: &[String; 2],
        page: PageNumber,
    ) -> anyhow::Result<Self> {
        let map = &mapped.map;
        anyhow::ensure!(
            page.get() <= map.page_count(),
            "there is no page {page}: the database has {}",
            many(map.page_count().into(), "page")
        );
        let place = Place::new(image, names, page);
        let pages = AsFound::new(image, &());
        let bytes = pages.page(page)?;
        let page_use = map.use_of(page);
        let content = match page_use {
            PageUse::Btree(_) => btree(map, page, &bytes, &place),
            PageUse::FreelistTrunk => {
                let trunk = Trunk::parse(map.geometry(), &bytes);
                let leaves = trunk.iter().flat_map(Trunk::leaves);
                let mut leaves: Vec<u32> = leaves.collect();
                leaves.sort_unstable();
                Content::Trunk {
                    next: next_page(&bytes),
                    leaves: Run::all(leaves),
                }
            }
            PageUse::FirstOverflow | PageUse::LaterOverflow => Content::Overflow {
                next: next_page(&bytes),
            },
            PageUse::PointerMap => Content::PointerMap {
                entries: map_entries(map, page, &bytes),
            },
            _ => Content::Other {},
        };
        Ok(Self {
            page: page.get(),
            is: use_in_json(page_use),
            owner: mapped.owner(page),
            parent: map.parent(page).map(PageNumber::get),
            parent_cell: parent_cell(&pages, map, page)?,
            page_of_chain: page_of_chain(&pages, map, page)?,
            place,
            content,
            page_use,
        })
    }

    /// Prints it in lines of at most `width` columns, and tables of at most `columns`.
    pub fn print(
        &self,
        width: usize,
        columns: Option<usize>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let of = match &self.owner.name {
            Some(_) => format!(" of {} {}", self.owner.kind, self.owner.shown()),
            None => String::new(),
        };
        let is = use_in_words(self.page_use);
        writeln!(out, "{BOLD}page {}{BOLD:#}: {is}{of}", self.page)?;
        field(out, 2, "from", &self.place.words(), width)?;
        field(out, 2, "leads here", &self.leads_here(), width)?;
        match &self.content {
            Content::Btree(page) => page.print(width, columns, out),
            Content::Trunk { next, leaves } => {
                field(out, 2, "next trunk", &or_none(*next), width)?;
                let pages = many(Run::count(leaves), "page");
                let text = match leaves.is_empty() {
                    true => "none".to_owned(),
                    false => format!("{pages}: {}", runs(leaves, usize::MAX)),
                };
                field(out, 2, "leaves", &text, width)
            }
            Content::Overflow { next } => field(out, 2, "next", &or_none(*next), width),
            Content::PointerMap { entries } => {
                let pages = digits(entries.iter().map(|it| it.page.into()).max().unwrap_or(0));
                let table = Table::new(
                    vec![
                        Column::number("page", pages),
                        Column::text("is", "later overflow".len()),
                        Column::number("parent", pages),
                    ],
                    columns,
                );
                writeln!(out)?;
                table.heading(out)?;
                entries.iter().try_for_each(|entry| {
                    let cells = [
                        entry.page.to_string(),
                        entry.kind.replace('-', " "),
                        entry.parent.to_string(),
                    ];
                    table.row(&cells, Style::new(), Style::new(), out)
                })
            }
            Content::Other {} => Ok(()),
        }
    }
}

impl PageFacts {
    fn leads_here(&self) -> String {
        let is_first = self.page == 1;
        match (self.parent, &self.parent_cell, self.page_use) {
            (_, Some(cell), PageUse::FirstOverflow | PageUse::LaterOverflow) => {
                let place = self.page_of_chain.map_or_else(String::new, |place| {
                    format!(", as page {place} of its overflow chain")
                });
                format!("cell {cell}{place}")
            }
            (_, Some(cell), _) => format!("cell {cell}"),
            (Some(page), None, PageUse::FreelistLeaf | PageUse::FreelistTrunk) => {
                format!("trunk page {page}")
            }
            (Some(page), None, _) => format!("page {page}, as its right child"),
            (None, _, PageUse::FreelistTrunk) => "the database header".to_owned(),
            (None, _, used) if used.is_of_btree() && !is_first => {
                "sqlite_schema: it is a root".to_owned()
            }
            (None, _, PageUse::Unused) => "nothing".to_owned(),
            _ => "nothing has to".to_owned(),
        }
    }
}

/// The cell that leads to a page of a b-tree, or to the chain that a page is a part of.
fn parent_cell(
    pages: &AsFound<'_>,
    map: &PageMap,
    page: PageNumber,
) -> anyhow::Result<Option<String>> {
    let child = match map.use_of(page) {
        PageUse::LaterOverflow => map.parent(page),
        _ => Some(page),
    };
    let parent = child.and_then(|child| map.parent(child));
    let (Some(child), Some(parent)) = (child, parent) else {
        return Ok(None);
    };
    let bytes = pages.page(parent)?;
    let Ok(content) = Page::parse(parent, map.geometry(), &bytes) else {
        return Ok(None);
    };
    let is_chain = map.use_of(child).is_overflow();
    let mut cells =
        (0..content.cell_count()).filter_map(|at| Some((at, content.cell_as_read(at)?)));
    let leads = cells.find(|(_, cell)| {
        let to = if is_chain {
            cell.overflow
        } else {
            cell.left_child
        };
        to == Some(child.get())
    });
    Ok(leads.map(|(index, _)| format!("{parent}/{index}")))
}

/// Where in its chain an overflow page is, from 1.
fn page_of_chain(
    pages: &AsFound<'_>,
    map: &PageMap,
    page: PageNumber,
) -> anyhow::Result<Option<u32>> {
    let mut at = match map.use_of(page) {
        PageUse::FirstOverflow => return Ok(Some(1)),
        PageUse::LaterOverflow => map.parent(page),
        _ => return Ok(None),
    };
    for place in 1..=map.page_count() {
        match at {
            Some(at) if at == page => return Ok(Some(place)),
            Some(before) => at = PageNumber::new(next_page(&pages.page(before)?)),
            None => break,
        }
    }
    Ok(None)
}

fn or_none(page: u32) -> String {
    match page {
        0 => "none".to_owned(),
        page => format!("page {page}"),
    }
}

fn btree(map: &PageMap, number: PageNumber, bytes: &[u8], place: &Place) -> Content {
    let Ok(page) = Page::parse(number, map.geometry(), bytes) else {
        return Content::Other {};
    };
    let cells = (0..page.cell_count()).map(|index| match page.cell(index) {
        Ok(cell) => CellRow::new(index, &cell, place),
        Err(error) => CellRow::damaged(index, error.to_string()),
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
            Err(error) => damage = Some(error.to_string()),
        }
    }
    let free_bytes = page.free_bytes();
    let damage = damage.or_else(|| free_bytes.err().map(|error| error.to_string()));
    Content::Btree(Box::new(Btree {
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
    }))
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
    fn print(&self, width: usize, columns: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
        let mut line = |label: &str, text: String| field(out, 2, label, &text, width);
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
            self.cells(columns, out)?;
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
                columns,
            );
            table.heading(out)?;
            for block in &self.freeblocks {
                let length = (block.end - block.start).to_string();
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
        let sound = rows().filter(|row| row.damage.is_none());
        let longest = sound.map(|row| range(row).len()).max().unwrap_or(0);
        let rowid = |row: &CellRow| {
            row.rowid
                .map_or_else(String::new, |rowid| rowid.to_string())
        };
        let mut titles = vec![Column::number("cell", 4)];
        if rows().any(|row| row.left_child.is_some()) {
            titles.push(Column::number("child", 7));
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
        titles.push(Column::text("bytes", longest));
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
                cells.push(number(row.payload_bytes.map(u64::from)));
                cells.push(number(row.local_bytes.map(|bytes| bytes as u64)));
                cells.push(number(row.overflow.map(u64::from)));
            }
            cells.push(range(row));
            table.row(&cells, Style::new(), Style::new(), out)?;
        }
        Ok(())
    }
}

/// Bytes from `start` to `end`, as they are printed.
pub fn hex(start: u64, end: u64) -> String {
    format!("0x{start:x}..0x{end:x}")
}

fn map_entries(map: &PageMap, page: PageNumber, bytes: &[u8]) -> Vec<MapEntry> {
    let usable = map.geometry().usable_size() as usize;
    let entries = bytes.get(..usable).unwrap_or_default();
    let entries = entries.chunks_exact(ENTRY_BYTES).map(Entry::parse);
    let pages = page.get().saturating_add(1)..=map.page_count();
    let entries = pages.zip(entries);
    entries
        .filter_map(|(page, entry)| {
            let entry = entry?;
            Some(MapEntry {
                page,
                kind: match entry.kind {
                    EntryKind::Root => "root",
                    EntryKind::Free => "free",
                    EntryKind::FirstOverflow => "first-overflow",
                    EntryKind::LaterOverflow => "later-overflow",
                    EntryKind::Btree => "b-tree",
                },
                parent: entry.parent,
            })
        })
        .collect()
}
