//! A statement of the schema turned into what it makes, as SQLite does when it opens a database (`sqlite3InitCallback` in
//! `prepare.c`, `build.c`).

mod columns;
mod create_index;
mod create_table;
mod default;
mod keys;
mod resolve;
mod tidy;
mod tokens;

use turso_parser::ast::{Cmd, Stmt};
use turso_parser::parser::Parser;

use tidy::tidied;
use tokens::{can_be_taken, tokens};

use crate::schema::Draft;
use crate::{Reason, Row, Table, TableKind};

/// A statement nested deeper than this is not parsed: the parser calls itself for every parenthesis.
const MOST_PARENTHESES: usize = 250;

/// Adds what a row makes.
pub(crate) fn build(
    schema: &mut Draft,
    row: &Row<'_>,
    format: u8,
    page_count: u32,
) -> Result<(), Reason> {
    let root = row.root.as_deref().ok_or(Reason::NoRootPage)?;
    let root = root_page(root).ok_or(Reason::RootPage);
    match row.sql.as_deref() {
        Some(sql) if begins_with_cr(sql) => {
            let root = root?;
            if root > page_count {
                return Err(Reason::RootPage);
            }
            statement(schema, row, sql, root, format)
        }
        None | Some("") if row.name.is_some() => automatic_index(schema, row, root, page_count),
        _ => Err(Reason::Statement),
    }
}

/// SQLite reads the digits that come first, and no more than fit 32 bits.
fn root_page(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn begins_with_cr(sql: &str) -> bool {
    let start = sql.as_bytes().get(..2);
    start.is_some_and(|start| start.eq_ignore_ascii_case(b"cr"))
}

fn parse(sql: &str) -> Result<Stmt, Reason> {
    // A statement of SQLite's ends at a NUL.
    let sql = sql.split('\0').next().unwrap_or_default();
    let tokens = tokens(sql);
    if !can_be_taken(&tokens) {
        return Err(Reason::Malformed);
    }
    let deepest = tokens.iter().map(|token| token.depth).max();
    if deepest.is_some_and(|deepest| deepest >= MOST_PARENTHESES) {
        return Err(Reason::Syntax);
    }
    match parsed(sql) {
        Err(Reason::Syntax) => parsed(&tidied(sql, &tokens).ok_or(Reason::Syntax)?),
        other => other,
    }
}

fn parsed(sql: &str) -> Result<Stmt, Reason> {
    let mut parser = Parser::new(sql.as_bytes());
    match parser.next_cmd() {
        Ok(Some(Cmd::Stmt(statement))) => match parser.next_cmd() {
            Ok(None) => Ok(statement),
            _ => Err(Reason::Statement),
        },
        _ => Err(Reason::Syntax),
    }
}

fn statement(
    schema: &mut Draft,
    row: &Row<'_>,
    sql: &str,
    root: u32,
    format: u8,
) -> Result<(), Reason> {
    match parse(sql)? {
        Stmt::CreateTable {
            tbl_name,
            body,
            temporary: false,
            ..
        } => {
            let name = tbl_name.name.as_str();
            free_name(schema, row, "table", name, name)?;
            let table = create_table::table(name, root, body, format)?;
            schema.add(table);
        }
        Stmt::CreateIndex {
            unique,
            idx_name,
            tbl_name,
            columns,
            where_clause,
            ..
        } => {
            let statement = create_index::Statement {
                name: idx_name.name.as_str(),
                root,
                is_unique: unique,
                columns: &columns,
                where_clause: where_clause.as_deref(),
            };
            add_index(schema, row, tbl_name.as_str(), &statement, format)?;
        }
        Stmt::CreateView { view_name, .. } => {
            let name = view_name.name.as_str();
            free_name(schema, row, "view", name, name)?;
            if root != 0 {
                return Err(Reason::RootPage);
            }
            schema.add(rootless(name, TableKind::View));
        }
        Stmt::CreateVirtualTable(table) => {
            let name = table.tbl_name.name.as_str();
            free_name(schema, row, "table", name, name)?;
            let module = table.module_name.as_str().to_owned();
            schema.add(rootless(name, TableKind::Virtual(module)));
        }
        Stmt::CreateTrigger {
            trigger_name,
            tbl_name,
            ..
        } => {
            let table = tbl_name.name.as_str();
            see_trigger(schema, row, trigger_name.name.as_str(), table)?;
        }
        _ => return Err(Reason::Syntax),
    }
    Ok(())
}

fn add_index(
    schema: &mut Draft,
    row: &Row<'_>,
    table: &str,
    statement: &create_index::Statement<'_>,
    format: u8,
) -> Result<(), Reason> {
    let table = schema.find(table).ok_or(Reason::NoTable)?;
    let of = schema.tables.get_mut(table).ok_or(Reason::NoTable)?;
    if of.kind != TableKind::Ordinary {
        return Err(Reason::NoTable);
    }
    named(row, "index", statement.name, &of.name)?;
    let name = statement.name.to_ascii_lowercase();
    if schema.indexes.contains_key(&name) {
        return Err(Reason::Exists);
    }
    create_index::add(of, statement, format)?;
    schema.indexes.insert(name, table);
    Ok(())
}

/// A trigger is nothing but a name, of a table that is there.
fn see_trigger(schema: &Draft, row: &Row<'_>, name: &str, table: &str) -> Result<(), Reason> {
    let table = schema.find(table).ok_or(Reason::NoTable)?;
    let table = schema.tables.get(table).ok_or(Reason::NoTable)?;
    named(row, "trigger", name, &table.name)
}

/// Whether a statement makes what its row says it does.
fn named(row: &Row<'_>, kind: &str, name: &str, table: &str) -> Result<(), Reason> {
    let is = |value: &Option<_>, expected: &str| {
        let value: &Option<std::borrow::Cow<'_, str>> = value;
        value
            .as_deref()
            .unwrap_or_default()
            .eq_ignore_ascii_case(expected)
    };
    if is(&row.kind, kind) && is(&row.name, name) && is(&row.table, table) {
        Ok(())
    } else {
        Err(Reason::Name)
    }
}

/// As [`named`], for what shares its names with tables.
fn free_name(
    schema: &Draft,
    row: &Row<'_>,
    kind: &str,
    name: &str,
    table: &str,
) -> Result<(), Reason> {
    named(row, kind, name, table)?;
    // Page 1 is the root of `sqlite_schema`, which is there.
    if row.root.as_deref().and_then(root_page) == Some(1) {
        return Err(Reason::Exists);
    }
    let is_index = schema.indexes.contains_key(&name.to_ascii_lowercase());
    if is_index || schema.find(name).is_some() {
        return Err(Reason::Exists);
    }
    Ok(())
}

/// A view or a virtual table.
fn rootless(name: &str, kind: TableKind) -> Table {
    Table {
        name: name.to_owned(),
        kind,
        root: 0,
        columns: Vec::new(),
        rowid_alias: None,
        is_without_rowid: false,
        is_strict: false,
        checks: 0,
        indexes: Vec::new(),
    }
}

/// The row of an index that a constraint made says where its root is.
fn automatic_index(
    schema: &mut Draft,
    row: &Row<'_>,
    root: Result<u32, Reason>,
    page_count: u32,
) -> Result<(), Reason> {
    let name = row.name.as_deref().unwrap_or_default().to_ascii_lowercase();
    let table = schema.indexes.get(&name).copied();
    let table = table.and_then(|table| schema.tables.get_mut(table));
    let table = table.ok_or(Reason::OrphanIndex)?;
    let mut indexes = table.indexes.iter();
    let place = indexes.position(|index| index.name.eq_ignore_ascii_case(&name));
    let place = place.ok_or(Reason::OrphanIndex)?;
    let root = root?;
    let mut others = table.indexes.iter().enumerate();
    let is_shared = others.any(|(index, other)| index != place && other.root == root);
    if root < 2 || root > page_count || is_shared {
        return Err(Reason::RootPage);
    }
    if let Some(index) = table.indexes.get_mut(place) {
        index.root = root;
    }
    Ok(())
}
