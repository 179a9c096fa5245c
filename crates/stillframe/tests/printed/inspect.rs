//! What `inspect` prints.

use crate::support::run;
use crate::{each, matches};

/// Fixtures that differ in what `inspect` has to say.
const INSPECTED: [&str; 22] = [
    "bad/DB001-not-a-database",
    "bad/DB003-page-size-invalid",
    "bad/SET101-empty-database-beside-wal",
    "bad/SET202-hot-journal",
    "bad/WAL001-header-truncated",
    "bad/WAL002-magic-invalid",
    "bad/WAL101-frame-checksum-mismatch",
    "bad/WAL103-page-number-zero",
    "bad/WAL202-growth-refused",
    "bad/WAL203-page-missing",
    "good/auto-vacuum",
    "good/big-endian-wal",
    "good/empty-wal",
    "good/page-size-65536",
    "good/persisted-journal",
    "good/reserved-bytes",
    "good/three-generations",
    "good/torn-last-frame",
    "good/trailing-zero-pages",
    "good/uncommitted-tail",
    "good/utf-16",
    "good/zero-salt-spill",
];

#[test]
fn inspect() {
    each("inspect-plain", &["sets/orders"], "inspect FIXTURE");
    each(
        "inspect-frames",
        &["sets/orders"],
        "inspect --frames FIXTURE",
    );
    each("inspect-pages", &["sets/orders"], "inspect --pages FIXTURE");
    each(
        "inspect-at",
        &["sets/orders"],
        "inspect --at 3 --pages FIXTURE",
    );
    each(
        "inspect-sizes",
        &["good/auto-vacuum", "good/utf-16", "sets/orders"],
        "inspect --sizes FIXTURE",
    );
    each(
        "inspect-map",
        &[
            "good/auto-vacuum",
            "good/vacuum-shrinks",
            "bad/BT113-page-never-used",
        ],
        "inspect --map FIXTURE",
    );
    matches(
        "inspect-wal-alone",
        &run("inspect fixtures/bad/SET102-wal-without-database/app.db-wal"),
    );
    matches(
        "inspect-no-such-commit",
        &run("inspect --at 9 fixtures/sets/orders"),
    );
    each("inspect", &INSPECTED, "inspect --frames --pages FIXTURE");
}

#[test]
fn inspect_a_page_or_a_cell() {
    for page in [1, 2, 3, 4, 5, 6, 7] {
        let line = format!("inspect --page {page} FIXTURE");
        each(
            &format!("inspect-page-{page}"),
            &["good/auto-vacuum"],
            &line,
        );
    }
    for fixture in [
        "bad/BT101-freeblock-out-of-place",
        "bad/BT105-cell-past-end",
    ] {
        each(
            "inspect-page-damaged",
            &[fixture],
            "inspect --page 3 FIXTURE",
        );
    }
    each(
        "inspect-cell",
        &["sets/orders"],
        "inspect --cell 2/0 FIXTURE",
    );
    each(
        "inspect-cell-index",
        &["sets/orders"],
        "inspect --cell 3/1 FIXTURE",
    );
    each(
        "inspect-cell-at",
        &["sets/orders"],
        "inspect --at 3 --page 2 --cell 1 FIXTURE",
    );
    each(
        "inspect-no-map",
        &["bad/DB001-not-a-database"],
        "inspect --map FIXTURE",
    );
    for line in [
        "--page 9",
        "--cell 2/99",
        "--cell 3",
        "--page 2 --cell 2/0",
        "--page 0",
    ] {
        let ran = run(&format!("inspect {line} fixtures/sets/orders"));
        matches(
            &format!("inspect-refused{}", line.replace([' ', '/'], "-")),
            &ran,
        );
    }
}

#[test]
fn inspect_json() {
    each(
        "inspect-json",
        &[
            "bad/DB001-not-a-database",
            "bad/WAL203-page-missing",
            "good/three-generations",
            "good/trailing-zero-pages",
            "sets/orders",
        ],
        "inspect --format json --frames --pages FIXTURE",
    );
    each(
        "inspect-json-of-pages",
        &["good/auto-vacuum", "sets/orders"],
        "inspect --format json --sizes --map --page 2 --pages FIXTURE",
    );
    each(
        "inspect-json-cell",
        &["sets/orders"],
        "inspect --format json --cell 2/3 FIXTURE",
    );
    matches(
        "inspect-json-folder",
        &run("inspect --format json fixtures/sets/two-copies"),
    );
}
