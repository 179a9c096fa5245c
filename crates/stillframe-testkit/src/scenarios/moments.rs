//! Archives, moments, and what only the WAL knows.

use super::{Rows, Scenario, Set, Test, said};

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        number: 50,
        name: "In an archive",
        happened: "The set is in a tar, a compressed tar or a zip, its members in any order, or in an archive within an \
             archive; or the archive was cut.",
        sqlite: "Cannot open it.",
        says: "The same as of a folder, under names such as `backup.tar.gz!data/app.db`. Of an archive that was \
             cut, what is there is judged, and the exit status is 3.",
        now: "Nothing needs to be unpacked.",
        commands: &[],
        not_told: None,
        sets: &[],
        rows: &[],
        tests: &[
            Test {
                file: "crates/stillframe/tests/scenarios.rs",
                name: "every_scenario_is_judged_as_the_table_says_in_every_form",
            },
            Test {
                file: "crates/stillframe/tests/archives.rs",
                name: "archives_in_archives_have_long_names",
            },
            Test {
                file: "crates/stillframe/tests/archives.rs",
                name: "what_is_there_of_an_archive_cut_short_is_judged",
            },
        ],
    },
    Scenario {
        number: 51,
        name: "A snapshot of one moment",
        happened: "LVM, btrfs, ZFS or a stopped machine: all files are as they were at one moment, in the middle of \
             whatever was being written.",
        sqlite: "Shows every commit to that moment.",
        says: "Whole, or whole once its journal is rolled back. What was not committed is no damage.",
        now: "Nothing, where there is no hot journal; else keep the journal with the database.",
        commands: &[],
        not_told: None,
        sets: &[
            Set {
                fixture: "good/uncommitted-tail",
                exit: 0,
                says: &[said(
                    "app.db",
                    "complete with its WAL",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
            Set {
                fixture: "good/commit-half-written",
                exit: 0,
                says: &[said(
                    "app.db",
                    "consistent, completeness unknown",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
        ],
        rows: &[],
        tests: &[
            Test {
                file: "crates/stillframe-testkit/tests/live_writer/snapshots.rs",
                name: "a_snapshot_of_a_database_in_wal_mode_is_whole",
            },
            Test {
                file: "crates/stillframe-testkit/tests/live_writer/snapshots.rs",
                name: "a_snapshot_of_a_database_with_a_journal_is_whole_once_rolled_back",
            },
        ],
    },
    Scenario {
        number: 52,
        name: "A file that changes while it is read",
        happened: "The application wrote to its database during the check.",
        sqlite: "Takes its locks, and sees one moment.",
        says: "It changed while it was read: nothing that was found is certain. The exit status is 3.",
        now: "Check a copy, or check again.",
        commands: &[],
        not_told: None,
        sets: &[],
        rows: &[],
        tests: &[Test {
            file: "crates/stillframe/tests/signals.rs",
            name: "an_input_that_changes_while_it_is_read_is_said_to",
        }],
    },
    Scenario {
        number: 53,
        name: "A wal-index that was left",
        happened: "A `-shm` lies beside a database without a WAL: another engine, or a connection that could only read, \
             left it.",
        sqlite: "Shows every row.",
        says: "Whole: the wal-index shows that nothing was in the WAL but what the database file has.",
        now: "Nothing.",
        commands: &[],
        not_told: None,
        sets: &[
            Set {
                fixture: "good/wal-index-after-a-visit",
                exit: 0,
                says: &[said("app.db", "complete", "")],
            },
            Set {
                fixture: "good/wal-index-all-checkpointed",
                exit: 0,
                says: &[said("app.db", "complete", "")],
            },
        ],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 54,
        name: "Rows that only the WAL knows of",
        happened: "An application made its tables, or deleted messages, and none of that was checkpointed.",
        sqlite: "Shows the last moment: the tables, without what was deleted. The database file by itself has none of \
             it.",
        says: "Both views: every commit is listed, and the database of each can be had.",
        now: "List the commits, and rebuild the one from before.",
        commands: &[
            "stillframe log app.db",
            "stillframe rebuild app.db --at 2 -o before.db",
        ],
        not_told: None,
        sets: &[
            Set {
                fixture: "sets/tables-only-in-wal",
                exit: 0,
                says: &[said(
                    "app.db",
                    "complete with its WAL",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
            Set {
                fixture: "sets/orders",
                exit: 0,
                says: &[said(
                    "app.db",
                    "complete with its WAL",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
        ],
        rows: &[
            Rows {
                fixture: "sets/tables-only-in-wal",
                line: "rebuild set/app.db -o out.db",
                exit: 0,
                truth: "tables-only-in-wal",
            },
            Rows {
                fixture: "sets/tables-only-in-wal",
                line: "rebuild set/app.db --at 2 -o out.db",
                exit: 0,
                truth: "before-the-deletion",
            },
        ],
        tests: &[],
    },
];
