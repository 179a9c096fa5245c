//! The structure of thousands of damaged databases, walked: what is found is what SQLite's own check says, word for word, in its
//! order, and every tree has as many rows as it counts.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its input fails"
)]

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use stillframe_check::walk::structure;
use stillframe_database::Geometry;
use stillframe_database::schema::roots;
use stillframe_format::{PageNumber, PageSize, Pages};
use stillframe_history::{Error, Image};
use support::{corpora, damaged_databases, database_alone};

mod support;

/// Messages that SQLite's check stops after.
const MOST: usize = 100;

/// What SQLite says of a database: its roots, and of their trees the rows and messages.
struct Expected {
    /// Whether it read the schema to the end.
    scanned: bool,
    roots: Vec<u32>,
    rows: Vec<Option<u64>>,
    messages: String,
}

/// `None` where SQLite refuses the database.
fn expected(path: &Path) -> Option<Expected> {
    let text = fs::read_to_string(path).unwrap();
    let section = |name: &str| {
        let (_, rest) = text.split_once(&format!("[{name}]\n"))?;
        Some(rest.split("\n[").next().unwrap().trim_end_matches('\n'))
    };
    let numbers = |text: &str| -> Vec<i64> {
        text.split_whitespace()
            .map(|number| number.parse().unwrap())
            .collect()
    };
    let counts = section("counts")?;
    Some(Expected {
        scanned: section("schema_scan") == Some("done 101"),
        roots: numbers(section("roots").unwrap())
            .into_iter()
            .map(|root| root as u32)
            .collect(),
        rows: numbers(counts)
            .into_iter()
            .map(|rows| u64::try_from(rows).ok())
            .collect(),
        messages: section("messages").unwrap_or_default().to_owned(),
    })
}

/// The pages that are there, where the header says more: as SQLite counts under `writable_schema`.
struct Stored<'a>(&'a Image<'a>);

impl Pages for Stored<'_> {
    type Error = Error;

    fn page_size(&self) -> PageSize {
        self.0.page_size()
    }

    fn page_count(&self) -> u32 {
        self.0.page_count().min(self.0.stored_pages())
    }

    fn stored_pages(&self) -> u32 {
        self.0.stored_pages()
    }

    fn page(&self, number: PageNumber) -> Result<Cow<'_, [u8]>, Error> {
        self.0.page(number)
    }
}

#[test]
fn damaged_databases_are_as_sqlite_says() {
    let Some(corpora) = corpora() else {
        return;
    };
    let (mut compared, mut refused, mut wrong, mut scanned) = (0, 0, 0, 0);
    for path in damaged_databases(&corpora) {
        let set = database_alone(&path);
        let image = Image::read(&set, None, &()).unwrap().1.unwrap();
        let Some(expected) = expected(&path.with_extension("db.expected-btree")) else {
            assert!(image.refusal().is_some(), "{}", path.display());
            refused += 1;
            continue;
        };
        let header = image.header().copied().unwrap();
        if expected.scanned {
            let geometry = Geometry::new(image.page_size(), header.reserved_bytes).unwrap();
            let found = roots(&Stored(&image), geometry).unwrap();
            assert_eq!(found, expected.roots, "{}", path.display());
            scanned += 1;
        }
        let found = structure(&Stored(&image), &header, &expected.roots, MOST, &()).unwrap();
        let messages: Vec<String> = found.problems.iter().map(ToString::to_string).collect();
        compared += 1;
        if messages.join("\n") != expected.messages || found.rows != expected.rows {
            wrong += 1;
            println!("{}: {messages:#?}", path.display());
        }
    }
    println!("{compared} compared, {refused} refused by both, {wrong} wrong; {scanned} schemas");
    assert_eq!(wrong, 0);
    assert!(compared >= 4382 && scanned >= 3555);
}
