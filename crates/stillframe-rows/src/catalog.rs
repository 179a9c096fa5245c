use std::borrow::Cow;
use std::collections::HashMap;

use stillframe_database::scan::{Problem, Scan, Seen, Tree};
use stillframe_database::{Geometry, Header, TextEncoding};
use stillframe_format::Pages;
use stillframe_schema::{Schema, Table, TableKind};

use crate::plan::Plan;
use crate::{Row, Rows, Value};

/// What a database holds: the rows of `sqlite_schema`, and what its tables are made of.
#[derive(Clone, Debug)]
pub struct Catalog<E> {
    /// The rows of `sqlite_schema`, in their order.
    pub objects: Vec<Object>,
    /// What their statements make.
    pub schema: Schema,
    /// What of `sqlite_schema` could not be read.
    pub problems: Vec<Problem<E>>,
    /// Its tables by name, in lower case.
    by_name: HashMap<String, usize>,
    geometry: Geometry,
    encoding: TextEncoding,
}

/// A row of `sqlite_schema`. Text is in UTF-8 as SQLite gives it, and ends at its first NUL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    /// `table`, `index`, `view` or `trigger`.
    pub kind: Option<Vec<u8>>,
    /// The name.
    pub name: Option<Vec<u8>>,
    /// The name of the table or view that it belongs to.
    pub table: Option<Vec<u8>>,
    /// The root page, in decimal.
    pub root: Option<Vec<u8>>,
    /// The statement that made it.
    pub sql: Option<Vec<u8>>,
}

impl<E> Catalog<E> {
    /// Reads `sqlite_schema`. `header` is that of page 1; `None` where the database has no page, or pages that leave
    /// too few bytes.
    pub fn read<P: Pages<Error = E>>(pages: &P, header: &Header) -> Option<Self> {
        let geometry = Geometry::new(pages.page_size(), header.reserved_bytes)?;
        if pages.page_count() == 0 {
            return None;
        }
        let encoding = header.text_encoding();
        let schema = Schema::read(&[], header.schema_format(), 0);
        let (mut objects, mut problems) = (Vec::new(), Vec::new());
        let scan = Scan::new(pages, geometry, Tree::Table, 1, Seen::default());
        let mut rows = Rows::new(scan, Plan::of(schema.tables.first()?), encoding);
        while let Some(row) = rows.next() {
            match row {
                Ok(row) => objects.push(Object::of(&row)),
                Err(problem) => problems.push(problem),
            }
        }
        let rows: Vec<_> = objects.iter().map(Object::as_row).collect();
        let schema = Schema::read(&rows, header.schema_format(), pages.page_count());
        drop(rows);
        let tables = schema.tables.iter().enumerate();
        let by_name = tables.map(|(index, table)| (table.name.to_ascii_lowercase(), index));
        Some(Self {
            by_name: by_name.collect(),
            objects,
            schema,
            problems,
            geometry,
            encoding,
        })
    }

    /// The table of this name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        let index = self.by_name.get(&name.to_ascii_lowercase())?;
        self.schema.tables.get(*index)
    }

    /// The rows of a table; `None` for a view and a virtual table. Of the pages that are `seen` none is read again:
    /// handed on from table to table, what is read of a hostile database is no more than there is.
    pub fn rows<'p, 't, P: Pages<Error = E>>(
        &self,
        pages: &'p P,
        table: &'t Table,
        seen: Seen,
    ) -> Option<Rows<'p, 't, P>> {
        let scan = self.scan(pages, table, seen)?;
        Some(Rows::new(scan, Plan::of(table), self.encoding))
    }

    /// How many rows a table has, by the pages of its tree alone: `None` for a view and a virtual table. `read` is told how
    /// many pages were read so far, after each.
    ///
    /// # Errors
    /// The first [`Problem`] with one of those pages. What is wrong with a row is not met.
    pub fn count<P: Pages<Error = E>>(
        &self,
        pages: &P,
        table: &Table,
        seen: Seen,
        read: &mut dyn FnMut(u64),
    ) -> Option<Result<u64, Problem<E>>> {
        Some(self.scan(pages, table, seen)?.count(read))
    }

    fn scan<'p, P: Pages<Error = E>>(
        &self,
        pages: &'p P,
        table: &Table,
        seen: Seen,
    ) -> Option<Scan<'p, P>> {
        if table.kind != TableKind::Ordinary {
            return None;
        }
        let tree = match table.is_without_rowid {
            true => Tree::Index,
            false => Tree::Table,
        };
        Some(Scan::new(pages, self.geometry, tree, table.root, seen))
    }
}

impl Object {
    fn of(row: &Row<'_>) -> Self {
        let text = |column| {
            let text = match row.value(column) {
                Value::Null => return None,
                Value::Integer(integer) => return Some(integer.to_string().into_bytes()),
                Value::Real(real) => return Some(real.to_string().into_bytes()),
                Value::Text(text) | Value::Blob(text) => text,
            };
            let text = text.split(|&byte| byte == 0).next();
            Some(text.unwrap_or_default().to_vec())
        };
        Self {
            kind: text(0),
            name: text(1),
            table: text(2),
            root: text(3),
            sql: text(4),
        }
    }

    fn as_row(&self) -> stillframe_schema::Row<'_> {
        fn text(bytes: &Option<Vec<u8>>) -> Option<Cow<'_, str>> {
            bytes.as_deref().map(String::from_utf8_lossy)
        }
        stillframe_schema::Row {
            kind: text(&self.kind),
            name: text(&self.name),
            table: text(&self.table),
            root: text(&self.root),
            sql: text(&self.sql),
        }
    }
}
