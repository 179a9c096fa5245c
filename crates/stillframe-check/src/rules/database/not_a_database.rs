use stillframe_database::ErrorKind;
use stillframe_format::FileKind;
use stillframe_history::Refusal;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The file does not begin as a SQLite database does.
    ///
    /// # What it means
    /// Page 1, read as SQLite would read it (through the WAL where there is one), does not begin with the 16 bytes
    /// `SQLite format 3` and a zero. The message says what the file looks like instead: a dump, an archive, text.
    ///
    /// # Why it matters
    /// SQLite refuses it: `file is not a database (26)`. Nothing can be restored from it as it is.
    ///
    /// # How it is checked
    /// The first 16 bytes of page 1 are compared with the magic string; what else the file may be is told from its content.
    ///
    /// # Example
    /// `backup.db` is what a web server answered instead of the download: `<!DOCTYPE html>`.
    ///
    /// # What to do
    /// If it is an archive, unpack it. If it is SQL text, feed it to `sqlite3`. Else look for the step that wrote it.
    ///
    /// # When it is normal
    /// Never for a file that is meant to be a database.
    "DB001" "not_a_database" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(Refusal::NotADatabase(error)) = evidence.refusal() else {
        return;
    };
    let kind = evidence.database_kind.unwrap_or(FileKind::Other);
    if !matches!(error.kind, ErrorKind::Magic { .. }) || kind == FileKind::EncryptedLooking {
        return;
    }
    findings.report(
        &RULE,
        evidence.in_header(error.range),
        format!("this is {kind}"),
    );
}
