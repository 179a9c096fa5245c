use std::fmt;

use stillframe_schema::{Collation, Generated, Index, Table, TableKind};

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
    /// The entries of an index with a WHERE clause.
    PartialIndex(String),
    /// The entries of an index on expressions or computed columns.
    ComputedIndex(String),
    /// The entries of an index whose order an application defined.
    Collation {
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
            UncheckedKind::PartialIndex(index) => {
                write!(
                    out,
                    "the entries of the partial index {index} of {table}: none was read"
                )
            }
            UncheckedKind::ComputedIndex(index) => {
                write!(
                    out,
                    "the entries of index {index} of {table}, which is on expressions: none was read"
                )
            }
            UncheckedKind::Collation { index, collation } => write!(
                out,
                "the entries of index {index} of {table}, whose collation {collation} is an application's: none was read"
            ),
            UncheckedKind::VirtualTable { module } => write!(
                out,
                "what the module {module} makes of {table}: its shadow tables are checked as tables"
            ),
        }
    }
}

/// Whether the entries of an index are not compared with the rows of its table.
pub(super) fn is_unchecked(table: &Table, index: &Index) -> bool {
    of_index(table, index).is_some()
}

fn of_index(table: &Table, index: &Index) -> Option<UncheckedKind> {
    let name = || index.name.clone();
    if index.is_partial {
        return Some(UncheckedKind::PartialIndex(name()));
    }
    if table.is_computed(index) {
        return Some(UncheckedKind::ComputedIndex(name()));
    }
    let mut collations = index.columns.iter().map(|part| &part.collation);
    collations.find_map(|collation| match collation {
        Collation::Other(collation) => Some(UncheckedKind::Collation {
            index: name(),
            collation: collation.clone(),
        }),
        _ => None,
    })
}

/// What of a table is not checked.
pub(super) fn unchecked(table: &Table) -> Vec<Unchecked> {
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
            found.extend(
                table
                    .indexes
                    .iter()
                    .filter_map(|index| of_index(table, index)),
            );
        }
    }
    let of = |what| Unchecked {
        table: table.name.clone(),
        what,
    };
    found.into_iter().map(of).collect()
}
