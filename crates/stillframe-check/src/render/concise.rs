use std::io::{self, Write};

use super::text::{DIM, many, style_of};
use crate::Report;

/// Writes a report with a line for the verdict and one for each finding.
///
/// # Errors
/// `out` could not be written.
pub fn concise(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}: {}", report.database, report.verdict.words())?;
    for finding in &report.findings {
        let severity = finding.rule.severity;
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
    if report.unlisted() > 0 {
        let more = many(report.unlisted() as u64, "more finding");
        writeln!(out, "{}: {more}", report.database)?;
    }
    Ok(())
}
