//! Rules of the database file: its header and its size.

pub(crate) mod not_a_database;
