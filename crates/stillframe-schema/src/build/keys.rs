use turso_parser::ast::{Expr, Literal, NullsOrder, ResolveType, SortOrder, SortedColumn};

use super::create_table::Draft;
use super::resolve::{Within, resolve};
use crate::{
    Collation, Index, IndexColumn, IndexKind, OnConflict, Reason, Source, StrictType, Table,
    refused,
};

/// The key of a PRIMARY KEY or UNIQUE constraint.
pub(super) struct Key {
    pub columns: Vec<KeyColumn>,
    pub on_conflict: OnConflict,
}

pub(super) struct KeyColumn {
    pub column: usize,
    pub collation: Collation,
    pub is_descending: bool,
}

impl From<Option<ResolveType>> for OnConflict {
    fn from(clause: Option<ResolveType>) -> Self {
        match clause {
            None => Self::Default,
            Some(ResolveType::Rollback) => Self::Rollback,
            Some(ResolveType::Abort) => Self::Abort,
            Some(ResolveType::Fail) => Self::Fail,
            Some(ResolveType::Ignore) => Self::Ignore,
            Some(ResolveType::Replace) => Self::Replace,
        }
    }
}

/// A term of a key.
pub(super) struct Term<'e> {
    /// The name that it is, if it is no other expression.
    pub name: Option<&'e str>,
    /// Whether a name that no column has stands for a value.
    pub is_text_otherwise: bool,
    /// The collation that is said with it.
    pub collation: Option<Collation>,
}

/// What a term of a key is.
pub(super) fn term(expression: &Expr) -> Term<'_> {
    let of_name = |name, is_text_otherwise| Term {
        name,
        is_text_otherwise,
        collation: None,
    };
    match expression {
        Expr::Collate(of, name) => Term {
            collation: Some(Collation::of_name(name.as_str())),
            ..term(of)
        },
        Expr::Parenthesized(inside) => match inside.as_slice() {
            [one] => term(one),
            _ => of_name(None, false),
        },
        Expr::Id(name) | Expr::Name(name) => of_name(Some(name.as_str()), name.quoted_with('"')),
        // Names of columns, if there are such.
        Expr::Literal(Literal::True) => of_name(Some("true"), true),
        Expr::Literal(Literal::False) => of_name(Some("false"), true),
        Expr::Literal(Literal::String(quoted)) => of_name(Some(unquoted(quoted)), false),
        _ => of_name(None, false),
    }
}

/// A string that is used as a name. A quote within it is doubled still: no column is named so.
fn unquoted(text: &str) -> &str {
    let inside = text
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    inside.unwrap_or(text)
}

/// The key of a table constraint.
pub(super) fn key_columns(
    draft: &Draft,
    columns: &[SortedColumn],
) -> Result<Vec<KeyColumn>, Reason> {
    let table = &draft.table;
    let mut key = Vec::with_capacity(columns.len());
    for part in columns {
        if part.nulls.is_some() {
            let place = match part.nulls {
                Some(NullsOrder::Last) => "LAST",
                _ => "FIRST",
            };
            return Err(refused::Query::Nulls(place).into());
        }
        let Term {
            name,
            is_text_otherwise,
            collation,
        } = term(&part.expr);
        let Some(name) = name else {
            resolve(table, &part.expr, Within::Index)?;
            return Err(refused::Table::KeyExpression.into());
        };
        let column = table.column(name).ok_or_else(|| match is_text_otherwise {
            true => Reason::from(refused::Table::KeyExpression),
            false => refused::Expression::NoColumn(name.to_owned()).into(),
        })?;
        let own = table.columns.get(column).map(|of| of.collation.clone());
        key.push(KeyColumn {
            column,
            collation: collation.or(own).unwrap_or(Collation::Binary),
            is_descending: part.order == Some(SortOrder::Desc) && draft.honours_descending,
        });
    }
    Ok(key)
}

/// Takes a key for the primary one: an alias of the rowid, or an index (`sqlite3AddPrimaryKey` in `build.c`). A single
/// column of type INTEGER is the rowid if it `may_be_rowid`.
pub(super) fn set_primary_key(
    draft: &mut Draft,
    key: Key,
    may_be_rowid: bool,
    is_autoincrement: bool,
) -> Result<(), Reason> {
    if std::mem::replace(&mut draft.has_primary_key, true) {
        return Err(refused::Table::TwoKeys(draft.table.name.clone()).into());
    }
    let table = &mut draft.table;
    for part in &key.columns {
        if let Some(column) = table.columns.get_mut(part.column) {
            column.is_in_primary_key = true;
            if column.generated.is_some() {
                return Err(refused::Table::GeneratedKey.into());
            }
        }
    }
    if let [part] = key.columns.as_slice() {
        let column = table.columns.get(part.column);
        let is_integer = column.is_some_and(|of| of.strict_type == Some(StrictType::Integer));
        if is_integer && may_be_rowid {
            table.rowid_alias = Some(part.column);
            draft.rowid_conflict = key.on_conflict;
            draft.rowid_is_descending = part.is_descending;
            draft.is_autoincrement = is_autoincrement;
            return Ok(());
        }
    }
    if is_autoincrement {
        return Err(refused::Table::Autoincrement.into());
    }
    add_unique(table, key, IndexKind::PrimaryKey)
}

/// Adds the index of a constraint, unless there is one like it (`sqlite3CreateIndex` in `build.c`).
pub(super) fn add_unique(table: &mut Table, key: Key, kind: IndexKind) -> Result<(), Reason> {
    for index in &mut table.indexes {
        if !is_like(index, &key) {
            continue;
        }
        if index.on_conflict != Some(key.on_conflict) {
            let was_said = index.on_conflict != Some(OnConflict::Default);
            if was_said && key.on_conflict != OnConflict::Default {
                return Err(refused::Table::Conflict.into());
            }
            if !was_said {
                index.on_conflict = Some(key.on_conflict);
            }
        }
        if kind == IndexKind::PrimaryKey {
            index.kind = kind;
        }
        sort(table);
        return Ok(());
    }
    let not_null = |part: &KeyColumn| {
        let column = table.columns.get(part.column);
        column.is_some_and(|column| column.is_not_null)
    };
    let is_unique_not_null = key.columns.iter().all(not_null);
    let key_columns = key.columns.len();
    let parts = key.columns.into_iter().map(|part| IndexColumn {
        source: Source::Column(part.column),
        collation: part.collation,
        is_descending: part.is_descending,
    });
    let rowid = IndexColumn {
        source: Source::Rowid,
        collation: Collation::Binary,
        is_descending: false,
    };
    let index = Index {
        name: format!(
            "sqlite_autoindex_{}_{}",
            table.name,
            table.indexes.len() + 1
        ),
        root: 0,
        kind,
        columns: parts.chain([rowid]).collect(),
        key_columns,
        on_conflict: Some(key.on_conflict),
        is_unique_not_null,
        is_partial: false,
    };
    table.indexes.insert(0, index);
    sort(table);
    Ok(())
}

fn is_like(index: &Index, key: &Key) -> bool {
    let parts = index.columns.iter().take(index.key_columns);
    index.key_columns == key.columns.len()
        && parts.zip(&key.columns).all(|(part, other)| {
            part.source == Source::Column(other.column) && part.collation == other.collation
        })
}

/// What replaces rows comes last; else the order stays.
pub(super) fn sort(table: &mut Table) {
    let replaces = |index: &Index| index.on_conflict == Some(OnConflict::Replace);
    table.indexes.sort_by_key(replaces);
}
