//! The verdict beside the findings.

use super::*;

#[test]
fn a_sound_set_has_no_findings() {
    let report = check(Some(database(3)), Some(wal()));
    assert!(all(&report).is_empty(), "{:?}", report.findings);
    assert_eq!(report.verdict.kind, VerdictKind::CompleteWithWal);
}

#[test]
fn the_verdict_says_that_there_are_warnings() {
    let mut bytes = database(3);
    bytes[80] = 1;
    let report = check(Some(bytes.clone()), Some(wal()));
    assert_eq!(all(&report), ["DB205"]);
    let words = report.verdict.words();
    assert_eq!(words, "complete with its WAL, with warnings");
    let report = check(Some(bytes), Some(Vec::new()));
    assert_eq!(report.verdict.words(), "complete, with warnings");
    let report = check(Some(database(3)), Some(wal()));
    assert_eq!(report.verdict.words(), "complete with its WAL");
}

#[test]
fn a_set_that_changes() {
    let set = set(Some(database(3)), Some(wal()));
    let mut evidence = Evidence::gather(&set, &()).unwrap();
    for name in ["app.db", "app.db-wal"] {
        let how = "it became longer".to_owned();
        evidence.changes.push((name.to_owned(), how));
    }
    let report = Report::new(&evidence);
    assert_eq!(all(&report), ["SET001", "SET001"]);
    assert_eq!(range(&report, "SET001"), (0, 3 * PAGE as u64));
    assert_eq!(report.verdict.kind, VerdictKind::ChangedWhileReading);
}

/// Names are never broken, nor is a command: a line that is too long holds one of them and nothing else.
#[test]
fn names_and_commands_are_on_lines_of_their_own_where_they_are_long() {
    let printed = |folder: &str, width| {
        let mut set = set(Some(database(3)), Some(wal()));
        let inputs = [&mut set.database, &mut set.wal];
        for (input, name) in inputs.into_iter().zip(["app.db", "app.db-wal"]) {
            input.as_mut().unwrap().name = format!("{folder}/{name}");
        }
        let report = support::report(&set);
        let mut out = Vec::new();
        stillframe_check::render::full(&report, width, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let mut styled = text.split('\u{1b}');
        let mut plain = styled.next().unwrap_or_default().to_owned();
        plain.extend(styled.filter_map(|part| Some(part.split_once('m')?.1)));
        (report.verdict.next.unwrap(), plain)
    };
    let (command, text) = printed("a", 80);
    assert!(text.starts_with("a/app.db + a/app.db-wal\n"), "{text}");
    assert!(
        text.contains(&format!("  next            {command}\n")),
        "{text}"
    );
    let long = "folder/".repeat(8);
    let (command, text) = printed(&long, 80);
    assert!(
        text.starts_with(&format!("{long}/app.db +\n  {long}/app.db-wal\n")),
        "{text}"
    );
    assert!(
        text.contains(&format!("\n  next\n    {command}\n")),
        "{text}"
    );
    for line in text.lines().filter(|line| line.chars().count() > 80) {
        assert_eq!(line.trim(), command);
    }
}
