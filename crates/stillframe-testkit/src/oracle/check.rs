use super::{Oracle, SqliteError, meaning};

/// What one of SQLite's checks printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The rows.
    pub rows: Vec<String>,
    /// The error with which it ended, if it did.
    pub error: Option<SqliteError>,
}

impl Oracle {
    /// What a `PRAGMA` prints: the rows, and behind them the error, if there is one.
    pub fn check(&self, database: &[u8], wal: Option<&[u8]>, pragma: &str) -> Check {
        let mut rows = Vec::new();
        let error = self.check_into(database, wal, pragma, &mut rows).err();
        Check { rows, error }
    }

    fn check_into(
        &self,
        database: &[u8],
        wal: Option<&[u8]>,
        pragma: &str,
        found: &mut Vec<String>,
    ) -> Result<(), SqliteError> {
        let mut connection = self.open(database, wal, None)?;
        meaning::bound(&mut connection)?;
        let mut statement = connection.prepare(pragma)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let text = row.get_ref(0)?;
            let text = text.as_bytes().expect("a row of a check is text");
            found.push(String::from_utf8_lossy(text).into_owned());
        }
        Ok(())
    }
}
