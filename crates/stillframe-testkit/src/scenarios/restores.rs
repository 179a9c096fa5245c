//! Restored beside what was left there, and backups that were given up.

use super::{NotTold, Rows, Scenario, Set, said};

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        number: 12,
        name: "Restored beside the WAL of another database",
        happened: "A database was restored to where another one had been in use, and the WAL of that was left there. It \
             holds every page.",
        sqlite: "Shows the other database, whole, and writes it over the restored one. `integrity_check` says `ok`.",
        says: "The WAL does not go on from this database file: its change counter, its schema cookie or its size \
             contradict the WAL.",
        now: "Do not open the set with SQLite. Move the WAL away and keep it; the database file is whole without \
             it.",
        commands: &["stillframe rebuild app.db --at 0 -o rebuilt.db"],
        not_told: Some(NotTold::AtAll(
            "Where both databases are of the same age, by change counter, schema cookie and size, nothing contradicts \
             the WAL, and the set is called complete: that is the last of the three fixtures. Just these files come \
             of a database all pages of which were replaced in a transaction, as the table `sqlite_dbpage` does: then \
             they are complete. A manifest of the database tells.",
        )),
        sets: &[
            Set {
                fixture: "sets/restored-beside-whole-wal",
                exit: 1,
                says: &[said(
                    "app.db",
                    "stale WAL",
                    "stillframe rebuild app.db --at 0 -o rebuilt.db",
                )],
            },
            Set {
                fixture: "bad/SET206-page-1-unexplained",
                exit: 1,
                says: &[said(
                    "app.db",
                    "foreign WAL",
                    "stillframe rebuild app.db --at 0 -o rebuilt.db",
                )],
            },
            Set {
                fixture: "sets/restored-beside-wal-of-same-age",
                exit: 0,
                says: &[said(
                    "app.db",
                    "complete with its WAL",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
        ],
        rows: &[Rows {
            fixture: "sets/restored-beside-whole-wal",
            line: "rebuild set/app.db --at 0 -o out.db",
            exit: 0,
            truth: "restored-beside-whole-wal",
        }],
        tests: &[],
    },
    Scenario {
        number: 13,
        name: "An older copy, restored beside a WAL of later pages",
        happened: "An older copy of the same database was restored, and the WAL that was left there holds only pages \
             behind its end.",
        sqlite: "Finds nothing wrong, and makes the file larger by pages that nothing leads to.",
        says: "Before it was opened: the WAL was not written over this file. Afterwards: pages stand behind the end \
             that page 1 counts, which is how such an accident is known when it is over.",
        now: "Move the WAL away and keep it; the database file is whole without it.",
        commands: &["stillframe rebuild app.db --at 0 -o rebuilt.db"],
        not_told: None,
        sets: &[
            Set {
                fixture: "sets/restored-beside-high-pages",
                exit: 1,
                says: &[said(
                    "app.db",
                    "foreign WAL",
                    "stillframe rebuild app.db --at 0 -o rebuilt.db",
                )],
            },
            Set {
                fixture: "sets/restored-and-opened",
                exit: 1,
                says: &[said("app.db", "consistent, completeness unknown", "")],
            },
        ],
        rows: &[Rows {
            fixture: "sets/restored-beside-high-pages",
            line: "rebuild set/app.db --at 0 -o out.db",
            exit: 0,
            truth: "restored-beside-high-pages",
        }],
        tests: &[],
    },
    Scenario {
        number: 14,
        name: "An older copy, restored beside a WAL of root pages",
        happened: "As in S13, with a WAL that holds page 1 and the roots of the tables.",
        sqlite: "Malformed: the roots lead to pages that are not there.",
        says: "Pages that the WAL takes for given are neither in it nor in the database file, so the two are of \
             different moments; and that the database file is sound by itself, with the command that takes it alone.",
        now: "Move the WAL away and keep it; the database file is whole without it.",
        commands: &["stillframe rebuild app.db --at 0 -o rebuilt.db"],
        not_told: None,
        sets: &[Set {
            fixture: "sets/restored-beside-root-pages",
            exit: 1,
            says: &[said(
                "app.db",
                "torn",
                "stillframe rebuild app.db --at 0 -o rebuilt.db",
            )],
        }],
        rows: &[Rows {
            fixture: "sets/restored-beside-root-pages",
            line: "rebuild set/app.db --at 0 -o out.db",
            exit: 0,
            truth: "restored-beside-root-pages",
        }],
        tests: &[],
    },
    Scenario {
        number: 15,
        name: "A WAL of another page size",
        happened: "A WAL with pages of 1,024 bytes lies beside a database with pages of 4,096.",
        sqlite: "Takes the WAL for the database's own, shows it, and writes it over the file. `integrity_check` says \
             `ok`.",
        says: "Proven: no WAL has other pages than its database.",
        now: "Do not open the set with SQLite. Take the database file alone.",
        commands: &["stillframe rebuild app.db --at 0 -o rebuilt.db"],
        not_told: None,
        sets: &[
            Set {
                fixture: "sets/foreign-page-size",
                exit: 1,
                says: &[said(
                    "app.db",
                    "foreign WAL",
                    "stillframe rebuild app.db --at 0 -o rebuilt.db",
                )],
            },
            Set {
                fixture: "bad/WAL201-page-size-mismatch-with-page-1",
                exit: 1,
                says: &[said(
                    "app.db",
                    "foreign WAL",
                    "stillframe rebuild app.db --at 0 -o rebuilt.db",
                )],
            },
        ],
        rows: &[Rows {
            fixture: "sets/foreign-page-size",
            line: "rebuild set/app.db --at 0 -o out.db",
            exit: 0,
            truth: "foreign-page-size",
        }],
        tests: &[],
    },
    Scenario {
        number: 16,
        name: "A WAL beside a database in rollback mode",
        happened: "A database that has no WAL was put where another one had its own.",
        sqlite: "Opens any WAL of the right name, whatever mode the database is in, and writes it over the file.",
        says: "The WAL is of another database.",
        now: "Do not open the set with SQLite. Take the database file alone.",
        commands: &["stillframe rebuild app.db --at 0 -o rebuilt.db"],
        not_told: None,
        sets: &[Set {
            fixture: "bad/SET201-rollback-mode-beside-wal",
            exit: 1,
            says: &[said(
                "app.db",
                "foreign WAL",
                "stillframe rebuild app.db --at 0 -o rebuilt.db",
            )],
        }],
        rows: &[Rows {
            fixture: "bad/SET201-rollback-mode-beside-wal",
            line: "rebuild set/app.db --at 0 -o out.db",
            exit: 0,
            truth: "rollback-mode",
        }],
        tests: &[],
    },
    Scenario {
        number: 17,
        name: "An empty database beside a full WAL",
        happened: "A copy or a restore left a database file of 0 bytes beside the WAL.",
        sqlite: "Deletes the WAL without reading it, and shows an empty database.",
        says: "What was committed is in the WAL, and SQLite would destroy it.",
        now: "Do not open it with SQLite, not even to look. Rebuild the database from the WAL.",
        commands: &["stillframe rebuild app.db -o rebuilt.db"],
        not_told: None,
        sets: &[Set {
            fixture: "bad/SET101-empty-database-beside-wal",
            exit: 1,
            says: &[said(
                "app.db",
                "proven incomplete",
                "stillframe rebuild app.db -o rebuilt.db",
            )],
        }],
        rows: &[Rows {
            fixture: "bad/SET101-empty-database-beside-wal",
            line: "rebuild set/app.db -o out.db",
            exit: 1,
            truth: "whole-wal",
        }],
        tests: &[],
    },
    Scenario {
        number: 18,
        name: "A WAL without its database",
        happened: "Only the WAL was saved.",
        sqlite: "Makes an empty database and deletes the WAL.",
        says: "What was committed is in the WAL; if every page is, so is the database.",
        now: "Do not create a database file beside it. Rebuild the database from the WAL.",
        commands: &["stillframe rebuild app.db-wal -o rebuilt.db"],
        not_told: None,
        sets: &[Set {
            fixture: "bad/SET102-wal-without-database",
            exit: 1,
            says: &[said(
                "app.db-wal",
                "proven incomplete",
                "stillframe rebuild app.db-wal -o rebuilt.db",
            )],
        }],
        rows: &[Rows {
            fixture: "bad/SET102-wal-without-database",
            line: "rebuild set/app.db-wal -o out.db",
            exit: 1,
            truth: "whole-wal",
        }],
        tests: &[],
    },
    Scenario {
        number: 19,
        name: "`VACUUM INTO` was killed",
        happened: "The copy was under way: the destination has pages and a journal, and page 1 may still be zeros.",
        sqlite: "Rolls the destination back to what it was: a file of 0 bytes.",
        says: "A backup that was given up, and not a database. What had been written can be had as evidence.",
        now: "Make the backup again. If the original is gone, save what had been written before anything opens it.",
        commands: &["stillframe rebuild app.db --ignore-journal -o evidence.db"],
        not_told: None,
        sets: &[
            Set {
                fixture: "bad/SET207-aborted-vacuum-into",
                exit: 1,
                says: &[said(
                    "app.db",
                    "aborted backup",
                    "stillframe rebuild app.db --ignore-journal -o evidence.db",
                )],
            },
            Set {
                fixture: "bad/SET207-aborted-vacuum-into-at-the-end",
                exit: 1,
                says: &[said(
                    "app.db",
                    "aborted backup",
                    "stillframe rebuild app.db --ignore-journal -o evidence.db",
                )],
            },
        ],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 20,
        name: "`.backup` was killed",
        happened: "The copy was under way through the backup API, which writes page 1 last; there may be a journal.",
        sqlite: "With the journal it cuts the file to 0 bytes; without the journal the file is not a database (26).",
        says: "A backup that was given up.",
        now: "Make the backup again. If the original is gone, save what had been written before anything opens it.",
        commands: &["stillframe rebuild app.db --ignore-journal -o evidence.db"],
        not_told: None,
        sets: &[
            Set {
                fixture: "bad/SET207-aborted-backup",
                exit: 1,
                says: &[said(
                    "app.db",
                    "aborted backup",
                    "stillframe rebuild app.db --ignore-journal -o evidence.db",
                )],
            },
            Set {
                fixture: "bad/SET207-aborted-backup-alone",
                exit: 1,
                says: &[said("app.db", "aborted backup", "")],
            },
        ],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 21,
        name: "`.dump` was killed",
        happened: "The file is SQL text that ends before COMMIT, under the name of a database.",
        sqlite: "The file is not a database (26). Where the text is run, all of it is rolled back or left open.",
        says: "No database: SQL text, cut off within its transaction.",
        now: "Make the dump again. What is there of it are statements, and can be read.",
        commands: &[],
        not_told: None,
        sets: &[
            Set {
                fixture: "bad/DB001-dump-cut-off",
                exit: 1,
                says: &[said("app.db", "not SQLite", "")],
            },
            Set {
                fixture: "bad/DB001-not-a-database",
                exit: 1,
                says: &[said("app.db", "not SQLite", "")],
            },
        ],
        rows: &[],
        tests: &[],
    },
];
