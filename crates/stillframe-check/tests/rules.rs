//! The table of rules: codes, names, files, explanations, and the pages in `docs/rules` that are made of them.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its input fails"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use stillframe_check::{
    RULES, Rule, Severity, rule_of_database_error, rule_of_journal_error, rule_of_wal_error,
};
use stillframe_database::ErrorKind as DatabaseError;
use stillframe_journal::ErrorKind as JournalError;
use stillframe_wal::{Checksum, ErrorKind as WalError};

const SECTIONS: [&str; 6] = [
    "What it means",
    "Why it matters",
    "How it is checked",
    "Example",
    "What to do",
    "When it is normal",
];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The letters of a code, and its number.
fn parts(rule: &Rule) -> (&str, u32) {
    let (letters, number) = rule.code.split_at(rule.code.len() - 3);
    (letters, number.parse().unwrap())
}

fn folder_of(rule: &Rule) -> &str {
    match parts(rule).0 {
        "AR" => "archive",
        "BT" => "btree",
        "DB" => "database",
        "EX" => "policy",
        "FL" => "freelist",
        "MF" => "manifest",
        "OV" => "overflow",
        "PM" => "pointer_map",
        "RC" => "record",
        "RJ" => "journal",
        "SC" => "schema",
        "SET" => "set",
        "SHM" => "wal_index",
        "SJ" => "super_journal",
        "WAL" => "wal",
        family => family,
    }
}

#[test]
fn codes_are_sorted_and_say_the_severity() {
    assert!(RULES.windows(2).all(|pair| parts(pair[0]) < parts(pair[1])));
    for rule in RULES {
        let is_note = rule.severity == Severity::Note;
        assert_eq!(is_note, parts(rule).1 >= 900, "{rule:?}");
    }
}

#[test]
fn each_rule_is_a_file_of_its_name() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let mut files = BTreeSet::new();
    for family in [
        "archive",
        "btree",
        "database",
        "freelist",
        "journal",
        "manifest",
        "overflow",
        "pointer_map",
        "policy",
        "record",
        "schema",
        "set",
        "super_journal",
        "wal",
        "wal_index",
    ] {
        for entry in fs::read_dir(rules.join(family)).unwrap() {
            let path = entry.unwrap().path();
            if !path.ends_with("mod.rs") {
                files.insert(path);
            }
        }
    }
    for rule in RULES {
        let path = rules
            .join(folder_of(rule))
            .join(format!("{}.rs", rule.name));
        let source = fs::read_to_string(&path).unwrap();
        let declared = format!("\"{}\" \"{}\" ", rule.code, rule.name);
        assert!(source.contains(&declared), "{}", path.display());
        assert!(files.remove(&path));
    }
    assert!(files.is_empty(), "no rules: {files:?}");
}

#[test]
fn each_explanation_has_its_sections() {
    for rule in RULES {
        let text = explanation(rule);
        let headings: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("# "))
            .collect();
        assert_eq!(headings, SECTIONS, "{rule:?}");
        let paragraphs: Vec<&str> = text.trim().split("\n\n").collect();
        assert_eq!(paragraphs.len(), 1 + SECTIONS.len(), "{rule:?}");
        for paragraph in paragraphs {
            assert!(paragraph.ends_with(['.', ')']), "{rule:?}: {paragraph}");
        }
        assert_eq!(rule.summary().lines().count(), 1, "{rule:?}");
    }
}

#[test]
fn each_error_kind_has_a_rule_of_its_own() {
    let database = [
        DatabaseError::HeaderTruncated { found: 0 },
        DatabaseError::Magic { found: [0; 16] },
        DatabaseError::PageSize { found: 0 },
        DatabaseError::ReadVersion { found: 3 },
        DatabaseError::PayloadFractions { found: [0; 3] },
        DatabaseError::UsableSize { found: 0 },
        DatabaseError::BtreePageKind { found: 0 },
        DatabaseError::FreelistLeafCount { found: 0, most: 0 },
        DatabaseError::CellCount { found: 0, most: 0 },
        DatabaseError::FreeblockOffset {
            found: 0,
            first: 0,
            last: 0,
        },
        DatabaseError::FreeblockSize { found: 0, most: 0 },
        DatabaseError::FreeBytes {
            found: 0,
            least: 0,
            most: 0,
        },
        DatabaseError::CellPointer {
            found: 0,
            first: 0,
            last: 0,
        },
        DatabaseError::CellPastEnd { offset: 0 },
    ];
    let codes: BTreeSet<_> = database
        .map(|kind| rule_of_database_error(kind).code)
        .into();
    assert_eq!(codes.len(), database.len());
    assert_eq!(variants("stillframe-database"), database.len());

    let sum = Checksum::ZERO;
    let wal = [
        WalError::HeaderTruncated { found: 0 },
        WalError::Magic { found: 0 },
        WalError::PageSize { found: 0 },
        WalError::HeaderChecksum {
            stored: sum,
            computed: sum,
        },
        WalError::Version { found: 0 },
    ];
    let codes: BTreeSet<_> = wal.map(|kind| rule_of_wal_error(kind).code).into();
    assert_eq!(codes.len(), wal.len());
    assert_eq!(variants("stillframe-wal"), wal.len());

    let journal = [
        JournalError::HeaderTruncated { found: 0 },
        JournalError::Magic { found: [0; 8] },
        JournalError::SectorSize { found: 0 },
        JournalError::PageSize { found: 0 },
    ];
    let codes: BTreeSet<_> = journal.map(|kind| rule_of_journal_error(kind).code).into();
    assert_eq!(codes.len(), journal.len());
    assert_eq!(variants("stillframe-journal"), journal.len());
}

/// How many variants the `ErrorKind` of a crate has, by its source: a new one needs a rule, and a line above.
fn variants(name: &str) -> usize {
    let source = fs::read_to_string(crates().join(name).join("src/error.rs")).unwrap();
    let (_, body) = source.split_once("pub enum ErrorKind {\n").unwrap();
    let (body, _) = body.split_once("\n}\n").unwrap();
    let is_variant = |line: &&str| {
        let name = line.strip_prefix("    ").unwrap_or_default();
        name.starts_with(|first: char| first.is_ascii_uppercase())
    };
    body.lines().filter(is_variant).count()
}

#[test]
fn the_pages_are_those_of_the_rules() {
    let folder = crates().join("../docs/rules");
    let bless = std::env::var_os("STILLFRAME_BLESS").is_some();
    let mut pages = vec![("README.md".to_owned(), table())];
    pages.extend(
        RULES
            .iter()
            .map(|rule| (format!("{}.md", rule.code), page(rule))),
    );
    if bless {
        fs::create_dir_all(&folder).unwrap();
    }
    for (name, page) in &pages {
        let path = folder.join(name);
        if bless {
            fs::write(&path, page).unwrap();
        }
        let written = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == *page,
            "docs/rules/{name} is stale: run this test with STILLFRAME_BLESS=1"
        );
    }
    let found = fs::read_dir(&folder).unwrap().count();
    assert_eq!(found, pages.len(), "docs/rules has pages of no rule");
}

/// The explanation without the space that each line of a doc comment begins with.
fn explanation(rule: &Rule) -> String {
    let mut text = String::new();
    for line in rule.explain.lines() {
        text.push_str(line.strip_prefix(' ').unwrap_or(line));
        text.push('\n');
    }
    text
}

fn page(rule: &Rule) -> String {
    let mut page = format!("# {} {}\n\n", rule.code, rule.name);
    writeln!(page, "{}, since {}\n", rule.severity, rule.since).unwrap();
    for line in explanation(rule).lines() {
        if line.starts_with("# ") {
            page.push('#');
        }
        page.push_str(line);
        page.push('\n');
        if line.starts_with("# ") {
            page.push('\n');
        }
    }
    page
}

fn table() -> String {
    let mut table = "# Rules\n\n\
        What `stillframe check` looks for. *Error*: committed content is lost or wrong. *Warning*: a healthy set would not look so. \
        *Note*: normal, and worth knowing. `stillframe explain CODE` prints the page of a rule.\n\n\
        | code | name | severity | summary |\n|---|---|---|---|\n"
        .to_owned();
    for rule in RULES {
        let (code, summary) = (rule.code, rule.summary());
        writeln!(
            table,
            "| [{code}]({code}.md) | {} | {} | {summary} |",
            rule.name, rule.severity
        )
        .unwrap();
    }
    table
}
