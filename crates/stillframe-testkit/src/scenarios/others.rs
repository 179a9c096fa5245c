//! Other names, other shapes, other engines, and what is no database.

use super::{Rows, Scenario, Set, Test, said};

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        number: 42,
        name: "Files that were renamed",
        happened: "A database and its WAL were given other names, such as `app.db.bak` and `app.db-wal.bak`.",
        sqlite: "Looks for the WAL under one name only, and shows the database without it.",
        says: "Pairs the two by what is in them, and warns that SQLite would not. Where a WAL could be of two \
             copies it is given to neither.",
        now: "Name the WAL, or give both their names back.",
        commands: &["stillframe rebuild app.db.bak --wal app.db-wal.bak -o rebuilt.db"],
        not_told: None,
        sets: &[
            Set {
                fixture: "sets/renamed-pair",
                exit: 1,
                says: &[said(
                    "app.db.bak",
                    "complete with its WAL, with warnings",
                    "stillframe rebuild app.db.bak --wal app.db-wal.bak -o rebuilt.db",
                )],
            },
            Set {
                fixture: "sets/renamed-wal",
                exit: 1,
                says: &[said(
                    "app.db",
                    "complete with its WAL, with warnings",
                    "stillframe rebuild app.db --wal app.db-wal.bak -o rebuilt.db",
                )],
            },
            Set {
                fixture: "sets/two-copies",
                exit: 1,
                says: &[
                    said("app.db", "consistent, completeness unknown", ""),
                    said("copy.db", "consistent, completeness unknown", ""),
                    said("saved", "proven incomplete", ""),
                ],
            },
        ],
        rows: &[Rows {
            fixture: "sets/renamed-pair",
            line: "rebuild set/app.db.bak --wal set/app.db-wal.bak -o out.db",
            exit: 0,
            truth: "renamed-pair",
        }],
        tests: &[],
    },
    Scenario {
        number: 43,
        name: "An encrypted database",
        happened: "SQLCipher, SEE or SQLite3 Multiple Ciphers wrote it. Some leave the first bytes of the file in plain \
             sight.",
        sqlite: "The file is not a database (26).",
        says: "Encrypted, as far as cipher text can be told from noise; what is in clear, and what the WAL beside \
             it tells without a key: its commits can be put together into one encrypted file.",
        now: "Open it with its key, in the library that encrypted it.",
        commands: &["stillframe rebuild app.db -o rebuilt.db"],
        not_told: None,
        sets: &[
            Set {
                fixture: "sets/encrypted-with-wal",
                exit: 1,
                says: &[said(
                    "app.db",
                    "encrypted",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
            Set {
                fixture: "bad/DB007-header-in-clear",
                exit: 1,
                says: &[said("app.db", "encrypted", "")],
            },
            Set {
                fixture: "bad/DB007-magic-in-clear",
                exit: 1,
                says: &[said("app.db", "encrypted", "")],
            },
            Set {
                fixture: "sets/encrypted-hot-journal",
                exit: 1,
                says: &[said(
                    "app.db",
                    "hot journal",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
            Set {
                fixture: "sets/encrypted",
                exit: 1,
                says: &[said(
                    "app.db",
                    "encrypted",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
            Set {
                fixture: "bad/DB007-looks-encrypted",
                exit: 1,
                says: &[said("app.db", "encrypted", "")],
            },
        ],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 44,
        name: "A page that its own checksum contradicts",
        happened: "The database was written with SQLite's extension `cksumvfs`: each page ends with a checksum of its \
             own.",
        sqlite: "Without the extension it looks at no checksum, and shows the wrong price.",
        says: "The pages end with checksums as `cksumvfs` writes them, and which of them do not hold.",
        now: "Open it with the extension. Look for another copy of the page.",
        commands: &[],
        not_told: None,
        sets: &[
            Set {
                fixture: "good/page-checksums",
                exit: 0,
                says: &[said(
                    "app.db",
                    "complete with its WAL",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
            Set {
                fixture: "bad/DB105-page-checksum-mismatch",
                exit: 1,
                says: &[said("app.db", "corrupt", "")],
            },
        ],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 45,
        name: "Unusual, and sound",
        happened: "80 bytes reserved a page without any encryption, pages of 512 and of 65,536 bytes, auto-vacuum, \
             UTF-16, WITHOUT ROWID, overflow chains.",
        sqlite: "Shows every row.",
        says: "Whole.",
        now: "Nothing.",
        commands: &[],
        not_told: None,
        sets: &[
            Set {
                fixture: "sets/every-shape",
                exit: 0,
                says: &[
                    said("auto-vacuum.db", "complete", ""),
                    said("incremental-vacuum.db", "complete", ""),
                    said("overflow-chains.db", "complete", ""),
                    said("reserved-80.db", "complete", ""),
                    said("utf-16be.db", "complete", ""),
                    said("without-rowid.db", "complete", ""),
                ],
            },
            Set {
                fixture: "good/reserved-bytes",
                exit: 0,
                says: &[said(
                    "app.db",
                    "complete with its WAL",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
            Set {
                fixture: "good/page-size-65536",
                exit: 0,
                says: &[said(
                    "app.db",
                    "complete with its WAL",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
            Set {
                fixture: "good/auto-vacuum",
                exit: 0,
                says: &[said(
                    "app.db",
                    "complete with its WAL",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
            Set {
                fixture: "good/utf-16",
                exit: 0,
                says: &[said(
                    "app.db",
                    "complete with its WAL",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
        ],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 46,
        name: "A database larger than 1 GiB",
        happened: "The page around the lock byte at 1 GiB is never used; it is in no WAL and may be in no file.",
        sqlite: "Shows every row.",
        says: "Whole: the page is passed over.",
        now: "Nothing.",
        commands: &[],
        not_told: None,
        sets: &[],
        rows: &[],
        tests: &[Test {
            file: "crates/stillframe/tests/scale.rs",
            name: "a_database_around_the_lock_byte_page_is_sqlites",
        }],
    },
    Scenario {
        number: 47,
        name: "A WAL from a big-endian machine",
        happened: "The checksums of the WAL run over big-endian words.",
        sqlite: "Shows every commit, on any machine.",
        says: "Whole.",
        now: "Nothing.",
        commands: &[],
        not_told: None,
        sets: &[Set {
            fixture: "good/big-endian-wal",
            exit: 0,
            says: &[said(
                "app.db",
                "complete with its WAL",
                "stillframe rebuild app.db -o rebuilt.db",
            )],
        }],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 48,
        name: "Files of another engine",
        happened: "SQLite's branch wal2 keeps two WALs and writes 3 into bytes 18 and 19; Turso keeps a file \
             `-tshm` beside the database.",
        sqlite: "Cannot open the first (14); opens the second as if nobody else had it open.",
        says: "The first is not SQLite's, as the version of its WAL is that of the branch wal2. The second is a sound \
             set, and below a folder or in an archive the file `-tshm` is named as that engine's.",
        now: "Open them with the engine that wrote them.",
        commands: &[],
        not_told: None,
        sets: &[
            Set {
                fixture: "sets/two-wals-mode",
                exit: 1,
                says: &[said("app.db", "not SQLite", "")],
            },
            Set {
                fixture: "sets/shared-memory-of-other-engine",
                exit: 0,
                says: &[said(
                    "app.db",
                    "complete with its WAL",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
        ],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 49,
        name: "Not a database at all",
        happened: "A pointer of Git LFS, a page of HTML, the second file that macOS makes, SQL text or a compressed \
             file, under the name of a database.",
        sqlite: "The file is not a database (26).",
        says: "No database, and what it is: a pointer of Git LFS, a page of HTML, what macOS keeps beside a file, \
             SQL text. What is compressed is read as what is in it. What macOS keeps beside a database, as \
             `._app.db`, is listed and no trouble.",
        now: "Get the file itself: `git lfs pull`, or the download once more.",
        commands: &[],
        not_told: None,
        sets: &[
            Set {
                fixture: "bad/DB001-git-lfs-pointer",
                exit: 1,
                says: &[said("app.db", "not SQLite", "")],
            },
            Set {
                fixture: "sets/web-page",
                exit: 1,
                says: &[said("app.db", "not SQLite", "")],
            },
            Set {
                fixture: "sets/resource-fork",
                exit: 0,
                says: &[said("app.db", "complete", "")],
            },
            Set {
                fixture: "bad/DB001-not-a-database",
                exit: 1,
                says: &[said("app.db", "not SQLite", "")],
            },
        ],
        rows: &[],
        tests: &[Test {
            file: "crates/stillframe/tests/archives.rs",
            name: "a_compressed_database_is_a_set",
        }],
    },
];
