//! The section of a database.

use std::io::{self, Write};

use super::super::document::{Checked, Sums};
use super::super::escape::xml;
use super::super::full::level_words;
use super::super::text::many;
use super::{HexWindow, file, term};
use crate::{Belonging, Finding, Place, Report, Verdict, VerdictKind};

/// How a verdict looks.
pub fn class_of(verdict: &Verdict) -> &'static str {
    match verdict.kind {
        _ if verdict.is_good() => "good",
        VerdictKind::Complete
        | VerdictKind::CompleteWithWal
        | VerdictKind::ConsistentCompletenessUnknown
        | VerdictKind::ChangedWhileReading => "warning",
        _ => "error",
    }
}

/// Writes the section of the database of that number.
pub fn section(number: usize, checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let report = &checked.report;
    writeln!(
        out,
        "<section id=\"database-{number}\">\n<h2 class=\"name\">{}</h2>\n<p><span class=\"badge {}\">{}</span></p>",
        xml(&report.database),
        class_of(&report.verdict),
        report.verdict.words()
    )?;
    facts(report, out)?;
    writeln!(out, "<h3>Inputs</h3>\n<ul class=\"files\">")?;
    for (number, input) in report.inputs.iter().enumerate() {
        let none = Sums::default();
        let sums = checked.inputs.get(number).map_or(&none, |it| &it.sha256);
        file(&input.name, input.role, input.bytes, sums, out)?;
    }
    writeln!(out, "</ul>")?;
    not_checked(report, out)?;
    findings(checked, out)?;
    if let Some(picture) = &checked.page_map {
        writeln!(out, "<h3>Pages</h3>\n{picture}")?;
    }
    if let Some(commits) = checked.commits.as_ref().filter(|it| !it.is_empty()) {
        writeln!(out, "<h3>Commits in the WAL</h3>")?;
        commits.write(out)?;
    }
    writeln!(out, "</section>")
}

fn facts(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let verdict = &report.verdict;
    let level = report.level.map(|level| {
        let rest = if report.not_checked.is_empty() {
            ""
        } else {
            "; but not what is listed below"
        };
        format!("{}{rest}", level_words(level))
    });
    writeln!(out, "<dl class=\"facts\">")?;
    let belongs = report.belongs.as_ref().map(Belonging::words);
    let facts = [
        ("probably", verdict.cause.as_deref()),
        ("WAL belongs", belongs.as_deref()),
        ("SQLite shows", Some(verdict.sqlite_shows.as_str())),
        ("and destroys", verdict.sqlite_destroys.as_deref()),
        ("can be rebuilt", Some(verdict.rebuildable.as_str())),
        ("checked", level.as_deref()),
    ];
    for (label, fact) in facts {
        if let Some(fact) = fact {
            term(label, &xml(fact), out)?;
        }
    }
    if let Some(next) = &verdict.next {
        // A name in it may have line breaks, which are a part of the command.
        let lines: Vec<String> = next.split('\n').map(xml).collect();
        term("next", &format!("<code>{}</code>", lines.join("\n")), out)?;
    }
    writeln!(out, "</dl>")
}

fn not_checked(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<h3>What was not checked</h3>")?;
    match (report.level, report.not_checked.as_slice()) {
        (None, _) => writeln!(
            out,
            "<p>The inside of the database: SQLite would not open it, or not as it is.</p>"
        ),
        (Some("full"), []) => writeln!(out, "<p>Nothing was left out.</p>"),
        (Some(_), []) => writeln!(
            out,
            "<p>What lies beyond the level that is said above; nothing else was left out.</p>"
        ),
        (Some(_), parts) => {
            writeln!(out, "<ul>")?;
            for what in parts {
                writeln!(out, "<li>{}</li>", xml(what))?;
            }
            writeln!(out, "</ul>")
        }
    }
}

fn findings(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let report = &checked.report;
    writeln!(out, "<h3>Findings</h3>")?;
    if report.findings.is_empty() {
        writeln!(out, "<p>None.</p>")?;
    }
    for (number, finding) in report.findings.iter().enumerate() {
        let window = checked.windows.get(number).and_then(Option::as_ref);
        write_finding(finding, window, out)?;
    }
    if report.unlisted() > 0 {
        let more = many(report.unlisted() as u64, "more finding");
        writeln!(
            out,
            "<p>And {more}, which are not listed (--max-findings).</p>"
        )?;
    }
    accepted(report, out)
}

/// What is accepted, which counts for nothing.
fn accepted(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if report.counts.accepted == 0 {
        return Ok(());
    }
    let count = many(report.counts.accepted as u64, "finding");
    writeln!(
        out,
        "<h3>Accepted</h3>\n<p>{count}, known and accepted.</p>\n<ul>"
    )?;
    for finding in &report.accepted {
        let code = finding.rule.code;
        let (message, place) = (xml(&finding.message), place(&finding.place));
        writeln!(out, "<li>{code} {message}, at {place}</li>")?;
    }
    let others = report.counts.accepted - report.accepted.len();
    if others > 0 {
        writeln!(out, "<li>and {}</li>", many(others as u64, "other"))?;
    }
    writeln!(out, "</ul>")
}

fn write_finding(
    finding: &Finding,
    window: Option<&HexWindow>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rule = finding.rule;
    let severity = finding.severity.name();
    writeln!(
        out,
        "<article class=\"{severity}\">\n<h4><span class=\"badge {severity}\">{severity}</span> \
         <a href=\"#rule-{0}\">{0}</a> <span class=\"dim\">{1}</span></h4>\n<p>{2}</p>\n<dl class=\"facts\">",
        rule.code,
        rule.name,
        xml(&finding.message)
    )?;
    term("at", &place(&finding.place), out)?;
    let facts = [
        ("found", &finding.found),
        ("expected", &finding.expected),
        ("help", &finding.help),
    ];
    for (label, fact) in facts {
        if let Some(fact) = fact {
            term(label, &xml(fact), out)?;
        }
    }
    for (at, message) in &finding.related {
        term("see", &format!("{}: {}", place(at), xml(message)), out)?;
    }
    writeln!(out, "</dl>")?;
    if let Some(window) = window {
        window.write(out)?;
    }
    writeln!(out, "</article>")
}

/// A place with its whole byte range.
fn place(place: &Place) -> String {
    let range = place.range;
    let bytes = many(range.end.saturating_sub(range.start), "byte");
    format!(
        "<span class=\"name\">{}</span> at 0x{:x}, {bytes} <span class=\"dim\">({})</span>",
        xml(&place.input),
        range.start,
        place.part
    )
}
