use std::io::{self, Write as _};

use stillframe_check::{Evidence, Report, Tied, render};

use crate::args::{Check, CheckFormat, Common};
use crate::exit::Exit;
use crate::inputs::Found;
use crate::progress::Bar;
use crate::terminal::{EvenUnread, stdout, width};

mod pragma;
mod zeros;

/// Checks every set and says what is wrong.
pub fn run(common: &Common, options: &Check) -> anyhow::Result<Exit> {
    if options.format == CheckFormat::Pragma {
        return pragma::run(common, options);
    }
    let mut inputs = super::search(common, options.wal.wal.as_deref(), options.format.names())
        .all(&options.paths)?;
    let mut failures = std::mem::take(&mut inputs.failures);
    let mut out = EvenUnread(stdout(common.color));
    let width = width();
    let threshold = options.fail_on.severity();
    let mut found_something = false;
    let mut totals = Vec::new();
    let ties = inputs.ties();
    let mut reports = inputs.sets().filter_map(|found| {
        let report = found.and_then(|mut found| {
            let tied = ties.of(&mut found);
            check(common, options, &found, tied)
        });
        match report {
            Ok(report) => {
                found_something |= report.has(threshold);
                totals.push(render::Totalled::new(&report));
                Some(report)
            }
            Err(error) => {
                failures.push(error);
                None
            }
        }
    });
    match options.format {
        CheckFormat::Json => render::json(reports.by_ref().map(Ok::<_, io::Error>), &mut out)?,
        CheckFormat::Jsonl => reports.try_for_each(|report| render::jsonl(&report, &mut out))?,
        CheckFormat::Concise => {
            reports.try_for_each(|report| render::concise(&report, &mut out))?
        }
        CheckFormat::Full | CheckFormat::Pragma => {
            let several = inputs.is_several();
            reports.try_for_each(|report| {
                render::full(&report, width, &mut out)?;
                if several { writeln!(out) } else { Ok(()) }
            })?;
            if several {
                render::totals(&totals, &mut out)?;
            }
        }
    }
    out.flush()?;
    drop(out);
    super::complain_of(&failures, &inputs)?;
    Ok(match (failures.is_empty(), found_something) {
        (false, _) => Exit::Unreadable,
        (true, true) => Exit::Findings,
        (true, false) => Exit::Done,
    })
}

fn check(
    common: &Common,
    options: &Check,
    found: &Found,
    tied: Option<Tied>,
) -> anyhow::Result<Report> {
    let set = &found.set;
    let bar = Bar::new("checking", set.wal_bytes(), common.quiet);
    let mut evidence = Evidence::gather_at(set, options.level.map(Into::into), &bar)?;
    if tied.is_some() {
        evidence.tied = tied;
    }
    evidence.arguments = Some(found.arguments());
    evidence.wal_is_beside = found.wal_is_beside();
    evidence.changes = found.changes();
    Ok(Report::with_most(&evidence, options.max_findings))
}
