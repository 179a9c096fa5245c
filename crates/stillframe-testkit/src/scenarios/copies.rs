//! What was copied, and in which order.

use super::{NotTold, Rows, Scenario, Set, Test, said};

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        number: 1,
        name: "A database in rollback mode",
        happened: "The application has closed its database, or was not writing to it, and the file was copied. In \
             rollback mode there is no WAL.",
        sqlite: "Shows every row.",
        says: "Everything is in the one file.",
        now: "Nothing. This is a good copy.",
        commands: &[],
        not_told: None,
        sets: &[Set {
            fixture: "good/rollback-mode",
            exit: 0,
            says: &[said("app.db", "complete", "")],
        }],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 2,
        name: "A database in WAL mode that was closed cleanly",
        happened: "The last connection was closed before the copy: SQLite checkpointed the WAL into the database file \
             and deleted it.",
        sqlite: "Shows every row.",
        says: "What is there is sound. Whether a WAL was left out cannot be told from the file: one that was copied \
             without its WAL (S05) looks just the same.",
        now: "If the application was stopped when the copy was made, nothing. If it was running, copy `app.db-wal` \
             as well; or record the set with `stillframe manifest` when it is made, and check later copies \
             against that.",
        commands: &["stillframe manifest app.db -o app.manifest.json"],
        not_told: None,
        sets: &[Set {
            fixture: "good/wal-mode-closed",
            exit: 0,
            says: &[said("app.db", "consistent, completeness unknown", "")],
        }],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 3,
        name: "The WAL was left out, and everything was in it",
        happened: "A young database, none of which had been checkpointed, was copied without its WAL. The file is one \
             page without a single table.",
        sqlite: "Shows a database without tables, and finds nothing wrong with it.",
        says: "The file is sound, and a note says what its shape means: it is new, or all of its content was in a \
             WAL that is not here. A database in which nothing was ever done is the same bytes, so nothing more \
             can be proven.",
        now: "Look for `app.db-wal` where the copy comes from, before anybody opens the original.",
        commands: &[],
        not_told: None,
        sets: &[Set {
            fixture: "good/never-checkpointed",
            exit: 0,
            says: &[said("app.db", "consistent, completeness unknown", "")],
        }],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 4,
        name: "A live set, copied whole",
        happened: "The database and its WAL were copied while the application had them open, at one moment or with no \
             checkpoint in between. A wal-index (`-shm`) may lie beside them.",
        sqlite: "Plays the WAL over the database and shows every commit.",
        says: "Everything is there, as long as the WAL stays with the database. Where it was written to while it was \
             copied, over frames from before it was begun anew, SQLite shows the moment at which the copy was begun, \
             and the commits behind that are told of; as storage that lost writes may leave the same, completeness \
             is unknown.",
        now: "Keep the two together, or make one file of them.",
        commands: &["stillframe rebuild app.db -o rebuilt.db"],
        not_told: Some(NotTold::AtAll(
            "A WAL that was written to while it was copied, and had frames of a transaction in it that was rolled back: \
             it is called corrupt, as commits stand behind a frame that does not follow from those before it. So they do \
             where a few bytes of that frame were damaged, and a WAL of which that is true can be given for every such \
             copy: the first test does.",
        )),
        sets: &[
            Set {
                fixture: "good/live-wal",
                exit: 0,
                says: &[said(
                    "app.db",
                    "complete with its WAL",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
            Set {
                fixture: "good/wal-index-beside-wal",
                exit: 0,
                says: &[said(
                    "app.db",
                    "complete with its WAL",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
            Set {
                fixture: "sets/wal-copied-while-rolled-back",
                exit: 1,
                says: &[said(
                    "app.db",
                    "corrupt",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
            Set {
                fixture: "sets/wal-copied-while-appended",
                exit: 0,
                says: &[said(
                    "app.db",
                    "consistent, completeness unknown",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
        ],
        rows: &[
            Rows {
                fixture: "sets/wal-copied-while-rolled-back",
                line: "rebuild set/app.db -o out.db",
                exit: 1,
                truth: "wal-copied-while-rolled-back",
            },
            Rows {
                fixture: "sets/wal-copied-while-appended",
                line: "rebuild set/app.db -o out.db",
                exit: 0,
                truth: "wal-copied-while-appended",
            },
        ],
        tests: &[
            Test {
                file: "crates/stillframe-check/tests/while_copied.rs",
                name: "a_copy_over_a_transaction_that_was_rolled_back_may_be_damage",
            },
            Test {
                file: "crates/stillframe-check/tests/while_copied.rs",
                name: "damage_is_not_taken_for_a_copy",
            },
        ],
    },
    Scenario {
        number: 5,
        name: "The WAL was left out",
        happened: "The database was copied without its WAL, some of which had not been checkpointed yet.",
        sqlite: "Shows older rows, and finds nothing wrong.",
        says: "What is there is sound; whether a WAL is missing cannot be told from this file alone. A manifest of \
             the set tells it.",
        now: "Look for `app.db-wal`. For the next time: `stillframe manifest`.",
        commands: &["stillframe manifest app.db -o app.manifest.json"],
        not_told: None,
        sets: &[Set {
            fixture: "sets/wal-left-out",
            exit: 0,
            says: &[said("app.db", "consistent, completeness unknown", "")],
        }],
        rows: &[],
        tests: &[Test {
            file: "crates/stillframe/tests/manifests.rs",
            name: "what_is_missing_is_said",
        }],
    },
    Scenario {
        number: 6,
        name: "The WAL was left out, and the wal-index was not",
        happened: "A rule of the backup skipped `*-wal` and took `*-shm`.",
        sqlite: "Shows the rows as of the last checkpoint, and finds nothing wrong.",
        says: "The wal-index is the witness: it knows how many frames were committed and not checkpointed, which \
             pages they changed, and the salts of the WAL that has them.",
        now: "Look for that WAL by its salts: bytes 16 to 23 of it.",
        commands: &[],
        not_told: None,
        sets: &[Set {
            fixture: "bad/SHM206-frames-missing",
            exit: 1,
            says: &[said("app.db", "proven incomplete", "")],
        }],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 7,
        name: "First the database, then the WAL, across a checkpoint",
        happened: "Between the two copies a checkpoint brought the WAL into the database, and the next commit began the \
             WAL anew, over the beginning of its old frames.",
        sqlite: "Plays the new frames over the old database: of the rows in between most are gone, or the file is \
             malformed.",
        says: "The old frames behind the new ones are still in the WAL, and chain: pages that the database file \
             lacks are found there, and the database with them is checked before anything is promised.",
        now: "Do not open the set with SQLite. Repair it.",
        commands: &["stillframe rebuild app.db --repair -o repaired.db"],
        not_told: None,
        sets: &[
            Set {
                fixture: "sets/database-then-wal",
                exit: 1,
                says: &[said(
                    "app.db",
                    "torn",
                    "stillframe rebuild app.db --repair -o repaired.db",
                )],
            },
            Set {
                fixture: "bad/SET205-checkpoint-missed",
                exit: 1,
                says: &[said(
                    "app.db",
                    "torn",
                    "stillframe rebuild app.db --repair -o repaired.db",
                )],
            },
        ],
        rows: &[Rows {
            fixture: "sets/database-then-wal",
            line: "rebuild set/app.db --repair -o out.db",
            exit: 1,
            truth: "database-then-wal",
        }],
        tests: &[],
    },
    Scenario {
        number: 8,
        name: "First the database, then the WAL, which had been emptied",
        happened: "As in S07, with a checkpoint that truncates: nothing of the old frames is left.",
        sqlite: "Shows pages of two moments, with zeros in between.",
        says: "The WAL was not written over this file. Without the old frames nothing tells an older copy of this \
             database from another database, and the verdict says so. Pages that are nowhere are counted and \
             named.",
        now: "Look for a copy of the database from after the checkpoint. What can be had is the older one, alone.",
        commands: &["stillframe rebuild app.db --at 0 -o rebuilt.db"],
        not_told: None,
        sets: &[Set {
            fixture: "sets/database-then-emptied-wal",
            exit: 1,
            says: &[said(
                "app.db",
                "foreign WAL",
                "stillframe rebuild app.db --at 0 -o rebuilt.db",
            )],
        }],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 9,
        name: "First the database, then the WAL, half of it written over",
        happened: "As in S07, but so much was committed since that half of the old frames are gone.",
        sqlite: "Shows pages of two moments.",
        says: "Old frames are there, and not all of them: the pages that are nowhere are named, and no database is \
             made up. Where the WAL was begun anew twice, pages are missed that more frames tell of than were \
             written over.",
        now: "Look for a copy of the database from after the checkpoint. What can be had is the older one, alone.",
        commands: &["stillframe rebuild app.db --at 0 -o rebuilt.db"],
        not_told: Some(NotTold::AtAll(
            "Whether the file is an older copy of this database, or another database. The old frames hold its pages as \
             they were later, and no page in it is as one of them: of a file of another database of that size the same \
             is said, as the test shows. Only where nothing is missing, the database that comes out tells, as in S07.",
        )),
        sets: &[
            Set {
                fixture: "sets/database-then-wal-overwritten",
                exit: 1,
                says: &[said(
                    "app.db",
                    "foreign WAL",
                    "stillframe rebuild app.db --at 0 -o rebuilt.db",
                )],
            },
            Set {
                fixture: "sets/database-then-wal-two-checkpoints",
                exit: 1,
                says: &[said(
                    "app.db",
                    "torn",
                    "stillframe rebuild app.db --at 0 -o rebuilt.db",
                )],
            },
        ],
        rows: &[],
        tests: &[Test {
            file: "crates/stillframe-check/tests/belonging.rs",
            name: "what_is_left_in_part_does_not_tell_an_older_copy_from_another_database",
        }],
    },
    Scenario {
        number: 10,
        name: "First the WAL, then the database, across a checkpoint",
        happened: "Commits and a checkpoint followed the copy of the WAL: the database file is newer than all that the \
             WAL holds.",
        sqlite: "Plays the older WAL over the newer database: it puts it back, and cuts the file. Where page 1 is not \
             in the WAL it refuses the two as malformed.",
        says: "The database file is newer than the WAL. It is whole without it.",
        now: "Do not open the set with SQLite. Take the database file alone.",
        commands: &["stillframe rebuild app.db --at 0 -o rebuilt.db"],
        not_told: None,
        sets: &[
            Set {
                fixture: "sets/wal-then-database",
                exit: 1,
                says: &[said(
                    "app.db",
                    "stale WAL",
                    "stillframe rebuild app.db --at 0 -o rebuilt.db",
                )],
            },
            Set {
                fixture: "sets/wal-then-database-without-page-1",
                exit: 1,
                says: &[said(
                    "app.db",
                    "foreign WAL",
                    "stillframe rebuild app.db --at 0 -o rebuilt.db",
                )],
            },
            Set {
                fixture: "bad/SET204-stale-wal",
                exit: 1,
                says: &[said(
                    "app.db",
                    "stale WAL",
                    "stillframe rebuild app.db --at 0 -o rebuilt.db",
                )],
            },
        ],
        rows: &[
            Rows {
                fixture: "sets/wal-then-database",
                line: "rebuild set/app.db --at 0 -o out.db",
                exit: 0,
                truth: "wal-then-database",
            },
            Rows {
                fixture: "sets/wal-then-database-without-page-1",
                line: "rebuild set/app.db --at 0 -o out.db",
                exit: 0,
                truth: "wal-then-database-without-page-1",
            },
        ],
        tests: &[],
    },
    Scenario {
        number: 11,
        name: "First the WAL, then the database, without a checkpoint",
        happened: "Commits followed the copy of the WAL, and no checkpoint: the database file had not changed.",
        sqlite: "Shows the moment at which the WAL was copied.",
        says: "A sound set, as of that moment.",
        now: "Nothing: the copy is as old as its WAL.",
        commands: &[],
        not_told: None,
        sets: &[Set {
            fixture: "sets/wal-then-database-without-checkpoint",
            exit: 0,
            says: &[said(
                "app.db",
                "complete with its WAL",
                "stillframe rebuild app.db -o rebuilt.db",
            )],
        }],
        rows: &[Rows {
            fixture: "sets/wal-then-database-without-checkpoint",
            line: "rebuild set/app.db -o out.db",
            exit: 0,
            truth: "wal-then-database-without-checkpoint",
        }],
        tests: &[],
    },
];
