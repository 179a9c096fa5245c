//! One page that needs nothing else: what an examiner hands over.
//!
//! It has no script, fetches nothing, and is XML as well as HTML, so that it can be checked by a parser. Everything that
//! comes from the evidence is escaped.

mod commits;
mod database;
mod hex;

use std::io::{self, Write};

use super::document::{Archive, Checked, Document, Run, Sums};
use super::escape::xml;
use super::left_over::{LeftOver, MOST_IN_REPORTS};
use super::text::{count, many};
use crate::{Counts, Rule};

pub use self::commits::{CommitGroup, CommitPicture, SlotRun};
pub use self::hex::{HEX_LINE_BYTES, HEX_WINDOW_BYTES, HexWindow};

const STYLE: &str = include_str!("html/style.css");
/// What the page is allowed: this style and nothing else, by its SHA-256.
const STYLE_SHA256: &str = "0vhIEYYz1AfCDrxCkYS8ZKdj/Aqgu5ib5zP4nuMdX1s=";

/// A page with a section a database.
#[derive(Debug, Default)]
pub struct Html {
    rows: Vec<Row>,
    rules: Vec<&'static Rule>,
}

/// A database in the table at the top.
#[derive(Debug)]
struct Row {
    name: String,
    verdict: &'static str,
    class: &'static str,
    counts: Counts,
    fails: bool,
    is_archive: bool,
}

/// A table of so many databases has them in their order; of more, those that fail stand first.
const MOST_IN_ORDER: usize = 10;

impl Document for Html {
    fn begins_with_a_summary(&self) -> bool {
        true
    }

    fn begin(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        self.head(out)?;
        about(run, out)?;
        self.table(out)?;
        archives(&run.archives, out)?;
        not_read(&run.not_read, out)?;
        left_over(&run.left_over, out)
    }

    fn add(&mut self, checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
        let report = &checked.report;
        self.rows.push(Row {
            name: report.database.clone(),
            verdict: report.verdict.words(),
            class: database::class_of(&report.verdict),
            counts: report.counts,
            fails: checked.fails,
            is_archive: report.is_archive(),
        });
        for finding in &report.findings {
            if !self.rules.contains(&finding.rule) {
                self.rules.push(finding.rule);
            }
        }
        database::section(self.rows.len(), checked, out)
    }

    fn end(&mut self, _: &Run, out: &mut dyn Write) -> io::Result<()> {
        self.rules.sort_by_key(|rule| rule.code);
        if !self.rules.is_empty() {
            writeln!(
                out,
                "<section>\n<h2>What the rules mean</h2>\n<dl class=\"rules\">"
            )?;
            for rule in &self.rules {
                let summary = rule.summary().split_whitespace().collect::<Vec<_>>();
                writeln!(
                    out,
                    "<dt id=\"rule-{0}\"><b>{0}</b> {1}</dt>\n<dd>{2} <span class=\"dim\">stillframe explain {0}</span></dd>",
                    rule.code,
                    rule.name,
                    with_code(&summary.join(" "))
                )?;
            }
            writeln!(out, "</dl>\n</section>")?;
        }
        writeln!(out, "</main>\n</body>\n</html>")
    }
}

impl Html {
    fn databases(&self) -> String {
        let rows = self.rows.iter().filter(|row| !row.is_archive);
        many(rows.count() as u64, "database")
    }

    fn head(&self, out: &mut dyn Write) -> io::Result<()> {
        let title = match self.rows.as_slice() {
            [row] => format!("{}: {}", xml(&row.name), row.verdict),
            _ => self.databases(),
        };
        writeln!(
            out,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{STYLE_SHA256}'; \
             base-uri 'none'; form-action 'none'\"/>\n\
             <meta name=\"referrer\" content=\"no-referrer\"/>\n<meta name=\"color-scheme\" content=\"light dark\"/>\n\
             <title>{title} · stillframe</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>"
        )?;
        writeln!(out, "<h1>stillframe check</h1>")
    }

    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "<section>\n<h2>{}</h2>\n<div class=\"wide\"><table class=\"databases\">\n<thead><tr><th>database</th><th>verdict</th>\
             <th class=\"n\">errors</th><th class=\"n\">warnings</th><th class=\"n\">notes</th></tr></thead>\n<tbody>",
            self.databases()
        )?;
        let mut rows: Vec<(usize, &Row)> = self.rows.iter().enumerate().collect();
        if rows.len() > MOST_IN_ORDER {
            rows.sort_by_key(|(_, row)| row.counts.worst_first(row.fails));
        }
        for (number, row) in rows {
            let Counts {
                errors,
                warnings,
                notes,
                ..
            } = row.counts;
            let cell = |number: usize, one: &str| {
                let s = if number == 1 { "" } else { "s" };
                let number = count(number as u64);
                format!("<td class=\"n\" data-of=\"{one}{s}\">{number}</td>")
            };
            let counts = [
                cell(errors, "error"),
                cell(warnings, "warning"),
                cell(notes, "note"),
            ];
            writeln!(
                out,
                "<tr><td><a class=\"name\" href=\"#database-{}\">{}</a></td><td><span class=\"badge {}\">{}</span></td>\
                 {}</tr>",
                number + 1,
                xml(&row.name),
                row.class,
                row.verdict,
                counts.concat()
            )?;
        }
        writeln!(out, "</tbody>\n</table></div>\n</section>")
    }
}

/// How the page came to be.
fn about(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<dl class=\"facts\">")?;
    term("made by", &format!("stillframe {}", xml(&run.version)), out)?;
    let command = format!("<code>{}</code>", xml(&run.command_line));
    term("command", &command, out)?;
    term("exit status", &run.exit_status.to_string(), out)?;
    match (&run.began, &run.ended) {
        (Some(began), Some(ended)) => {
            term("began", &xml(began), out)?;
            term("ended", &xml(ended), out)?;
        }
        _ => term("time", "not recorded (--timestamp records it)", out)?,
    }
    term(
        "inputs",
        "opened for reading only; the SHA-256 of each file before and after the check is given below",
        out,
    )?;
    writeln!(out, "</dl>")
}

fn archives(archives: &[Archive], out: &mut dyn Write) -> io::Result<()> {
    if archives.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>Archives</h2>\n<ul class=\"files\">")?;
    for archive in archives {
        file(
            &archive.name,
            "archive",
            archive.bytes,
            &archive.sha256,
            out,
        )?;
    }
    writeln!(out, "</ul>\n</section>")
}

fn not_read(not_read: &[String], out: &mut dyn Write) -> io::Result<()> {
    if not_read.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>What could not be read</h2>\n<ul>")?;
    for what in not_read {
        writeln!(out, "<li class=\"error\">{}</li>", xml(what))?;
    }
    writeln!(out, "</ul>\n</section>")
}

fn left_over(left_over: &LeftOver, out: &mut dyn Write) -> io::Result<()> {
    let Some(words) = left_over.words() else {
        return Ok(());
    };
    writeln!(out, "<section>\n<h2>Left over: {words}</h2>\n<ul>")?;
    for line in left_over.lines(MOST_IN_REPORTS) {
        writeln!(out, "<li class=\"dim\">{}</li>", xml(&line))?;
    }
    writeln!(out, "</ul>\n</section>")
}

/// A file with its sums.
fn file(name: &str, role: &str, bytes: u64, sums: &Sums, out: &mut dyn Write) -> io::Result<()> {
    let bytes = many(bytes, "byte");
    write!(
        out,
        "<li><span class=\"name\">{}</span> <span class=\"dim\">{role}, {bytes}</span>",
        xml(name)
    )?;
    let line = |label, sum: &str, out: &mut dyn Write| {
        write!(
            out,
            "<br/><span class=\"dim\">SHA-256 {label}</span> <code class=\"sum\">{sum}</code>"
        )
    };
    match (&sums.before, &sums.after) {
        (Some(before), Some(after)) if before == after => {
            line("before and after", before, out)?;
        }
        (Some(before), Some(after)) => {
            line("before", before, out)?;
            line("after", after, out)?;
            write!(out, " <b class=\"error\">it changed</b>")?;
        }
        (Some(only), None) => line("of the content", only, out)?,
        (None, _) => {}
    }
    writeln!(out, "</li>")
}

/// A term and its markup.
fn term(label: &str, markup: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<dt>{label}</dt><dd>{markup}</dd>")
}

/// Markdown with no other marks than those of code, as markup.
fn with_code(text: &str) -> String {
    let mut markup = String::new();
    for (number, part) in text.split('`').enumerate() {
        let part = xml(part);
        match number % 2 {
            0 => markup.push_str(&part),
            _ => markup.push_str(&format!("<code>{part}</code>")),
        }
    }
    markup
}

#[cfg(test)]
mod tests;
