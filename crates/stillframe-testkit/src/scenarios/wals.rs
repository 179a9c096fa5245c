//! What stands in a WAL.

use super::{Rows, Scenario, Set, said};

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        number: 22,
        name: "A WAL that ends within a frame",
        happened: "The copy was made while a frame was being written, or the machine stopped then.",
        sqlite: "Shows every commit before it.",
        says: "Whole to the last commit that is there; the rest of a frame is what a crash leaves, and no damage.",
        now: "Nothing.",
        commands: &[],
        not_told: None,
        sets: &[Set {
            fixture: "good/torn-last-frame",
            exit: 0,
            says: &[said(
                "app.db",
                "complete with its WAL",
                "stillframe rebuild app.db -o rebuilt.db",
            )],
        }],
        rows: &[Rows {
            fixture: "good/torn-last-frame",
            line: "rebuild set/app.db -o out.db",
            exit: 0,
            truth: "torn-last-frame",
        }],
        tests: &[],
    },
    Scenario {
        number: 23,
        name: "One wrong bit in the middle of a WAL",
        happened: "A disk, a cable or a memory changed one bit.",
        sqlite: "Stops at that frame without a word: 8 of 24 rows are shown, and `integrity_check` says `ok`. The \
             next commit writes over the rest.",
        says: "Commits behind the bit are intact, as their checksums go on from one another. Where one byte is \
             wrong the checksums tell which, and what it was.",
        now: "Do not write to the database. Repair the copy.",
        commands: &["stillframe rebuild app.db --repair -o repaired.db"],
        not_told: None,
        sets: &[
            Set {
                fixture: "sets/wal-hole",
                exit: 1,
                says: &[said(
                    "app.db",
                    "corrupt",
                    "stillframe rebuild app.db --repair -o repaired.db",
                )],
            },
            Set {
                fixture: "bad/WAL101-frame-checksum-mismatch",
                exit: 1,
                says: &[said(
                    "app.db",
                    "corrupt",
                    "stillframe rebuild app.db --repair -o repaired.db",
                )],
            },
        ],
        rows: &[Rows {
            fixture: "sets/wal-hole",
            line: "rebuild set/app.db --repair -o out.db",
            exit: 0,
            truth: "wal-hole",
        }],
        tests: &[],
    },
    Scenario {
        number: 24,
        name: "The header of the WAL is zeros",
        happened: "The first 32 bytes of the WAL were lost.",
        sqlite: "Ignores the whole WAL and deletes it.",
        says: "The header follows from the first frame, and every frame behind that verifies.",
        now: "Do not open the set with SQLite. Repair it; nothing vouches for the page in the first frame, which \
             is said.",
        commands: &["stillframe rebuild app.db --repair -o repaired.db"],
        not_told: None,
        sets: &[Set {
            fixture: "sets/wal-header-zeroed",
            exit: 1,
            says: &[said(
                "app.db",
                "corrupt",
                "stillframe rebuild app.db --repair -o repaired.db",
            )],
        }],
        rows: &[Rows {
            fixture: "sets/wal-header-zeroed",
            line: "rebuild set/app.db --repair -o out.db",
            exit: 1,
            truth: "wal-header-zeroed",
        }],
        tests: &[],
    },
    Scenario {
        number: 25,
        name: "Killed within a transaction larger than the cache",
        happened: "Pages of a transaction had been spilled into the WAL, and some of them written again, when the \
             process was killed: their frames have salts and checksums of zero.",
        sqlite: "Shows every commit.",
        says: "Whole. The frames that were never committed are counted, and called what they are: no damage.",
        now: "Nothing.",
        commands: &[],
        not_told: None,
        sets: &[
            Set {
                fixture: "good/zero-salt-spill",
                exit: 0,
                says: &[said(
                    "app.db",
                    "complete with its WAL",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
            Set {
                fixture: "good/uncommitted-tail",
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
        number: 26,
        name: "A large transaction was rolled back",
        happened: "Frames of it are in the WAL, with the salts of the present generation, behind a small commit that \
             followed.",
        sqlite: "Shows every commit, and none of these frames.",
        says: "Whole. Frames whose salts are right and that are no part of the log are not played.",
        now: "Nothing.",
        commands: &[],
        not_told: None,
        sets: &[Set {
            fixture: "good/rolled-back-leftovers",
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
        number: 27,
        name: "Old frames behind the end of the log",
        happened: "A checkpoint was complete, and the WAL was begun anew over its old frames, as it is all day long.",
        sqlite: "Shows every commit.",
        says: "Whole. The older frames are listed, with their generation.",
        now: "Nothing. Whoever looks for what was there before finds it with `stillframe inspect`.",
        commands: &["stillframe inspect --frames app.db"],
        not_told: None,
        sets: &[
            Set {
                fixture: "good/older-generation-slack",
                exit: 0,
                says: &[said(
                    "app.db",
                    "complete with its WAL",
                    "stillframe rebuild app.db -o rebuilt.db",
                )],
            },
            Set {
                fixture: "good/three-generations",
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
];
