//! What the forms share: where the rows come from, where they go, and what is said of those that cannot be read.

use std::io::{self, BufWriter, Write};

use stillframe_database::scan::{Problem, ProblemKind, Seen};
use stillframe_format::Pages as _;
use stillframe_history::{Error as HistoryError, Image, Progress as _};
use stillframe_rows::{Catalog, Object, Row};
use stillframe_schema::{Column, Generated, Table, TableKind};

use crate::exit::say;
use crate::progress::Bar;
use crate::words::many;

/// Where the text goes.
pub type Out<'o> = BufWriter<Box<dyn Write + 'o>>;

/// Bytes that are written at once.
const BUFFER_BYTES: usize = 256 << 10;

/// Problems of a table that are told one by one.
const MOST_TOLD: u64 = 10;

/// A dump.
pub struct Job<'j> {
    name: &'j str,
    image: &'j Image<'j>,
    catalog: &'j Catalog<HistoryError>,
    /// The names of what is asked for; none for all.
    names: &'j [String],
    out: Out<'j>,
    bar: Bar,
    seen: Seen,
    problems: u64,
}

impl<'j> Job<'j> {
    /// Of the database called `name`.
    pub fn new(
        name: &'j str,
        image: &'j Image<'j>,
        catalog: &'j Catalog<HistoryError>,
        names: &'j [String],
        out: Box<dyn Write + 'j>,
        bar: Bar,
    ) -> Self {
        Self {
            name,
            image,
            catalog,
            names,
            out: BufWriter::with_capacity(BUFFER_BYTES, out),
            bar,
            seen: Seen::default(),
            problems: 0,
        }
    }

    /// The rows of `sqlite_schema` that are asked for, in their order: those of the names that were given, and the tables
    /// in which a virtual table of such a name keeps its rows.
    pub fn objects(&self) -> impl Iterator<Item = &'j Object> + use<'j> {
        let (catalog, names) = (self.catalog, self.names);
        let shadowed = shadowed(catalog, names);
        let objects = catalog.objects.iter();
        objects.filter(move |object| {
            let name = object.name.as_deref().unwrap_or_default();
            let is_shadow = |of: &&[u8]| {
                name.strip_prefix(*of)
                    .is_some_and(|rest| rest.starts_with(b"_"))
            };
            names.is_empty() || is_named(object, names) || shadowed.iter().any(is_shadow)
        })
    }

    /// The table of a row of `sqlite_schema`. If there is none, that is a problem.
    pub fn table(&mut self, object: &Object) -> Option<&'j Table> {
        let name = object.name.as_deref().unwrap_or_default();
        let name = String::from_utf8_lossy(name);
        let table = self.catalog.table(&name);
        let table = table.filter(|table| table.kind == TableKind::Ordinary);
        if table.is_none() {
            self.complain(&format!(
                "the statement of table {name} is not understood, and its rows are left out"
            ));
        }
        table
    }

    /// Writes text that is not of a row.
    pub fn write(&mut self, text: &[u8]) -> anyhow::Result<()> {
        Ok(self.out.write_all(text)?)
    }

    /// Hands each row of a table to `write`. Where one cannot be read, that is said, and the others follow.
    pub fn rows(
        &mut self,
        table: &Table,
        write: &mut dyn FnMut(&mut Out<'j>, &Row<'_>) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        let seen = std::mem::take(&mut self.seen);
        let Some(mut rows) = self.catalog.rows(self.image, table, seen) else {
            return Ok(());
        };
        let page = u64::from(self.image.page_size().get());
        let (mut pages, mut problems) = (0, 0u64);
        while let Some(row) = rows.next() {
            match row {
                Ok(row) => write(&mut self.out, &row)?,
                Err(Problem {
                    kind: ProblemKind::Unreadable(error @ HistoryError::Read { .. }),
                    ..
                }) => return Err(error.into()),
                Err(problem) => {
                    problems += 1;
                    if problems <= MOST_TOLD {
                        self.complain(&format!("table {}: {problem}", table.name));
                    }
                }
            }
            let read = rows.pages_read();
            if read > pages {
                self.bar.advance((read - pages) * page);
                pages = read;
            }
        }
        self.seen = rows.into_seen();
        if let Some(more @ 1..) = problems.checked_sub(MOST_TOLD) {
            self.complain(&format!(
                "table {}: {} more",
                table.name,
                many(more, "problem")
            ));
        }
        Ok(())
    }

    /// Says what could not be read of `sqlite_schema`.
    pub fn complain_of_schema(&mut self) {
        let problems = &self.catalog.problems;
        for problem in problems.iter().take(MOST_TOLD as usize) {
            self.complain(&format!("sqlite_schema: {problem}"));
        }
        if let Some(more @ 1..) = (problems.len() as u64).checked_sub(MOST_TOLD) {
            self.complain(&format!("sqlite_schema: {}", many(more, "more problem")));
        }
    }

    fn complain(&mut self, words: &str) {
        self.problems += 1;
        say(&format!("{}: {words}", self.name));
    }

    /// Writes what is left, and says how many problems there were.
    pub fn finish(mut self) -> io::Result<u64> {
        self.out.flush()?;
        Ok(self.problems)
    }
}

/// Whether a row of `sqlite_schema` has one of the names.
pub fn is_named(object: &Object, names: &[String]) -> bool {
    let name = object.name.as_deref().unwrap_or_default();
    names
        .iter()
        .any(|asked| asked.as_bytes().eq_ignore_ascii_case(name))
}

/// The virtual tables of these names.
fn shadowed<'j>(catalog: &'j Catalog<HistoryError>, names: &[String]) -> Vec<&'j [u8]> {
    let named = catalog
        .objects
        .iter()
        .filter(|object| is_named(object, names));
    let names = named.filter_map(|object| object.name.as_deref());
    let is_virtual = |name: &&[u8]| {
        let table = catalog.table(&String::from_utf8_lossy(name));
        table.is_some_and(|table| matches!(table.kind, TableKind::Virtual(_)))
    };
    names.filter(is_virtual).collect()
}

/// The columns that records hold.
pub fn stored(table: &Table) -> Vec<usize> {
    let columns = table.columns.iter().enumerate();
    let stored = columns.filter(|(_, column)| is_stored(column));
    stored.map(|(index, _)| index).collect()
}

/// Whether records hold a column.
pub fn is_stored(column: &Column) -> bool {
    column.generated != Some(Generated::Virtual)
}
