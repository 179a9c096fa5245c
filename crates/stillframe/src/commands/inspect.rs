//! `inspect`: what the bytes say. Nothing is judged here.

mod facts;
mod frames;
mod pages;

use std::io::{self, Write};

use stillframe_check::render::{SCHEMA_VERSION, text};
use stillframe_history::{Image, Residue};

use crate::args::{Common, Inspect, TextOrJson};
use crate::exit::{Exit, exit_of};
use crate::inputs::Found;
use crate::progress::Bar;
use crate::terminal::{columns, stdout, width};
use facts::Facts;

/// Says what the bytes of every set say.
pub fn run(common: &Common, options: &Inspect) -> anyhow::Result<Exit> {
    let mut inputs = super::search(common, options.wal.wal.as_deref(), options.format.names())
        .all(&options.paths)?;
    let mut failures = std::mem::take(&mut inputs.failures);
    let mut out = stdout(common.color);
    if options.format == TextOrJson::Json {
        write!(
            out,
            "{{\n  \"schema_version\": {SCHEMA_VERSION},\n  \"sets\": ["
        )?;
    }
    let mut first = true;
    for found in inputs.sets() {
        let found = match found {
            Ok(found) => found,
            Err(error) => {
                failures.push(error);
                continue;
            }
        };
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
                    TextOrJson::Full => full(&looked, options, width(), &mut out)?,
                }
            }
            Err(error) => failures.push(error),
        }
        failures.extend(super::refuse_changes(&found, super::READ_AGAIN).err());
    }
    if options.format == TextOrJson::Json {
        writeln!(out, "\n  ]\n}}")?;
    }
    out.flush()?;
    drop(out);
    super::complain_of(&failures, &inputs)?;
    Ok(failures.iter().map(exit_of).max().unwrap_or(Exit::Done))
}

/// A set that was looked at.
struct Looked<'a> {
    facts: Facts,
    timeline: stillframe_history::Timeline,
    image: Option<Image<'a>>,
    found: &'a Found,
}

fn look<'a>(common: &Common, options: &Inspect, found: &'a Found) -> anyhow::Result<Looked<'a>> {
    let set = &found.set;
    let bar = Bar::new("reading", set.wal_bytes(), common.quiet);
    let (timeline, image) = Image::read(set, options.at.commit(), &bar)?;
    let image = match image {
        Ok(image) => Some(image),
        Err(stillframe_history::Error::Refused(_)) => None,
        Err(error) => return Err(anyhow::Error::new(error).context(found.name().to_owned())),
    };
    let residue = Residue::read(set.wal.as_ref(), &timeline, &bar)?;
    Ok(Looked {
        facts: Facts::new(set, &timeline, &residue, image.as_ref())?,
        timeline,
        image,
        found,
    })
}

fn full(
    looked: &Looked<'_>,
    options: &Inspect,
    width: usize,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    looked.facts.print(width, out)?;
    if options.frames && looked.timeline.header().is_some() {
        heading("slots", out)?;
        frames::print(&looked.found.set, &looked.timeline, columns(), out)?;
    }
    let lists_pages = options.pages && looked.facts.has_pages();
    if let (true, Some(image)) = (lists_pages, &looked.image) {
        heading("pages", out)?;
        pages::print(image, &looked.facts.names(), out)?;
    }
    Ok(())
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
    }
    if let (true, Some(image)) = (options.pages, &looked.image) {
        write!(out, ",\n      \"pages\": [")?;
        if looked.facts.has_pages() {
            pages::json(image, &looked.facts.names(), out)?;
        }
        write!(out, "]")?;
    }
    write!(out, "\n    }}")?;
    Ok(())
}
