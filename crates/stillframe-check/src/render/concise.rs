use std::io::{self, Write};

use super::document::{Checked, Document, Run};
use super::full::not_read;
use super::text::{DIM, many, style_of};
use crate::Report;

/// A line for the verdict of each database and one for each finding.
#[derive(Debug, Default)]
pub struct Concise {
    /// Whether what could not be read is to be said at the end, as there is no standard error beside it.
    pub tells_not_read: bool,
}

impl Document for Concise {
    fn begin(&mut self, _: &Run, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn add(&mut self, checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
        concise(&checked.report, out)
    }

    fn end(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        not_read(run, self.tells_not_read, out)
    }
}

/// Writes a report with a line for the verdict and one for each finding.
///
/// # Errors
/// `out` could not be written.
pub fn concise(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}: {}", report.database, report.verdict.words())?;
    for finding in &report.findings {
        let severity = finding.severity;
        let style = style_of(severity);
        writeln!(
            out,
            "{}:0x{:x}: {style}{severity}[{}]{style:#} {} {DIM}({}){DIM:#}",
            finding.place.input,
            finding.place.range.start,
            finding.rule.code,
            finding.message,
            finding.place.part,
        )?;
    }
    if !report.not_checked.is_empty() {
        let parts = many(report.not_checked.len() as u64, "part");
        writeln!(out, "{}: {parts} not checked", report.database)?;
    }
    if report.counts.accepted > 0 {
        let findings = many(report.counts.accepted as u64, "finding");
        writeln!(out, "{}: {findings} accepted", report.database)?;
    }
    if report.unlisted() > 0 {
        let more = many(report.unlisted() as u64, "more finding");
        writeln!(out, "{}: {more}", report.database)?;
    }
    Ok(())
}
