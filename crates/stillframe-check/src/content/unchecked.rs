use std::fmt;

use stillframe_schema::{Collation, Generated, Index, Table, TableKind};

use super::{Level, is_own};

/// What of a schema is not checked, as it takes an SQL evaluator or an application's own code to know what is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unchecked {
    /// The table.
    pub table: String,
    /// What of it.
    pub what: UncheckedKind,
}

/// What is not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UncheckedKind {
    /// CHECK constraints.
    Checks(usize),
    /// The type of a column that is computed when it is read.
    VirtualColumn(String),
    /// Which rows the WHERE clause of an index takes.
    PartialIndex(String),
    /// What the expressions or computed columns of an index come to.
    ComputedIndex(String),
    /// The order of an index that an application defined.
    Collation {
        /// The index.
        index: String,
        /// The collation.
        collation: String,
    },
    /// Which rows the entries of an index lead to: an application's collation gives the order of the rows, so none can be
    /// looked for.
    Rows {
        /// The index.
        index: String,
        /// The collation.
        collation: String,
    },
    /// What a module makes of the tables in which it keeps its rows: those are checked as tables.
    VirtualTable {
        /// The module.
        module: String,
    },
}

impl fmt::Display for Unchecked {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = &self.table;
        match &self.what {
            UncheckedKind::Checks(1) => write!(out, "the CHECK constraint of {table}"),
            UncheckedKind::Checks(count) => write!(out, "{count} CHECK constraints of {table}"),
            UncheckedKind::VirtualColumn(column) => {
                write!(out, "the virtual column {table}.{column}")
            }
            UncheckedKind::PartialIndex(index) => write!(
                out,
                "which rows of {table} belong in index {index} by its WHERE clause; the entries that it has are compared with \
                 the rows that they lead to"
            ),
            UncheckedKind::ComputedIndex(index) => write!(
                out,
                "what the expressions of index {index} of {table} come to; the order of its entries is looked at, and their \
                 other values"
            ),
            UncheckedKind::Collation { index, collation } => write!(
                out,
                "the order of index {index} of {table}: its collation {collation} is an application's"
            ),
            UncheckedKind::Rows { index, collation } => write!(
                out,
                "which rows of {table} the entries of index {index} lead to: the collation {collation} of the primary key \
                 is an application's"
            ),
            UncheckedKind::VirtualTable { module } => write!(
                out,
                "what the module {module} makes of {table}: its shadow tables are checked as tables"
            ),
        }
    }
}

/// Whether what the entries of an index are to be takes an SQL evaluator, or an application's own code.
pub(crate) fn is_apart(table: &Table, index: &Index) -> bool {
    !of_index(table, index).is_empty()
}

/// Whether SQLite's check of a table evaluates expressions for its rows at this level.
pub(super) fn takes_evaluator(table: &Table, level: Level) -> bool {
    !unchecked(table, level).is_empty()
}

fn of_index(table: &Table, index: &Index) -> Vec<UncheckedKind> {
    let name = || index.name.clone();
    let mut found = Vec::new();
    if index.is_partial {
        found.push(UncheckedKind::PartialIndex(name()));
    }
    if table.is_computed(index) {
        found.push(UncheckedKind::ComputedIndex(name()));
    }
    let mut collations = index.columns.iter().map(|part| &part.collation);
    found.extend(collations.find_map(|collation| match collation {
        Collation::Other(collation) => Some(UncheckedKind::Collation {
            index: name(),
            collation: collation.clone(),
        }),
        _ => None,
    }));
    if let Some(collation) = of_rows(table).filter(|_| !is_own(table, index)) {
        found.push(UncheckedKind::Rows {
            index: name(),
            collation: collation.to_owned(),
        });
    }
    found
}

/// The collation of an application that gives the order of rows.
fn of_rows(table: &Table) -> Option<&str> {
    let own = table.primary_key().filter(|_| table.is_without_rowid)?;
    let mut key = own.columns.iter().take(own.key_columns);
    key.find_map(|part| match &part.collation {
        Collation::Other(collation) => Some(collation.as_str()),
        _ => None,
    })
}

/// What of a table is not checked at this level.
pub(super) fn unchecked(table: &Table, level: Level) -> Vec<Unchecked> {
    let mut found = Vec::new();
    match &table.kind {
        TableKind::Virtual(module) => found.push(UncheckedKind::VirtualTable {
            module: module.clone(),
        }),
        TableKind::View => {}
        TableKind::Ordinary => {
            if table.checks > 0 {
                found.push(UncheckedKind::Checks(table.checks));
            }
            let columns = table.columns.iter();
            let computed = columns.filter(|column| column.generated == Some(Generated::Virtual));
            found.extend(computed.map(|column| UncheckedKind::VirtualColumn(column.name.clone())));
            let of_indexes = table
                .indexes
                .iter()
                .flat_map(|index| of_index(table, index));
            // SQLite does not begin without a collation that it lacks.
            let is_looked_at = |what: &UncheckedKind| {
                level == Level::Full || matches!(what, UncheckedKind::Collation { .. })
            };
            found.extend(of_indexes.filter(is_looked_at));
        }
    }
    let of = |what| Unchecked {
        table: table.name.clone(),
        what,
    };
    found.into_iter().map(of).collect()
}
