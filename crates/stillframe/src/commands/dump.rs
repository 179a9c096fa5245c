//! `dump`: the rows of a database at any commit, as SQL text, CSV or JSON lines.

mod csv;
mod job;
mod json;
mod name;
mod real;
mod sql;

use std::io::{IsTerminal as _, Write};

use anyhow::{Context as _, bail};
use stillframe_check::after_rollback;
use stillframe_history::{Error as HistoryError, Image, Refusal};
use stillframe_rows::Catalog;
use stillframe_schema::{Table, TableKind};

use crate::args::{Common, Dump, DumpFormat};
use crate::commands::doubts::Doubts;
use crate::exit::{Exit, say};
use crate::inputs::{Found, Names};
use crate::output::{Output, OutputOptions};
use crate::progress::Bar;
use job::{Job, is_named, is_stored};

/// Writes the rows of a database.
pub fn run(common: &Common, options: &Dump) -> anyhow::Result<Exit> {
    if options.schema && options.format != DumpFormat::Sql {
        bail!("--schema writes SQL text; leave out --format");
    }
    let mut found =
        super::search(common, options.wal.wal.as_deref(), Names::Shown).one(&options.path)?;
    {
        let bar = Bar::new("looking at what the journal leaves", 0, common.quiet);
        super::ignore_journal(&mut found, &options.at, Some(&bar))?;
    }
    let mut output = output(options, &found)?;
    let (image, mut is_doubtful) = image(common, options, &found)?;
    let catalog = image
        .header()
        .and_then(|header| Catalog::read(&image, header));
    let tables = match &catalog {
        Some(catalog) => asked(options, catalog, &found)?,
        None => Vec::new(),
    };
    let is_shown = options.output.is_none() && std::io::stdout().is_terminal();
    let bar = Bar::new("reading", image.bytes(), common.quiet || is_shown);
    let out: Box<dyn Write + '_> = match &mut output {
        Some(output) => Box::new(output.file()),
        None => Box::new(std::io::stdout().lock()),
    };
    let written = write(
        common,
        options,
        &found,
        &image,
        catalog.as_ref(),
        &tables,
        out,
        bar,
    );
    let written = written.map_err(|error| match &output {
        Some(output) => output.failed(error),
        None => error,
    });
    let remedy = match output {
        Some(_) => super::NOT_WRITTEN,
        None => super::READ_AGAIN,
    };
    is_doubtful |= super::unless_changed(&found, remedy, written)? > 0;
    if let Some(output) = output {
        output.commit()?;
    }
    Ok(if is_doubtful {
        Exit::Findings
    } else {
        Exit::Done
    })
}

fn output(options: &Dump, found: &Found) -> anyhow::Result<Option<Output>> {
    let Some(path) = &options.output else {
        return Ok(None);
    };
    let how = OutputOptions {
        force: options.force,
        ..OutputOptions::default()
    };
    Output::create(path, &found.paths(), how).map(Some)
}

/// The image, and whether something is wrong with it of which SQLite would say nothing, or with a part of it only.
fn image<'f>(
    common: &Common,
    options: &Dump,
    found: &'f Found,
) -> anyhow::Result<(Image<'f>, bool)> {
    let set = &found.set;
    let (timeline, image) = {
        let bar = Bar::new("reading the WAL", set.wal_bytes(), common.quiet);
        super::image_at(found, &options.at, &bar)?
    };
    let image = image.with_context(|| found.name().to_owned())?;
    let mut doubts = Vec::new();
    match image.refusal() {
        None => {}
        // What is there can be read all the same.
        Some(
            refusal @ (Refusal::SizeExceedsStored { .. }
            | Refusal::MissingPages { .. }
            | Refusal::Growth { .. }),
        ) => doubts.push(refusal.to_string()),
        Some(refusal) => {
            let error = super::rebuild::refused(common, found, &timeline, &image, refusal)?;
            return Err(error);
        }
    }
    let is_in_part = !doubts.is_empty();
    let mismatch = super::rebuild::mismatch(&image, &timeline)?;
    let bar = Bar::new("looking at what the journal leaves", 0, common.quiet);
    let after = after_rollback(set, &timeline, &image, &bar)?;
    found.aside().look(&image, &bar)?;
    let last = (image.number() == timeline.last()).then_some(&image);
    let of_set = Doubts::of(found, &timeline, last, mismatch)?;
    doubts.extend(super::rebuild::warnings(
        found, &timeline, &image, mismatch, after, of_set,
    )?);
    for doubt in &doubts {
        say(&format!("{}: {doubt}", found.name()));
    }
    let is_evidence = found.aside().is_evidence(&image);
    let is_doubtful = is_in_part || is_evidence || !doubts.is_empty() && !options.at.is_given();
    Ok((image, is_doubtful))
}

/// The tables whose rows are asked for, where those are all that is written.
fn asked<'c>(
    options: &Dump,
    catalog: &'c Catalog<HistoryError>,
    found: &Found,
) -> anyhow::Result<Vec<&'c Table>> {
    let name = found.name();
    for asked in &options.tables {
        let is_there = |object| is_named(object, std::slice::from_ref(asked));
        if !catalog.objects.iter().any(is_there) && catalog.table(asked).is_none() {
            bail!("{name} has no table {asked}{}", tables_of(catalog));
        }
    }
    if options.format == DumpFormat::Sql {
        return Ok(Vec::new());
    }
    let mut tables = Vec::new();
    for asked in &options.tables {
        match catalog.table(asked) {
            Some(table) if table.kind == TableKind::Ordinary => tables.push(table),
            Some(table) if table.kind == TableKind::View => {
                bail!("{asked} is a view, which has no rows of its own; name a table")
            }
            Some(_) => bail!(
                "{asked} is a virtual table, whose rows only its module knows; name a table in which it keeps them, as {asked}_content"
            ),
            None => bail!("{asked} is no table; name one{}", tables_of(catalog)),
        }
    }
    if options.tables.is_empty() {
        tables.extend(ordinary(catalog));
    }
    if options.format == DumpFormat::Csv && tables.len() != 1 {
        bail!("CSV has room for one table; name one{}", tables_of(catalog));
    }
    Ok(tables)
}

/// The tables that are not SQLite's own, in the order of their rows in `sqlite_schema`.
fn ordinary(catalog: &Catalog<HistoryError>) -> impl Iterator<Item = &Table> {
    let tables = catalog
        .objects
        .iter()
        .filter(|object| object.kind.as_deref() == Some(b"table"));
    let names = tables.filter_map(|object| object.name.as_deref());
    let names = names.filter(|name| !name.starts_with(b"sqlite_"));
    let tables = names.filter_map(|name| catalog.table(&String::from_utf8_lossy(name)));
    tables.filter(|table| table.kind == TableKind::Ordinary)
}

/// The names of some tables.
fn tables_of(catalog: &Catalog<HistoryError>) -> String {
    const SHOWN: usize = 10;
    let names: Vec<&str> = ordinary(catalog).map(|table| table.name.as_str()).collect();
    let more = match names.len().checked_sub(SHOWN) {
        Some(more @ 1..) => format!(" and {more} more"),
        _ => String::new(),
    };
    match names.get(..SHOWN.min(names.len())) {
        Some([]) | None => "; it has none".to_owned(),
        Some(names) => format!("; it has {}{more}", names.join(", ")),
    }
}

/// Columns that are named one by one.
const MOST_NAMED: usize = 10;

/// Says which columns no record holds, and so no output. Nothing is missing by that: it is no warning.
fn remark_on_computed(name: &str, table: &Table) {
    let computed = table.columns.iter().filter(|column| !is_stored(column));
    let names: Vec<&str> = computed.map(|column| column.name.as_str()).collect();
    let Some(listed) = names.get(..MOST_NAMED.min(names.len())) else {
        return;
    };
    let more = match names.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    if !listed.is_empty() {
        say(&format!(
            "{name}: table {}: left out are VIRTUAL generated columns, which the file does not hold: {}{more}",
            table.name,
            listed.join(", ")
        ));
    }
}

/// Writes what is asked for, and says how many problems there were.
#[allow(clippy::too_many_arguments, reason = "they are what a dump is made of")]
fn write<'w>(
    common: &Common,
    options: &'w Dump,
    found: &'w Found,
    image: &'w Image<'w>,
    catalog: Option<&'w Catalog<HistoryError>>,
    tables: &[&Table],
    mut out: Box<dyn Write + 'w>,
    bar: Bar,
) -> anyhow::Result<u64> {
    let Some(catalog) = catalog else {
        // An empty database.
        if options.format == DumpFormat::Sql {
            out.write_all(b"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCOMMIT;\n")?;
            out.flush()?;
        }
        return Ok(0);
    };
    let mut job = Job::new(found.name(), image, catalog, &options.tables, out, bar);
    job.complain_of_schema();
    if options.format == DumpFormat::Sql {
        sql::dump(&mut job, options.schema)?;
    }
    for table in tables {
        if !common.quiet {
            remark_on_computed(found.name(), table);
        }
        match options.format {
            DumpFormat::Csv => csv::dump(&mut job, table)?,
            _ => json::dump(&mut job, table)?,
        }
    }
    Ok(job.finish()?)
}
