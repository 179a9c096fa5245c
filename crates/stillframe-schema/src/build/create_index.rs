use turso_parser::ast::{Expr, SortOrder, SortedColumn};

use super::columns::MOST_COLUMNS;
use super::create_table::{DESCENDING_FORMAT, append_key};
use super::keys::{Term, sort, term};
use super::resolve::{Within, resolve};
use crate::{Collation, Index, IndexColumn, IndexKind, OnConflict, Reason, Source, Table, refused};

/// What a CREATE INDEX statement says.
pub(super) struct Statement<'s> {
    pub name: &'s str,
    pub root: u32,
    pub is_unique: bool,
    pub columns: &'s [SortedColumn],
    pub where_clause: Option<&'s Expr>,
}

/// Adds an index to its table (`sqlite3CreateIndex` in `build.c`).
pub(super) fn add(table: &mut Table, statement: &Statement<'_>, format: u8) -> Result<(), Reason> {
    if statement.columns.len() > MOST_COLUMNS {
        return Err(refused::Table::ColumnsOfIndex.into());
    }
    if let Some(condition) = statement.where_clause {
        resolve(table, condition, Within::Partial)?;
    }
    let mut columns = Vec::with_capacity(statement.columns.len() + 1);
    for part in statement.columns {
        columns.push(key_column(table, part, format)?);
    }
    let is_unique_not_null = statement.is_unique
        && columns.iter().all(|part| match part.source {
            Source::Rowid | Source::Expression => false,
            Source::Column(column) => {
                let column = table.columns.get(column);
                column.is_some_and(|column| column.is_not_null)
            }
        });
    let key_columns = columns.len();
    let mut index = Index {
        name: statement.name.to_owned(),
        root: statement.root,
        kind: IndexKind::Statement,
        columns,
        key_columns,
        on_conflict: statement.is_unique.then_some(OnConflict::Default),
        is_unique_not_null,
        is_partial: statement.where_clause.is_some(),
    };
    match table.primary_key().filter(|_| table.is_without_rowid) {
        Some(primary) => {
            let key = primary.columns.get(..primary.key_columns);
            append_key(&mut index, key.unwrap_or_default());
        }
        None => index.columns.push(IndexColumn {
            source: Source::Rowid,
            collation: Collation::Binary,
            is_descending: false,
        }),
    }
    let mut others = table.indexes.iter();
    if others.any(|other| other.root == statement.root) {
        return Err(Reason::RootPage);
    }
    table.indexes.insert(0, index);
    sort(table);
    Ok(())
}

/// A column of the key of an index.
fn key_column(table: &Table, part: &SortedColumn, format: u8) -> Result<IndexColumn, Reason> {
    let term = term(&part.expr);
    let (source, own) = source(table, &term)?;
    if source == Source::Expression {
        resolve(table, &part.expr, Within::Index)?;
    }
    Ok(IndexColumn {
        source,
        collation: term.collation.or(own).unwrap_or(Collation::Binary),
        is_descending: part.order == Some(SortOrder::Desc) && format >= DESCENDING_FORMAT,
    })
}

/// What a term of an index is, and the collation of the column that it is.
fn source(table: &Table, term: &Term<'_>) -> Result<(Source, Option<Collation>), Reason> {
    let Some(name) = term.name else {
        return Ok((Source::Expression, None));
    };
    let Some(column) = table.column(name) else {
        return if term.is_text_otherwise {
            Ok((Source::Expression, None))
        } else {
            Err(refused::Expression::NoColumn(name.to_owned()).into())
        };
    };
    let of = table.columns.get(column);
    Ok((Source::Column(column), of.map(|of| of.collation.clone())))
}
