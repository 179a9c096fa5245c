//! A statement of the schema turned into what it makes, as SQLite does when it opens a database (`sqlite3InitCallback` in
//! `prepare.c`, `build.c`).

mod columns;
mod create_index;
mod create_table;
mod default;
mod functions;
mod keys;
mod names;
mod parse;
mod parts;
mod resolve;
mod statement;
mod tidy;

use crate::schema::Draft;
use crate::{Reason, Row};
pub(crate) use columns::MOST_COLUMNS;

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
            statement::build(schema, row, sql, root, format)
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
