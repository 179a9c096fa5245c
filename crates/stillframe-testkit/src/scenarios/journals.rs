//! Rollback journals, and checkpoints that did not do their work.

use super::{Rows, Scenario, Set, Test, said};

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        number: 28,
        name: "A hot journal",
        happened: "In rollback mode, a transaction was under way when the copy was made or the machine stopped: half of \
             it is in the database file, and the journal can roll it back.",
        sqlite: "Plays the journal back, deletes it, and shows the rows of before the transaction.",
        says: "Whole once it is rolled back. The database and its journal must not be separated.",
        now: "Keep the two together, or make one file of them.",
        commands: &["stillframe rebuild app.db -o rebuilt.db"],
        not_told: None,
        sets: &[
            Set {
                fixture: "sets/half-a-transaction",
                exit: 1,
                says: &[said(
                    "app.db",
                    "hot journal",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
            Set {
                fixture: "bad/SET202-hot-journal",
                exit: 1,
                says: &[said(
                    "app.db",
                    "hot journal",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
        ],
        rows: &[Rows {
            fixture: "sets/half-a-transaction",
            line: "rebuild set/app.db -o out.db",
            exit: 0,
            truth: "half-a-transaction",
        }],
        tests: &[],
    },
    Scenario {
        number: 29,
        name: "The hot journal was removed",
        happened: "As in S28, without the journal: somebody deleted it, or the backup skipped it.",
        sqlite: "Shows a part of the transaction, and calls it malformed where pages contradict each other.",
        says: "Half a transaction is in the file: each page is sound, and they contradict one another. Nothing in \
             the file can undo that.",
        now: "Look for `app.db-journal`. Do not trust the rows, even those that can be read.",
        commands: &[],
        not_told: None,
        sets: &[Set {
            fixture: "sets/journal-removed",
            exit: 1,
            says: &[said("app.db", "torn", "")],
        }],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 30,
        name: "A hot journal, opened with `immutable=1`",
        happened: "Somebody looked at S28 with a tool that opens files as immutable, so as to change nothing.",
        sqlite: "Does not look at the journal: shows rows of before and after, and says nothing.",
        says: "As in S28, with the warning that `immutable=1` shows a mix.",
        now: "Look at the rebuilt file.",
        commands: &["stillframe rebuild app.db -o rebuilt.db"],
        not_told: None,
        sets: &[Set {
            fixture: "bad/SET202-hot-journal",
            exit: 1,
            says: &[said(
                "app.db",
                "hot journal",
                "stillframe rebuild app.db -o rebuilt.db",
            )],
        }],
        rows: &[],
        tests: &[Test {
            file: "crates/stillframe-testkit/src/cases/tests.rs",
            name: "an_immutable_database_is_not_rolled_back",
        }],
    },
    Scenario {
        number: 31,
        name: "A journal that was left",
        happened: "With `journal_mode=PERSIST` a journal stays beside the database with a header of zeros, with \
             `TRUNCATE` one of 0 bytes.",
        sqlite: "Shows every row.",
        says: "Whole: neither journal is hot.",
        now: "Nothing.",
        commands: &[],
        not_told: None,
        sets: &[
            Set {
                fixture: "good/persisted-journal",
                exit: 0,
                says: &[said("app.db", "complete", "")],
            },
            Set {
                fixture: "good/truncated-journal",
                exit: 0,
                says: &[said("app.db", "complete", "")],
            },
        ],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 32,
        name: "The hot journal of another database",
        happened: "A database was restored, and the journal that was left there is of another one.",
        sqlite: "Rolls pages of the other database into this one, and deletes the journal.",
        says: "The journal is of another database, or of another time: page 1 in it is none that this file can have \
             had.",
        now: "Do not open the set with SQLite. Take the database file as it is.",
        commands: &["stillframe rebuild app.db --ignore-journal -o rebuilt.db"],
        not_told: None,
        sets: &[
            Set {
                fixture: "bad/RJ201-foreign-journal",
                exit: 1,
                says: &[said(
                    "app.db",
                    "foreign journal",
                    "stillframe rebuild app.db --ignore-journal -o rebuilt.db",
                )],
            },
            Set {
                fixture: "bad/RJ203-journal-breaks-database",
                exit: 1,
                says: &[said(
                    "app.db",
                    "foreign journal",
                    "stillframe rebuild app.db --ignore-journal -o rebuilt.db",
                )],
            },
        ],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 33,
        name: "A transaction over several databases",
        happened: "The process was killed while a transaction over two databases was committed; a super-journal ties \
             their journals together, and a copy may lack it, or the journals.",
        sqlite: "With the super-journal it rolls both back. Without it it takes the transaction for committed and \
             deletes the journals: orders that were to be moved are in neither database. Nor does it roll back a database \
             whose journal is not there.",
        says: "The name of the super-journal, what becomes of each database, and whether they come out of one \
             moment.",
        now: "Keep databases, journals and super-journal together. Where that is missing, roll back both. Where journals \
             are, look for them.",
        commands: &[
            "stillframe rebuild app.db --at journal -o app.rebuilt.db",
            "stillframe rebuild archive.db --at journal -o archive.rebuilt.db",
        ],
        not_told: None,
        sets: &[
            Set {
                fixture: "sets/two-databases",
                exit: 1,
                says: &[
                    said(
                        "app.db",
                        "hot journal",
                        "stillframe rebuild app.db -o rebuilt.db",
                    ),
                    said(
                        "archive.db",
                        "hot journal",
                        "stillframe rebuild archive.db -o rebuilt.db",
                    ),
                ],
            },
            Set {
                fixture: "sets/two-databases-without-super-journal",
                exit: 1,
                says: &[
                    said(
                        "app.db",
                        "hot journal",
                        "stillframe rebuild app.db --at journal -o rebuilt.db",
                    ),
                    said(
                        "archive.db",
                        "hot journal",
                        "stillframe rebuild archive.db --at journal -o rebuilt.db",
                    ),
                ],
            },
            Set {
                fixture: "bad/SJ101-super-journal-missing",
                exit: 1,
                says: &[said(
                    "app.db",
                    "hot journal",
                    "stillframe rebuild app.db --at journal -o rebuilt.db",
                )],
            },
            Set {
                fixture: "sets/two-databases-without-journals",
                exit: 1,
                says: &[
                    said("app.db", "consistent, completeness unknown", ""),
                    said("archive.db", "consistent, completeness unknown", ""),
                ],
            },
            Set {
                fixture: "bad/SJ202-journal-listed-and-missing",
                exit: 1,
                says: &[
                    said("app.db", "consistent, completeness unknown", ""),
                    said(
                        "archive.db",
                        "hot journal",
                        "stillframe rebuild archive.db -o rebuilt.db",
                    ),
                ],
            },
        ],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 34,
        name: "A checkpoint skipped frames",
        happened: "A defect of SQLite 3.7.0 to 3.51.2, or a lost write: pages that a checkpoint took for copied are in \
             the WAL and not in the database file.",
        sqlite: "Shows every row as long as the WAL is there. Without it the database is malformed, or older.",
        says: "The wal-index says which frames should be in the database file, and which pages are not.",
        now: "Do not close the application before the set was copied: closing deletes the WAL. Rebuild the \
             database from the copy.",
        commands: &["stillframe rebuild app.db -o rebuilt.db"],
        not_told: None,
        sets: &[Set {
            fixture: "bad/SHM204-checkpoint-skipped-frames",
            exit: 1,
            says: &[said(
                "app.db",
                "checkpoint skipped frames",
                "stillframe rebuild app.db -o rebuilt.db",
            )],
        }],
        rows: &[Rows {
            fixture: "bad/SHM204-checkpoint-skipped-frames",
            line: "rebuild set/app.db -o out.db",
            exit: 0,
            truth: "skipped-frames",
        }],
        tests: &[],
    },
    Scenario {
        number: 35,
        name: "A checkpoint skipped frames, and the application was closed",
        happened: "As in S34, when the WAL is gone.",
        sqlite: "Malformed, for good.",
        says: "Writes of whole pages were lost. What lost them cannot be told from this file.",
        now: "Look for a WAL or a copy from before.",
        commands: &[],
        not_told: None,
        sets: &[Set {
            fixture: "sets/page-writes-lost",
            exit: 1,
            says: &[said("app.db", "corrupt", "")],
        }],
        rows: &[],
        tests: &[],
    },
];
