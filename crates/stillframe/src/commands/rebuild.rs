mod advice;
mod outcome;
mod repair;
mod warnings;

use anyhow::Context as _;
use stillframe_history::rebuild::{Rebuilt, Start, rebuild};
use stillframe_history::{Image, Refusal, Rollback};
use stillframe_source::Source;

use crate::args::{Common, Rebuild};
use crate::exit::{Exit, say};
use crate::inputs::Found;
use crate::output::{Output, OutputOptions};
use crate::progress::Bar;
pub use advice::refused;
use outcome::{Outcome, Seen};
use repair::Repaired;
pub use warnings::{mismatch, warnings};

/// Writes the database of a commit.
pub fn run(common: &Common, options: &Rebuild) -> anyhow::Result<Exit> {
    let mut found = super::search(common, options.wal.wal.as_deref(), options.format.names())
        .one(&options.path)?;
    {
        let bar = Bar::new("looking at what the journal leaves", 0, common.quiet);
        super::ignore_journal(&mut found, &options.at, Some(&bar))?;
    }
    let mut repaired = match options.repair.is_asked() {
        true => repair::files(common, &mut found)?,
        false => Repaired::default(),
    };
    let mut output = Output::create(
        &options.output.output,
        &found.paths(),
        OutputOptions {
            force: options.output.force,
            database: true,
            clone_of: as_it_is(&found, &repaired).and_then(Source::path),
        },
    )?;
    let (timeline, image) = {
        let bar = Bar::new("reading the WAL", found.set.wal_bytes(), common.quiet);
        super::image_at(&found, &options.at, &bar)?
    };
    let image = found
        .aside()
        .of_image(image.with_context(|| found.name().to_owned())?);
    let image = match options.repair.is_asked() && !options.at.ignore_journal {
        true => repair::image(common, &found, &timeline, image, options, &mut repaired)?,
        false => Some(image),
    };
    let Some(image) = image else {
        return Ok(Exit::Findings);
    };
    let is_encrypted = matches!(image.refusal(), Some(Refusal::Encrypted(_)));
    if let Some(refusal) = image.refusal().filter(|_| !is_encrypted) {
        if image.number() > timeline.last() {
            return Err(repair::refused(&found, &image, refusal));
        }
        return Err(refused(common, &found, &timeline, &image, refusal)?);
    }
    let database = as_it_is(&found, &repaired);
    let rebuilt = write(common, &found, database, &image, &mut output)?;
    let seen = Seen::of(common, &found, &timeline, &image, &repaired)?;
    found.aside().look(
        &image,
        &Bar::new("looking at what is left aside", 0, common.quiet),
    )?;
    let outcome = Outcome::new(&found, &timeline, &image, rebuilt, repaired, options, seen)?;
    // What can fail has come before: from here on the file is there.
    super::refuse_changes(&found, super::NOT_WRITTEN)?;
    output.commit()?;
    let done = super::tell(common, options.format, &outcome)?;
    let is_doubtful = !outcome.warnings.is_empty() && !options.at.is_given();
    // What nobody without the key can tell is not good, whatever was asked for.
    let is_sealed = image.rollback().is_some_and(Rollback::are_sums_sealed);
    let is_doubtful = is_doubtful || is_sealed;
    let is_evidence = found.aside().is_evidence(&image) || outcome.is_evidence;
    if is_evidence {
        say(&format!("{}: evidence, and no database", outcome.output));
    }
    Ok(if is_doubtful || is_evidence || outcome.is_corrupt() {
        Exit::Findings
    } else {
        done
    })
}

/// The database file, where its bytes are taken as they are.
fn as_it_is<'f>(found: &'f Found, repaired: &Repaired) -> Option<&'f Source> {
    found.database().filter(|_| !repaired.is_file_undone)
}

fn write(
    common: &Common,
    found: &Found,
    database: Option<&Source>,
    image: &Image<'_>,
    output: &mut Output,
) -> anyhow::Result<Rebuilt> {
    let start = if output.cloned() {
        Start::Clone
    } else {
        Start::Empty
    };
    let handle = database
        .map(|source| source.reopen())
        .transpose()?
        .flatten();
    let bar = Bar::new("writing", image.bytes(), common.quiet);
    let rebuilt = rebuild(image, output.file(), start, handle, &bar);
    let rebuilt = rebuilt.map_err(|error| output.failed(error.into()));
    super::unless_changed(found, super::NOT_WRITTEN, rebuilt)
}
