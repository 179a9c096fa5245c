//! An overflow chain of which links and pointer map say different things: the links are followed, all the way.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot do its work fails"
)]

use std::borrow::Cow;
use std::convert::Infallible;

use rusqlite::Connection;
use stillframe_database::{Header, scan::Seen};
use stillframe_format::{PageNumber, PageSize, Pages};
use stillframe_rows::{Catalog, Value};
use stillframe_testkit::builder::{Plan, SetBuilder};

const PAGE: usize = 512;

struct Bytes(Vec<u8>);

impl Pages for Bytes {
    type Error = Infallible;

    fn page_size(&self) -> PageSize {
        PageSize::new(PAGE as u32).unwrap()
    }

    fn page_count(&self) -> u32 {
        self.stored_pages()
    }

    fn stored_pages(&self) -> u32 {
        (self.0.len() / PAGE) as u32
    }

    fn page(&self, number: PageNumber) -> Result<Cow<'_, [u8]>, Infallible> {
        let start = (number.get() as usize - 1) * PAGE;
        Ok(Cow::Borrowed(&self.0[start..start + PAGE]))
    }
}

/// The second value of the one row, as it is read here.
fn dumped(database: &[u8]) -> Vec<u8> {
    let header = Header::parse(database).unwrap();
    let pages = Bytes(database.to_vec());
    let catalog = Catalog::read(&pages, &header).unwrap();
    let table = catalog.table("t").unwrap();
    let mut rows = catalog.rows(&pages, table, Seen::default()).unwrap();
    let row = rows.next().unwrap().unwrap();
    let Value::Blob(blob) = row.value(1) else {
        return Vec::new();
    };
    blob.to_vec()
}

/// The same, as SQLite gives it; `None` where it gives none.
fn selected(database: &[u8]) -> Option<Vec<u8>> {
    let mut connection = Connection::open_in_memory().unwrap();
    connection
        .deserialize_read_exact("main", database, database.len(), true)
        .unwrap();
    connection
        .query_row("SELECT b FROM t", [], |row| row.get(0))
        .ok()
}

/// The entry of a page in the pointer map on page 2.
fn entry(page: usize) -> usize {
    PAGE + (page - 3) * 5
}

fn put(bytes: &mut [u8], at: usize, number: usize) {
    bytes[at..at + 4].copy_from_slice(&(number as u32).to_be_bytes());
}

/// A row whose second value begins on the fourth page of its overflow chain. The second and third page of the chain have
/// changed places in the file, so that it is not in its order.
fn database() -> (Vec<u8>, usize) {
    let builder = SetBuilder::new(
        "links",
        &Plan {
            page_size: PAGE as u32,
            auto_vacuum: "FULL",
            journal_mode: "DELETE",
            ..Plan::default()
        },
    );
    builder.sql("CREATE TABLE t(a, b); INSERT INTO t VALUES (zeroblob(1900), randomblob(1500))");
    let mut database = builder.close();
    // The map says which page is the first of an overflow chain.
    let first = (3..).find(|&page| database[entry(page)] == 3).unwrap();
    let (second, third, fourth) = (first + 1, first + 2, first + 3);
    let page = |page: usize| (page - 1) * PAGE..page * PAGE;
    let content = database[page(second)].to_vec();
    database.copy_within(page(third), (second - 1) * PAGE);
    database[page(third)].copy_from_slice(&content);
    for (from, to) in [(first, third), (third, second), (second, fourth)] {
        put(&mut database, (from - 1) * PAGE, to);
        put(&mut database, entry(to) + 1, from);
    }
    (database, second)
}

#[test]
fn links_are_followed_where_the_pointer_map_says_something_else() {
    let (mut database, second) = database();
    let whole = selected(&database).unwrap();
    assert_eq!(whole.len(), 1500);
    assert_eq!(dumped(&database), whole);
    // The map says of the page behind the first one in the file that it follows it in the chain, too.
    put(&mut database, entry(second) + 1, second - 1);
    assert_ne!(selected(&database).as_ref(), Some(&whole));
    assert_eq!(dumped(&database), whole);
}
