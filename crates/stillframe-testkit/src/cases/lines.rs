//! Fixtures of what only a command line asks for: archives, and what is expected of a set.

use crate::archives::{CompressionMethod, tar, zip};
use crate::cases::{Case, Files, material};

/// A fixture that a command line goes with.
#[derive(Debug, Clone)]
pub struct Line {
    /// The folder below `fixtures/`, such as `lines/AR101-archive-cut`.
    pub path: &'static str,
    /// What is wrong, or is told, in one sentence.
    pub what: &'static str,
    /// How it was made.
    pub made: &'static str,
    /// What stands behind `stillframe check`, in the folder.
    pub words: &'static [&'static str],
    /// The exit status.
    pub exit: i32,
    /// Names and bytes of the files.
    pub files: Vec<(&'static str, Vec<u8>)>,
}

/// All of them.
pub fn lines() -> Vec<Line> {
    [archives(), policies()].concat()
}

impl Line {
    /// The code of the rule that it is named for.
    pub fn code(&self) -> &'static str {
        let name = self.path.trim_start_matches("lines/");
        name.split('-').next().unwrap_or(name)
    }
}

/// An archive, which is all that is named.
fn archive(
    path: &'static str,
    what: &'static str,
    made: &'static str,
    words: &'static [&'static str],
    bytes: Vec<u8>,
) -> Line {
    Line {
        path,
        what,
        made,
        words,
        exit: 3,
        files: vec![(words[0], bytes)],
    }
}

fn archives() -> Vec<Line> {
    let database = material::rollback_mode();
    let one = tar(&[("app.db", &database)]);
    let end = 512 + database.len().next_multiple_of(512);
    let mut damaged = stored(&database);
    damaged[60] ^= 1;
    let mut deep = one.clone();
    for _ in 0..9 {
        deep = tar(&[("inner.tar", deep)]);
    }
    let twice = tar(&[("app.db", &material::wal_mode(512)), ("app.db", &database)]);
    vec![
        archive(
            "lines/AR101-archive-cut",
            "A tar ends behind its first member, without the zeros that end a tar.",
            "a tar of a database, cut",
            &["cut.tar"],
            one[..end].to_vec(),
        ),
        archive(
            "lines/AR102-archive-damaged",
            "A byte of a member is wrong, and the checksum of the zip tells it.",
            "a zip, byte 60 changed",
            &["damaged.zip"],
            damaged,
        ),
        archive(
            "lines/AR103-archive-continues",
            "Behind the end of a tar stands another one.",
            "a tar twice, one behind the other",
            &["joined.tar"],
            [one.clone(), one].concat(),
        ),
        archive(
            "lines/AR104-member-encrypted",
            "The member of a zip is marked as encrypted.",
            "a zip, the flags of its member set to 1",
            &["locked.zip"],
            saying(&database, (6, 8), 1),
        ),
        archive(
            "lines/AR105-compression-unsupported",
            "The member of a zip is compressed with a method that nothing here decodes.",
            "a zip, the method of its member set to 98",
            &["odd.zip"],
            saying(&database, (8, 10), 98),
        ),
        archive(
            "lines/AR106-archive-limit-reached",
            "A tar is in a tar, nine times.",
            "a tar, packed nine times",
            &["deep.tar"],
            deep,
        ),
        Line {
            exit: 0,
            ..archive(
                "lines/AR901-member-twice",
                "A tar holds two files of one name.",
                "a tar of two databases of the same name",
                &["twice.tar"],
                twice,
            )
        },
    ]
}

fn stored(database: &[u8]) -> Vec<u8> {
    zip(&[("app.db", database)], CompressionMethod::Stored)
}

/// A zip whose one member says at these offsets of its own header and of its entry in the directory that it is something
/// else.
fn saying(database: &[u8], (own, listed): (usize, usize), value: u8) -> Vec<u8> {
    let mut bytes = stored(database);
    let entry = bytes.windows(4).position(|it| it == b"PK\x01\x02");
    bytes[own] = value;
    bytes[entry.unwrap() + listed] = value;
    bytes
}

/// A database of which something is expected.
fn policy(
    path: &'static str,
    what: &'static str,
    words: &'static [&'static str],
    exit: i32,
    files: Files,
) -> Line {
    let made = "SQLite, and the words of the command line";
    Line {
        path,
        what,
        made,
        words,
        exit,
        files,
    }
}

const NOW: &str = "2026-09-20T12:00:00Z";
const POLICY: &[u8] = b"expect = [\n  \"gone.db:orders >= 1\",\n]\n";
const KNOWN: &[u8] = br#"{
"stillframe_baseline": 1,
"accepted": [
{"set":"app.db","rule":"RC201","file":"database","part":"page 3","bytes":[1501,1520],"times":1}
]
}
"#;

fn policies() -> Vec<Line> {
    let database = || vec![("app.db", material::rollback_mode())];
    vec![
        policy(
            "lines/EX101-expectation-not-met",
            "A table has fewer rows than are expected.",
            &["app.db", "--expect", "orders >= 1000"],
            1,
            database(),
        ),
        policy(
            "lines/EX102-expectation-undecided",
            "Rows are expected of a table that there is not.",
            &["app.db", "--expect", "users >= 1"],
            1,
            database(),
        ),
        policy(
            "lines/EX103-too-old",
            "The database in a tar was written three days before.",
            &["old.tar", "--max-age", "26h", "--now", NOW],
            1,
            vec![("old.tar", dated(1_789_905_600 - 3 * 86_400))],
        ),
        policy(
            "lines/EX104-wal-required",
            "A database in WAL mode is there without its WAL, which must be there.",
            &["app.db", "--require-wal"],
            1,
            vec![("app.db", material::wal_mode(512))],
        ),
        policy(
            "lines/EX105-damage-set-aside",
            "Damage is made a note of that keeps rows from being checked.",
            &["app.db", "--severity", "BT108=note"],
            1,
            super::btree::cases()
                .into_iter()
                .find(|case: &Case| case.path == "bad/BT108-rowid-out-of-order")
                .map_or_else(Vec::new, |case| case.files),
        ),
        policy(
            "lines/EX106-time-in-future",
            "The database in a tar is of a day after the one on which its age is judged.",
            &["ahead.tar", "--max-age", "26h", "--now", NOW],
            1,
            vec![("ahead.tar", dated(1_789_905_600 + 86_400))],
        ),
        policy(
            "lines/EX107-expected-database-missing",
            "The policy expects rows of a database that is not there.",
            &[".", "--policy", "policy.toml"],
            1,
            [database(), vec![("policy.toml", POLICY.to_vec())]].concat(),
        ),
        policy(
            "lines/EX901-as-expected",
            "A table has the rows that are expected.",
            &["app.db", "--expect", "orders >= 8"],
            0,
            database(),
        ),
        policy(
            "lines/EX903-accepted-finding-gone",
            "A finding is accepted that is not found any more.",
            &["app.db", "--baseline", "known.json"],
            0,
            [database(), vec![("known.json", KNOWN.to_vec())]].concat(),
        ),
    ]
}

/// A tar whose one member, a database, was last written so many seconds after 1970 began.
fn dated(seconds: u64) -> Vec<u8> {
    let database = material::rollback_mode();
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(database.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(seconds);
    header.set_cksum();
    let appended = builder.append_data(&mut header, "app.db", &*database);
    appended.unwrap();
    builder.into_inner().unwrap()
}
