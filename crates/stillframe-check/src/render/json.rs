use std::io::{self, Write};

use serde::Serialize;

use super::document::{Checked, Document, Run};
use crate::Report;

/// The version of the JSON. Fields may be added to a version; none is changed or taken away.
pub const SCHEMA_VERSION: u32 = 1;

/// One JSON document of all reports, as they come.
#[derive(Debug, Default)]
pub struct Json {
    has_reports: bool,
}

impl Document for Json {
    fn begin(&mut self, _: &Run, out: &mut dyn Write) -> io::Result<()> {
        write!(
            out,
            "{{\n  \"schema_version\": {SCHEMA_VERSION},\n  \"reports\": ["
        )
    }

    fn add(&mut self, checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
        let separator = if self.has_reports { "," } else { "" };
        self.has_reports = true;
        write!(out, "{separator}\n    {}", indented(&checked.report, 4)?)
    }

    fn end(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        let not_read = indented(&run.not_read, 2)?;
        let left_over = indented(&run.left_over, 2)?;
        writeln!(
            out,
            "\n  ],\n  \"not_read\": {not_read},\n  \"left_over\": {left_over}\n}}"
        )
    }
}

/// JSON whose lines behind the first are indented.
fn indented(value: &impl Serialize, indent: usize) -> io::Result<String> {
    let text = serde_json::to_string_pretty(value)?;
    Ok(text.replace('\n', &format!("\n{:indent$}", "")))
}

/// A line of JSON a database.
#[derive(Debug, Default)]
pub struct JsonLines;

impl Document for JsonLines {
    fn begin(&mut self, _: &Run, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn add(&mut self, checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
        #[derive(Serialize)]
        struct Line<'a> {
            schema_version: u32,
            #[serde(flatten)]
            report: &'a Report,
        }
        let line = Line {
            schema_version: SCHEMA_VERSION,
            report: &checked.report,
        };
        serde_json::to_writer(&mut *out, &line)?;
        writeln!(out)
    }

    fn end(&mut self, _: &Run, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
