//! Markdown for the summary of a job: short, with the details folded away.

use std::io::{self, Write};

use super::document::{Checked, Document, Run};
use super::escape::markdown;
use super::text::{count, many};
use crate::{Belonging, Counts, Finding, Report, Severity};

/// Databases that the table has; it has the worst. What shows summaries takes no more than a mebibyte.
const MOST_ROWS: usize = 200;
/// Databases that have details.
const MOST_DETAILED: usize = 50;
/// Findings that are listed of each.
const MOST_FINDINGS: usize = 20;
/// No text of a finding is longer, in characters.
const LONGEST: usize = 600;

/// A table of the databases, and folded below it what was found in those that are not well.
#[derive(Debug, Default)]
pub struct Markdown {
    rows: Vec<Row>,
    detailed: usize,
}

/// A database in the table.
#[derive(Debug)]
struct Row {
    name: String,
    verdict: &'static str,
    counts: Counts,
    fails: bool,
    is_archive: bool,
}

impl Document for Markdown {
    fn begins_with_a_summary(&self) -> bool {
        true
    }

    fn begin(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        let failed = self.rows.iter().filter(|row| row.fails).count();
        let databases = self.rows.iter().filter(|row| !row.is_archive).count();
        let mut says = vec![many(databases as u64, "database")];
        if databases < self.rows.len() {
            let archives = many((self.rows.len() - databases) as u64, "archive");
            says.push(format!("{archives} not wholly read"));
        }
        if failed > 0 {
            says.push(format!("**{} failed**", count(failed as u64)));
        }
        if !run.not_read.is_empty() {
            let inputs = many(run.not_read.len() as u64, "input");
            says.push(format!("**{inputs} could not be read**"));
        }
        writeln!(out, "### stillframe check: {}\n", says.join(", "))?;
        for what in run.not_read.iter().take(MOST_FINDINGS) {
            writeln!(out, "- not read: {}", short(what))?;
        }
        let others = run.not_read.len().saturating_sub(MOST_FINDINGS);
        if others > 0 {
            writeln!(out, "- and {} more", count(others as u64))?;
        }
        if !run.not_read.is_empty() {
            writeln!(out)?;
        }
        self.table(out)
    }

    fn add(&mut self, checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
        let report = &checked.report;
        self.rows.push(Row {
            name: report.database.clone(),
            verdict: report.verdict.words(),
            counts: report.counts,
            fails: checked.fails,
            is_archive: report.is_archive(),
        });
        let is_well = report.verdict.is_good() && report.is_all_checked();
        if (is_well && !checked.fails) || self.detailed == MOST_DETAILED {
            return Ok(());
        }
        self.detailed += 1;
        details(report, out)
    }

    fn end(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        if self.detailed == MOST_DETAILED {
            writeln!(
                out,
                "\nDetails of no more than {MOST_DETAILED} databases are shown."
            )?;
        }
        let Some(words) = run.left_over.words() else {
            return Ok(());
        };
        writeln!(out, "\n<details><summary>left over: {words}</summary>\n")?;
        for line in run.left_over.lines(MOST_FINDINGS) {
            writeln!(out, "- {}", short(&line))?;
        }
        writeln!(out, "\n</details>")
    }
}

impl Markdown {
    fn table(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        self.rows
            .sort_by_key(|row| row.counts.worst_first(row.fails));
        writeln!(out, "| | database | verdict | errors | warnings | notes |")?;
        writeln!(out, "|---|---|---|--:|--:|--:|")?;
        for row in self.rows.iter().take(MOST_ROWS) {
            let mark = if row.fails { "❌" } else { "✅" };
            let Counts {
                errors,
                warnings,
                notes,
                ..
            } = row.counts;
            let [errors, warnings, notes] = [errors, warnings, notes].map(|n| count(n as u64));
            writeln!(
                out,
                "| {mark} | {} | {} | {errors} | {warnings} | {notes} |",
                short(&row.name),
                row.verdict
            )?;
        }
        let others = self.rows.len().saturating_sub(MOST_ROWS);
        if others > 0 {
            writeln!(out, "\nand {}", many(others as u64, "more database"))?;
        }
        Ok(())
    }
}

fn details(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let verdict = &report.verdict;
    writeln!(
        out,
        "\n<details><summary><b>{}</b>: {}</summary>\n",
        super::escape::xml(&cut(&report.database)),
        verdict.words()
    )?;
    let belongs = report.belongs.as_ref().map(Belonging::words);
    let facts = [
        ("probably", verdict.cause.as_ref()),
        ("WAL belongs", belongs.as_ref()),
        ("SQLite shows", Some(&verdict.sqlite_shows)),
        ("and destroys", verdict.sqlite_destroys.as_ref()),
        ("can be rebuilt", Some(&verdict.rebuildable)),
    ];
    for (label, fact) in facts {
        if let Some(fact) = fact {
            writeln!(out, "- {label}: {}", short(fact))?;
        }
    }
    for what in report.not_checked.iter().take(MOST_FINDINGS) {
        writeln!(out, "- not checked: {}", short(what))?;
    }
    let others = report.not_checked.len().saturating_sub(MOST_FINDINGS);
    if others > 0 {
        let others = many(others as u64, "more part");
        writeln!(out, "- not checked: {others}")?;
    }
    if let Some(next) = &verdict.next {
        writeln!(out, "\nNext:\n\n{}", fenced(next))?;
    }
    writeln!(out)?;
    for finding in report.findings.iter().take(MOST_FINDINGS) {
        write_finding(finding, out)?;
    }
    let listed = report.findings.len().min(MOST_FINDINGS);
    let others = report.unlisted() + report.findings.len() - listed;
    if others > 0 {
        writeln!(out, "- and {}", many(others as u64, "more finding"))?;
    }
    if report.counts.accepted > 0 {
        let accepted = many(report.counts.accepted as u64, "finding");
        writeln!(out, "- {accepted} accepted")?;
        for finding in report.accepted.iter().take(MOST_FINDINGS) {
            let (code, message) = (finding.rule.code, short(&finding.message));
            writeln!(out, "  - {code} {message}")?;
        }
    }
    writeln!(out, "\n</details>")
}

fn write_finding(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let mark = match finding.severity {
        Severity::Error => "🔴",
        Severity::Warning => "🟡",
        Severity::Note => "🔵",
    };
    writeln!(
        out,
        "- {mark} **{}** {}  \n  {}",
        finding.rule.code,
        short(&finding.message),
        short(&finding.place.to_string())
    )?;
    if let (Some(found), Some(expected)) = (&finding.found, &finding.expected) {
        let (found, expected) = (short(found), short(expected));
        writeln!(out, "  \n  found {found}, expected {expected}")?;
    }
    if let Some(help) = &finding.help {
        writeln!(out, "  \n  {}", short(help))?;
    }
    Ok(())
}

/// A command as a block of code, behind a fence that is longer than any in it. No line of it can end the block.
fn fenced(command: &str) -> String {
    let mut longest = 2;
    let mut run = 0;
    for character in command.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence}sh\n{command}\n{fence}")
}

/// One line of Markdown that shows `text`, and no more of it than there is room for.
fn short(text: &str) -> String {
    markdown(&cut(text))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_command_ends_its_block() {
        assert_eq!(fenced("a"), "```sh\na\n```");
        assert_eq!(fenced("a '\n````\n'"), "`````sh\na '\n````\n'\n`````");
    }
}
