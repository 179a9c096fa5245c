use stillframe_format::Pages;
use stillframe_schema::{Column, Generated, number};

use super::Scan;
use crate::content::findings::Stop;
use crate::content::problem::{ContentProblemKind, RowPlace};
use crate::content::row::{Part, Row};
use crate::content::types::{Type, Types};
use crate::content::value::Value;

impl<P: Pages> Scan<'_, '_, '_, P> {
    /// The type of a value is one that its column can hold.
    pub(super) fn column(
        &mut self,
        row: &mut Row<'_, '_, P>,
        at: RowPlace,
        index: usize,
        column: &Column,
    ) -> Result<(), Stop<P::Error>> {
        let types = Types::of(self.table, column);
        let is_alias = self.table.rowid_alias == Some(index);
        let is_stored = column.generated != Some(Generated::Virtual);
        if is_alias || !is_stored || (types == Types::Any && !column.is_not_null) {
            return Ok(());
        }
        let Some(place) = self.place(index) else {
            return Ok(());
        };
        let default = || Value::of_default(&column.default, self.encoding);
        let kind = |row: &Row<'_, '_, P>| match row.known_type(place) {
            Some(serial_type) => Type::of_serial(serial_type),
            None => Type::of(&default()),
        };
        if column.is_not_null && matches!(kind(row), Type::Null | Type::Real) {
            let value = row.column(place, Part::Content)?;
            if value.unwrap_or_else(default) == Value::Null {
                let column = column.name.clone();
                return self.report(row, at, ContentProblemKind::Null { column });
            }
        }
        let name = || column.name.clone();
        let kind = kind(row);
        let problem = match types {
            Types::Strict(strict) if !kind.is_of(strict) => ContentProblemKind::StrictType {
                column: name(),
                expected: strict.name(),
            },
            Types::Text if matches!(kind, Type::Integer | Type::Real) => {
                ContentProblemKind::NumberInText { column: name() }
            }
            Types::Numeric if kind == Type::Text => {
                let value = row.column(place, Part::Content)?;
                match value.unwrap_or_else(default) {
                    Value::Text(text) if self.is_number(&text) => {
                        ContentProblemKind::TextInNumeric { column: name() }
                    }
                    // Text by the default alone: the header was not read that far.
                    Value::Integer(_) | Value::Real(_) => {
                        ContentProblemKind::TextInNumeric { column: name() }
                    }
                    _ => return Ok(()),
                }
            }
            _ => return Ok(()),
        };
        self.report(row, at, problem)
    }

    fn is_number(&self, text: &[u8]) -> bool {
        let text = self.encoding.utf8(text);
        text.is_ascii() && number(&text).is_some()
    }
}
