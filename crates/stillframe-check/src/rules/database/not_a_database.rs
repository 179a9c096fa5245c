use stillframe_database::ErrorKind;
use stillframe_database::header::MAGIC;
use stillframe_format::FileKind;

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
    if evidence.aborted.is_some() {
        return;
    }
    let (message, help) = match (evidence.frame_of_page_1(), evidence.database_kind) {
        (_, Some(FileKind::EncryptedLooking)) => return,
        (Some(frame), _) => (
            format!("page 1, as frame {frame} of the WAL holds it, is not the start of a database"),
            "check the database file alone, in a folder of its own: the WAL may not be its",
        ),
        (None, kind) => {
            let kind = kind.unwrap_or(FileKind::Other);
            (format!("this is {kind}"), help(kind))
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
        FileKind::Wal => "a WAL is named as its database with -wal at the end",
        FileKind::WalIndex => "a wal-index is named as its database with -shm at the end",
        FileKind::Journal | FileKind::ZeroedJournal => {
            "a rollback journal is named as its database with -journal at the end"
        }
        FileKind::ZeroFilled => {
            "look for the step that made it: its size was set, and its content was not written"
        }
        _ => "look for the step that wrote it",
    }
}
