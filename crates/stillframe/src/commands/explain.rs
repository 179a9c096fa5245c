use std::io::Write as _;

use anyhow::bail;
use stillframe_check::render::text::{BOLD, DIM, paragraph, style_of};
use stillframe_check::{RULES, rule_with_code};

use crate::args::{Common, Explain};
use crate::exit::Exit;
use crate::terminal::{stdout, width};

/// Tells what a rule means, or lists all rules.
pub fn run(common: &Common, options: &Explain) -> anyhow::Result<Exit> {
    let mut out = stdout(common.color);
    match &options.code {
        None => {
            for rule in RULES {
                let style = style_of(rule.severity);
                writeln!(
                    out,
                    "{BOLD}{:<7}{BOLD:#} {style}{:<8}{style:#} {}",
                    rule.code, rule.severity, rule.name
                )?;
            }
        }
        Some(code) => {
            let Some(rule) = rule_with_code(code) else {
                bail!("there is no rule {code}; `stillframe explain` lists them all");
            };
            let style = style_of(rule.severity);
            writeln!(
                out,
                "{BOLD}{} {}{BOLD:#}: {style}{}{style:#} {DIM}(since {}){DIM:#}\n",
                rule.code, rule.name, rule.severity, rule.since
            )?;
            print(&mut out, rule.explain)?;
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// Prints Markdown with its headings set off and its paragraphs broken anew.
fn print(out: &mut dyn std::io::Write, markdown: &str) -> std::io::Result<()> {
    let width = width();
    for (index, block) in markdown.trim().split("\n\n").enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let mut lines = block.lines().map(str::trim).peekable();
        if let Some(heading) = lines.peek().and_then(|line| line.strip_prefix("# ")) {
            writeln!(out, "{BOLD}{heading}{BOLD:#}")?;
            lines.next();
        }
        let text: Vec<&str> = lines.collect();
        paragraph(out, 2, &text.join(" "), width)?;
    }
    Ok(())
}
