//! Files of other engines, and files that only have a database's name.

use crate::cases::{Case, Files, Sqlite, material};
use crate::naive::put32;
use crate::rewrite;

pub fn cases() -> Vec<Case> {
    vec![
        not_sqlite(
            "sets/web-page",
            "The page of an error or of a login, downloaded in the place of a database.",
            "text",
            WEB_PAGE,
        ),
        resource_fork(),
        Case {
            path: "sets/two-wals-mode",
            what: "A database of SQLite's branch wal2, which has two WALs: bytes 18 and 19 are 3.",
            made: "the set of good/live-wal; bytes 18 and 19 set to 3, the version of the WAL to 3021000",
            sqlite: Sqlite::Refuses(14),
            expects: vec!["WAL005"],
            files: two_wals(),
        },
        Case::good(
            "sets/shared-memory-of-other-engine",
            "A live set, and beside it a file -tshm of an engine that is not SQLite.",
            "the set of good/live-wal, and a file app.db-tshm of zeros",
            other_engine(),
        ),
    ]
}

fn not_sqlite(path: &'static str, what: &'static str, made: &'static str, text: &[u8]) -> Case {
    Case {
        path,
        what,
        made,
        sqlite: Sqlite::Refuses(26),
        expects: vec!["DB001"],
        files: vec![("app.db", text.to_vec())],
    }
}

const WEB_PAGE: &[u8] = b"<!DOCTYPE html>
<html><head><title>Sign in</title></head>
<body><h1>403 Forbidden</h1><p>Your session has ended.</p></body></html>
";

/// The second file that macOS puts beside one where the file system keeps no attributes: magic, version, one entry.
fn resource_fork() -> Case {
    let mut fork = vec![0; 120];
    fork[..4].copy_from_slice(&[0x00, 0x05, 0x16, 0x07]);
    put32(&mut fork, 4, 0x0002_0000);
    fork[8..24].copy_from_slice(b"Mac OS X        ");
    fork[25] = 1;
    for (offset, number) in [(26, 9), (30, 38), (34, 82)] {
        put32(&mut fork, offset, number);
    }
    Case::good(
        "sets/resource-fork",
        "A database, and beside it ._app.db, in which macOS keeps attributes of the file.",
        "good/rollback-mode, and 120 bytes as AppleDouble has them",
        vec![("app.db", material::rollback_mode()), ("._app.db", fork)],
    )
}

fn two_wals() -> Files {
    let mut files = material::live_but(|wal| material::reheaded(wal, 4, 3_021_000));
    files[0].1[18..20].fill(3);
    let mut second = files[1].1[..32].to_vec();
    put32(&mut second, 12, 1);
    rewrite::seal_header(&mut second);
    files.push(("app.db-wal2", second));
    files
}

fn other_engine() -> Files {
    let mut files = material::files(material::live());
    files.push(("app.db-tshm", vec![0; 4096]));
    files
}
