use std::ffi::OsStr;
use std::time::SystemTime;

use stillframe_check::render::{Checked, Run};
use stillframe_check::{Evidence, Inside, Report, Tied, VerdictKind, WITHOUT_CHECKSUM};
use stillframe_manifest::Difference;

use super::manifest::Recorded;
use crate::args::{Check, CheckFormat, Common};
use crate::exit::{Exit, complain, words};
use crate::inputs::{Ahead, Found, Look, Names, Search};
use crate::names::argument;
use crate::progress::Bar;

mod exhibits;
mod gate;
mod pragma;
mod reports;
mod sums;
mod without_set;
mod zeros;

use exhibits::{Exhibits, Wanted};
use gate::Gate;
use reports::Reports;

/// Checks every set and says what is wrong.
pub fn run(common: &Common, options: &Check) -> anyhow::Result<Exit> {
    options.refuse()?;
    let format = options.printed()?;
    let exit = match format {
        CheckFormat::Pragma => pragma::run(common, options)?,
        _ => run_as(common, options, format)?,
    };
    Ok(if options.exit_zero { Exit::Done } else { exit })
}

fn run_as(common: &Common, options: &Check, format: CheckFormat) -> anyhow::Result<Exit> {
    let began = SystemTime::now();
    let formats: Vec<CheckFormat> = options
        .files()
        .map(|file| file.format)
        .chain([format])
        .collect();
    let names = names_in(&formats);
    let wanted = Wanted::of(&formats);
    let mut gate = Gate::open(options, began)?;
    let ahead = Ahead::default();
    let search = Search {
        ahead: Some(&ahead),
        look: Look::Inside(options.level.map(Into::into)),
        ..super::search(common, options.wal.wal.as_deref(), names)
    };
    let mut inputs = search.all(&options.paths)?;
    let mut failures = std::mem::take(&mut inputs.failures);
    failures.extend(inputs.lists_of_nothing());
    let recorded = options.manifest.as_deref();
    let mut recorded = recorded
        .map(|file| Recorded::open(file, &options.paths))
        .transpose()?;
    let mut reports = Reports::create(common, options, format, &inputs)?;
    gate.begin(options, &inputs)?;
    let mut run = Run {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..command_line()
    };
    reports.begin(&run)?;
    let mut exhibits = Exhibits::new(wanted, names, common.quiet);
    let mut fails = false;
    let mut is_any = false;
    let mut has_changed = false;
    let ties = inputs.ties();
    for found in inputs.sets() {
        let checked = found.and_then(|mut found| {
            let tied = ties.of(&mut found);
            let difference = match &mut recorded {
                Some(recorded) => recorded.difference(common, &found)?,
                None => None,
            };
            check(
                common,
                options,
                &found,
                (ahead.of(&found), tied, difference),
                (&mut gate, &mut exhibits),
            )
        });
        match checked {
            Ok(checked) => {
                is_any = true;
                has_changed |= checked.report.verdict.kind == VerdictKind::ChangedWhileReading;
                fails |= checked.fails;
                reports.add(&checked)?;
            }
            Err(error) => failures.push(error),
        }
    }
    failures.extend(exhibits.end());
    let missing = recorded.map_or_else(Vec::new, |recorded| recorded.missing(names));
    let missing = missing.into_iter().chain(gate.missing(names));
    let missing: Vec<_> = missing.inspect(without_set::tell).collect();
    for instead in without_set::archives(&failures, names).chain(missing) {
        let checked = without_set::check(instead, &gate)?;
        fails |= checked.fails;
        reports.add(&checked)?;
        is_any = true;
    }
    if !is_any && failures.is_empty() {
        failures.extend(inputs.nothing());
    }
    let exit = match has_changed {
        true => Exit::Unreadable,
        false => status(&failures, fails),
    };
    run.exit_status = if options.exit_zero { 0 } else { exit as u8 };
    // What could not be read of archives stands among the findings.
    let others = failures.iter().filter(|error| !without_set::is_told(error));
    run.not_read = others.map(words).collect();
    run.left_over = inputs.left_over();
    run.archives = exhibits.archives();
    if options.timestamp {
        run.began = Some(timestamp(began));
        run.ended = Some(timestamp(SystemTime::now()));
    }
    reports.print(&run)?;
    failures.iter().for_each(complain);
    reports.write(&run)?;
    gate.end(common, failures.is_empty())?;
    Ok(exit)
}

/// How inputs are called in all of the formats.
fn names_in(formats: &[CheckFormat]) -> Names {
    match formats.iter().all(|it| it.names() == Names::Shown) {
        true => Names::Shown,
        false => Names::Raw,
    }
}

fn timestamp(time: SystemTime) -> String {
    humantime::format_rfc3339_seconds(time).to_string()
}

/// How the run ends.
fn status(failures: &[anyhow::Error], fails: bool) -> Exit {
    match (failures.is_empty(), fails) {
        (false, _) => Exit::Unreadable,
        (true, true) => Exit::Findings,
        (true, false) => Exit::Done,
    }
}

/// The command line, under the name that the command has wherever it lies.
fn command_line() -> Run {
    let given: Vec<_> = std::env::args_os().skip(1).collect();
    let words = given.iter().map(|word| as_word(word));
    let given_lossy = given.iter().map(|word| word.to_string_lossy().into_owned());
    let name = || std::iter::once("stillframe".to_owned());
    Run {
        arguments: name().chain(given_lossy).collect(),
        command_line: name().chain(words).collect::<Vec<_>>().join(" "),
        ..Run::default()
    }
}

/// A word as a shell takes it. An option stays one, where [`argument`] would make a path of it.
fn as_word(word: &OsStr) -> String {
    let text = word.to_str().unwrap_or_default();
    let rest = text.trim_start_matches('-');
    match text.strip_suffix(rest) {
        Some(dashes) if !dashes.is_empty() && rest.is_empty() => dashes.to_owned(),
        Some(dashes) if !dashes.is_empty() => format!("{dashes}{}", argument(rest.as_ref())),
        _ => argument(word.as_ref()),
    }
}

fn check(
    common: &Common,
    options: &Check,
    found: &Found,
    (looked, tied, recorded): (Option<Inside>, Option<Tied>, Option<Difference>),
    (gate, exhibits): (&mut Gate<'_>, &mut Exhibits),
) -> anyhow::Result<Checked> {
    let set = &found.set;
    let inputs = exhibits.before(found)?;
    let bar = Bar::new("checking", set.wal_bytes(), common.quiet);
    let level = options.level.map(Into::into);
    let mut evidence = Evidence::gather_looked(set, level, looked, &bar)?;
    if tied.is_some() {
        evidence.tied = tied;
    }
    evidence.arguments = Some(found.arguments());
    evidence.wal_is_beside = found.wal_is_beside();
    evidence.recorded = recorded;
    evidence.pairing = found.pairing().cloned();
    evidence.met_twice.clone_from(&found.met_twice);
    drop(bar);
    evidence.judged = gate.judge(common, found, &evidence)?;
    // What changed while the tables were read is said, too.
    evidence.changes = found.changes();
    let terms = gate.terms(found);
    let mut report = Report::on_terms(&evidence, options.max_findings, terms);
    let unsummed = found.lacks_checksum.then(|| WITHOUT_CHECKSUM.to_owned());
    report.not_checked.extend(unsummed);
    let fails = gate.fails(found, &mut report);
    let mut checked = Checked::new(report, fails);
    checked.inputs = inputs;
    exhibits.show(found, &evidence, &mut checked)?;
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_stay_options() {
        for (word, shown) in [
            ("app.db", "app.db"),
            ("a b.db", "'a b.db'"),
            ("--quiet", "--quiet"),
            ("--report=html=a b", "--'report=html=a b'"),
            ("-", "-"),
            ("--", "--"),
            ("", "''"),
        ] {
            let shown = match cfg!(windows) {
                true => shown.replace('\'', "\""),
                false => shown.to_owned(),
            };
            assert_eq!(as_word(word.as_ref()), shown);
        }
    }
}
