use turso_parser::ast::{Expr, SortOrder, SortedColumn};

use super::create_table::{DESCENDING_FORMAT, append_key};
use super::keys::{Term, sort, term};
use super::resolve::resolve;
use crate::{Collation, Index, IndexColumn, IndexKind, OnConflict, Reason, Source, Table};

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
    let mut others = table.indexes.iter();
    if others.any(|other| other.root == statement.root) {
        return Err(Reason::RootPage);
    }
    if let Some(condition) = statement.where_clause {
        resolve(table, condition)?;
    }
    let mut columns = Vec::with_capacity(statement.columns.len() + 1);
    let mut is_unique_not_null = statement.is_unique;
    for part in statement.columns {
        if part.nulls.is_some() {
            return Err(Reason::Statement);
        }
        if let Expr::Qualified(of, column) = &*part.expr {
            let is_own = of.as_str().eq_ignore_ascii_case(&table.name);
            if !is_own || table.column(column.as_str()).is_none() {
                return Err(Reason::NoColumn(column.as_str().to_owned()));
            }
        }
        let part_of_key = term(&part.expr);
        let (source, own) = source(table, &part_of_key)?;
        if source == Source::Expression {
            resolve(table, &part.expr)?;
        }
        let column = match source {
            Source::Column(column) => table.columns.get(column),
            _ => None,
        };
        is_unique_not_null &= match source {
            Source::Rowid | Source::Expression => false,
            Source::Column(_) => column.is_some_and(|column| column.is_not_null),
        };
        columns.push(IndexColumn {
            source,
            collation: part_of_key.collation.or(own).unwrap_or(Collation::Binary),
            is_descending: part.order == Some(SortOrder::Desc) && format >= DESCENDING_FORMAT,
        });
    }
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
    table.indexes.insert(0, index);
    sort(table);
    Ok(())
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
            Err(Reason::NoColumn(name.to_owned()))
        };
    };
    let of = table.columns.get(column);
    Ok((Source::Column(column), of.map(|of| of.collation.clone())))
}
