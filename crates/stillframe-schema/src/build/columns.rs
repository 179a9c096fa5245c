use turso_parser::ast::{
    ColumnConstraint, ColumnDefinition, Expr, GeneratedColumnType, Literal, SortOrder, Type,
    TypeSize, UnaryOperator,
};

use super::create_table::Draft;
use super::default::{is_constant, value_of};
use super::keys::{Key, KeyColumn, add_unique, set_primary_key};
use crate::{
    Affinity, Collation, Column, Default, Generated, IndexKind, OnConflict, Reason, Source,
    StrictType, Value, refused,
};

/// `SQLITE_MAX_COLUMN`.
pub(crate) const MOST_COLUMNS: usize = 2000;

/// Adds a column, and what its constraints say (`sqlite3AddColumn` and what follows it in `build.c`).
pub(super) fn add_column(draft: &mut Draft, definition: ColumnDefinition) -> Result<(), Reason> {
    let table = &mut draft.table;
    let name = definition.col_name.as_str();
    if table.columns.len() >= MOST_COLUMNS {
        return Err(refused::Table::Columns(table.name.clone()).into());
    }
    if table.column(name).is_some() {
        return Err(refused::Table::TwoColumns(name.to_owned()).into());
    }
    let declared_type = definition
        .col_type
        .as_ref()
        .map(spelled)
        .unwrap_or_default();
    let strict_type = StrictType::of_name(&declared_type);
    let affinity = match strict_type {
        Some(strict) => strict.affinity(),
        None if declared_type.is_empty() => Affinity::Blob,
        None => Affinity::of_type(&declared_type),
    };
    table.columns.push(Column {
        name: name.to_owned(),
        declared_type,
        affinity,
        strict_type,
        collation: Collation::Binary,
        is_not_null: false,
        is_in_primary_key: false,
        default: Default::Value(Value::Null),
        generated: None,
    });
    draft.has_default = false;
    for constraint in definition.constraints {
        add_constraint(draft, constraint.constraint)?;
    }
    Ok(())
}

/// A type as it was declared, without what belongs to a generated column, and without quotes around it
/// (`sqlite3AddColumn` in `build.c`).
fn spelled(declared: &Type) -> String {
    let name = strip_word(&declared.name, "always");
    let name = name.map_or(declared.name.as_str(), |rest| {
        strip_word(rest, "generated").unwrap_or(&declared.name)
    });
    let size = match &declared.size {
        None => String::new(),
        Some(TypeSize::MaxSize(size)) => format!("({})", signed(size)),
        Some(TypeSize::TypeSize(one, other)) => format!("({},{})", signed(one), signed(other)),
    };
    // What the parser takes for an array is a name in brackets for SQLite.
    let arrays = "[]".repeat(declared.array_dimensions as usize);
    let text = format!("{name}{size}{arrays}");
    dequoted(&text).unwrap_or(text)
}

/// Text without its quotes, if it begins with one: those around all of it, or else what is between the first two.
fn dequoted(text: &str) -> Option<String> {
    let is_quote = |c: char| matches!(c, '\'' | '"' | '`' | '[');
    let first = text.chars().next()?;
    let inside = text.get(first.len_utf8()..)?;
    let (last, _) = inside.char_indices().next_back()?;
    if !is_quote(first) {
        return None;
    }
    let inner = inside.get(..last)?;
    if !inner.contains(is_quote) {
        return Some(inner.to_owned());
    }
    let end = if first == '[' { ']' } else { first };
    let mut name = String::new();
    let mut rest = inside.chars().peekable();
    while let Some(next) = rest.next() {
        if next == end && rest.next_if_eq(&end).is_none() {
            break;
        }
        name.push(next);
    }
    Some(name)
}

/// The text before a word at the end, if it ends so.
fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let start = text.len().checked_sub(word.len())?;
    let end = text.get(start..)?;
    let rest = text.get(..start)?;
    end.eq_ignore_ascii_case(word).then(|| rest.trim_end())
}

fn signed(number: &Expr) -> String {
    match number {
        Expr::Literal(Literal::Numeric(text)) => text.clone(),
        Expr::Unary(UnaryOperator::Negative, of) => format!("-{}", signed(of)),
        Expr::Unary(UnaryOperator::Positive, of) => format!("+{}", signed(of)),
        _ => String::new(),
    }
}

fn add_constraint(draft: &mut Draft, constraint: ColumnConstraint) -> Result<(), Reason> {
    let table = &mut draft.table;
    let index = table.columns.len() - 1;
    let Some(column) = table.columns.last_mut() else {
        return Ok(());
    };
    match constraint {
        ColumnConstraint::PrimaryKey {
            order,
            conflict_clause,
            auto_increment,
        } => {
            let is_descending = order == Some(SortOrder::Desc);
            let honoured = is_descending && draft.honours_descending;
            let key = key_of(index, column, honoured, conflict_clause.into());
            return set_primary_key(draft, key, !is_descending, auto_increment);
        }
        ColumnConstraint::Unique(conflict_clause) => {
            let key = key_of(index, column, false, conflict_clause.into());
            return add_unique(table, key, IndexKind::Unique);
        }
        ColumnConstraint::NotNull { nullable, .. } => {
            if !nullable {
                column.is_not_null = true;
                let made = table.indexes.iter_mut();
                made.filter(|made| is_of(&made.columns, index))
                    .for_each(|made| made.is_unique_not_null = true);
            }
        }
        ColumnConstraint::Check { expr, .. } => {
            table.checks += 1;
            draft.check_expressions.push(*expr);
        }
        ColumnConstraint::Default(expression) => {
            set_default(column, &expression)?;
            draft.has_default = true;
        }
        ColumnConstraint::Collate { collation_name } => {
            column.collation = Collation::of_name(collation_name.as_str());
            let made = table.indexes.iter_mut();
            let firsts = made
                .filter(|made| is_of(&made.columns, index))
                .filter_map(|made| made.columns.first_mut());
            firsts.for_each(|first| first.collation.clone_from(&column.collation));
        }
        ColumnConstraint::ForeignKey { .. } => {}
        ColumnConstraint::Generated { typ, expr, .. } => {
            set_generated(column, typ, draft.has_default)?;
            draft.has_default = true;
            draft.generated_expressions.push((index, *expr));
        }
    }
    Ok(())
}

fn set_default(column: &mut Column, expression: &Expr) -> Result<(), refused::Table> {
    if !is_constant(expression) {
        return Err(refused::Table::Default(column.name.clone()));
    }
    if column.generated.is_some() {
        return Err(refused::Table::DefaultOfGenerated);
    }
    let value = value_of(expression, column.affinity);
    column.default = value.map_or(Default::Expression, Default::Value);
    Ok(())
}

fn set_generated(
    column: &mut Column,
    kind: Option<GeneratedColumnType>,
    has_default: bool,
) -> Result<(), refused::Table> {
    if has_default {
        return Err(refused::Table::Generated(column.name.clone()));
    }
    if column.is_in_primary_key {
        return Err(refused::Table::GeneratedKey);
    }
    column.generated = Some(match kind {
        Some(GeneratedColumnType::Stored) => Generated::Stored,
        Some(GeneratedColumnType::Virtual) | None => Generated::Virtual,
    });
    Ok(())
}

fn key_of(index: usize, column: &Column, is_descending: bool, on_conflict: OnConflict) -> Key {
    Key {
        columns: vec![KeyColumn {
            column: index,
            collation: column.collation.clone(),
            is_descending,
        }],
        on_conflict,
    }
}

/// Whether an index that a constraint of a column made is that of this column.
fn is_of(columns: &[crate::IndexColumn], column: usize) -> bool {
    let first = columns.first().map(|part| part.source);
    first == Some(Source::Column(column))
}
