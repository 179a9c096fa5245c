use stillframe_history::{Role, TextDamage};

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The file was transferred as text, which changed its bytes.
    ///
    /// # What it means
    /// The file begins as a database does, is not as long as whole pages are, and has the marks of a program that took it
    /// for text: a carriage return before every line feed, or no byte in it that is not UTF-8, which is so of no database
    /// but the smallest.
    ///
    /// # Why it matters
    /// Every page behind the first change is not where it was: SQLite says `database disk image is malformed`, or
    /// `file is not a database`. Carriage returns that were put in can be taken out again, and what was read as Latin-1
    /// and written as UTF-8 can be put back: byte for byte, nothing is lost. Where bytes were replaced by U+FFFD, these
    /// are lost.
    ///
    /// # How it is checked
    /// Only in a file whose length is no multiple of its page size: its bytes are counted. Without those that were put in
    /// it must have whole pages.
    ///
    /// # Example
    /// FTP in ASCII mode; `core.autocrlf` of Git, in a repository without `*.db binary`; a database read and written by a
    /// script as text.
    ///
    /// # What to do
    /// Where it can be undone, `rebuild --repair` writes the database as it was. Then mend the transfer: what else went
    /// that way is damaged as well.
    ///
    /// # When it is normal
    /// Never.
    "DB106" "text_mode_transfer" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(damage) = evidence.text_damage else {
        return;
    };
    let message = match damage {
        TextDamage::CarriageReturns { count } => format!(
            "the file was transferred as text: a carriage return stands before each of its {}",
            many(count, "line feed")
        ),
        TextDamage::Latin1ToUtf8 { count } => format!(
            "the file was transferred as text: {} past 127 were written as UTF-8",
            many(count, "byte")
        ),
        TextDamage::Replaced { count } => format!(
            "the file was transferred as text: what was not UTF-8 was replaced by U+FFFD, in {}, and is lost",
            many(count, "place")
        ),
    };
    let help = match damage.can_be_undone() {
        true => "put the bytes back: rebuild --repair; and mend the transfer",
        false => "look for another copy, and mend the transfer",
    };
    findings
        .report(&RULE, evidence.whole(Role::Database), message)
        .help(help);
}
