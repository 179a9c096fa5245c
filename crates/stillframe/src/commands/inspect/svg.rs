//! The picture as a file that needs nothing else: SVG.

use std::io::{self, Write};

use stillframe_database::btree::PageKind;
use stillframe_database::page_map::PageUse;

use super::picture::{Part, Picture, Stretch};
use crate::owners::use_in_words;
use crate::words::{count, many};

/// Blocks in a line of the picture, and the side of one.
const A_LINE: u32 = 128;
const SIDE: u32 = 8;
/// A picture has no more lines: what no one can look at need not be drawn.
const MOST_LINES: u32 = 256;
/// Around everything, and height of a line of text.
const MARGIN: u32 = 24;
const TEXT: u32 = 22;

/// Draws the pages of the database `name`.
pub fn draw(picture: &Picture<'_>, name: &str, out: &mut dyn Write) -> io::Result<()> {
    let pages = picture.page_count();
    let a_block = pages.div_ceil(A_LINE * MOST_LINES).max(1);
    let lines = pages.div_ceil(a_block).div_ceil(A_LINE);
    let width = 2 * MARGIN + A_LINE * SIDE;
    let top = MARGIN + 2 * TEXT + 8;
    let legend = top + lines * SIDE + TEXT;
    let height = legend + (picture.parts.len() as u32).div_ceil(2) * TEXT + MARGIN;
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
    let name = escaped(name);
    writeln!(
        out,
        r#"<text class="head" x="{MARGIN}" y="{}">{name}</text>"#,
        MARGIN + 14
    )?;
    let scale = match a_block {
        1 => "a block is a page".to_owned(),
        _ => format!("a block stands for {}", many(a_block.into(), "page")),
    };
    writeln!(
        out,
        r#"<text class="dim" x="{MARGIN}" y="{}">{}, {scale}; dark: interior pages, light: overflow pages</text>"#,
        MARGIN + 14 + TEXT,
        many(pages.into(), "page")
    )?;
    let at = (MARGIN, top);
    for stretch in picture.stretches() {
        blocks(picture, &stretch, a_block, at, out)?;
    }
    for (index, part) in picture.parts.iter().enumerate() {
        let index = index as u32;
        let x = MARGIN + index % 2 * (A_LINE * SIDE / 2);
        entry(part, pages, x, legend + index / 2 * TEXT, out)?;
    }
    writeln!(out, "</svg>")
}

/// Draws pages that are the same: in every line of the picture that they are in, from their first block to their last.
/// Where a block stands for several pages, that is the one whose first page it is; shorter stretches are not to be seen.
fn blocks(
    picture: &Picture<'_>,
    stretch: &Stretch,
    a_block: u32,
    (left, top): (u32, u32),
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(part) = picture.parts.get(stretch.part) else {
        return Ok(());
    };
    let first = (stretch.first - 1).div_ceil(a_block);
    let last = (stretch.last - 1) / a_block;
    let mut at = first;
    while at <= last {
        let end = last.min(at / A_LINE * A_LINE + A_LINE - 1);
        let (x, y) = (left + at % A_LINE * SIDE, top + at / A_LINE * SIDE);
        let colour = colour(part, stretch.is);
        let pages = match stretch.first == stretch.last {
            true => format!("page {}", stretch.first),
            false => format!("pages {}-{}", stretch.first, stretch.last),
        };
        let of = match &part.owner.name {
            Some(_) => format!(" of {} {}", part.owner.kind, escaped(&part.owner.shown())),
            None => String::new(),
        };
        let is = use_in_words(stretch.is);
        writeln!(
            out,
            r#"<rect x="{x}" y="{y}" width="{}" height="{}" fill="{colour}"><title>{pages}: {is}{of}</title></rect>"#,
            (end + 1 - at) * SIDE - 1,
            SIDE - 1
        )?;
        at = end + 1;
    }
    Ok(())
}

fn entry(part: &Part, all: u32, x: u32, y: u32, out: &mut dyn Write) -> io::Result<()> {
    let is = match part.owner.kind {
        "freelist" => PageUse::FreelistLeaf,
        "pointer-map" => PageUse::PointerMap,
        "lock-byte" => PageUse::LockByte,
        "unused" => PageUse::Unused,
        _ => PageUse::Btree(PageKind::TableLeaf),
    };
    let share = 100.0 * f64::from(part.pages) / f64::from(all.max(1));
    let index = if part.owner.kind == "index" {
        "index "
    } else {
        ""
    };
    writeln!(
        out,
        r#"<rect x="{x}" y="{y}" width="12" height="12" fill="{}"/><text x="{}" y="{}">{index}{} <tspan class="dim">{} · {share:.1} %</tspan></text>"#,
        colour(part, is),
        x + 20,
        y + 11,
        escaped(&part.owner.shown()),
        count(part.pages.into())
    )
}

fn colour(part: &Part, is: PageUse) -> String {
    match is {
        PageUse::Unused | PageUse::NoBtree => "#e4e4e4".to_owned(),
        PageUse::LockByte => "#000000".to_owned(),
        PageUse::PointerMap => "#7a7a7a".to_owned(),
        PageUse::FreelistTrunk => "#9a9a9a".to_owned(),
        PageUse::FreelistLeaf => "#c4c4c4".to_owned(),
        _ => {
            // Neighbours are far apart on the colour wheel: by the golden angle.
            let hue = part
                .colour
                .map_or(0.0, |at| (at as f64 * 137.508 + 210.0) % 360.0);
            let saturation = if part.colour.is_some() { 0.62 } else { 0.0 };
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

/// Text within XML. What XML cannot hold at all was escaped before.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_text_are_what_svg_takes() {
        assert_eq!(rgb(0.0, 1.0, 0.5), "#ff0000");
        assert_eq!(rgb(120.0, 1.0, 0.5), "#00ff00");
        assert_eq!(rgb(240.0, 1.0, 0.25), "#000080");
        assert_eq!(rgb(77.0, 0.0, 1.0), "#ffffff");
        assert_eq!(escaped("a<b & \"c\">"), "a&lt;b &amp; &quot;c&quot;&gt;");
    }
}
