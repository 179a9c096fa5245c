use rusqlite::Connection;

use super::{Oracle, SqliteError, meaning};

/// What SQLite's own check says of the b-trees of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Structure {
    /// The root pages, in the order in which it walked them.
    pub roots: Vec<u32>,
    /// Its messages, in their order.
    pub messages: Vec<String>,
}

impl Oracle {
    /// What `PRAGMA quick_check` says of the b-trees before it looks at any row: at most `most` messages. A header that
    /// counts more pages than there are is let be.
    pub fn structure(&self, database: &[u8], most: usize) -> Result<Structure, SqliteError> {
        let mut connection = self.open(database, None, None)?;
        meaning::bound(&mut connection)?;
        connection.execute_batch("PRAGMA writable_schema=ON")?;
        let check = format!("PRAGMA quick_check({most})");
        let roots = roots(&connection, &check)?;
        // Where there is nothing wrong with the b-trees the rows may still be such that it stops.
        let first = connection.query_row(&check, [], |row| row.get::<_, String>(0));
        let first = first.unwrap_or_default();
        let messages = first.strip_prefix("*** in database main ***\n");
        Ok(Structure {
            roots,
            messages: messages
                .map(|messages| messages.split('\n').map(str::to_owned).collect())
                .unwrap_or_default(),
        })
    }
}

/// The program of the check names the roots.
fn roots(connection: &Connection, check: &str) -> Result<Vec<u32>, SqliteError> {
    let mut statement = connection.prepare(&format!("EXPLAIN {check}"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if row.get::<_, String>("opcode")? == "IntegrityCk" {
            let list: String = row.get("p4")?;
            let list = list.trim_start_matches('[').trim_end_matches(']');
            return Ok(list
                .split(',')
                .map(|root| root.parse().expect("a root page is a number"))
                .collect());
        }
    }
    panic!("the check walks the b-trees");
}
