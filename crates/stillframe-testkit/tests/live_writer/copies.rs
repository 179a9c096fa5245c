//! Copies as people make them of a database that is written to meanwhile: none that shows no moment is called good where
//! its files show that.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rusqlite::Connection;
use stillframe_check::VerdictKind;

use super::evidence::shows_other_moments;
use super::support::{Copy, Shown, Writer, many, say, slowly};

/// How a copy is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Database,
    DatabaseThenWal,
    WalThenDatabase,
    TruncateThenDatabase,
    TruncateThenDatabaseThenWal,
    WithinReadTransaction,
    WithinWriteTransaction,
}

impl Way {
    const ALL: [Self; 7] = [
        Self::Database,
        Self::DatabaseThenWal,
        Self::WalThenDatabase,
        Self::TruncateThenDatabase,
        Self::TruncateThenDatabaseThenWal,
        Self::WithinReadTransaction,
        Self::WithinWriteTransaction,
    ];

    fn copy(self, writer: &Writer) -> Copy {
        let read = |suffix: &str| slowly(&writer.path(suffix));
        if matches!(
            self,
            Self::TruncateThenDatabase | Self::TruncateThenDatabaseThenWal
        ) {
            truncate(&writer.path(""));
        }
        let (database, wal) = match self {
            Self::Database | Self::TruncateThenDatabase => (read(""), None),
            Self::DatabaseThenWal | Self::TruncateThenDatabaseThenWal => (read(""), read("-wal")),
            Self::WalThenDatabase => {
                let wal = read("-wal");
                (read(""), wal)
            }
            Self::WithinReadTransaction => {
                within("BEGIN; SELECT count(*) FROM sqlite_schema", writer)
            }
            Self::WithinWriteTransaction => within("BEGIN IMMEDIATE", writer),
        };
        Copy {
            database: database.unwrap(),
            wal,
            ..Copy::default()
        }
    }

    fn is_without_wal(self) -> bool {
        matches!(self, Self::Database | Self::TruncateThenDatabase)
    }

    /// Whether what a copy is of is never in doubt.
    fn is_right(self) -> bool {
        matches!(
            self,
            Self::WithinReadTransaction | Self::WithinWriteTransaction
        )
    }
}

fn open(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.busy_timeout(Duration::from_secs(60)).unwrap();
    connection
}

fn truncate(path: &Path) {
    let connection = open(path);
    let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
    connection.query_row(sql, [], |_| Ok(())).unwrap();
}

/// The files, first the database, copied within a transaction. By another process: to close a file drops the locks of all
/// who have it open in this one.
fn within(begin: &str, writer: &Writer) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let connection = open(&writer.path(""));
    connection.execute_batch(begin).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let copy = |suffix: &str| {
        let to = folder.path().join(format!("copy{suffix}"));
        let copied = Command::new("cp")
            .arg(writer.path(suffix))
            .arg(&to)
            .status();
        assert!(copied.unwrap().success());
        fs::read(to).ok()
    };
    (copy(""), copy("-wal"))
}

/// What SQLite shows of a copy, against what was committed when it was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shows {
    AMoment,
    /// Committed before the copy was begun, and followed by others.
    AnEarlierMoment,
    /// Rows of several moments, and `integrity_check` says `ok`.
    AMixture,
    Damage,
}

/// What is said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Complete,
    Unknown,
    /// Intact commits stand behind a frame that ends the log. So they do in a WAL that was written to while it was copied.
    CommitsBehindTheLog,
    Bad,
}

/// What ends a log in front of intact commits.
const IN_THE_LOG: [&str; 3] = ["WAL101", "WAL102", "WAL105"];

fn said(copy: &Copy) -> Said {
    let (kind, codes) = copy.judged();
    match kind {
        VerdictKind::Complete | VerdictKind::CompleteWithWal if codes.is_empty() => Said::Complete,
        VerdictKind::ConsistentCompletenessUnknown => Said::Unknown,
        _ if IN_THE_LOG.iter().any(|code| codes == [*code]) => Said::CommitsBehindTheLog,
        _ => Said::Bad,
    }
}

/// Rows in the beginning: enough for a copy to take longer than many transactions.
const ROWS: u32 = 2500;

fn copies(rest: Duration, few: usize) {
    let mut tally = BTreeMap::<(Way, Shows, Said), usize>::new();
    for way in Way::ALL {
        let mut writer = None;
        for number in 0..many(few) {
            if number % 10 == 0 {
                writer = Some(Writer::start("WAL", number as u64 / 10 + 1, ROWS, rest));
            }
            let writer = writer.as_ref().expect("the first one starts it");
            let before = writer.committed();
            let copy = way.copy(writer);
            let shows = match copy.shown() {
                Shown::Moment(moment) if moment >= before => Shows::AMoment,
                Shown::Moment(_) => Shows::AnEarlierMoment,
                Shown::Mixture => Shows::AMixture,
                Shown::Damage => Shows::Damage,
            };
            let said = said(&copy);
            let is_right = match (shows, said) {
                // Where a WAL holds nothing but what was rolled back, what it held before is not known.
                (Shows::AMoment, said) => !way.is_right() || said != Said::Bad,
                // Pages of several moments may go together so well that nothing in a database file shows it.
                (Shows::AMixture | Shows::AnEarlierMoment, Said::Unknown) => !way.is_right(),
                // So may they with a WAL, where nothing is left of what was in it between the two copies, or where the
                // file is newer and page 1 was left alone.
                (Shows::AMixture | Shows::AnEarlierMoment, Said::Complete) => {
                    !way.is_right() && !way.is_without_wal() && !shows_other_moments(&copy)
                }
                (_, said) => {
                    !way.is_right() && [Said::Bad, Said::CommitsBehindTheLog].contains(&said)
                }
            };
            let what = format!("{way:?}-{rest:?}-{number}");
            if !is_right || (shows != Shows::AMoment && said == Said::Complete) {
                copy.keep(&what);
            }
            assert!(
                is_right,
                "{what}: shows {shows:?}, called {said:?}: {:?}",
                copy.judged()
            );
            *tally.entry((way, shows, said)).or_default() += 1;
        }
    }
    say(&format!(
        "with rests of up to {rest:?} between transactions:"
    ));
    for ((way, shows, said), count) in tally {
        say(&format!(
            "{count:5} {way:?}: shows {shows:?}, called {said:?}"
        ));
    }
}

/// With hardly a rest.
#[test]
fn a_copy_of_no_moment_under_load_is_not_called_complete() {
    copies(Duration::from_micros(300), 40);
}

/// Some hundred transactions a second.
#[test]
fn a_copy_of_no_moment_is_not_called_complete() {
    copies(Duration::from_millis(4), 40);
}
