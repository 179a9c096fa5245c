//! What `log` prints.

use crate::each;

#[test]
fn log() {
    let logged = [
        "bad/SET205-checkpoint-missed",
        "bad/WAL001-header-truncated",
        "bad/WAL002-magic-invalid",
        "bad/WAL005-version-unsupported",
        "bad/WAL106-unexplained-slots",
        "good/empty-wal",
        "good/header-only-wal",
        "good/rollback-mode",
        "good/uncommitted-tail",
        "good/vacuum-shrinks",
        "sets/foreign-page-size",
        "sets/orders",
        "sets/wal-hole",
    ];
    each("log", &logged, "log FIXTURE/app.db");
    let few = ["good/rollback-mode", "good/vacuum-shrinks", "sets/orders"];
    each("log-pages", &few, "log --pages FIXTURE/app.db");
    each("log-json", &few, "log --format json FIXTURE/app.db");
    let odd = [
        "bad/WAL002-magic-invalid",
        "good/empty-wal",
        "sets/foreign-page-size",
    ];
    each("log-json", &odd, "log --format json --pages FIXTURE/app.db");
    each(
        "log-jsonl",
        &few,
        "log --format jsonl --pages FIXTURE/app.db",
    );
}

#[test]
fn log_tables() {
    let with_tables = [
        "bad/SET102-wal-without-database",
        "bad/WAL002-magic-invalid",
        "good/auto-vacuum",
        "good/vacuum-shrinks",
        "sets/orders",
        "sets/wal-hole",
    ];
    each(
        "log-tables",
        &with_tables,
        "log --tables FIXTURE/app.db-wal",
    );
    for format in ["json", "jsonl"] {
        let line = format!("log --tables --format {format} FIXTURE/app.db");
        each(&format!("log-tables-{format}"), &["sets/orders"], &line);
    }
}
