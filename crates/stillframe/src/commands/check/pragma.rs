//! What SQLite's own check prints, printed without SQLite.

use std::io::Write as _;

use stillframe_check::content::{Level, Unchecked, read_schema, unchecked};
use stillframe_check::pragma::{Pragma, PragmaError, missing_collation, pragma};
use stillframe_check::render::MOST_NOT_CHECKED;
use stillframe_database::encryption::InClear;
use stillframe_history::{Error, Image, Refusal, Rest};

use crate::args::{Check, Common, FailOn};
use crate::exit::{Exit, complain, say};
use crate::inputs::{Found, Names};
use crate::progress::Bar;
use crate::terminal::{EvenUnread, verbatim};
use crate::words::many;

use super::zeros::WithZeros;

/// Prints the rows for every set; those of several each under the name of the database.
pub fn run(common: &Common, options: &Check) -> anyhow::Result<Exit> {
    let mut inputs = super::super::search(common, options.wal.wal.as_deref(), Names::Shown)
        .all(&options.paths)?;
    let mut failures = std::mem::take(&mut inputs.failures);
    let several = inputs.is_several();
    let mut out = EvenUnread(verbatim());
    let mut is_sound = true;
    for found in inputs.sets() {
        let checked = found.and_then(|found| {
            found.tell_of_pairing();
            let result = check(common, options, &found)?;
            Ok((found.name().to_owned(), result))
        });
        let (name, (result, unchecked)) = match checked {
            Ok(checked) => checked,
            Err(error) => {
                failures.push(error);
                continue;
            }
        };
        if several {
            writeln!(out, "{name}:")?;
        }
        for row in &result.rows {
            writeln!(out, "{row}")?;
        }
        is_sound &= result.is_ok();
        out.flush()?;
        for what in unchecked.iter().take(MOST_NOT_CHECKED) {
            say(&format!("{name}: not checked: {what}"));
        }
        let others = unchecked.len().saturating_sub(MOST_NOT_CHECKED);
        if others > 0 {
            let more = many(others as u64, "more part");
            say(&format!("{name}: not checked: {more}"));
        }
        if let Some(error) = &result.error {
            say(&format!("{name}: {error}"));
        }
    }
    out.flush()?;
    drop(out);
    if failures.is_empty() {
        failures.extend(inputs.nothing());
    }
    failures.iter().for_each(complain);
    let is_sound = is_sound || options.fail_on.contains(&FailOn::Never);
    Ok(match (failures.is_empty(), is_sound) {
        (false, _) => Exit::Unreadable,
        (true, false) => Exit::Findings,
        (true, true) => Exit::Done,
    })
}

/// What is printed, and what was not looked at.
fn check(
    common: &Common,
    options: &Check,
    found: &Found,
) -> anyhow::Result<(Pragma, Vec<Unchecked>)> {
    let level = options.level.map_or(Level::Full, Level::from);
    let set = &found.set;
    let refused = |error| Ok((Pragma::refused(error), Vec::new()));
    let bar = Bar::new("checking", set.wal_bytes(), common.quiet);
    let (_, image) = Image::read(set, None, &bar)?;
    let image = match image {
        Ok(image) => image,
        // SQLite takes a name without a file for a new database, but we are asked about a WAL alone.
        Err(Error::Refused(_)) => return refused(PragmaError::NotADatabase),
        Err(error) => return Err(error.into()),
    };
    // A file of 1 byte counts as empty, and so does one that the journal rolls back to nothing.
    if image.refusal().is_none() && image.bytes() <= 1 {
        return Ok((Pragma::of_empty(), Vec::new()));
    }
    let error = match image.refusal() {
        None => None,
        // SQLite goes on where the header is in clear, and meets what is encrypted behind it.
        Some(Refusal::Encrypted(InClear::Header { .. })) => None,
        Some(Refusal::NotADatabase(_) | Refusal::Encrypted(_)) => Some(PragmaError::NotADatabase),
        Some(Refusal::Wal(_)) => Some(PragmaError::CannotOpen),
        Some(Refusal::PageSizeMismatch { .. }) => Some(PragmaError::PageSizeMismatch),
        // SQLite reads pages that exist nowhere as zeros, and meets the limit of growth at a checkpoint only.
        Some(Refusal::MissingPages { .. } | Refusal::Growth { .. }) => None,
        // SQLite would walk the pages that are there, but does not open the database.
        Some(Refusal::SizeExceedsStored { .. }) if level == Level::Structure => None,
        Some(Refusal::SuperJournalUnknown) => Some(PragmaError::SuperJournalUnknown),
        Some(_) => Some(PragmaError::Malformed),
    };
    let is_too_short = matches!(image.refusal(), Some(Refusal::SizeExceedsStored { .. }));
    let (header, bytes) = (image.header().copied(), image.bytes());
    let (Some(header), None) = (header, &error) else {
        return refused(error.unwrap_or(PragmaError::NotADatabase));
    };
    let image = WithZeros(&image);
    let passes = if level > Level::Structure { 2 } else { 1 };
    let rest = Rest::of(bytes * passes, &bar);
    let schema = read_schema(&image, &header)?;
    let schema = schema.ok().filter(|_| level > Level::Structure);
    // The first row that is refused comes first.
    let missing = schema
        .as_ref()
        .filter(|schema| schema.refused.is_empty())
        .and_then(missing_collation);
    if let Some(name) = missing {
        return refused(PragmaError::NoCollation(name.to_owned()));
    }
    let unchecked = schema.map_or_else(Vec::new, |schema| unchecked(&schema, level));
    let printed = pragma(&image, &header, level, options.max_findings, &rest)?;
    if is_too_short && printed.is_ok() {
        return refused(PragmaError::Malformed);
    }
    Ok((printed, unchecked))
}
