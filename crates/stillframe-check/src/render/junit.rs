//! JUnit, as Jenkins, GitLab and GitHub read it: a test case a database.

use std::io::{self, Write};

use anstream::StripStream;

use super::document::{Checked, Document, Run};
use super::escape::xml;
use super::full::full;
use super::left_over::MOST_IN_REPORTS;
use super::text::many;
use crate::{Report, Severity};

/// Columns of the text in it.
const WIDTH: usize = 100;

/// A test case a database, which fails where the run fails for it, and an error for what could not be read.
#[derive(Debug, Default)]
pub struct Junit {
    databases: usize,
    failures: usize,
    /// Archives that could not be read as a whole.
    archives: usize,
}

impl Document for Junit {
    fn begins_with_a_summary(&self) -> bool {
        true
    }

    fn begin(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        let tests = self.databases + self.archives + run.not_read.len();
        let errors = self.archives + run.not_read.len();
        let failures = self.failures;
        let counts = format!(r#"tests="{tests}" failures="{failures}" errors="{errors}""#);
        let time = run.began.as_deref();
        let time = time.map_or_else(String::new, |time| format!(r#" timestamp="{}""#, xml(time)));
        writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
        writeln!(out, r#"<testsuites name="stillframe check" {counts}>"#)?;
        writeln!(
            out,
            r#"  <testsuite name="stillframe check" {counts} skipped="0"{time}>"#
        )
    }

    fn add(&mut self, checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
        let report = &checked.report;
        match report.is_archive() {
            true => self.archives += 1,
            false => self.databases += 1,
        }
        case(&report.database, out)?;
        let mut text = StripStream::new(Vec::new());
        full(report, WIDTH, &mut text)?;
        let text = text.into_inner();
        let text = String::from_utf8_lossy(&text);
        if report.is_archive() {
            let (message, kind) = (xml(&headline(report)), xml(report.verdict.words()));
            write!(out, r#"      <error message="{message}" type="{kind}">"#)?;
            lines(&text, out)?;
            writeln!(out, "</error>")?;
        } else if checked.fails {
            self.failures += 1;
            let (message, kind) = (xml(&headline(report)), xml(report.verdict.words()));
            write!(out, r#"      <failure message="{message}" type="{kind}">"#)?;
            lines(&text, out)?;
            writeln!(out, "</failure>")?;
        } else {
            write!(out, "      <system-out>")?;
            lines(&text, out)?;
            writeln!(out, "</system-out>")?;
        }
        writeln!(out, "    </testcase>")
    }

    fn end(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        for (number, what) in run.not_read.iter().enumerate() {
            case(&format!("not read {}", number + 1), out)?;
            let what = xml(what);
            writeln!(out, r#"      <error message="{what}" type="not read"/>"#)?;
            writeln!(out, "    </testcase>")?;
        }
        if let Some(words) = run.left_over.words() {
            writeln!(out, "    <system-out>left over: {words}")?;
            for line in run.left_over.lines(MOST_IN_REPORTS) {
                writeln!(out, "  {}", xml(&line))?;
            }
            writeln!(out, "</system-out>")?;
        }
        writeln!(out, "  </testsuite>\n</testsuites>")
    }
}

fn case(name: &str, out: &mut dyn Write) -> io::Result<()> {
    let name = xml(name);
    writeln!(
        out,
        r#"    <testcase classname="stillframe.check" name="{name}" file="{name}">"#
    )
}

/// Text line by line: what is within a line may be anything.
fn lines(text: &str, out: &mut dyn Write) -> io::Result<()> {
    text.lines()
        .try_for_each(|line| writeln!(out, "{}", xml(line)))
}

/// The verdict and the worst finding in one line.
fn headline(report: &Report) -> String {
    let counts = report.counts;
    let counted = [Severity::Error, Severity::Warning]
        .map(|severity| (counts.of_severity(severity), severity.name()))
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| many(count as u64, name));
    let mut text = report.verdict.words().to_owned();
    for counted in counted {
        text.push_str(&format!(", {counted}"));
    }
    if let Some(finding) = report.findings.first() {
        text.push_str(&format!(": {} {}", finding.rule.code, finding.message));
    }
    text
}
