//! A statement, read in the order in which SQLite reads it: what it finds wrong first it says.

use turso_parser::ast::Stmt;

use super::columns::MOST_COLUMNS;
use super::names::{free_name, named, unqualified};
use super::parse::parse;
use super::{create_index, create_table};
use crate::grammar::{Body, Named, Parser, Time, What, tokens};
use crate::refused::{self, Query, Trigger};
use crate::schema::Draft;
use crate::{Reason, Row, Table, TableKind};

/// A trigger of SQLite's has no more statements (`SQLITE_LIMIT_TRIGGER_STEPS`).
const MOST_STEPS: usize = 65_000;

/// What of a statement and its row stands outside the text.
struct Statement<'a> {
    row: &'a Row<'a>,
    sql: &'a str,
    name: Named<'a>,
    root: u32,
    format: u8,
}

/// Adds what a statement makes.
pub(super) fn build(
    schema: &mut Draft,
    row: &Row<'_>,
    sql: &str,
    root: u32,
    format: u8,
) -> Result<(), Reason> {
    // A statement of SQLite's ends at a NUL.
    let sql = sql.split('\0').next().unwrap_or_default();
    let tokens = tokens(sql);
    let mut parser = Parser::new(&tokens);
    let head = parser.head()?;
    let of = Statement {
        row,
        sql,
        name: head.name,
        root,
        format,
    };
    match head.what {
        What::Table => table(schema, &of, &mut parser)?,
        What::Virtual => virtual_table(schema, &of, &mut parser)?,
        What::View => view(schema, &of, &mut parser)?,
        What::Index => index(schema, &of, &mut parser)?,
        What::Trigger => trigger(schema, &of, &mut parser)?,
    }
    parser.end()?;
    // Nothing may stand behind a semicolon, not even a space.
    if parser.ends_at().is_some_and(|end| end < sql.len()) {
        return Err(Reason::Statement);
    }
    Ok(())
}

fn table(
    schema: &mut Draft,
    of: &Statement<'_>,
    parser: &mut Parser<'_, '_>,
) -> Result<(), Reason> {
    parser.begins_table()?;
    let name = free_name(schema, of.row, "table", &of.name, of.root)?;
    let refused = match parser.table(name.as_deref())? {
        Body::Query => return Err(Reason::Statement),
        Body::Columns(refused) => refused,
    };
    let Some(name) = name else {
        return Ok(());
    };
    match parse(parser.text(of.sql), parser.taken()) {
        Ok(Stmt::CreateTable { body, .. }) => {
            schema.add(create_table::table(&name, of.root, body, of.format)?);
            Ok(())
        }
        _ => Err(refused.map_or(Reason::Syntax, Reason::from)),
    }
}

fn virtual_table(
    schema: &mut Draft,
    of: &Statement<'_>,
    parser: &mut Parser<'_, '_>,
) -> Result<(), Reason> {
    let module = parser.module()?.name();
    let name = free_name(schema, of.row, "table", &of.name, of.root)?;
    let arguments = parser.arguments_of_module()?;
    // The module, its database and the table count as well (`addModuleArgument` in `vtab.c`).
    if arguments + 5 >= MOST_COLUMNS {
        return Err(refused::Table::Columns(of.name.name.text.to_owned()).into());
    }
    if let Some(name) = name {
        schema.add(rootless(name, TableKind::Virtual(module)));
    }
    Ok(())
}

fn view(schema: &mut Draft, of: &Statement<'_>, parser: &mut Parser<'_, '_>) -> Result<(), Reason> {
    parser.view()?;
    let name = free_name(schema, of.row, "view", &of.name, of.root)?;
    parser.rest()?;
    let Some(name) = name else {
        return Ok(());
    };
    own_tables(parser, "view", of.name.name.text)?;
    if of.root != 0 {
        return Err(Reason::RootOfView);
    }
    schema.add(rootless(name, TableKind::View));
    Ok(())
}

/// A view or a trigger may name no table of another database.
fn own_tables(parser: &mut Parser<'_, '_>, kind: &'static str, name: &str) -> Result<(), Reason> {
    match parser.other_database() {
        None => Ok(()),
        Some(database) => Err(Query::Database {
            kind,
            name: name.to_owned(),
            database,
        }
        .into()),
    }
}

fn index(
    schema: &mut Draft,
    of: &Statement<'_>,
    parser: &mut Parser<'_, '_>,
) -> Result<(), Reason> {
    let (table, nulls) = parser.index()?;
    if let Some(place) = nulls {
        return Err(Query::Nulls(place).into());
    }
    unqualified(&of.name)?;
    let (table, name) = (table.name(), of.name.name.name());
    let no_table = || Reason::NoTable(table.clone());
    let place = schema.find(&table).ok_or_else(no_table)?;
    let on = schema.tables.get_mut(place).ok_or_else(no_table)?;
    match on.kind {
        TableKind::Ordinary => {}
        TableKind::View => return Err(Reason::NotIndexed("views")),
        TableKind::Virtual(_) => return Err(Reason::NotIndexed("virtual tables")),
    }
    named(of.row, "index", &name, &on.name)?;
    let key = name.to_ascii_lowercase();
    if schema.indexes.contains_key(&key) {
        return Err(match of.name.is_optional {
            true => Reason::Again,
            false => Reason::Exists {
                kind: "index",
                name,
            },
        });
    }
    let Stmt::CreateIndex {
        unique,
        columns,
        where_clause,
        ..
    } = parse(parser.text(of.sql), parser.taken())?
    else {
        return Err(Reason::Syntax);
    };
    let statement = create_index::Statement {
        name: &name,
        root: of.root,
        is_unique: unique,
        columns: &columns,
        where_clause: where_clause.as_deref(),
    };
    create_index::add(on, &statement, of.format)?;
    schema.indexes.insert(key, place);
    Ok(())
}

/// A trigger is nothing but a name, of a table that is there.
fn trigger(
    schema: &mut Draft,
    of: &Statement<'_>,
    parser: &mut Parser<'_, '_>,
) -> Result<(), Reason> {
    let declared = parser.trigger()?;
    unqualified(&of.name)?;
    let (table, name) = (declared.table.name(), of.name.name.name());
    let no_table = || Reason::NoTable(table.clone());
    let place = schema.find(&table).ok_or_else(no_table)?;
    let on = schema.tables.get(place).ok_or_else(no_table)?;
    if matches!(on.kind, TableKind::Virtual(_)) {
        return Err(Trigger::Virtual.into());
    }
    named(of.row, "trigger", &name, &on.name)?;
    let key = name.to_ascii_lowercase();
    if schema.triggers.contains(&key) {
        return Err(match of.name.is_optional {
            true => Reason::Again,
            false => Reason::Exists {
                kind: "trigger",
                name: of.name.name.text.to_owned(),
            },
        });
    }
    timely(on, &table, declared.time)?;
    parser.rest()?;
    if parser.body_of_trigger()? > MOST_STEPS {
        return Err(Trigger::Steps(of.name.name.text.to_owned()).into());
    }
    own_tables(parser, "trigger", &name)?;
    schema.triggers.insert(key);
    Ok(())
}

/// Whether a trigger may do something at this time for what it is for, which its statement calls `name`.
fn timely(on: &Table, name: &str, time: Time) -> Result<(), Trigger> {
    let start = on.name.get(..SYSTEM.len());
    if start.is_some_and(|start| start.eq_ignore_ascii_case(SYSTEM)) {
        return Err(Trigger::System);
    }
    let view = |time| Trigger::View {
        time,
        view: name.to_owned(),
    };
    match (&on.kind, time) {
        (TableKind::View, Time::Before) => Err(view("BEFORE")),
        (TableKind::View, Time::After) => Err(view("AFTER")),
        (TableKind::Ordinary, Time::Instead) => Err(Trigger::Instead(name.to_owned())),
        _ => Ok(()),
    }
}

/// How the names of SQLite's own tables begin.
const SYSTEM: &str = "sqlite_";

/// A view or a virtual table.
fn rootless(name: String, kind: TableKind) -> Table {
    Table {
        name,
        kind,
        root: 0,
        columns: Vec::new(),
        rowid_alias: None,
        is_without_rowid: false,
        is_strict: false,
        checks: 0,
        indexes: Vec::new(),
        looped: None,
    }
}
