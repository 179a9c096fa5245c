//! A picture of a map of pages: who has which, and how they lie.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anstyle::{Ansi256Color, AnsiColor, Color, Style};
use serde::Serialize;
use stillframe_check::render::text::{DIM, paragraph};
use stillframe_database::btree::PageKind;
use stillframe_database::page_map::{PageMap, PageUse};
use stillframe_format::PageNumber;

use super::mapped::Mapped;
use crate::names::shortened;
use crate::owners::{Key, Owner, use_in_json};
use crate::table::digits;
use crate::terminal::Room;
use crate::words::{count, many};

/// Tables and indexes that get a letter and a colour of their own: the largest.
const MOST_LETTERS: usize = 26;
/// A picture on a terminal has no more lines.
const MOST_LINES: u32 = 32;
/// Columns of a line of the legend without the number of pages and the name.
const LEGEND: usize = 16;
/// No name in it is made shorter.
const SHORTEST_NAME: usize = 8;

/// Pages that follow one another and are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub first: u32,
    pub last: u32,
    pub is: PageUse,
    /// The place of their owner in [`Picture::parts`].
    pub part: usize,
}

/// One owner of pages.
pub struct Part {
    pub owner: Owner,
    pub pages: u32,
    /// Its place among the tables and indexes that have a colour of their own.
    pub colour: Option<usize>,
}

/// A line of the legend.
pub struct Entry {
    letter: char,
    pub colour: Option<usize>,
    pub is: PageUse,
    pub pages: u32,
    pub name: String,
}

/// Who has which pages.
pub struct Picture<'a> {
    mapped: &'a Mapped,
    /// By their number of pages; what is no table and no index comes last.
    pub parts: Vec<Part>,
    /// From a b-tree of the map, or what else a page may be, to its part.
    part_of: BTreeMap<Key, usize>,
}

impl<'a> Picture<'a> {
    pub fn new(mapped: &'a Mapped) -> Self {
        let mut pages: BTreeMap<Key, u32> = BTreeMap::new();
        let mut next = on_map(&mapped.map, 1);
        while let Some(page) = next {
            let last = unused_from(&mapped.map, page, u32::MAX);
            *pages.entry(Key::of(&mapped.map, page)).or_default() += last - page.get() + 1;
            next = last
                .checked_add(1)
                .and_then(|page| on_map(&mapped.map, page));
        }
        let mut sorted: Vec<(Key, u32)> = pages.into_iter().collect();
        sorted.sort_by_key(|&(key, pages)| {
            let is_tree = matches!(key, Key::Tree(_));
            (!is_tree, std::cmp::Reverse(pages), key)
        });
        let parts = sorted
            .iter()
            .enumerate()
            .map(|(index, &(key, pages))| Part {
                owner: mapped.owner_of(key),
                pages,
                colour: (matches!(key, Key::Tree(_)) && index < MOST_LETTERS).then_some(index),
            });
        Self {
            mapped,
            parts: parts.collect(),
            part_of: sorted
                .iter()
                .enumerate()
                .map(|(at, &(key, _))| (key, at))
                .collect(),
        }
    }

    pub fn page_count(&self) -> u32 {
        self.mapped.map.page_count()
    }

    /// All pages, in order.
    pub fn stretches(&self) -> impl Iterator<Item = Stretch> + '_ {
        let mut next = Some(1);
        std::iter::from_fn(move || {
            let first: u32 = next?;
            let (is, part) = self.look_at(first)?;
            let mut last = first;
            if let Some(page) = PageNumber::new(first).filter(|_| is == PageUse::Unused) {
                last = unused_from(&self.mapped.map, page, u32::MAX);
            }
            next = last.checked_add(1);
            while let Some(page) = next.filter(|&next| self.look_at(next) == Some((is, part))) {
                last = page;
                next = page.checked_add(1);
            }
            Some(Stretch {
                first,
                last,
                is,
                part,
            })
        })
    }

    fn look_at(&self, page: u32) -> Option<(PageUse, usize)> {
        let page = on_map(&self.mapped.map, page)?;
        let part = self
            .part_of
            .get(&Key::of(&self.mapped.map, page))
            .copied()?;
        // Where a page stands in its chain is not to be seen.
        let is = match self.mapped.map.use_of(page) {
            PageUse::LaterOverflow => PageUse::FirstOverflow,
            is => is,
        };
        Some((is, part))
    }

    /// Draws it with letters, and says what they stand for. Of names in the legend no more is shown than fits.
    pub fn print(&self, room: Room, out: &mut dyn Write) -> io::Result<()> {
        let label = digits(self.page_count().into());
        let a_line = room.width.saturating_sub(label + 4).max(20) as u32 / 10 * 10;
        let a_block = self.page_count().div_ceil(a_line * MOST_LINES).max(1);
        let mut line = 0;
        let mut letters = Vec::new();
        for block in self.blocks(a_block) {
            letters.push(block);
            if letters.len() as u32 == a_line {
                self.line(1 + line * a_line * a_block, label, &letters, out)?;
                letters.clear();
                line += 1;
            }
        }
        if !letters.is_empty() {
            self.line(1 + line * a_line * a_block, label, &letters, out)?;
        }
        writeln!(out)?;
        self.print_legend(room.columns, out)?;
        writeln!(out)?;
        let scale = match a_block {
            1 => "A letter is a page".to_owned(),
            _ => format!(
                "A letter stands for {} and is that of most of them",
                many(a_block.into(), "page")
            ),
        };
        let text =
            format!("{scale}: capital for interior pages, small for leaf and overflow pages.");
        paragraph(out, 2, &text, room.width)
    }

    fn line(
        &self,
        first: u32,
        label: usize,
        blocks: &[(PageUse, usize)],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        write!(out, "  {DIM}{first:>label$}{DIM:#}  ")?;
        for run in blocks.chunk_by(|a, b| a == b) {
            let Some(&(is, part)) = run.first() else {
                continue;
            };
            let letter = self.letter(is, part).to_string();
            let style = style(is, self.parts.get(part).and_then(|part| part.colour));
            write!(out, "{style}{}{style:#}", letter.repeat(run.len()))?;
        }
        writeln!(out)
    }

    /// What there is to say of the letters and colours: owners that have none of their own are one entry.
    pub fn legend(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut others = (0, 0);
        for (index, part) in self.parts.iter().enumerate() {
            let is = match part.owner.kind {
                "freelist" => PageUse::FreelistLeaf,
                "pointer-map" => PageUse::PointerMap,
                "lock-byte" => PageUse::LockByte,
                "unused" => PageUse::Unused,
                _ => PageUse::Btree(PageKind::TableLeaf),
            };
            if part.owner.name.is_some() && part.colour.is_none() {
                others = (others.0 + 1, others.1 + part.pages);
                continue;
            }
            let index_of = if part.owner.kind == "index" {
                "index "
            } else {
                ""
            };
            entries.push(Entry {
                letter: self.letter(is, index),
                colour: part.colour,
                is,
                pages: part.pages,
                name: format!("{index_of}{}", part.owner.shown()),
            });
        }
        if others.0 > 0 {
            entries.push(Entry {
                letter: '*',
                colour: None,
                is: PageUse::Btree(PageKind::TableLeaf),
                pages: others.1,
                name: format!("{} more tables and indexes", count(others.0)),
            });
        }
        entries
    }

    fn print_legend(&self, columns: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
        let entries = self.legend();
        let room = entries.iter().map(|entry| count(entry.pages.into()).len());
        let room = room.max().unwrap_or_default();
        let room_for_name = columns.map_or(usize::MAX, |columns| {
            columns.saturating_sub(room + LEGEND).max(SHORTEST_NAME)
        });
        for entry in entries {
            let share = 100.0 * f64::from(entry.pages) / f64::from(self.page_count().max(1));
            let (style, pages) = (style(entry.is, entry.colour), count(entry.pages.into()));
            writeln!(
                out,
                "  {style}{}{style:#}  {pages:>room$}  {share:>5.1} %  {}",
                entry.letter,
                shortened(&entry.name, room_for_name)
            )?;
        }
        Ok(())
    }

    /// What stands for so many pages each: what most of them are.
    pub fn blocks(&self, a_block: u32) -> impl Iterator<Item = (PageUse, usize)> + '_ {
        let mut next = 1u32;
        std::iter::from_fn(move || {
            let first = next;
            self.look_at(first)?;
            next = next.saturating_add(a_block);
            if a_block == 1 {
                return self.look_at(first);
            }
            let mut most: BTreeMap<usize, (u32, PageUse)> = BTreeMap::new();
            let mut at = first;
            while let Some((is, part)) = self.look_at(at).filter(|_| at < next) {
                let page = PageNumber::new(at)?;
                let last = unused_from(&self.mapped.map, page, next - 1);
                let entry = most.entry(part).or_insert((0, is));
                entry.0 += last - at + 1;
                at = last + 1;
                // A block has a capital only where all of it are interior pages.
                if !is_interior(is) {
                    entry.1 = is;
                }
            }
            let (part, (_, is)) = most
                .into_iter()
                .max_by_key(|&(part, (pages, ..))| (pages, std::cmp::Reverse(part)))?;
            Some((is, part))
        })
    }

    fn letter(&self, is: PageUse, part: usize) -> char {
        let colour = self.parts.get(part).and_then(|part| part.colour);
        match (is, colour) {
            (PageUse::FreelistTrunk, _) => '=',
            (PageUse::FreelistLeaf, _) => '-',
            (PageUse::PointerMap, _) => '#',
            (PageUse::LockByte, _) => '!',
            (PageUse::Unused | PageUse::NoBtree, None) => '.',
            (_, None) => '*',
            (_, Some(at)) if is_interior(is) => char::from(b'A' + at as u8),
            (_, Some(at)) => char::from(b'a' + at as u8),
        }
    }
}

/// The last of the unused pages from this one on, up to `last`; this one where it is none.
fn unused_from(map: &PageMap, page: PageNumber, last: u32) -> u32 {
    let last = PageNumber::new(last).unwrap_or(page);
    map.last_unused(page, last).get()
}

/// A page that a map has.
fn on_map(map: &PageMap, page: u32) -> Option<PageNumber> {
    PageNumber::new(page).filter(|_| page <= map.page_count())
}

fn style(is: PageUse, colour: Option<usize>) -> Style {
    let Some(at) = colour else { return DIM };
    let background = TERMINAL_COLOURS[at % TERMINAL_COLOURS.len()];
    let style = Style::new()
        .bg_color(Some(Ansi256Color(background).into()))
        .fg_color(Some(Color::Ansi(AnsiColor::Black)));
    if is_interior(is) { style.bold() } else { style }
}

/// Backgrounds on which black can be read, neighbours far apart.
const TERMINAL_COLOURS: [u8; 13] = [
    75, 215, 114, 211, 186, 147, 80, 180, 222, 175, 110, 150, 252,
];

const fn is_interior(is: PageUse) -> bool {
    matches!(
        is,
        PageUse::Btree(PageKind::IndexInterior | PageKind::TableInterior)
    )
}

/// A stretch as it stands in JSON.
#[derive(Serialize)]
struct StretchJson<'a> {
    first: u32,
    last: u32,
    #[serde(rename = "use")]
    is: String,
    owner: &'a Owner,
}

/// Writes the stretches as the elements of a JSON array.
pub fn json(mapped: &Mapped, out: &mut dyn Write) -> anyhow::Result<()> {
    let picture = Picture::new(mapped);
    let mut separator = "";
    for stretch in picture.stretches() {
        let Some(part) = picture.parts.get(stretch.part) else {
            continue;
        };
        let row = StretchJson {
            first: stretch.first,
            last: stretch.last,
            is: use_in_json(stretch.is),
            owner: &part.owner,
        };
        let row = serde_json::to_string(&row)?;
        write!(out, "{separator}\n        {row}")?;
        separator = ",";
    }
    Ok(())
}
