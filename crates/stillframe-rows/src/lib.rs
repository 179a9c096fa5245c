//! The rows of a database's tables as `SELECT` would give them, from any [`Pages`](stillframe_format::Pages): a
//! database file, or the image of a commit.
//!
//! [`Catalog::read`] reads `sqlite_schema`; [`Catalog::rows`] goes through a table row by row. The rowid's alias is the
//! rowid, integers in REAL columns are floating-point numbers, records from before an `ALTER TABLE` end with its
//! defaults, WITHOUT ROWID tables have their columns in the order of their declaration, and text is in UTF-8. What is
//! computed when it is read, VIRTUAL generated columns, is not there. What cannot be read is a
//! [`Problem`](stillframe_database::scan::Problem) in place of a row. Overflow chains are followed by their links; only in
//! a damaged database with auto-vacuum may `SELECT` follow the pointer map to other pages, for some columns and not for
//! others.
//!
//! ```
//! use stillframe_database::{Header, scan::Seen};
//! use stillframe_format::Pages;
//! use stillframe_rows::{Catalog, Value};
//!
//! fn names<P: Pages>(pages: &P, header: &Header) -> Option<Vec<String>> {
//!     let catalog = Catalog::read(pages, header)?;
//!     let table = catalog.table("customers")?;
//!     let column = table.column("name")?;
//!     let mut rows = catalog.rows(pages, table, Seen::default())?;
//!     let mut names = Vec::new();
//!     while let Some(row) = rows.next() {
//!         if let Value::Text(name) = row.ok()?.value(column) {
//!             names.push(String::from_utf8_lossy(&name).into_owned());
//!         }
//!     }
//!     Some(names)
//! }
//! ```
#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing)]

mod catalog;
mod fields;
mod plan;
mod rows;
mod value;

pub use catalog::{Catalog, Object};
pub use rows::{Row, Rows};
pub use value::Value;
