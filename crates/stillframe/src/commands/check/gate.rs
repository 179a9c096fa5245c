//! What is expected of sets, from the command line and the policy: when the run fails, and what is accepted.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::ops::Range;
use std::path::{self, Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, anyhow, bail, ensure};
use clap::ValueEnum as _;
use stillframe_check::{
    Evidence, ExpectedDatabase, ExpectedWords, Instead, MOST_FINDINGS, Report, Severity, Terms,
};
use stillframe_format::ByteRange;
use stillframe_history::Progress as _;
use stillframe_policy::{
    Age, Baseline, Expectation, Judged, Judgement, Names, Outcome, Policy, Setting, Time,
    Undecided, judge,
};

use crate::args::{
    Check, Common, Expected, FailOn, NEVER_IS_ALONE, is_alone, rule_called, severity_called,
};
use crate::commands::manifest::{name_below, recorded_as};
use crate::exit::say;
use crate::inputs::{Found, Inputs, Names as InputNames};
use crate::names::shown;
use crate::output::{Output, OutputOptions};
use crate::progress::Bar;
use crate::words::many;

/// What is expected of the sets of a run.
pub struct Gate<'a> {
    fail_on: Vec<FailOn>,
    expectations: Vec<Expectation>,
    /// The policy, and where in it each of the first of them stands.
    policy: Option<(&'a Path, Vec<Range<u64>>)>,
    /// Whether there was a set that each of them is of.
    met: Vec<bool>,
    max_age: Option<Duration>,
    requires_wal: bool,
    allows_unknown: bool,
    severities: BTreeMap<&'static str, Severity>,
    now: Time,
    /// What names of sets begin behind, where a baseline knows them by those.
    root: &'a Path,
    baseline: Baseline,
    /// The sets of the baseline that were checked.
    seen: Vec<String>,
    written: Option<(&'a Path, Output, Baseline)>,
}

/// A policy or a baseline is smaller.
const MOST_BYTES: u64 = 64 << 20;

impl<'a> Gate<'a> {
    /// What the options say, and the files that they name.
    pub fn open(options: &'a Check, began: SystemTime) -> anyhow::Result<Self> {
        let expected = &options.expected;
        let policy = match &expected.policy {
            Some(file) => Policy::parse(&text_of(file)?).with_context(|| shown(file))?,
            None => Policy::default(),
        };
        let in_policy = |error: anyhow::Error| match &expected.policy {
            Some(file) => error.context(shown(file)),
            None => error,
        };
        let fail_on = fail_on(options, &policy).map_err(in_policy)?;
        let severities = severities(expected, &policy).map_err(in_policy)?;
        let baseline = match baseline_file(expected, &policy) {
            Some(file) => Baseline::parse(&text_of(&file)?).with_context(|| shown(&file))?,
            None => Baseline::default(),
        };
        let uses_baseline = baseline_file(expected, &policy).is_some();
        ensure!(
            options.paths.len() == 1 || !uses_baseline && expected.write_baseline.is_none(),
            "a baseline goes with one PATH, as it knows sets by their names from there on"
        );
        let now = match expected.now {
            Some(now) => now,
            None => Time::try_from(began).context("the clock is of no year that there is")?,
        };
        let expectations = [policy.expect, expected.expect.clone()].concat();
        let places = expected
            .policy
            .as_deref()
            .map(|file| (file, policy.expect_at));
        Ok(Self {
            fail_on,
            met: vec![false; expectations.len()],
            expectations,
            policy: places,
            max_age: expected.max_age.or(policy.max_age),
            requires_wal: expected.require_wal.or(policy.require_wal) == Some(true),
            allows_unknown: expected.allow_unknown.or(policy.allow_unknown) == Some(true),
            severities,
            now,
            root: options
                .paths
                .first()
                .map_or(Path::new(""), PathBuf::as_path),
            baseline,
            seen: Vec::new(),
            written: None,
        })
    }

    /// Begins the baseline that is to be written, so that what cannot be is said before anything is checked.
    pub fn begin(&mut self, options: &'a Check, inputs: &Inputs<'_>) -> anyhow::Result<()> {
        if let Some(target) = &options.expected.write_baseline {
            let how = OutputOptions {
                force: options.force,
                ..OutputOptions::default()
            };
            let output = Output::create(target, &inputs.files(), how)?;
            self.written = Some((target, output, Baseline::default()));
        }
        Ok(())
    }

    /// Looks whether a set is as it is expected to be; `None` where nothing is expected of it.
    pub fn judge(
        &mut self,
        common: &Common,
        found: &Found,
        evidence: &Evidence<'_>,
    ) -> anyhow::Result<Option<Judged>> {
        let path = found.database_path();
        // An expectation may name a database from a folder on that is above those of PATH.
        let path = path.map(|path| path::absolute(&path).unwrap_or(path));
        let path = path.map(|path| path.to_string_lossy().into_owned());
        let mut wanted = Vec::new();
        for (expectation, met) in self.expectations.iter().zip(&mut self.met) {
            if expectation.is_of(path.as_deref().unwrap_or_default()) {
                *met = true;
                wanted.push(expectation);
            }
        }
        let age = self.max_age.map(|most| {
            let modified = found.modified();
            Age {
                newest: modified.and_then(|at| Time::try_from(at.time).ok()),
                is_local: modified.is_some_and(|at| at.is_local),
                now: self.now,
                most,
            }
        });
        if wanted.is_empty() && age.is_none() && !self.requires_wal {
            return Ok(None);
        }
        Ok(Some(Judged {
            outcomes: outcomes(common, evidence, &wanted, self.now)?,
            age,
            requires_wal: self.requires_wal,
        }))
    }

    /// What is made of the findings of a set.
    pub fn terms(&mut self, found: &Found) -> Terms {
        let name = name_below(self.root, found);
        let names: Vec<&str> = self.baseline.sets().collect();
        let known = recorded_as(self.root, &name, &names).and_then(|at| names.get(at));
        let known = known.map(|known| (*known).to_owned());
        let accepting = known.as_ref().map(|known| self.baseline.of_set(known));
        self.seen.extend(known);
        let least = match self.fail_on.contains(&FailOn::Note) {
            true => Severity::Note,
            false => Severity::Warning,
        };
        Terms {
            severities: self.severities.clone(),
            accepting: accepting.unwrap_or_default(),
            allows_unknown: self.allows_unknown,
            marks: self.written.as_ref().map(|_| least),
        }
    }

    /// Whether the run fails for a set; what was found of it is taken for the baseline.
    pub fn fails(&mut self, found: &Found, report: &mut Report) -> bool {
        let marks = std::mem::take(&mut report.marks);
        if let Some((.., written)) = &mut self.written {
            let name = name_below(self.root, found);
            for mark in marks {
                written.add(&name, mark, 1);
            }
            if report.not_kept > 0 {
                let findings = many(report.not_kept as u64, "finding");
                say(&format!(
                    "{}: {findings} of it are only counted, and the baseline cannot accept them",
                    found.name()
                ));
            }
        }
        self.fails_for(report)
    }

    /// The report of what is judged where there is no set, and whether the run fails for it. No baseline has findings of that.
    pub fn without_set(&self, evidence: &Evidence<'_>) -> (Report, bool) {
        let terms = Terms {
            severities: self.severities.clone(),
            ..Terms::default()
        };
        let report = Report::on_terms(evidence, MOST_FINDINGS, terms);
        let fails = self.fails_for(&report);
        (report, fails)
    }

    fn fails_for(&self, report: &Report) -> bool {
        let mut fail_on = self.fail_on.iter();
        fail_on.any(|what| what.fails_for(report, self.allows_unknown))
    }

    /// The databases that something is expected of and that are not there, in the order in which they are named first.
    pub fn missing(&self, names: InputNames) -> Vec<Instead> {
        let mut missing: Vec<ExpectedDatabase> = Vec::new();
        for (number, expectation) in self.expectations.iter().enumerate() {
            let is_met = self.met.get(number).copied() == Some(true);
            let Some(name) = expectation.database.as_deref().filter(|_| !is_met) else {
                continue;
            };
            let name = names.name(Path::new(name));
            let place = self.policy.as_ref().and_then(|(file, places)| {
                let place = places.get(number)?;
                let range = ByteRange::new(place.start, place.end - place.start);
                Some((names.name(file), range))
            });
            let words = ExpectedWords {
                text: expectation.text.clone(),
                place,
            };
            match missing.iter_mut().find(|it| it.name == name) {
                Some(database) => database.expectations.push(words),
                None => missing.push(ExpectedDatabase {
                    name,
                    expectations: vec![words],
                }),
            }
        }
        missing.into_iter().map(Instead::Expected).collect()
    }

    /// Says what of the baseline was not looked at, and writes the one that is to be written, unless sets could not be read.
    pub fn end(self, common: &Common, is_all_read: bool) -> anyhow::Result<()> {
        for set in self.baseline.sets() {
            if !self.seen.iter().any(|seen| seen == set) {
                let set = shown(Path::new(set));
                say(&format!(
                    "{set}: the baseline accepts findings of it, and it is not here"
                ));
            }
        }
        let Some((target, mut output, baseline)) = self.written else {
            return Ok(());
        };
        if !is_all_read {
            bail!(
                "{}: nothing was written: a baseline of a part accepts too little",
                shown(target)
            );
        }
        let written = output.file().write_all(baseline.to_json().as_bytes());
        written.map_err(|error| output.failed(error.into()))?;
        output.commit()?;
        if !common.quiet {
            let findings = many(baseline.count(), "finding");
            say(&format!("{}: {findings} accepted", shown(target)));
        }
        Ok(())
    }
}

fn text_of(file: &Path) -> anyhow::Result<String> {
    let length = fs::metadata(file).with_context(|| format!("cannot open {}", shown(file)))?;
    let length = length.len();
    ensure!(
        length <= MOST_BYTES,
        "{}: it has {length} bytes, and no such file is that large",
        shown(file)
    );
    fs::read_to_string(file).with_context(|| shown(file))
}

fn fail_on(options: &Check, policy: &Policy) -> anyhow::Result<Vec<FailOn>> {
    if !options.fail_on.is_empty() {
        return Ok(options.fail_on.clone());
    }
    let mut fail_on = Vec::new();
    for Setting { text, line, column } in &policy.fail_on {
        let what = FailOn::from_str(text, false);
        fail_on.push(what.map_err(|_| {
            anyhow!("line {line}, column {column}: fail-on: {text} is nothing to fail on; expected note, warning, error, incomplete or never")
        })?);
    }
    ensure!(
        is_alone(&fail_on) || fail_on.is_empty(),
        "fail-on: {NEVER_IS_ALONE}"
    );
    if fail_on.is_empty() {
        fail_on.push(FailOn::Warning);
    }
    Ok(fail_on)
}

fn severities(
    expected: &Expected,
    policy: &Policy,
) -> anyhow::Result<BTreeMap<&'static str, Severity>> {
    let mut severities = BTreeMap::new();
    let mut settings: Vec<&(Setting, Setting)> = policy.severity.iter().collect();
    settings.sort_by_key(|(code, _)| (code.line, code.column));
    for (code, severity) in settings {
        let at = |word: &Setting, error| {
            anyhow!(
                "line {}, column {}: severity: {error}",
                word.line,
                word.column
            )
        };
        let rule = rule_called(&code.text).map_err(|error| at(code, error))?;
        let severity = severity_called(&severity.text).map_err(|error| at(severity, error))?;
        let before = severities.insert(rule.code, severity);
        ensure!(
            before.is_none(),
            at(code, format!("{} stands here twice", rule.code))
        );
    }
    let given = expected.severity.iter();
    severities.extend(given.map(|(rule, severity)| (rule.code, *severity)));
    Ok(severities)
}

/// The file of accepted findings; a policy names it from its own folder on.
fn baseline_file(expected: &Expected, policy: &Policy) -> Option<PathBuf> {
    if let Some(file) = &expected.baseline {
        return Some(file.clone());
    }
    let named = policy.baseline.as_ref()?;
    let folder = expected.policy.as_deref()?.parent();
    Some(folder.unwrap_or(Path::new("")).join(&named.text))
}

/// What becomes of expectations of the database that SQLite would show.
fn outcomes(
    common: &Common,
    evidence: &Evidence<'_>,
    wanted: &[&Expectation],
    now: Time,
) -> anyhow::Result<Vec<Outcome>> {
    let image = evidence.image.as_ref();
    let image = image.filter(|image| image.refusal().is_none());
    let why = match image {
        None => Undecided::NoDatabase,
        Some(image) => match image.header() {
            Some(header) if !wanted.is_empty() => {
                let bar = Bar::new("reading tables", image.bytes(), common.quiet);
                let advance = &mut |bytes| bar.advance(bytes);
                return Ok(judge(image, header, wanted, now, advance)?);
            }
            // An empty database.
            _ => Undecided::NoTable(Names::default()),
        },
    };
    let outcomes = wanted.iter().map(|expectation| Outcome {
        expectation: (*expectation).clone(),
        judgement: Judgement::Undecided(why.clone()),
    });
    Ok(outcomes.collect())
}
