use std::collections::{HashMap, HashSet};

use crate::build::build;
use crate::{Refused, Row, Table, TableKind, hash};

/// What SQLite makes of `sqlite_schema`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    /// All tables, views and virtual tables, in the order in which SQLite's checks go through them, `sqlite_schema` itself
    /// among them.
    pub tables: Vec<Table>,
    /// What of its rows is not there. SQLite refuses a database for the first of them, unless it understands the
    /// statement all the same.
    pub refused: Vec<Refused>,
}

impl Schema {
    /// Reads the rows of `sqlite_schema`, in the order of their rowids. `format` is the schema format of the database
    /// header, 1 to 4: before 4, DESC in an index means nothing. No root page may be past `page_count`.
    pub fn read(rows: &[Row<'_>], format: u8, page_count: u32) -> Self {
        let mut schema = Draft::default();
        schema.add(sqlite_schema());
        for (index, row) in rows.iter().enumerate() {
            if let Err(reason) = build(&mut schema, row, format, page_count) {
                schema.refused.push(Refused {
                    name: row.name.as_deref().unwrap_or("?").to_owned(),
                    row: index,
                    reason,
                });
            }
        }
        schema.finish()
    }

    /// The table of this name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        let mut tables = self.tables.iter();
        tables.find(|table| table.name.eq_ignore_ascii_case(name))
    }
}

/// A schema while its rows are read.
#[derive(Default)]
pub(crate) struct Draft {
    /// In the order of their rows.
    pub tables: Vec<Table>,
    /// The table of each name, in lower case.
    by_name: HashMap<String, usize>,
    /// The table of each index, by the name of the index in lower case.
    pub indexes: HashMap<String, usize>,
    /// The triggers, by their names in lower case.
    pub triggers: HashSet<String>,
    refused: Vec<Refused>,
}

impl Draft {
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        let mut name = name.to_ascii_lowercase();
        if name == "sqlite_schema" {
            "sqlite_master".clone_into(&mut name);
        }
        self.by_name.get(&name).copied()
    }

    pub(crate) fn add(&mut self, table: Table) {
        let index = self.tables.len();
        for made in &table.indexes {
            self.indexes.insert(made.name.to_ascii_lowercase(), index);
        }
        self.by_name.insert(table.name.to_ascii_lowercase(), index);
        self.tables.push(table);
    }

    fn finish(self) -> Schema {
        let order = hash::order(self.tables.iter().map(|table| table.name.as_str()));
        let mut tables: Vec<Option<Table>> = self.tables.into_iter().map(Some).collect();
        let in_order = order.into_iter();
        Schema {
            tables: in_order
                .filter_map(|index| tables.get_mut(index)?.take())
                .collect(),
            refused: self.refused,
        }
    }
}

/// The table that holds the schema, as SQLite declares it to itself.
fn sqlite_schema() -> Table {
    use crate::{Affinity, Collation, Column, Default, Value};

    let column = |name: &str, declared_type: &str| Column {
        name: name.to_owned(),
        declared_type: declared_type.to_owned(),
        affinity: Affinity::of_type(declared_type),
        strict_type: crate::StrictType::of_name(declared_type),
        collation: Collation::Binary,
        is_not_null: false,
        is_in_primary_key: false,
        default: Default::Value(Value::Null),
        generated: None,
    };
    Table {
        name: "sqlite_master".to_owned(),
        kind: TableKind::Ordinary,
        root: 1,
        columns: vec![
            column("type", "text"),
            column("name", "text"),
            column("tbl_name", "text"),
            column("rootpage", "int"),
            column("sql", "text"),
        ],
        rowid_alias: None,
        is_without_rowid: false,
        is_strict: false,
        checks: 0,
        indexes: Vec::new(),
        looped: None,
    }
}
