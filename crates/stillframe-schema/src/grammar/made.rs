//! What is known of a table while its statement is read.

use super::Token;
use crate::refused;

/// How a table is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// With its columns; and what SQLite refuses it for once it has read all of it, as far as the parser of tables would not
    /// go that far.
    Columns(Option<refused::Table>),
    /// Of a query, which no schema says.
    Query,
}

/// What is known of a table while it is read.
pub(super) struct Made {
    /// Its name; `None` if it is none, for there is one of this name, and the statement does not mind.
    pub name: Option<String>,
    pub columns: Vec<Column>,
    pub has_key: bool,
    pub is_strict: bool,
    pub is_without_rowid: bool,
}

/// What is known of a column.
pub(super) struct Column {
    pub name: String,
    pub has_type: bool,
    pub has_default: bool,
    pub is_generated: bool,
}

impl Made {
    pub(super) const fn new() -> Self {
        Self {
            name: None,
            columns: Vec::new(),
            has_key: false,
            is_strict: false,
            is_without_rowid: false,
        }
    }

    pub(super) fn has_column(&self, name: &str) -> bool {
        let mut columns = self.columns.iter();
        columns.any(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// What SQLite refuses a key of more columns than there can be for, which may be something else.
    pub(super) fn long_key(&self, is_primary: bool, terms: &[Token<'_>]) -> refused::Table {
        let mut generated = self.columns.iter().filter(|column| column.is_generated);
        let is_in = |column: &Column| {
            let mut names = terms.iter().map(Token::name);
            names.any(|name| name.eq_ignore_ascii_case(&column.name))
        };
        if is_primary && generated.any(is_in) {
            refused::Table::GeneratedKey
        } else {
            refused::Table::ColumnsOfIndex
        }
    }

    /// What SQLite refuses it for at its end.
    pub(super) fn refused(&self) -> Option<refused::Table> {
        let table = self.name.as_ref()?;
        let mut columns = self.columns.iter();
        let untyped = columns.find(|column| !column.has_type);
        if let Some(column) = untyped.filter(|_| self.is_strict) {
            return Some(refused::Table::NoType {
                table: table.clone(),
                column: column.name.clone(),
            });
        }
        if self.is_without_rowid && !self.has_key {
            return Some(refused::Table::NoKey(table.clone()));
        }
        let mut columns = self.columns.iter();
        let is_computed = columns.all(|column| column.is_generated);
        is_computed.then_some(refused::Table::OnlyGenerated)
    }
}
