//! The reports of a run: what is printed, and the files beside it, from one check.

use std::io::{self, BufWriter, Seek as _, Write};

use anstream::adapter::strip_bytes;
use stillframe_check::render::{
    Checked, Concise, Document, Full, Html, Json, JsonLines, Junit, Markdown, Run, Sarif,
};
use tempfile::SpooledTempFile;

use crate::args::{Check, CheckFormat, Common, ReportFile};
use crate::inputs::{Inputs, Names};
use crate::names::shown_of_raw;
use crate::output::{Output, OutputOptions};
use crate::terminal::{EvenUnread, stdout, verbatim, width, width_of_file};

/// Bytes of a document that wait in memory for its beginning; more wait in a temporary file without a name.
const MOST_WAITING: usize = 8 << 20;

/// The documents that are made, each in its place.
pub struct Reports {
    printed: Making,
    out: Box<dyn Write>,
    files: Vec<(Making, Output)>,
    /// Whether inputs are called as JSON has them.
    names: Names,
}

/// A document that is made.
struct Making {
    format: CheckFormat,
    document: Box<dyn Document>,
    /// What waits for the beginning of the document, where that comes last.
    waiting: Option<SpooledTempFile>,
}

impl Reports {
    /// Begins the files, so that what cannot be written is said before anything is checked.
    pub fn create(
        common: &Common,
        options: &Check,
        format: CheckFormat,
        inputs: &Inputs<'_>,
    ) -> anyhow::Result<Self> {
        // What a manifest records, and is not here, is told as databases are.
        let is_several = inputs.is_several() || options.manifest.is_some();
        let printed = Making::new(format, document(format, is_several, width(), false));
        let sources = inputs.files();
        let output_options = OutputOptions {
            force: options.force,
            ..OutputOptions::default()
        };
        let mut files = Vec::new();
        for ReportFile { format, target } in options.files() {
            let document = document(*format, is_several, width_of_file(), true);
            let output = Output::create(target, &sources, output_options)?;
            files.push((Making::new(*format, document), output));
        }
        let all = files.iter().map(|(making, _)| making.format);
        let is_raw = all.chain([format]).any(|it| it.names() == Names::Raw);
        Ok(Self {
            printed,
            out: Box::new(EvenUnread(match format {
                CheckFormat::Full | CheckFormat::Concise => stdout(common.color),
                _ => verbatim(),
            })),
            files,
            names: if is_raw { Names::Raw } else { Names::Shown },
        })
    }

    /// Begins what can be begun before anything is known.
    pub fn begin(&mut self, run: &Run) -> anyhow::Result<()> {
        self.each(|making, out| match making.waiting {
            Some(_) => Ok(()),
            None => making.document.begin(run, out),
        })
    }

    /// Adds a database to every document.
    pub fn add(&mut self, checked: &Checked) -> anyhow::Result<()> {
        let is_raw = self.names == Names::Raw;
        let inputs = checked.report.inputs.iter();
        let needs_shown = is_raw
            && inputs
                .map(|input| &input.name)
                .chain([&checked.report.database])
                .any(|name| shown_of_raw(name) != *name);
        let shown = needs_shown.then(|| Checked {
            report: checked.report.renamed(shown_of_raw),
            ..checked.clone()
        });
        self.each(|making, out| {
            let checked = match &shown {
                Some(shown) if making.format.names() == Names::Shown => shown,
                _ => checked,
            };
            match &mut making.waiting {
                Some(waiting) => making.document.add(checked, waiting),
                None => making.document.add(checked, out),
            }
        })
    }

    fn each(
        &mut self,
        mut work: impl FnMut(&mut Making, &mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        work(&mut self.printed, &mut self.out)?;
        for (making, output) in &mut self.files {
            let mut file = BufWriter::new(output.file());
            let worked = work(making, &mut file);
            let worked = worked.and_then(|()| file.flush());
            drop(file);
            worked.map_err(|error| output.failed(error.into()))?;
        }
        Ok(())
    }

    /// Ends what is printed.
    pub fn print(&mut self, run: &Run) -> anyhow::Result<()> {
        self.printed.end(run, &mut self.out)?;
        self.out.flush()?;
        Ok(())
    }

    /// Ends the files and gives them their names. One that cannot be written does not keep the others from it.
    pub fn write(self, run: &Run) -> anyhow::Result<()> {
        let mut failures = Vec::new();
        for (mut making, mut output) in self.files {
            let mut file = BufWriter::new(output.file());
            let ended = making.end(run, &mut file);
            let ended = ended.and_then(|()| file.flush());
            drop(file);
            let written = match ended {
                Ok(()) => output.commit(),
                Err(error) => Err(output.failed(error.into())),
            };
            failures.extend(written.err());
        }
        let mut failures = failures.into_iter();
        let first = failures.next();
        failures.for_each(|error| crate::exit::complain(&error));
        first.map_or(Ok(()), Err)
    }
}

impl Making {
    fn new(format: CheckFormat, document: Box<dyn Document>) -> Self {
        let waits = document.begins_with_a_summary();
        Self {
            format,
            document,
            waiting: waits.then(|| SpooledTempFile::new(MOST_WAITING)),
        }
    }

    fn end(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        if let Some(mut waiting) = self.waiting.take() {
            self.document.begin(run, out)?;
            waiting.rewind()?;
            io::copy(&mut waiting, out)?;
        }
        self.document.end(run, out)
    }
}

/// The document of a format. In a file there is no standard error beside it.
fn document(
    format: CheckFormat,
    is_several: bool,
    width: usize,
    is_file: bool,
) -> Box<dyn Document> {
    match format {
        CheckFormat::Full | CheckFormat::Pragma => {
            let mut full = Full::new(width, is_several);
            full.tells_not_read = is_file;
            plain_if(is_file, full)
        }
        CheckFormat::Concise => plain_if(
            is_file,
            Concise {
                tells_not_read: is_file,
            },
        ),
        CheckFormat::Json => Box::new(Json::default()),
        CheckFormat::Jsonl => Box::new(JsonLines),
        CheckFormat::Sarif => Box::new(Sarif::default()),
        CheckFormat::Junit => Box::new(Junit::default()),
        CheckFormat::Markdown => Box::new(Markdown::default()),
        CheckFormat::Html => Box::new(Html::default()),
    }
}

fn plain_if(is_file: bool, document: impl Document + 'static) -> Box<dyn Document> {
    match is_file {
        true => Box::new(Plain(document)),
        false => Box::new(document),
    }
}

/// Text without its colours.
struct Plain<D>(D);

impl<D: Document> Plain<D> {
    fn write(
        &mut self,
        out: &mut dyn Write,
        work: impl FnOnce(&mut D, &mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut text = Vec::new();
        work(&mut self.0, &mut text)?;
        out.write_all(&strip_bytes(&text).into_vec())
    }
}

impl<D: Document> Document for Plain<D> {
    fn begin(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        self.write(out, |document, out| document.begin(run, out))
    }

    fn add(&mut self, checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
        self.write(out, |document, out| document.add(checked, out))
    }

    fn end(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        self.write(out, |document, out| document.end(run, out))
    }
}
