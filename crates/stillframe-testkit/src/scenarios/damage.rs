//! What storage and transfers do to a file.

use super::{NotTold, Scenario, Set, said};

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        number: 36,
        name: "One file, copied slowly across a checkpoint",
        happened: "The copy had read a part of the file when a checkpoint wrote to it: the first pages are of another \
             moment than the last ones.",
        sqlite: "Malformed where the two contradict each other; refused where page 1 counts more pages than there \
             are.",
        says: "Pages that are each sound contradict one another; or page 1 counts pages that the file does not \
             have; or pages stand behind the end that it counts.",
        now: "Copy it again: with the application stopped, with `.backup`, or with `VACUUM INTO`.",
        commands: &[],
        not_told: Some(NotTold::AtAll(
            "That it was a slow copy, and at which page it was when the checkpoint came. No page says when it was written, and \
             writes that storage lost leave the same bytes. Most pages are the same at both moments, so that a boundary \
             would be a guess between two of the pages that contradict one another.",
        )),
        sets: &[
            Set {
                fixture: "sets/old-head-new-tail",
                exit: 1,
                says: &[said("app.db", "corrupt", "")],
            },
            Set {
                fixture: "sets/new-head-old-tail",
                exit: 1,
                says: &[said("app.db", "torn", "")],
            },
        ],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 37,
        name: "A page of zeros",
        happened: "A sparse copy, a network file system or a failing disk left zeros in the place of a page.",
        sqlite: "Shows rows until it meets the page; then the database is malformed.",
        says: "Which page it is, and which table it belongs to.",
        now: "Look for another copy. Do not write to this one.",
        commands: &[],
        not_told: None,
        sets: &[Set {
            fixture: "sets/page-zeroed",
            exit: 1,
            says: &[said("app.db", "corrupt", "")],
        }],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 38,
        name: "A file that ends within a page",
        happened: "The copy was cut off.",
        sqlite: "Reads zeros for what is missing, and calls it malformed where it matters.",
        says: "Which page is cut, and how many bytes of it are there.",
        now: "Copy it again.",
        commands: &[],
        not_told: None,
        sets: &[
            Set {
                fixture: "bad/DB103-last-page-truncated",
                exit: 1,
                says: &[said("app.db", "torn", "")],
            },
            Set {
                fixture: "bad/DB101-size-exceeds-file",
                exit: 1,
                says: &[said("app.db", "torn", "")],
            },
        ],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 39,
        name: "Pages behind the end",
        happened: "Something stands behind the last page that the header counts.",
        sqlite: "Finds nothing wrong, and will write over it.",
        says: "The database is sound; what stands behind its end is no part of it, and is pointed out.",
        now: "Find out what wrote it (see S13) before SQLite writes over it.",
        commands: &[],
        not_told: None,
        sets: &[
            Set {
                fixture: "bad/DB204-trailing-pages",
                exit: 1,
                says: &[said("app.db", "consistent, completeness unknown", "")],
            },
            Set {
                fixture: "good/trailing-zero-pages",
                exit: 0,
                says: &[said("app.db", "complete", "")],
            },
        ],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 40,
        name: "A transfer in text mode",
        happened: "An FTP client, a mail gateway or an editor took the file for text: it put 0d before every 0a, or \
             replaced what is not UTF-8.",
        sqlite: "Malformed.",
        says: "The file was transferred as text; how many bytes were put in, or how many places are lost.",
        now: "Transfer it again, in binary mode. What was replaced is lost; bytes that were only put in can be \
             taken out.",
        commands: &["stillframe rebuild app.db --repair -o repaired.db"],
        not_told: None,
        sets: &[
            Set {
                fixture: "bad/DB208-may-be-text-mode",
                exit: 1,
                says: &[said("app.db", "complete, with warnings", "")],
            },
            Set {
                fixture: "bad/DB106-text-mode-transfer",
                exit: 1,
                says: &[said(
                    "app.db",
                    "corrupt",
                    "stillframe rebuild app.db --repair -o repaired.db",
                )],
            },
            Set {
                fixture: "sets/letters-converted",
                exit: 1,
                says: &[said("app.db", "corrupt", "")],
            },
        ],
        rows: &[],
        tests: &[],
    },
    Scenario {
        number: 41,
        name: "An empty WAL",
        happened: "A WAL of 0 bytes, or of a header alone, lies beside the database.",
        sqlite: "Shows every row.",
        says: "Whole: an empty WAL is the witness that nothing is missing.",
        now: "Nothing.",
        commands: &[],
        not_told: None,
        sets: &[
            Set {
                fixture: "good/empty-wal",
                exit: 0,
                says: &[said("app.db", "complete", "")],
            },
            Set {
                fixture: "good/header-only-wal",
                exit: 0,
                says: &[said("app.db", "complete", "")],
            },
        ],
        rows: &[],
        tests: &[],
    },
];
