use std::io::{self, Write};

use anyhow::Context as _;
use serde::Serialize;
use stillframe_check::render::{SCHEMA_VERSION, text};
use stillframe_database::Geometry;
use stillframe_database::btree::Page;
use stillframe_database::header::HEADER_BYTES;
use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::rebuild::{Rebuilt, Start, rebuild};
use stillframe_history::{
    BackupSet, Error, Exactness, Image, Mismatch, Origin, Timeline, WalState, exactness,
    last_frame_of,
};
use stillframe_wal::CommitNumber;

use super::doubts::{Doubts, unknowable};
use super::{Told, journal};
use crate::args::{Common, Rebuild};
use crate::exit::{Exit, say};
use crate::inputs::Found;
use crate::names::shown;
use crate::output::{Output, OutputOptions};
use crate::progress::Bar;
use crate::words::{Run, bytes, count, many, runs};

/// Writes the database of a commit.
pub fn run(common: &Common, options: &Rebuild) -> anyhow::Result<Exit> {
    let mut found = super::search(common, options.wal.wal.as_deref(), options.format.names())
        .one(&options.path)?;
    super::ignore_journal(&mut found, &options.at)?;
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
        super::image_at(&found, &options.at, &bar)?
    };
    let image = found
        .aside()
        .of_image(image.with_context(|| found.name().to_owned())?);
    if let Some(refusal) = image.refusal() {
        let name = found.name();
        let what = match alone(set, &timeline, &image)? {
            Some((with, option)) => {
                format!("{name} with its {with} ({option} writes the file alone)")
            }
            None => name.to_owned(),
        };
        return Err(anyhow::Error::new(refusal).context(what));
    }
    // The last commit is exact where nothing stands behind it.
    let is_end = timeline.slots() == u64::from(timeline.mx_frame());
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
        let rebuilt = rebuild(&image, output.file(), start, handle, &bar)
            .with_context(|| shown(&options.output.output));
        super::unless_changed(&found, super::NOT_WRITTEN, rebuilt)?
    };
    let page_1 = if image.number() == timeline.last() {
        image.overlay().frame(PageNumber::FIRST)
    } else {
        last_frame_of(PageNumber::FIRST, set, &timeline, &())?
    };
    let mismatch = Mismatch::of(set, &timeline, page_1, &())?;
    let unknowable =
        journal::unknowable(&found, image.rollback())?.or_else(|| unknowable(&timeline, mismatch));
    let later = unknowable.is_none().then(|| {
        let later = exactness
            .later_pages(image.number(), image.stored_pages())
            .filter(|&page| matches!(image.origin(page), Origin::Database { .. }));
        Run::all(later.map(|page| page.get()))
    });
    let outcome = Outcome {
        warnings: warnings(&found, &timeline, &image, mismatch)?,
        unknowable,
        ..Outcome::new(&found, &image, later, rebuilt, options)
    };
    // What can fail has come before: from here on the file is there.
    super::refuse_changes(&found, super::NOT_WRITTEN)?;
    output.commit()?;
    let done = super::tell(common, options.format, &outcome)?;
    let is_doubtful = !outcome.warnings.is_empty() && !options.at.is_given();
    let is_evidence = found.aside().is_evidence;
    if is_evidence {
        say(&format!("{}: evidence, and no database", outcome.output));
    }
    Ok(if is_doubtful || is_evidence {
        Exit::Findings
    } else {
        done
    })
}

/// Where less than what is refused would not be: what there is to leave aside, and the option that does it.
fn alone(
    set: &BackupSet,
    timeline: &Timeline,
    image: &Image<'_>,
) -> anyhow::Result<Option<(&'static str, &'static str)>> {
    if set.database_bytes() <= 1 {
        return Ok(None);
    }
    let is_rolled_back = image.rollback().is_some();
    let aside = match image.commit() {
        Some(_) => ("WAL", without_wal(is_rolled_back)),
        None if is_rolled_back => ("rollback journal", "--ignore-journal"),
        None => return Ok(None),
    };
    let alone = match image.commit() {
        Some(_) if is_rolled_back => Image::rolled_back(set, &())?,
        _ => Image::at(set, timeline, CommitNumber::DATABASE, &())?,
    };
    Ok(alone.refusal().is_none().then_some(aside))
}

/// What asks for the database file without its WAL, rolled back where it is.
const fn without_wal(rolled_back: bool) -> &'static str {
    match rolled_back {
        true => "--at journal",
        false => "--at 0",
    }
}

/// What the file that was written is without, or has that it should not have: SQLite says nothing of it.
pub fn warnings(
    found: &Found,
    timeline: &Timeline,
    image: &Image<'_>,
    mismatch: Option<Mismatch>,
) -> anyhow::Result<Vec<String>> {
    let set = &found.set;
    let mut warnings = Vec::new();
    warnings.extend(passed_over(found, image));
    warnings.extend(refused(image)?);
    if let WalState::Ignored(error) = timeline.state() {
        warnings.push(format!(
            "nothing of the WAL is in it, as SQLite ignores a WAL like this: {error}"
        ));
    }
    warnings.extend(found.aside().warning().map(str::to_owned));
    match image.rollback() {
        Some(rollback) => warnings.extend(journal::doubts(set, rollback)?),
        None => warnings.extend(journal::not_played_back(set)?),
    }
    let is_last = image.number() == timeline.last();
    let doubts = Doubts::of(found, timeline, is_last.then_some(image), mismatch)?;
    warnings.extend(doubts.cut_header);
    if image.commit().is_some() {
        warnings.extend(doubts.missed);
    }
    if is_last {
        warnings.extend(doubts.lost);
        warnings.extend(doubts.unexplained);
        warnings.extend(doubts.lacking);
    }
    if let (Some(mismatch), Some(_)) = (mismatch, image.commit()) {
        let what = match mismatch {
            Mismatch::Stale(_) => {
                "older than the database file, or of another, and lies over newer pages"
            }
            Mismatch::PageSize { .. } | Mismatch::RollbackMode(_) => "not of this database",
            Mismatch::Unexplained(_) => "of another database, or of another time",
        };
        let alone = without_wal(image.rollback().is_some());
        warnings.push(format!("the WAL is {what}: the file alone is {alone}"));
    }
    Ok(warnings)
}

/// That SQLite does not show the commit, for there is no database that it is one of.
fn passed_over(found: &Found, image: &Image<'_>) -> Option<String> {
    if image.commit().is_none() || found.set.database_bytes() > 1 {
        return None;
    }
    let is = match found.set.database {
        Some(_) => "is empty",
        None => "is not here",
    };
    let sqlite = if found.wal_is_beside() {
        "SQLite itself would delete the WAL unread and show an empty database"
    } else {
        "SQLite itself would show nothing of the WAL"
    };
    Some(format!(
        "the database file {is}: {sqlite}, and what is written is the WAL's own content"
    ))
}

/// That SQLite opens the file that was written, and goes no further, or reads what is not there.
fn refused(image: &Image<'_>) -> Result<Option<String>, Error> {
    let Some(header) = image.header().filter(|_| image.refusal().is_none()) else {
        return Ok(None);
    };
    let bytes = image.bytes();
    if header.schema_format() > 4 {
        let format = header.schema_format();
        return Ok(Some(format!(
            "SQLite refuses the database: its schema format is {format}, expected 1 to 4"
        )));
    }
    if (2..HEADER_BYTES as u64).contains(&bytes) {
        return Ok(Some(format!(
            "SQLite refuses the database: it has {bytes} bytes, and a header alone has {HEADER_BYTES}"
        )));
    }
    let geometry = Geometry::new(image.page_size(), header.reserved_bytes);
    let page = image.page(PageNumber::FIRST)?;
    let kind = geometry.map(|geometry| Page::parse(PageNumber::FIRST, geometry, &page));
    let why = match kind {
        Some(Ok(page)) if !page.kind().is_table() => {
            Some("it begins a tree of an index, expected one of a table".to_owned())
        }
        Some(Err(error)) => Some(error.kind.to_string()),
        Some(Ok(_)) | None => None,
    };
    if let Some(why) = why {
        return Ok(Some(format!(
            "SQLite refuses the database as malformed for its page 1, where the schema is: {why}"
        )));
    }
    Ok(cut_off(image))
}

/// That the last page that SQLite reads is not all there.
fn cut_off(image: &Image<'_>) -> Option<String> {
    let size = u64::from(image.page_size().get());
    let (pages, there) = (image.bytes().div_ceil(size), image.bytes() % size);
    (there > 0 && u64::from(image.page_count()) >= pages).then(|| {
        format!(
            "page {pages} is cut off: {there} of its {size} bytes are there, and SQLite reads zeros for the rest"
        )
    })
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
    pages_from_journal: u32,
    pages_from_wal: u32,
    /// Whether a rollback journal was played back before anything else.
    rolled_back: bool,
    /// Whether damage ended that.
    #[serde(skip)]
    damaged: bool,
    /// Whether nothing shows a later page; `None` where that cannot be told.
    exact: Option<bool>,
    /// Pages that the database file may hold as a later commit left them.
    later_pages: Option<Vec<Run>>,
    /// What is lost or foreign, in words.
    warnings: Vec<String>,
    /// Why there is no knowing.
    #[serde(skip)]
    unknowable: Option<&'static str>,
    #[serde(skip)]
    names: [String; 3],
}

impl Outcome {
    fn new(
        found: &Found,
        image: &Image<'_>,
        later: Option<Vec<Run>>,
        rebuilt: Rebuilt,
        options: &Rebuild,
    ) -> Self {
        let name = |input: &Option<stillframe_history::Input>| {
            input
                .as_ref()
                .map_or_else(String::new, |input| input.name.clone())
        };
        Self {
            schema_version: SCHEMA_VERSION,
            output: options.format.names().name(&options.output.output),
            commit: image.number().get(),
            page_size: image.page_size().get(),
            pages: image.stored_pages(),
            bytes: rebuilt.bytes,
            pages_from_database: rebuilt.pages_from_database,
            pages_from_journal: rebuilt.pages_from_journal,
            pages_from_wal: rebuilt.pages_from_wal,
            rolled_back: image.rollback().is_some(),
            damaged: image.rollback().is_some_and(journal::is_damaged),
            exact: later.as_ref().map(Vec::is_empty),
            later_pages: later,
            warnings: Vec::new(),
            unknowable: None,
            names: [
                name(&found.set.database),
                name(&found.set.journal),
                name(&found.set.wal),
            ],
        }
    }
}

impl Told for Outcome {
    fn print(&self, out: &mut dyn Write, width: usize) -> io::Result<()> {
        let bold = text::BOLD;
        let [database, journal, wal] = &self.names;
        writeln!(out, "{bold}{}{bold:#}", self.output)?;
        let moment = match self.commit {
            0 if self.rolled_back && self.damaged => {
                format!("as {journal} leaves it, which ends in damage")
            }
            0 if self.rolled_back => format!("before the transaction that {journal} rolls back"),
            0 => "the database file alone".to_owned(),
            commit if self.rolled_back => {
                format!("after commit {commit}, over what {journal} rolls back")
            }
            commit => format!("after commit {commit}"),
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
        if self.pages_from_journal > 0 {
            origins.push(format!(
                "{} from {journal}",
                count(self.pages_from_journal.into())
            ));
        }
        if self.pages_from_wal > 0 {
            origins.push(format!("{} from {wal}", count(self.pages_from_wal.into())));
        }
        if !origins.is_empty() {
            text::field(out, 2, "pages", &origins.join(", "), width)?;
        }
        let warning = text::WARNING;
        for text in &self.warnings {
            text::field(out, 2, "warning", text, width)?;
        }
        let Some(later) = &self.later_pages else {
            let unknown = format!("unknown: {}", self.unknowable.unwrap_or_default());
            return text::field(out, 2, "exact", &unknown, width);
        };
        if later.is_empty() {
            return text::field(out, 2, "exact", "nothing shows a later page", width);
        }
        writeln!(out, "  {:<16}{warning}not certain{warning:#}", "exact")?;
        let later = format!(
            "{} may be as a later commit left them, because a checkpoint copied them into {database}: {}",
            many(Run::count(later), "page"),
            runs(later, MOST_RUNS)
        );
        text::field(out, 2, "", &later, width)
    }
}

/// How many runs of pages are spelled out in text.
const MOST_RUNS: usize = 20;
