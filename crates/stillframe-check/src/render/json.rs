use std::io::{self, Write};

use serde::Serialize;

use crate::Report;

/// The version of the JSON. Fields may be added to a version; none is changed or taken away.
pub const SCHEMA_VERSION: u32 = 1;

/// Writes one JSON document of all reports, as they come.
///
/// # Errors
/// `out` could not be written, or what `reports` yields is an error.
pub fn json<E: From<io::Error>>(
    reports: impl IntoIterator<Item = Result<Report, E>>,
    out: &mut dyn Write,
) -> Result<(), E> {
    let failed = |error: serde_json::Error| io::Error::from(error);
    write!(
        out,
        "{{\n  \"schema_version\": {SCHEMA_VERSION},\n  \"reports\": ["
    )?;
    let mut separator = "";
    for report in reports {
        let text = serde_json::to_string_pretty(&report?).map_err(failed)?;
        write!(out, "{separator}\n    {}", text.replace('\n', "\n    "))?;
        separator = ",";
    }
    writeln!(out, "\n  ]\n}}")?;
    Ok(())
}

/// Writes a report as one line of JSON.
///
/// # Errors
/// `out` could not be written.
pub fn jsonl(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Line<'a> {
        schema_version: u32,
        #[serde(flatten)]
        report: &'a Report,
    }
    let line = Line {
        schema_version: SCHEMA_VERSION,
        report,
    };
    serde_json::to_writer(&mut *out, &line)?;
    writeln!(out)
}
