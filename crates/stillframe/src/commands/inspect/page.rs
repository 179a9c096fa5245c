//! One page, whatever it is.

use std::io::{self, Write};

use anstyle::Style;
use serde::Serialize;
use stillframe_check::render::text::{field, headline};
use stillframe_database::btree::Page;
use stillframe_database::freelist::{Trunk, next_page};
use stillframe_database::page_map::{PageMap, PageUse};
use stillframe_database::pointer_map::{ENTRY_BYTES, Entry, EntryKind};
use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::AsFound;

use super::btree::Btree;
use super::hexdump::dump;
use super::place::{Place, or_none, page_of_chain, parent_cell};
use super::subject::Subject;
use crate::owners::{Owner, use_in_json, use_in_words};
use crate::table::{Column, Table, digits};
use crate::terminal::Room;
use crate::words::{Run, many, runs};

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
    /// The first bytes of a page whose structure says nothing of them.
    #[serde(skip)]
    start: Vec<u8>,
}

/// So many bytes of a page are shown as they are.
const MOST_SHOWN_BYTES: usize = 128;

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
struct MapEntry {
    page: u32,
    kind: &'static str,
    parent: u32,
}

impl PageFacts {
    /// Of a page.
    pub fn new(subject: &Subject<'_>, page: PageNumber) -> anyhow::Result<Self> {
        subject.require(page)?;
        let (map, place) = (&subject.mapped.map, subject.place(page));
        let pages = AsFound::new(subject.image, &());
        let bytes = pages.page(page)?;
        let page_use = map.use_of(page);
        let content = match page_use {
            PageUse::Btree(_) => match Page::parse(page, map.geometry(), &bytes) {
                Ok(page) => Content::Btree(Box::new(Btree::new(&page, &place))),
                Err(_) => Content::Other {},
            },
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
        let is_plain = matches!(content, Content::Overflow { .. } | Content::Other {});
        let shown = if is_plain && place.input.is_some() {
            MOST_SHOWN_BYTES
        } else {
            0
        };
        Ok(Self {
            start: bytes.iter().take(shown).copied().collect(),
            page: page.get(),
            is: use_in_json(page_use),
            owner: subject.mapped.owner(page),
            parent: map.parent(page).map(PageNumber::get),
            parent_cell: parent_cell(&pages, map, page)?,
            page_of_chain: page_of_chain(&pages, map, page)?,
            place,
            content,
            page_use,
        })
    }

    /// Prints it.
    pub fn print(&self, room: Room, out: &mut dyn Write) -> io::Result<()> {
        let is = format!(": {}{}", use_in_words(self.page_use), self.owner.of());
        headline(&format!("page {}", self.page), &is, room.width, out)?;
        field(out, 2, "from", &self.place.words(), room.width)?;
        field(out, 2, "leads here", &self.leads_here(), room.width)?;
        self.print_content(room, out)?;
        if !self.start.is_empty() {
            writeln!(out)?;
            dump(&self.start, self.place.offset, room.width, out)?;
        }
        Ok(())
    }

    fn print_content(&self, room: Room, out: &mut dyn Write) -> io::Result<()> {
        let Room { width, columns } = room;
        match &self.content {
            Content::Btree(page) => page.print(room, out),
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
