use std::io::{self, Write};

use anstyle::Style;

use super::document::{Checked, Document, Run};
use super::escape::harmless;
use super::left_over::left_over;
use super::text::{BAD, BOLD, DIM, GOOD, WARNING, count, field, many, paragraph, style_of};
use crate::{Counts, Finding, Report, Severity, Verdict, VerdictKind};

/// So many parts that were not checked are listed for people; the others are counted.
pub const MOST_NOT_CHECKED: usize = 20;

/// Text for people, with the sums of all databases at the end.
#[derive(Debug)]
pub struct Full {
    /// Columns that a line may have.
    pub width: usize,
    /// Whether there is, or may be, more than one database.
    pub is_several: bool,
    /// Whether what could not be read is to be said at the end, as there is no standard error beside it.
    pub tells_not_read: bool,
    totals: Vec<Totalled>,
}

impl Full {
    /// In lines of at most `width` columns, of one database or several.
    pub const fn new(width: usize, is_several: bool) -> Self {
        Self {
            width,
            is_several,
            tells_not_read: false,
            totals: Vec::new(),
        }
    }
}

impl Document for Full {
    fn begin(&mut self, _: &Run, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn add(&mut self, checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
        self.totals.push(Totalled::new(&checked.report));
        full(&checked.report, self.width, out)?;
        if self.is_several {
            writeln!(out)
        } else {
            Ok(())
        }
    }

    fn end(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        if self.is_several {
            totals(&self.totals, out)?;
        }
        left_over(&run.left_over, self.is_several, out)?;
        not_read(run, self.tells_not_read, out)
    }
}

/// Writes what could not be read, a line each.
pub(super) fn not_read(run: &Run, is_told: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut told = run.not_read.iter().filter(|_| is_told);
    told.try_for_each(|what| writeln!(out, "not read: {}", harmless(what)))
}

/// Writes a report for people, in lines of at most `width` columns.
///
/// # Errors
/// `out` could not be written.
pub fn full(report: &Report, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let verdict = &report.verdict;
    let style = style_of_verdict(verdict);
    title(report, width, out)?;
    let words = verdict.words();
    writeln!(
        out,
        "  {DIM}{:<16}{DIM:#}{style}{words}{style:#}",
        "verdict"
    )?;
    if let Some(cause) = &verdict.cause {
        field(out, 2, "probably", cause, width)?;
    }
    if let Some(belongs) = &report.belongs {
        field(out, 2, "WAL belongs", &belongs.words(), width)?;
    }
    field(out, 2, "SQLite shows", &verdict.sqlite_shows, width)?;
    if let Some(destroyed) = &verdict.sqlite_destroys {
        field(out, 2, "and destroys", destroyed, width)?;
    }
    field(out, 2, "can be rebuilt", &verdict.rebuildable, width)?;
    if let Some(next) = &verdict.next {
        command(next, width, out)?;
    }
    if let Some(level) = report.level {
        let rest = if report.not_checked.is_empty() {
            ""
        } else {
            "; but not what follows"
        };
        let words = format!("{}{rest}", level_words(level));
        field(out, 2, "checked", &words, width)?;
    }
    write_not_checked(&report.not_checked, width, out)?;
    for finding in &report.findings {
        writeln!(out)?;
        write_finding(finding, width, out)?;
    }
    if report.unlisted() > 0 {
        let more = many(report.unlisted() as u64, "more finding");
        let kept = report.unlisted() - report.not_kept;
        let rest = match kept {
            _ if report.not_kept == 0 => ": list them with --max-findings".to_owned(),
            0 => ", which are only counted".to_owned(),
            _ => format!(": list {} of them with --max-findings", count(kept as u64)),
        };
        writeln!(out, "\n  and {more}{rest}")?;
    }
    accepted(report, width, out)
}

/// What is accepted, each in a paragraph.
fn accepted(report: &Report, width: usize, out: &mut dyn Write) -> io::Result<()> {
    if report.counts.accepted > 0 {
        let findings = many(report.counts.accepted as u64, "finding");
        writeln!(out, "\n  {findings} accepted")?;
    }
    for finding in &report.accepted {
        let (code, place) = (finding.rule.code, &finding.place);
        let said = format!("{code} {}, at {place}", finding.message);
        paragraph(out, 4, &said, width)?;
    }
    let others = report.counts.accepted - report.accepted.len();
    if others > 0 {
        let more = count(others as u64);
        writeln!(out, "    and {more} more: list them with --max-findings")?;
    }
    Ok(())
}

fn write_not_checked(parts: &[String], width: usize, out: &mut dyn Write) -> io::Result<()> {
    let (listed, others) = parts.split_at(parts.len().min(MOST_NOT_CHECKED));
    for what in listed {
        field(out, 2, "not checked", &harmless(what), width)?;
    }
    if !others.is_empty() {
        let more = many(others.len() as u64, "more part");
        let more = format!("{more}: list them with --format json");
        field(out, 2, "not checked", &more, width)?;
    }
    Ok(())
}

fn style_of_verdict(verdict: &Verdict) -> Style {
    match verdict.kind {
        _ if verdict.is_good() => GOOD,
        VerdictKind::Complete
        | VerdictKind::CompleteWithWal
        | VerdictKind::ConsistentCompletenessUnknown
        | VerdictKind::ChangedWhileReading => WARNING,
        VerdictKind::ProvenIncomplete
        | VerdictKind::Torn
        | VerdictKind::NotAsRecorded
        | VerdictKind::NotAsExpected
        | VerdictKind::NotWhollyRead
        | VerdictKind::ForeignWal
        | VerdictKind::StaleWal
        | VerdictKind::CheckpointSkippedFrames
        | VerdictKind::HotJournal
        | VerdictKind::ForeignJournal
        | VerdictKind::AbortedBackup
        | VerdictKind::Corrupt
        | VerdictKind::Encrypted
        | VerdictKind::NotSqlite => BAD,
    }
}

/// The names of the inputs. A line is broken between them, and never within one.
fn title(report: &Report, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut column = 0;
    if report.inputs.is_empty() {
        write!(out, "{BOLD}{}{BOLD:#}", report.database)?;
    }
    for (index, input) in report.inputs.iter().enumerate() {
        let plus = match index + 1 < report.inputs.len() {
            true => " +",
            false => "",
        };
        let name = format!("{}{plus}", input.name);
        let length = name.chars().count();
        if index == 0 {
            column = length;
        } else if column + 1 + length <= width {
            write!(out, " ")?;
            column += 1 + length;
        } else {
            write!(out, "\n{:TITLE_INDENT$}", "")?;
            column = TITLE_INDENT + length;
        }
        write!(out, "{BOLD}{name}{BOLD:#}")?;
    }
    writeln!(out)
}

/// The indent of the lines of a title behind the first.
const TITLE_INDENT: usize = 2;

/// A command is there to be copied: it is never broken. Where there is no room for it beside its label, it has a line of its
/// own.
fn command(next: &str, width: usize, out: &mut dyn Write) -> io::Result<()> {
    const LABEL: usize = 16;
    if 2 + LABEL + next.chars().count() <= width {
        return writeln!(out, "  {DIM}{:<LABEL$}{DIM:#}{next}", "next");
    }
    writeln!(out, "  {DIM}next{DIM:#}\n    {next}")
}

pub(super) fn level_words(level: &str) -> &'static str {
    match level {
        "structure" => "structure: pages, trees and lists; not the rows (--level full)",
        "quick" => "quick: structure and the types of values; not indexes (--level full)",
        _ => "full: structure, rows and indexes",
    }
}

fn write_finding(finding: &Finding, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let severity = finding.severity;
    let style = style_of(severity);
    writeln!(
        out,
        "  {style}{severity}{style:#} {BOLD}{}{BOLD:#} {}",
        finding.rule.code, finding.rule.name
    )?;
    paragraph(out, 4, &finding.message, width)?;
    field(out, 4, "at", &finding.place.to_string(), width)?;
    if let Some(found) = &finding.found {
        field(out, 4, "found", found, width)?;
    }
    if let Some(expected) = &finding.expected {
        field(out, 4, "expected", expected, width)?;
    }
    for (place, message) in &finding.related {
        field(out, 4, "see", &format!("{place}: {message}"), width)?;
    }
    if let Some(help) = &finding.help {
        field(out, 4, "help", help, width)?;
    }
    Ok(())
}

/// Writes the end of a check of several databases: how many there are of each verdict, and how many findings.
fn totals(reports: &[Totalled], out: &mut dyn Write) -> io::Result<()> {
    let mut verdicts: Vec<(&str, usize)> = Vec::new();
    for report in reports {
        match verdicts
            .iter_mut()
            .find(|(verdict, _)| *verdict == report.verdict)
        {
            Some((_, count)) => *count += 1,
            None => verdicts.push((report.verdict, 1)),
        }
    }
    verdicts.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    let many = |count: usize, one: &str| many(count as u64, one);
    let archives = reports.iter().filter(|report| report.is_archive).count();
    let databases = many(reports.len() - archives, "database");
    match archives {
        0 => writeln!(out, "{BOLD}{databases}{BOLD:#}")?,
        _ => writeln!(
            out,
            "{BOLD}{databases}, and {}{BOLD:#}",
            many(archives, "archive")
        )?,
    }
    for (verdict, count) in verdicts {
        writeln!(out, "  {count:>4}  {verdict}")?;
    }
    let findings = |severity: Severity| {
        let count = reports
            .iter()
            .map(|report| report.counts.of_severity(severity))
            .sum();
        many(count, severity.name())
    };
    let [errors, warnings, notes] =
        [Severity::Error, Severity::Warning, Severity::Note].map(findings);
    writeln!(out, "{errors}, {warnings}, {notes}")
}

/// What is counted of a report, once it has been printed.
#[derive(Clone, Copy, Debug)]
struct Totalled {
    verdict: &'static str,
    counts: Counts,
    is_archive: bool,
}

impl Totalled {
    fn new(report: &Report) -> Self {
        Self {
            verdict: report.verdict.words(),
            counts: report.counts,
            is_archive: report.is_archive(),
        }
    }
}
