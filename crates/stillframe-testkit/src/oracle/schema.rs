//! What SQLite says of a schema when it opens a database.

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use crate::builder::{BEFORE, Statement};

/// A database, to whose `sqlite_schema` a row is added at a time.
#[derive(Debug)]
pub struct SchemaOracle {
    before: Vec<u8>,
}

impl SchemaOracle {
    /// With what is there before.
    pub fn new() -> rusqlite::Result<Self> {
        let mut before = Connection::open_in_memory()?;
        before.execute_batch(BEFORE)?;
        let before = before.serialize("main")?.to_vec();
        Ok(Self { before })
    }

    /// The bytes of the database with a row more. A table or an index gets the root page of the table `free`.
    pub fn database(&self, statement: &Statement) -> rusqlite::Result<Vec<u8>> {
        let mut connection = opened(&self.before)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false)?;
        connection.execute_batch("PRAGMA writable_schema = ON")?;
        let has_root = matches!(statement.kind, "table" | "index");
        let root = match has_root && !statement.sql.contains("VIRTUAL") {
            true => "(SELECT rootpage FROM sqlite_schema WHERE name = 'free')",
            false => "0",
        };
        connection.execute(
            &format!("INSERT INTO sqlite_schema VALUES(?, ?, ?, {root}, ?)"),
            (
                statement.kind,
                statement.name,
                statement.table,
                &statement.sql,
            ),
        )?;
        Ok(connection.serialize("main")?.to_vec())
    }

    /// With which error SQLite refuses a database, if it does.
    pub fn refusal(&self, database: &[u8]) -> rusqlite::Result<Option<String>> {
        let connection = opened(database)?;
        let error = connection.prepare("SELECT 1 FROM sqlite_schema").err();
        Ok(error.map(|error| match error {
            rusqlite::Error::SqliteFailure(_, Some(message)) => message,
            error => error.to_string(),
        }))
    }
}

fn opened(database: &[u8]) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open_in_memory()?;
    connection.deserialize_read_exact("main", database, database.len(), false)?;
    Ok(connection)
}
