//! What stands behind the name of a table.

use super::{Kind, Parsed, Parser, Token};
use crate::refused;

/// Words with which constraints of a table begin.
const CONSTRAINTS: [&str; 5] = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];

/// How a table is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// With its columns.
    Columns,
    /// Of a query, which no schema says.
    Query,
}

impl Parser<'_, '_> {
    /// Whether the columns or the query of a table begin here.
    pub(crate) fn begins_table(&self) -> Parsed {
        if self.is_mark("(") || self.is("AS") {
            Ok(())
        } else {
            self.unexpected()
        }
    }

    /// A table, from behind its name to the end.
    pub(crate) fn table(&mut self) -> Parsed<Body> {
        if self.take("AS") {
            self.select()?;
            self.end()?;
            return Ok(Body::Query);
        }
        self.mark("(")?;
        loop {
            self.column()?;
            if !self.take_mark(",") {
                break;
            }
            if self.is_any(&CONSTRAINTS) {
                self.table_constraints()?;
                break;
            }
        }
        self.mark(")")?;
        self.options()?;
        self.end()?;
        Ok(Body::Columns)
    }

    fn options(&mut self) -> Parsed {
        if !self.is_mark(",") && self.peek().is_some_and(|token| token.is_name()) {
            self.option()?;
        }
        while self.take_mark(",") {
            self.option()?;
        }
        Ok(())
    }

    fn option(&mut self) -> Parsed {
        let expected = if self.take("WITHOUT") {
            "rowid"
        } else {
            "strict"
        };
        let name = self.name()?.text;
        if name.eq_ignore_ascii_case(expected) {
            Ok(())
        } else {
            Err(refused::Table::Option(name.to_owned()).into())
        }
    }

    fn column(&mut self) -> Parsed {
        let name = self.name()?.name();
        self.type_name()?;
        while self.column_constraint(&name)? {}
        self.columns.push(name);
        Ok(())
    }

    /// A type, if there is one (`typetoken`).
    pub(super) fn type_name(&mut self) -> Parsed {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|token| token.is_identifier() || token.kind == Kind::Text)
        {
            self.at += 1;
        }
        if self.at > start && self.take_mark("(") {
            self.signed()?;
            if self.take_mark(",") {
                self.signed()?;
            }
            self.mark(")")?;
        }
        Ok(())
    }

    fn signed(&mut self) -> Parsed {
        let _ = self.take_mark("+") || self.take_mark("-");
        self.that(|token| matches!(token.kind, Kind::Integer | Kind::Real))
            .map(drop)
    }

    /// A constraint of a column, if one comes next (`ccons`).
    fn column_constraint(&mut self, column: &str) -> Parsed<bool> {
        if self.take("CONSTRAINT") {
            self.name()?;
        } else if self.take("DEFAULT") {
            self.default()?;
        } else if self.take("NULL") || self.take("UNIQUE") {
            self.conflict()?;
        } else if self.take("NOT") {
            if self.take("NULL") {
                self.conflict()?;
            } else {
                self.word("DEFERRABLE")?;
                self.initially()?;
            }
        } else if self.take("PRIMARY") {
            self.word("KEY")?;
            let _ = self.take_any(&["ASC", "DESC"]);
            self.conflict()?;
            let _ = self.take("AUTOINCREMENT");
        } else if self.take("CHECK") {
            self.in_parentheses()?;
        } else if self.take("REFERENCES") {
            let (table, columns) = self.references()?;
            if columns.is_some_and(|columns| columns != 1) {
                return Err(refused::Table::ForeignColumns {
                    column: column.to_owned(),
                    table,
                }
                .into());
            }
        } else if self.take("DEFERRABLE") {
            self.initially()?;
        } else if self.take("COLLATE") {
            self.plain_name()?;
        } else if self.is("GENERATED") || self.is("AS") {
            if self.take("GENERATED") {
                self.word("ALWAYS")?;
            }
            self.word("AS")?;
            self.in_parentheses()?;
            if let Some(kind) = self.peek().filter(Token::is_identifier) {
                self.at += 1;
                if !kind.is("VIRTUAL") && !kind.is("STORED") {
                    return Err(refused::Table::Generated(column.to_owned()).into());
                }
            }
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn in_parentheses(&mut self) -> Parsed {
        self.mark("(")?;
        self.expression()?;
        self.mark(")")
    }

    fn default(&mut self) -> Parsed {
        if self.is_mark("(") {
            return self.in_parentheses();
        }
        let is_signed = self.take_mark("+") || self.take_mark("-");
        let times = ["CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"];
        let is_other =
            matches!(self.peek(), Some(token) if token.is_identifier() || token.is("INDEXED"));
        let is_name = is_other && !self.is_any(&times);
        let is_value = self.is("NULL")
            || self.is_any(&times)
            || self.peek().is_some_and(|token| {
                let kind = token.kind;
                let numbers = [Kind::Integer, Kind::Real, Kind::Separated];
                numbers.contains(&kind) || kind == Kind::Blob
            });
        if self.is_kind(Kind::Text) {
            self.at += 1;
            Ok(())
        } else if is_value {
            self.term().map(drop)
        } else if is_name && !is_signed {
            self.at += 1;
            Ok(())
        } else {
            self.unexpected()
        }
    }

    /// What happens on a conflict, if it is said (`onconf`).
    fn conflict(&mut self) -> Parsed {
        if self.take("ON") {
            self.word("CONFLICT")?;
            self.one_of(&["ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"])?;
        }
        Ok(())
    }

    /// What stands behind REFERENCES: a table, as it is spelled, and how many of its columns, if they are named.
    fn references(&mut self) -> Parsed<(String, Option<usize>)> {
        let table = self.name()?.text.to_owned();
        let mut columns = None;
        if self.is_mark("(") {
            columns = Some(self.columns()?.len());
        }
        loop {
            if self.take("MATCH") {
                self.name()?;
            } else if self.take("ON") {
                self.one_of(&["INSERT", "DELETE", "UPDATE"])?;
                if self.take("SET") {
                    self.one_of(&["NULL", "DEFAULT"])?;
                } else if self.take("NO") {
                    self.word("ACTION")?;
                } else {
                    self.one_of(&["CASCADE", "RESTRICT"])?;
                }
            } else {
                return Ok((table, columns));
            }
        }
    }

    fn initially(&mut self) -> Parsed {
        if self.take("INITIALLY") {
            self.one_of(&["DEFERRED", "IMMEDIATE"])?;
        }
        Ok(())
    }

    /// Constraints of the table, with commas between or without (`conslist`).
    fn table_constraints(&mut self) -> Parsed {
        loop {
            self.table_constraint()?;
            if !self.take_mark(",") && !self.is_any(&CONSTRAINTS) {
                return Ok(());
            }
        }
    }

    /// Whether a foreign key is of columns that there are, and of as many as it leads to.
    fn foreign_key(&self, columns: &[String], others: Option<usize>) -> Parsed {
        if others.is_some_and(|others| others != columns.len()) {
            return Err(refused::Table::ForeignCount.into());
        }
        let is_there = |name: &str| {
            let mut columns = self.columns.iter();
            columns.any(|column| column.eq_ignore_ascii_case(name))
        };
        let missing = columns.iter().find(|column| !is_there(column));
        missing.map_or(Ok(()), |column| {
            Err(refused::Table::ForeignColumn(column.clone()).into())
        })
    }

    fn table_constraint(&mut self) -> Parsed {
        if self.take("CONSTRAINT") {
            self.name()?;
            return Ok(());
        }
        if self.take("FOREIGN") {
            self.word("KEY")?;
            let columns = self.columns()?;
            self.word("REFERENCES")?;
            let (_, others) = self.references()?;
            self.foreign_key(&columns, others)?;
            if self.take("NOT") {
                self.word("DEFERRABLE")?;
                self.initially()?;
            } else if self.take("DEFERRABLE") {
                self.initially()?;
            }
            return Ok(());
        }
        if self.take("CHECK") {
            self.in_parentheses()?;
        } else {
            let is_primary = self.take("PRIMARY");
            self.word(if is_primary { "KEY" } else { "UNIQUE" })?;
            self.mark("(")?;
            self.sorted()?;
            if is_primary {
                let _ = self.take("AUTOINCREMENT");
            }
            self.mark(")")?;
        }
        self.conflict()
    }
}
