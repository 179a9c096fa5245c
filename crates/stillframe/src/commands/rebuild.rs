use std::io::Write as _;

use anyhow::Context as _;
use serde::Serialize;
use stillframe_check::render::{SCHEMA_VERSION, text};
use stillframe_format::Pages as _;
use stillframe_history::rebuild::{Rebuilt, Start, rebuild};
use stillframe_history::{Exactness, Image, exactness};

use crate::args::{Common, Rebuild, TextOrJson};
use crate::exit::Exit;
use crate::inputs::Found;
use crate::output::{Output, OutputOptions};
use crate::progress::Bar;
use crate::terminal::{stdout, width};
use crate::words::{bytes, count, many, runs};

/// Writes the database of a commit.
pub fn run(common: &Common, options: &Rebuild) -> anyhow::Result<Exit> {
    let found = super::search(common, options.wal.wal.as_deref()).one(&options.path)?;
    let set = &found.set;
    let database = found.database();
    let mut output = Output::create(
        &options.output.output,
        &found.paths(),
        OutputOptions {
            force: options.output.force,
            database: true,
            clone_of: database.and_then(|source| source.path()),
        },
    )?;
    let (timeline, image) = {
        let bar = Bar::new("reading the WAL", set.wal_bytes(), common.quiet);
        Image::read(set, options.at.at.commit(), &bar)?
    };
    let image = image.with_context(|| found.name().to_owned())?;
    if let Some(refusal) = image.refusal() {
        return Err(anyhow::Error::new(refusal).context(found.name().to_owned()));
    }
    // The last commit is exact unless the log ended before the WAL does.
    let is_end = timeline.slots() == u64::from(timeline.accepted());
    let exactness = if image.number() == timeline.last() && is_end {
        Exactness::default()
    } else {
        exactness(set, &timeline)?
    };
    let start = if output.cloned() {
        Start::Clone
    } else {
        Start::Empty
    };
    let handle = database
        .map(|source| source.reopen())
        .transpose()?
        .flatten();
    let rebuilt = {
        let bar = Bar::new("writing", image.bytes(), common.quiet);
        rebuild(&image, output.file(), start, handle, &bar)
            .with_context(|| options.output.output.display().to_string())?
    };
    super::refuse_changes(&found, super::NOT_WRITTEN)?;
    output.commit()?;
    let outcome = Outcome::new(&found, &image, &exactness, rebuilt, options);
    let mut out = stdout(common.color);
    match options.format {
        TextOrJson::Json => {
            serde_json::to_writer_pretty(&mut out, &outcome)?;
            writeln!(out)?;
        }
        TextOrJson::Full => outcome.print(&mut out, width())?,
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// What was done, as it stands in JSON.
#[derive(Serialize)]
struct Outcome {
    schema_version: u32,
    output: String,
    commit: u32,
    page_size: u32,
    pages: u32,
    bytes: u64,
    pages_from_database: u32,
    pages_from_wal: u32,
    exact: bool,
    /// Pages that the database file may hold as a later commit left them, as runs.
    later_pages: String,
    #[serde(skip)]
    names: [String; 2],
    #[serde(skip)]
    later: u64,
}

impl Outcome {
    fn new(
        found: &Found,
        image: &Image<'_>,
        exactness: &Exactness,
        rebuilt: Rebuilt,
        options: &Rebuild,
    ) -> Self {
        let later = || exactness.later_pages(image.number(), image.stored_pages());
        let name = |input: &Option<stillframe_history::Input>| {
            input
                .as_ref()
                .map_or_else(String::new, |input| input.name.clone())
        };
        Self {
            schema_version: SCHEMA_VERSION,
            output: options.output.output.display().to_string(),
            commit: image.number().get(),
            page_size: image.page_size().get(),
            pages: image.stored_pages(),
            bytes: rebuilt.bytes,
            pages_from_database: rebuilt.pages_from_database,
            pages_from_wal: rebuilt.pages_from_wal,
            exact: later().next().is_none(),
            later_pages: runs(later().map(|page| page.get())),
            later: later().count() as u64,
            names: [name(&found.set.database), name(&found.set.wal)],
        }
    }

    fn print(&self, out: &mut dyn std::io::Write, width: usize) -> std::io::Result<()> {
        let bold = text::BOLD;
        let [database, wal] = &self.names;
        writeln!(out, "{bold}{}{bold:#}", self.output)?;
        let moment = match self.commit {
            0 => "the database file alone".to_owned(),
            commit => format!("after commit {}", count(commit.into())),
        };
        text::field(out, 2, "moment", &moment, width)?;
        let size = format!("{}, {}", many(self.pages.into(), "page"), bytes(self.bytes));
        text::field(out, 2, "size", &size, width)?;
        let mut origins = Vec::new();
        if self.pages_from_database > 0 {
            origins.push(format!(
                "{} from {database}",
                count(self.pages_from_database.into())
            ));
        }
        if self.pages_from_wal > 0 {
            origins.push(format!("{} from {wal}", count(self.pages_from_wal.into())));
        }
        if !origins.is_empty() {
            text::field(out, 2, "pages", &origins.join(", "), width)?;
        }
        if self.exact {
            return text::field(out, 2, "exact", "yes", width);
        }
        let warning = text::WARNING;
        writeln!(out, "  {warning}{:<16}not exact{warning:#}", "exact")?;
        let later = format!(
            "{} may be as a later commit left them, because a checkpoint copied them into {database}: {}",
            many(self.later, "page"),
            self.later_pages
        );
        text::field(out, 2, "", &later, width)
    }
}
