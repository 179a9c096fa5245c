//! What the tables and indexes of a database are made of: what SQLite makes of the statements in `sqlite_schema`.
//!
//! [`Schema::read`] takes the rows of that table, in the order of their rowids, and comes to what SQLite holds in memory
//! once it has opened the database: columns with their affinity and collation, the rowid's alias, generated columns, and
//! every index with its key, the automatic ones included. What SQLite would not accept, and what cannot be understood,
//! is in [`Schema::refused`]; all else is there.
//!
//! ```
//! use stillframe_schema::{Affinity, Collation, Row, Schema};
//!
//! let rows = [
//!     Row::new("table", "t", "t", 2, "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE UNIQUE)"),
//!     Row::automatic_index("sqlite_autoindex_t_1", "t", 3),
//! ];
//! let schema = Schema::read(&rows, 4, 3);
//! assert!(schema.refused.is_empty());
//!
//! let table = schema.table("t").unwrap();
//! assert_eq!(table.rowid_alias, Some(0));
//! assert_eq!(table.columns[1].affinity, Affinity::Text);
//! let index = &table.indexes[0];
//! assert_eq!((index.root, index.is_unique()), (3, true));
//! assert_eq!(index.columns[0].collation, Collation::NoCase);
//! ```
#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing)]

mod affinity;
mod build;
mod column;
mod grammar;
mod hash;
mod index;
mod number;
pub mod refused;
mod row;
mod schema;
mod table;
mod value;

pub use affinity::Affinity;
pub use column::{Collation, Column, Default, Generated, StrictType};
pub use index::{Index, IndexColumn, IndexKind, OnConflict, Source};
pub use number::{Number, number};
pub use refused::{Reason, Refused};
pub use row::Row;
pub use schema::Schema;
pub use table::{Table, TableKind};
pub use value::Value;
