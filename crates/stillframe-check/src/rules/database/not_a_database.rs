use stillframe_database::ErrorKind;
use stillframe_database::header::MAGIC;
use stillframe_format::FileKind;

use crate::rule::rule;
use crate::{DumpEnd, Evidence, Findings};

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
    /// The first 16 bytes of page 1 are compared with the magic string; what else the file may be is told from its
    /// content.
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
    let Some(error) = super::refused(&RULE, evidence) else {
        return;
    };
    let ErrorKind::Magic { found } = error.kind else {
        return;
    };
    let place = evidence.in_header(error.range);
    if evidence.aborted.is_some() || evidence.behind_page_1.is_some() {
        return;
    }
    let (message, help) = match (evidence.frame_of_page_1(), evidence.database_kind) {
        (Some(frame), _) => (
            format!("page 1, as frame {frame} of the WAL holds it, is not the start of a database"),
            "check the database file alone, in a folder of its own: the WAL may not be its",
        ),
        (None, kind) => {
            let kind = kind.unwrap_or(FileKind::Other);
            match evidence.dump_end {
                Some(DumpEnd::CutOff) => (
                    format!(
                        "this is {kind}, cut off: the transaction that it begins is not committed at its end"
                    ),
                    "look for a whole dump: what the sqlite3 command makes of this one is rolled back",
                ),
                Some(DumpEnd::RolledBack) => (
                    format!(
                        "this is {kind} of a database that was damaged: it ends with a rollback"
                    ),
                    "make a database of it with COMMIT in place of the ROLLBACK at its end, and look for what is missing",
                ),
                Some(DumpEnd::Committed) | None => (format!("this is {kind}"), help(kind)),
            }
        }
    };
    let (present, _) = found.split_at(place.range.length().min(16) as usize);
    findings
        .report(&RULE, place, message)
        .values(present.escape_ascii(), MAGIC.escape_ascii())
        .help(help);
}

fn help(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Gzip
        | FileKind::Zstd
        | FileKind::Bzip2
        | FileKind::Xz
        | FileKind::Lz4
        | FileKind::Zip
        | FileKind::Tar => "unpack it first, and check what comes out",
        FileKind::SqlDump => "make a database of it: sqlite3 NEW.db < FILE",
        FileKind::GitLfsPointer => "fetch the file itself: git lfs pull",
        FileKind::AppleDouble => "leave it: the file itself has the name without ._ in front",
        FileKind::Html | FileKind::Xml => {
            "read what it says: a server answered with it in place of the file"
        }
        FileKind::Sqlite2 => {
            "make a dump of it with the sqlite command of version 2, and a database of that"
        }
        FileKind::DuckDb => "open it with DuckDB",
        FileKind::Ltx => "restore a database from it with Litestream, and check that",
        FileKind::Wal => "a WAL is named as its database with -wal at the end",
        FileKind::WalIndex => "a wal-index is named as its database with -shm at the end",
        FileKind::Journal | FileKind::ZeroedJournal => {
            "a rollback journal is named as its database with -journal at the end"
        }
        FileKind::Unstructured => {
            "look for what compressed or encrypted it as a whole; an encrypted database has whole sectors of 512 bytes, so if it is one, it was cut off"
        }
        FileKind::ZeroFilled => {
            "look for the step that made it: its size was set, and its content was not written"
        }
        _ => "look for the step that wrote it",
    }
}
