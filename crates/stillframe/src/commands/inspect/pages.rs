use std::io::{self, Write};

use anstyle::Style;
use serde::Serialize;
use stillframe_database::btree::Page;
use stillframe_database::page_map::{PageMap, PageUse};
use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::{AsFound, Image, Origin};

use crate::owners::{Owner, use_in_json, use_in_words};
use crate::table::{Column, Table, counted, digits};
use crate::words::count;

use super::mapped::Mapped;

/// A page; or pages that follow one another, are the same, have neither cells nor free bytes, and come from places that
/// follow one another, too.
#[derive(Serialize)]
struct Run {
    first: u32,
    last: u32,
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    is: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<Owner>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cells: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    free_bytes: Option<u32>,
    origin: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_frame: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_record: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    /// Whether SQLite ignores the pages: they lie past the size that page 1 counts.
    ignored: bool,
    #[serde(skip)]
    page_use: Option<PageUse>,
}

/// Prints what the pages of an image are, to whom they belong and where they come from, in a table of at most `width`
/// columns.
pub fn print(
    image: &Image<'_>,
    mapped: Option<&Mapped>,
    width: Option<usize>,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let longest = mapped.map_or(0, Mapped::longest_name);
    let pages = 2 * digits(image.stored_pages().into()) + 1;
    let most = counted(image.page_size().get().into());
    let mut columns = vec![Column::number("page", pages.max(4))];
    if mapped.is_some() {
        columns.extend([
            Column::text("what it is", "index interior".len()),
            Column::name("whose", longest),
            Column::number("cells", most).dispensable(2),
            Column::number("free", most).dispensable(3),
        ]);
    }
    columns.push(Column::text("from", "database 0x00000000".len()).dispensable(1));
    let table = Table::new(columns, width);
    table.heading(out)?;
    runs(image, mapped, |run| {
        let mut cells = vec![match run.first == run.last {
            true => run.first.to_string(),
            false => format!("{}-{}", run.first, run.last),
        }];
        if mapped.is_some() {
            let number = |number: Option<u32>| number.map_or_else(String::new, |n| count(n.into()));
            let is = run.page_use.map(use_in_words).unwrap_or_default();
            let owner = run.owner.as_ref().filter(|owner| owner.name.is_some());
            cells.extend([
                is.to_owned(),
                owner.map(Owner::shown).unwrap_or_default(),
                number(run.cells.map(u32::from)),
                number(run.free_bytes),
            ]);
        }
        cells.push(from(&run));
        table.row(&cells, Style::new(), Style::new(), out)
    })
}

fn from(run: &Run) -> String {
    let from = match (run.origin, run.first_frame, run.offset) {
        ("wal", Some(first), Some(offset)) => {
            let last = first + (run.last - run.first);
            let frames = match run.first == run.last {
                true => format!("frame {first}"),
                false => format!("frames {first}-{last}"),
            };
            format!("WAL 0x{offset:x}, {frames}")
        }
        ("journal", _, Some(offset)) => {
            let record = run.first_record.unwrap_or_default();
            format!("journal 0x{offset:x}, record {record}")
        }
        (_, _, Some(offset)) => format!("database 0x{offset:x}"),
        ("lock-byte", ..) => "nowhere: never written".to_owned(),
        _ => "nowhere: missing".to_owned(),
    };
    let ignored = if run.ignored {
        ", ignored: past the size of the database"
    } else {
        ""
    };
    from + ignored
}

/// Writes the pages as the elements of a JSON array.
pub fn json(
    image: &Image<'_>,
    mapped: Option<&Mapped>,
    [database, wal, journal]: &[String; 3],
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let mut separator = "";
    runs(image, mapped, |mut run| {
        run.input = match run.origin {
            "wal" => Some(wal.clone()),
            "journal" => Some(journal.clone()),
            "database" => Some(database.clone()),
            _ => None,
        };
        run.is = run.page_use.map(use_in_json);
        let text = serde_json::to_string(&run)?;
        write!(out, "{separator}\n        {text}")?;
        separator = ",";
        Ok(())
    })
}

/// Hands the runs of an image to `each`.
fn runs(
    image: &Image<'_>,
    mapped: Option<&Mapped>,
    mut each: impl FnMut(Run) -> io::Result<()>,
) -> anyhow::Result<()> {
    let mut current: Option<Run> = None;
    for (page, last) in pieces(image, mapped) {
        let run = run(image, mapped, page, last.get())?;
        current = Some(match current.take() {
            Some(before) if continues(&before, &run) => Run {
                last: run.last,
                ..before
            },
            Some(before) => {
                each(before)?;
                run
            }
            None => run,
        });
    }
    Ok(current.map_or(Ok(()), each)?)
}

/// The pages of an image, cut where something may change: there may be more of them than anyone can look at one by one,
/// of which most are unused, or on no map.
fn pieces<'i>(
    image: &'i Image<'i>,
    mapped: Option<&'i Mapped>,
) -> impl Iterator<Item = (PageNumber, PageNumber)> + 'i {
    let stored = PageNumber::new(image.stored_pages());
    let map = mapped.map(|mapped| &mapped.map);
    let on_map = map.map_or(0, PageMap::page_count);
    let mut next = stored.map(|_| PageNumber::FIRST);
    std::iter::from_fn(move || {
        let (page, stored) = (next?, stored?);
        let mut last = match map {
            Some(map) if page.get() <= on_map => map.last_unused(page, stored),
            _ => stored,
        };
        // What SQLite counts is said of each.
        if let Some(counted) = PageNumber::new(image.page_count()).filter(|it| page <= *it) {
            last = last.min(counted);
        }
        let last = image.same_origin(page, last);
        let behind = last.get().checked_add(1).and_then(PageNumber::new);
        next = behind.filter(|next| *next <= stored);
        Some((page, last))
    })
}

fn run(
    image: &Image<'_>,
    mapped: Option<&Mapped>,
    page: PageNumber,
    last: u32,
) -> anyhow::Result<Run> {
    let mut first_record = None;
    let (origin, offset, frame) = match image.origin(page) {
        Origin::Journal { offset, record } => {
            first_record = Some(record.get());
            ("journal", Some(offset), None)
        }
        Origin::Wal { offset, frame } => ("wal", Some(offset), Some(frame.get())),
        Origin::Database { offset } => ("database", Some(offset), None),
        Origin::LockByte => ("lock-byte", None, None),
        Origin::Missing => ("missing", None, None),
    };
    let mapped = mapped.filter(|mapped| page.get() <= mapped.map.page_count());
    let mut run = Run {
        first: page.get(),
        last,
        is: None,
        owner: mapped.map(|mapped| mapped.owner(page)),
        cells: None,
        free_bytes: None,
        origin,
        input: None,
        first_frame: frame,
        first_record,
        offset,
        ignored: page.get() > image.page_count(),
        page_use: mapped.map(|mapped| mapped.map.use_of(page)),
    };
    if let (Some(mapped), Some(PageUse::Btree(_))) = (mapped, run.page_use) {
        (run.cells, run.free_bytes) = cells_of(image, &mapped.map, page)?;
    }
    Ok(run)
}

fn cells_of(
    image: &Image<'_>,
    map: &PageMap,
    page: PageNumber,
) -> anyhow::Result<(Option<u16>, Option<u32>)> {
    let pages = AsFound::new(image, &());
    let bytes = pages.page(page)?;
    Ok(match Page::parse(page, map.geometry(), &bytes) {
        Ok(page) => (Some(page.cell_count()), page.free_bytes().ok()),
        Err(_) => (None, None),
    })
}

fn continues(before: &Run, run: &Run) -> bool {
    let is_plain = |run: &Run| run.cells.is_none() && run.free_bytes.is_none();
    is_plain(before)
        && is_plain(run)
        && before.page_use == run.page_use
        && before.owner == run.owner
        && before.origin == run.origin
        && before.ignored == run.ignored
        && before.first_record.is_none()
        && match (before.first_frame, run.first_frame) {
            (Some(first), Some(frame)) => frame == first + (run.first - before.first),
            (first, frame) => first == frame,
        }
}
