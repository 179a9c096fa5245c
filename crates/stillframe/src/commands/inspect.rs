//! `inspect`: what the bytes say. Nothing is judged here.

mod btree;
mod cell;
mod facts;
mod frames;
mod hexdump;
pub(super) mod mapped;
mod page;
mod pages;
pub(super) mod picture;
mod place;
mod records;
mod sizes;
mod subject;
mod super_journal;
pub(super) mod svg;

use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde::Serialize;
use stillframe_check::render::{SCHEMA_VERSION, text};
use stillframe_format::Pages as _;
use stillframe_history::{Image, Residue, Rest, Rollback};

use crate::args::{Common, Inspect, TextOrJson};
use crate::exit::{Exit, NoPages, exit_of};
use crate::inputs::Found;
use crate::output::{Output, OutputOptions};
use crate::progress::Bar;
use crate::terminal::{Room, room, stdout_for};
use cell::CellFacts;
use facts::Facts;
use mapped::Mapped;
use page::PageFacts;
use picture::Picture;
use sizes::Sizes;
use subject::Subject;
use super_journal::ListFacts;

/// Says what the bytes of every set say.
pub fn run(common: &Common, options: &Inspect) -> anyhow::Result<Exit> {
    let mut inputs = super::search(common, options.wal.wal.as_deref(), options.format.names())
        .all(&options.paths)?;
    options.cell()?;
    ensure!(
        options.svg.is_none() || !inputs.is_several(),
        "--svg is a picture of one database; name one as PATH"
    );
    let mut failures = std::mem::take(&mut inputs.failures);
    let mut out = stdout_for(options.format, common.color);
    if options.format == TextOrJson::Json {
        write!(
            out,
            "{{\n  \"schema_version\": {SCHEMA_VERSION},\n  \"sets\": ["
        )?;
    }
    let mut first = true;
    for found in inputs.sets() {
        let mut found = match found {
            Ok(found) => found,
            Err(error) => {
                failures.push(error);
                continue;
            }
        };
        super::ignore_journal(&mut found, &options.at, None)?;
        found.tell_of_pairing();
        match look(common, options, &found) {
            Ok(looked) => {
                let separator = match (options.format, first) {
                    (TextOrJson::Json, true) => "\n",
                    (TextOrJson::Json, false) => ",\n",
                    (TextOrJson::Full, true) => "",
                    (TextOrJson::Full, false) => "\n",
                };
                write!(out, "{separator}")?;
                first = false;
                match options.format {
                    TextOrJson::Json => json(&looked, options, &mut out)?,
                    TextOrJson::Full => full(&looked, options, room(), &mut out)?,
                }
            }
            Err(error) => failures.push(error),
        }
        failures.extend(super::refuse_changes(&found, super::READ_AGAIN).err());
    }
    let names = options.format.names();
    let lists = inputs.super_journals.iter();
    let lists: Vec<ListFacts> = lists.map(|it| ListFacts::new(it, names)).collect();
    match options.format {
        TextOrJson::Json => {
            write!(out, "\n  ]")?;
            if !lists.is_empty() {
                let lists = serde_json::to_string_pretty(&lists)?;
                let lists = lists.replace('\n', "\n  ");
                write!(out, ",\n  \"super_journals\": {lists}")?;
            }
            writeln!(out, "\n}}")?;
        }
        TextOrJson::Full if !options.is_narrow() => {
            for list in &lists {
                if !std::mem::replace(&mut first, false) {
                    writeln!(out)?;
                }
                list.print(room().width, &mut out)?;
            }
        }
        TextOrJson::Full => {}
    }
    out.flush()?;
    drop(out);
    if lists.is_empty() || !failures.is_empty() {
        super::complain_of(&failures, &inputs)?;
    }
    Ok(failures.iter().map(exit_of).max().unwrap_or(Exit::Done))
}

/// A set that was looked at.
struct Looked<'a> {
    facts: Facts,
    /// Where it is asked for, and there is one.
    mapped: Option<Mapped>,
    page: Option<PageFacts>,
    cell: Option<CellFacts>,
    /// The picture that was drawn.
    svg: Option<String>,
    timeline: stillframe_history::Timeline,
    image: Option<Image<'a>>,
    found: &'a Found,
}

fn look<'a>(common: &Common, options: &Inspect, found: &'a Found) -> anyhow::Result<Looked<'a>> {
    let set = &found.set;
    let bar = Bar::new("reading", set.wal_bytes(), common.quiet);
    let (timeline, image) = super::image_at(found, &options.at, &bar)?;
    let image = match image {
        Ok(image) => Some(image),
        Err(stillframe_history::Error::Refused(_)) => None,
        Err(error) => return Err(anyhow::Error::new(error).context(found.name().to_owned())),
    };
    let residue = Residue::read(set.wal.as_ref(), &timeline, &bar)?;
    // What was played back has been read.
    let rollback = match image.as_ref().and_then(Image::rollback) {
        Some(rollback) => rollback.clone(),
        None => Rollback::read(set, &bar)?,
    };
    let mut looked = Looked {
        facts: Facts::new(set, &timeline, &residue, &rollback, image.as_ref())?,
        mapped: None,
        page: None,
        cell: None,
        svg: None,
        timeline,
        image,
        found,
    };
    looked
        .look_at_pages(options, &bar)
        .with_context(|| found.name().to_owned())?;
    if let (Some(target), Some(mapped)) = (&options.svg, &looked.mapped) {
        draw(found, mapped, target, options.force)?;
        looked.svg = Some(options.format.names().name(target));
    }
    Ok(looked)
}

impl Looked<'_> {
    /// Finds out what its pages are, where that is asked for, and looks at those that are.
    fn look_at_pages(&mut self, options: &Inspect, bar: &Bar) -> anyhow::Result<()> {
        let image = match &self.image {
            Some(image) if options.needs_map() && self.facts.has_pages() => image,
            _ if options.is_narrow() => return Err(NoPages.into()),
            _ => return Ok(()),
        };
        let set = &self.found.set;
        let bytes = u64::from(image.page_count()) * u64::from(image.page_size().get());
        let rest = Rest::of(bytes.min(set.database_bytes() + set.wal_bytes()), bar);
        let mapped = Mapped::new(image, &rest)?;
        let Some(mapped) = mapped else {
            return match options.is_narrow() {
                true => Err(NoPages.into()),
                false => Ok(()),
            };
        };
        let subject = Subject {
            image,
            mapped: &mapped,
            names: &self.facts.names(),
        };
        if let Some((page, cell)) = options.cell()? {
            self.cell = Some(CellFacts::new(&subject, page, cell)?);
        } else if let Some(page) = options.page {
            self.page = Some(PageFacts::new(&subject, page)?);
        }
        self.mapped = Some(mapped);
        Ok(())
    }
}

/// Draws who has which pages into a file.
fn draw(found: &Found, mapped: &Mapped, target: &Path, force: bool) -> anyhow::Result<()> {
    let options = OutputOptions {
        force,
        ..OutputOptions::default()
    };
    let mut output = Output::create(target, &found.paths(), options)?;
    let mut file = BufWriter::new(output.file());
    let drawn = svg::draw(&Picture::new(mapped), found.name(), &mut file);
    let drawn = drawn.and_then(|()| file.flush());
    drop(file);
    drawn.map_err(|error| output.failed(error.into()))?;
    super::refuse_changes(found, super::NOT_WRITTEN)?;
    output.commit()
}

fn full(
    looked: &Looked<'_>,
    options: &Inspect,
    room: Room,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let Room { width, columns } = room;
    let is_plain = !options.is_narrow() || options.frames || options.pages;
    if is_plain {
        looked.facts.print(width, out)?;
    }
    if options.frames && looked.timeline.header().is_some() {
        heading("slots", out)?;
        frames::print(&looked.found.set, &looked.timeline, columns, out)?;
    }
    if options.frames && looked.facts.has_journal() {
        heading("records of the journal", out)?;
        records::print(&looked.found.set, columns, out)?;
    }
    let lists_pages = options.pages && looked.facts.has_pages();
    if let (true, Some(image)) = (lists_pages, &looked.image) {
        heading("pages", out)?;
        pages::print(image, looked.mapped.as_ref(), columns, out)?;
    }
    let mut needs_line = is_plain;
    let mut part = |out: &mut dyn Write| match std::mem::replace(&mut needs_line, true) {
        true => writeln!(out),
        false => Ok(()),
    };
    if let Some(mapped) = &looked.mapped {
        if options.sizes {
            part(out)?;
            title(looked, "what its tables and indexes take", width, out)?;
            Sizes::new(mapped).print(mapped.longest_name(), room, out)?;
        }
        if options.map {
            part(out)?;
            title(looked, "who has which pages", width, out)?;
            writeln!(out)?;
            Picture::new(mapped).print(room, out)?;
        }
    }
    if let Some(page) = &looked.page {
        part(out)?;
        page.print(room, out)?;
    }
    if let Some(cell) = &looked.cell {
        part(out)?;
        cell.print(room, out)?;
    }
    if let Some(svg) = &looked.svg {
        part(out)?;
        title(looked, &format!("drawn into {svg}"), width, out)?;
    }
    Ok(())
}

fn title(looked: &Looked<'_>, text: &str, width: usize, out: &mut dyn Write) -> io::Result<()> {
    text::headline(looked.found.name(), &format!(": {text}"), width, out)
}

fn heading(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let bold = text::BOLD;
    writeln!(out, "\n{bold}{text}{bold:#}")
}

/// Writes the facts as an object, and lists into it what was asked for, as it is read.
fn json(looked: &Looked<'_>, options: &Inspect, out: &mut dyn Write) -> anyhow::Result<()> {
    let facts = serde_json::to_string_pretty(&looked.facts)?;
    let open = facts.strip_suffix("\n}").unwrap_or(&facts);
    write!(out, "    {}", open.replace('\n', "\n    "))?;
    if options.frames {
        write!(out, ",\n      \"frames\": [")?;
        frames::json(&looked.found.set, &looked.timeline, out)?;
        write!(out, "]")?;
        if looked.facts.has_journal() {
            write!(out, ",\n      \"records\": [")?;
            records::json(&looked.found.set, out)?;
            write!(out, "]")?;
        }
    }
    if let (true, Some(image)) = (options.pages, &looked.image) {
        write!(out, ",\n      \"pages\": [")?;
        if looked.facts.has_pages() {
            pages::json(image, looked.mapped.as_ref(), &looked.facts.names(), out)?;
        }
        write!(out, "]")?;
    }
    if let Some(mapped) = &looked.mapped {
        if options.sizes {
            member("sizes", &Sizes::new(mapped), out)?;
        }
        if options.map {
            write!(out, ",\n      \"map\": [")?;
            picture::json(mapped, out)?;
            write!(out, "]")?;
        }
    }
    if let Some(page) = &looked.page {
        member("page", page, out)?;
    }
    if let Some(cell) = &looked.cell {
        member("cell", cell, out)?;
    }
    if let Some(svg) = &looked.svg {
        member("svg", svg, out)?;
    }
    write!(out, "\n    }}")?;
    Ok(())
}

/// Writes a member of the object of a set.
fn member(name: &str, value: &impl Serialize, out: &mut dyn Write) -> anyhow::Result<()> {
    let value = serde_json::to_string_pretty(value)?;
    write!(
        out,
        ",\n      \"{name}\": {}",
        value.replace('\n', "\n      ")
    )?;
    Ok(())
}
