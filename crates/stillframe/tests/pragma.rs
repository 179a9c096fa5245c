//! What `check --format pragma` prints of the fixtures is what SQLite prints of them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::fs;

use stillframe_testkit::oracle::Oracle;

mod support;

#[test]
fn the_rows_of_fixtures_are_those_of_sqlite() {
    let oracle = Oracle::new();
    let (mut compared, mut with_problems, mut refused) = (0, 0, 0);
    for fixture in support::fixtures() {
        let folder = support::root().join("fixtures").join(&fixture);
        let file = |name: &str| fs::read(folder.join(name)).ok();
        let (database, wal) = (file("app.db"), file("app.db-wal"));
        // A hot journal changes what SQLite reads, and a WAL of other pages leaves that to chance.
        let is_other = file("app.db-journal").is_some() || fixture.contains("WAL201");
        let Some(database) = database.filter(|_| !is_other) else {
            continue;
        };
        for (level, name) in [("full", "integrity_check"), ("quick", "quick_check")] {
            for most in [100, 1, 2] {
                let pragma = format!("PRAGMA {name}({most})");
                let expected = oracle.check(&database, wal.as_deref(), &pragma);
                let ran = support::run(&format!(
                    "check --format pragma --level {level} --max-findings {most} fixtures/{fixture}/app.db"
                ));
                let rows: String = expected.rows.iter().map(|row| format!("{row}\n")).collect();
                assert_eq!(ran.stdout, rows, "{ran}");
                let error = expected.error.map(|error| error.message);
                let error = error
                    .as_deref()
                    .map(|words| words.split(" - ").next().unwrap());
                match error {
                    None => assert!(!ran.stderr.contains("malformed"), "{ran}"),
                    // What is not understood here is not called malformed: SQLite might take it.
                    Some(_) if fixture.contains("SC103") => {
                        assert!(ran.stderr.contains("not understood (orders)"), "{ran}");
                    }
                    Some(words) => assert!(ran.stderr.contains(words), "{ran}\n{words}"),
                }
                let is_ok = rows == "ok\n" && error.is_none();
                compared += 1;
                with_problems += u32::from(!is_ok);
                refused += u32::from(error.is_some());
                ran.exits(i32::from(!is_ok));
            }
        }
    }
    println!("{compared} compared, {with_problems} with problems, {refused} with an error");
    assert!(compared > with_problems && with_problems > refused && refused > 0);
}
