use std::borrow::Cow;

/// A row of `sqlite_schema`, as SQLite reads it: every value as text, `None` for NULL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row<'a> {
    /// `table`, `index`, `view` or `trigger`.
    pub kind: Option<Cow<'a, str>>,
    /// The name.
    pub name: Option<Cow<'a, str>>,
    /// The name of the table or view that it belongs to.
    pub table: Option<Cow<'a, str>>,
    /// The root page, in decimal; 0 where there is none.
    pub root: Option<Cow<'a, str>>,
    /// The statement that made it; NULL for an index that a constraint made.
    pub sql: Option<Cow<'a, str>>,
}

impl<'a> Row<'a> {
    /// A row with all its values.
    pub fn new(kind: &'a str, name: &'a str, table: &'a str, root: u32, sql: &'a str) -> Self {
        Self {
            kind: Some(kind.into()),
            name: Some(name.into()),
            table: Some(table.into()),
            root: Some(root.to_string().into()),
            sql: Some(sql.into()),
        }
    }

    /// The row of an index that a constraint of a table made.
    pub fn automatic_index(name: &'a str, table: &'a str, root: u32) -> Self {
        Self {
            sql: None,
            ..Self::new("index", name, table, root, "")
        }
    }
}
