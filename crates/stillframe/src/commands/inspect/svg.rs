//! The picture as a file that needs nothing else: SVG.

use std::io::{self, Write};

use stillframe_check::render::escape::xml;
use stillframe_database::btree::PageKind;
use stillframe_database::page_map::PageUse;

use super::picture::{Entry, Picture};
use crate::owners::use_in_words;
use crate::words::{count, many};

/// Columns of the picture.
const WIDTH: u32 = 1024;
/// Sides of a block: the largest with which the picture has few lines.
const SIDES: [u32; 3] = [16, 12, 8];
const FEW_LINES: u32 = 32;
/// A picture has no more lines: what no one can look at need not be drawn.
const MOST_LINES: u32 = 256;
/// Around everything, and height of a line of text.
const MARGIN: u32 = 24;
const TEXT: u32 = 22;

/// How blocks are laid out.
struct Grid {
    /// Side of a block.
    side: u32,
    /// Blocks in a line.
    a_line: u32,
    /// Pages that a block stands for.
    a_block: u32,
    lines: u32,
}

impl Grid {
    fn new(pages: u32) -> Self {
        let lines = |side: u32| pages.div_ceil(WIDTH / side);
        let side = SIDES.into_iter().find(|&side| lines(side) <= FEW_LINES);
        let side = side.unwrap_or(SIDES[SIDES.len() - 1]);
        let a_line = WIDTH / side;
        let a_block = pages.div_ceil(a_line * MOST_LINES).max(1);
        Self {
            side,
            a_line,
            a_block,
            lines: pages.div_ceil(a_block).div_ceil(a_line),
        }
    }

    /// What a block is.
    fn words(&self) -> String {
        match self.a_block {
            1 => "a block is a page".to_owned(),
            block => format!(
                "a block stands for {} and is what most of them are",
                many(block.into(), "page")
            ),
        }
    }
}

/// Draws the pages of the database `name`.
pub fn draw(picture: &Picture<'_>, name: &str, out: &mut dyn Write) -> io::Result<()> {
    let pages = picture.page_count();
    let grid = Grid::new(pages);
    let entries = picture.legend();
    let width = 2 * MARGIN + WIDTH;
    let top = MARGIN + 2 * TEXT + 8;
    let legend = top + grid.lines * grid.side + TEXT;
    let height = legend + (entries.len() as u32).div_ceil(2) * TEXT + MARGIN;
    writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">"#
    )?;
    writeln!(
        out,
        "<style>text {{ font: 14px system-ui, sans-serif; fill: #222 }} .head {{ font-size: 18px; font-weight: 600 }} \
         .dim {{ fill: #666 }} rect:hover {{ stroke: #000; stroke-width: 1 }}</style>"
    )?;
    writeln!(
        out,
        r##"<rect width="{width}" height="{height}" fill="#fff"/>"##
    )?;
    let name = xml(name);
    writeln!(
        out,
        r#"<text class="head" x="{MARGIN}" y="{}">{name}</text>"#,
        MARGIN + 14
    )?;
    let scale = grid.words();
    writeln!(
        out,
        r#"<text class="dim" x="{MARGIN}" y="{}">{}, {scale}; dark: interior pages, light: overflow pages</text>"#,
        MARGIN + 14 + TEXT,
        many(pages.into(), "page")
    )?;
    blocks(picture, &grid, (MARGIN, top), out)?;
    for (index, entry) in entries.iter().enumerate() {
        let index = index as u32;
        let x = MARGIN + index % 2 * (WIDTH / 2);
        draw_entry(entry, pages, x, legend + index / 2 * TEXT, out)?;
    }
    writeln!(out, "</svg>")
}

/// Draws the pages for a page of HTML, which has the styles: the picture, and a legend of text behind it.
pub fn draw_within(picture: &Picture<'_>, out: &mut dyn Write) -> io::Result<()> {
    let pages = picture.page_count();
    let grid = Grid::new(pages);
    let width = pages.div_ceil(grid.a_block).clamp(1, grid.a_line) * grid.side;
    let height = grid.lines * grid.side;
    let words = format!("{}, {}", many(pages.into(), "page"), grid.words());
    writeln!(
        out,
        r#"<figure><svg class="pages" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label="{words}">"#
    )?;
    blocks(picture, &grid, (0, 0), out)?;
    writeln!(
        out,
        "</svg>\n<figcaption>{words}; dark: interior pages, light: overflow pages</figcaption>\n<ul class=\"legend\">"
    )?;
    for entry in picture.legend() {
        writeln!(
            out,
            r#"<li><svg class="swatch" viewBox="0 0 1 1"><rect width="1" height="1" fill="{}"/></svg> {} <span class="dim">{}</span></li>"#,
            colour(entry.colour, entry.is),
            xml(&entry.name),
            share(&entry, pages)
        )?;
    }
    writeln!(out, "</ul></figure>")
}

/// Draws the blocks; those beside each other that are the same are one, with one title.
fn blocks(
    picture: &Picture<'_>,
    grid: &Grid,
    (left, top): (u32, u32),
    out: &mut dyn Write,
) -> io::Result<()> {
    let Grid {
        side,
        a_line,
        a_block,
        ..
    } = *grid;
    let mut blocks = picture.blocks(a_block).zip(0u32..).peekable();
    while let Some((block, at)) = blocks.next() {
        let mut end = at + 1;
        while end % a_line != 0 && blocks.next_if(|(next, _)| *next == block).is_some() {
            end += 1;
        }
        let Some(part) = picture.parts.get(block.1) else {
            continue;
        };
        let (x, y) = (left + at % a_line * side, top + at / a_line * side);
        let first = at * a_block + 1;
        let last = end.saturating_mul(a_block).min(picture.page_count());
        let pages = match first == last {
            true => format!("page {first}"),
            false => format!("pages {first}-{last}"),
        };
        let mostly = if a_block > 1 { "mostly " } else { "" };
        let of = match &part.owner.name {
            Some(_) => format!(" of {} {}", part.owner.kind, xml(&part.owner.shown())),
            None => String::new(),
        };
        let (is, colour) = (use_in_words(block.0), colour(part.colour, block.0));
        writeln!(
            out,
            r#"<rect x="{x}" y="{y}" width="{}" height="{}" fill="{colour}"><title>{pages}: {mostly}{is}{of}</title></rect>"#,
            (end - at) * side - 1,
            side - 1
        )?;
    }
    Ok(())
}

fn draw_entry(entry: &Entry, all: u32, x: u32, y: u32, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        r#"<rect x="{x}" y="{y}" width="12" height="12" fill="{}"/><text x="{}" y="{}">{} <tspan class="dim">{}</tspan></text>"#,
        colour(entry.colour, entry.is),
        x + 20,
        y + 11,
        xml(&entry.name),
        share(entry, all)
    )
}

/// How many pages it has, and which part of all.
fn share(entry: &Entry, all: u32) -> String {
    let share = 100.0 * f64::from(entry.pages) / f64::from(all.max(1));
    format!("{} · {share:.1} %", count(entry.pages.into()))
}

fn colour(of: Option<usize>, is: PageUse) -> String {
    match is {
        PageUse::Unused | PageUse::NoBtree => "#e4e4e4".to_owned(),
        PageUse::LockByte => "#000000".to_owned(),
        PageUse::PointerMap => "#7a7a7a".to_owned(),
        PageUse::FreelistTrunk => "#9a9a9a".to_owned(),
        PageUse::FreelistLeaf => "#c4c4c4".to_owned(),
        _ => {
            // Neighbours are far apart on the colour wheel: by the golden angle.
            let hue = of.map_or(0.0, |at| (at as f64 * 137.508 + 210.0) % 360.0);
            let saturation = if of.is_some() { 0.62 } else { 0.0 };
            let lightness = match is {
                PageUse::Btree(PageKind::IndexInterior | PageKind::TableInterior) => 0.33,
                PageUse::FirstOverflow | PageUse::LaterOverflow => 0.76,
                _ => 0.55,
            };
            rgb(hue, saturation, lightness)
        }
    }
}

/// A colour as every reader of SVG knows it, from hue (degrees), saturation and lightness (0 to 1).
fn rgb(hue: f64, saturation: f64, lightness: f64) -> String {
    let reach = saturation * lightness.min(1.0 - lightness);
    let channel = |offset: f64| {
        let k = (offset + hue / 30.0) % 12.0;
        let value = lightness - reach * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0);
        (value * 255.0).round() as u8
    };
    format!(
        "#{:02x}{:02x}{:02x}",
        channel(0.0),
        channel(8.0),
        channel(4.0)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_what_svg_takes() {
        assert_eq!(rgb(0.0, 1.0, 0.5), "#ff0000");
        assert_eq!(rgb(120.0, 1.0, 0.5), "#00ff00");
        assert_eq!(rgb(240.0, 1.0, 0.25), "#000080");
        assert_eq!(rgb(77.0, 0.0, 1.0), "#ffffff");
    }
}
