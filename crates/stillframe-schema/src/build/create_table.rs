use turso_parser::ast::{CreateTableBody, Expr};

use super::columns::add_column;
use super::keys::{Key, KeyColumn, add_unique, key_columns, set_primary_key};
use super::parts::columns_in;
use super::resolve::{Within, resolve};
use crate::{
    Collation, Generated, Index, IndexColumn, IndexKind, OnConflict, Reason, Source, StrictType,
    Table, TableKind, refused,
};

/// The schema format from which on DESC means something.
pub(super) const DESCENDING_FORMAT: u8 = 4;

/// A table while its statement is read.
pub(super) struct Draft {
    pub table: Table,
    /// Whether DESC means something.
    pub honours_descending: bool,
    pub has_primary_key: bool,
    pub is_autoincrement: bool,
    /// Of the column that is the rowid: what happens on a conflict, and whether DESC was said.
    pub rowid_conflict: OnConflict,
    pub rowid_is_descending: bool,
    /// Those of CHECK constraints and generated columns: they may name columns that come later.
    pub check_expressions: Vec<Expr>,
    pub generated_expressions: Vec<(usize, Expr)>,
    /// Whether the last column has a default value, or is generated.
    pub has_default: bool,
}

/// The table that a statement makes (`sqlite3EndTable` in `build.c`).
pub(super) fn table(
    name: &str,
    root: u32,
    body: CreateTableBody,
    format: u8,
) -> Result<Table, Reason> {
    let CreateTableBody::ColumnsAndConstraints {
        columns,
        constraints,
        options,
    } = body
    else {
        return Err(Reason::Statement);
    };
    let mut draft = Draft {
        table: Table {
            name: name.to_owned(),
            kind: TableKind::Ordinary,
            root,
            columns: Vec::with_capacity(columns.len()),
            rowid_alias: None,
            is_without_rowid: false,
            is_strict: false,
            checks: 0,
            indexes: Vec::new(),
            looped: None,
        },
        honours_descending: format >= DESCENDING_FORMAT,
        has_primary_key: false,
        is_autoincrement: false,
        rowid_conflict: OnConflict::Default,
        rowid_is_descending: false,
        check_expressions: Vec::new(),
        generated_expressions: Vec::new(),
        has_default: false,
    };
    for column in columns {
        add_column(&mut draft, column)?;
    }
    for constraint in constraints {
        add_constraint(&mut draft, constraint.constraint)?;
    }
    if options.contains_strict() {
        make_strict(&mut draft.table)?;
    }
    if options.contains_without_rowid() {
        make_without_rowid(&mut draft)?;
    }
    for expression in &draft.check_expressions {
        resolve(&draft.table, expression, Within::Check)?;
    }
    for (_, expression) in &draft.generated_expressions {
        resolve(&draft.table, expression, Within::Generated)?;
    }
    let mut stored = draft.table.columns.iter();
    if stored.all(|column| column.generated.is_some()) {
        return Err(refused::Table::OnlyGenerated.into());
    }
    draft.table.looped = looped(&draft.table, &draft.generated_expressions);
    Ok(draft.table)
}

/// The first column that is computed from itself when it is read, by whatever way.
fn looped(table: &Table, expressions: &[(usize, Expr)]) -> Option<usize> {
    let is_virtual = |column: usize| {
        let column = table.columns.get(column);
        column.is_some_and(|column| column.generated == Some(Generated::Virtual))
    };
    let mut waiting = vec![0usize; table.columns.len()];
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); table.columns.len()];
    let mut known = Vec::new();
    let virtual_ones = || expressions.iter().filter(|(column, _)| is_virtual(*column));
    for (column, expression) in virtual_ones() {
        let mut from = columns_in(table, expression);
        from.retain(|other| is_virtual(*other));
        for other in &from {
            users.get_mut(*other)?.push(*column);
        }
        *waiting.get_mut(*column)? = from.len();
        if from.is_empty() {
            known.push(*column);
        }
    }
    // Whatever is computed from nothing that waits can be computed.
    while let Some(column) = known.pop() {
        for user in users.get(column)? {
            let waits = waiting.get_mut(*user)?;
            *waits -= 1;
            if *waits == 0 {
                known.push(*user);
            }
        }
    }
    waiting.iter().position(|waits| *waits > 0)
}

fn add_constraint(
    draft: &mut Draft,
    constraint: turso_parser::ast::TableConstraint,
) -> Result<(), Reason> {
    use turso_parser::ast::TableConstraint;

    match constraint {
        TableConstraint::PrimaryKey {
            columns,
            auto_increment,
            conflict_clause,
        } => {
            let columns = key_columns(draft, &columns)?;
            let key = Key {
                columns,
                on_conflict: conflict_clause.into(),
            };
            set_primary_key(draft, key, true, auto_increment)
        }
        TableConstraint::Unique {
            columns,
            conflict_clause,
        } => {
            let columns = key_columns(draft, &columns)?;
            let key = Key {
                columns,
                on_conflict: conflict_clause.into(),
            };
            add_unique(&mut draft.table, key, IndexKind::Unique)
        }
        TableConstraint::Check { expr, .. } => {
            draft.table.checks += 1;
            draft.check_expressions.push(*expr);
            Ok(())
        }
        TableConstraint::ForeignKey { .. } => Ok(()),
    }
}

fn make_strict(table: &mut Table) -> Result<(), refused::Table> {
    table.is_strict = true;
    for (index, column) in table.columns.iter_mut().enumerate() {
        match column.strict_type {
            None => return Err(untyped(&table.name, column)),
            Some(StrictType::Any) => column.affinity = crate::Affinity::Blob,
            Some(_) => {}
        }
        if column.is_in_primary_key && table.rowid_alias != Some(index) {
            column.is_not_null = true;
        }
    }
    Ok(())
}

/// What is said of a column that has no type of a STRICT table.
fn untyped(table: &str, column: &crate::Column) -> refused::Table {
    let (table, column, of) = (
        table.to_owned(),
        column.name.clone(),
        column.declared_type.clone(),
    );
    if of.is_empty() {
        refused::Table::NoType { table, column }
    } else {
        refused::Table::Type { table, column, of }
    }
}

/// Makes the primary key the table's own tree (`convertToWithoutRowidTable` in `build.c`).
fn make_without_rowid(draft: &mut Draft) -> Result<(), Reason> {
    if draft.is_autoincrement {
        return Err(refused::Table::AutoincrementWithoutRowid.into());
    }
    let no_key = || refused::Table::NoKey(draft.table.name.clone());
    if !draft.has_primary_key {
        return Err(no_key().into());
    }
    let no_key = no_key();
    let table = &mut draft.table;
    table.is_without_rowid = true;
    for column in &mut table.columns {
        column.is_not_null |= column.is_in_primary_key;
    }
    if let Some(column) = table.rowid_alias.take() {
        let collation = table.columns.get(column).map(|of| of.collation.clone());
        let key = Key {
            columns: vec![KeyColumn {
                column,
                collation: collation.unwrap_or(Collation::Binary),
                is_descending: draft.rowid_is_descending,
            }],
            on_conflict: draft.rowid_conflict,
        };
        add_unique(table, key, IndexKind::PrimaryKey)?;
    }
    let mut indexes = table.indexes.iter();
    let place = indexes.position(|index| index.kind == IndexKind::PrimaryKey);
    let place = place.ok_or_else(|| no_key.clone())?;
    let root = table.root;
    let Some(primary) = table.indexes.get_mut(place) else {
        return Err(no_key.into());
    };
    primary.root = root;
    primary.is_unique_not_null = true;
    let key = distinct(primary);
    primary.key_columns = key.len();
    for index in &mut table.indexes {
        if index.kind != IndexKind::PrimaryKey {
            index.columns.truncate(index.key_columns);
            append_key(index, &key);
        }
    }
    let rest = rest_of(table, &key);
    if let Some(primary) = table.indexes.get_mut(place) {
        primary.columns = key;
        primary.columns.extend(rest);
    }
    Ok(())
}

/// The key of the index, each column once a collation.
fn distinct(index: &Index) -> Vec<IndexColumn> {
    let mut key: Vec<IndexColumn> = Vec::with_capacity(index.key_columns);
    for part in index.columns.iter().take(index.key_columns) {
        if !holds(&key, part) {
            key.push(part.clone());
        }
    }
    key
}

/// Adds to an index of a WITHOUT ROWID table what of the primary key its own key does not hold.
pub(super) fn append_key(index: &mut Index, key: &[IndexColumn]) {
    let own = index.columns.len();
    for part in key {
        let before = index.columns.get(..own).unwrap_or_default();
        if !holds(before, part) {
            index.columns.push(IndexColumn {
                is_descending: part.is_descending && index.kind == IndexKind::Statement,
                ..part.clone()
            });
        }
    }
}

fn holds(columns: &[IndexColumn], part: &IndexColumn) -> bool {
    let mut columns = columns.iter();
    columns.any(|other| other.source == part.source && other.collation == part.collation)
}

/// What the tree of a WITHOUT ROWID table holds behind its key: the other columns that are stored.
fn rest_of(table: &Table, key: &[IndexColumn]) -> Vec<IndexColumn> {
    let in_key = |column: usize| {
        let source = Source::Column(column);
        key.iter().any(|part| part.source == source)
    };
    let columns = table.columns.iter().enumerate();
    let stored = columns
        .filter(|(index, column)| !in_key(*index) && column.generated != Some(Generated::Virtual));
    let rest = stored.map(|(index, column)| IndexColumn {
        source: Source::Column(index),
        collation: column.collation.clone(),
        is_descending: false,
    });
    rest.collect()
}
