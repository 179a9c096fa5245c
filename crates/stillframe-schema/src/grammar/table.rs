//! What stands behind the name of a table.

use super::made::{Body, Column};
use super::{Kind, Parsed, Parser, Token};
use crate::build::MOST_COLUMNS;
use crate::refused;

/// Words with which constraints of a table begin.
const CONSTRAINTS: [&str; 5] = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];

impl Parser<'_, '_> {
    /// Whether the columns or the query of a table begin here.
    pub(crate) fn begins_table(&self) -> Parsed {
        if self.is_mark("(") || self.is("AS") {
            Ok(())
        } else {
            self.unexpected()
        }
    }

    /// A table of this name, from behind it to the end; without one nothing is made.
    pub(crate) fn table(&mut self, name: Option<&str>) -> Parsed<Body> {
        let parsed = self.table_to_end(name);
        let parsed = self.settled(parsed)?;
        self.rest()?;
        Ok(parsed)
    }

    fn table_to_end(&mut self, name: Option<&str>) -> Parsed<Body> {
        self.is_own = true;
        self.table.name = name.map(str::to_owned);
        if self.take("AS") {
            self.select()?;
            self.before_end()?;
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
        self.before_end()?;
        Ok(Body::Columns(self.table.refused()))
    }

    /// Refuses the table, if one is made.
    fn refuse(&mut self, reason: refused::Table) {
        if self.table.name.is_some() {
            self.wrong(reason);
        }
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
            self.table.is_strict |= expected == "strict";
            self.table.is_without_rowid |= expected == "rowid";
        } else {
            self.wrong(refused::Table::Option(name.to_owned()));
        }
        Ok(())
    }

    fn column(&mut self) -> Parsed {
        let name = self.name()?.name();
        let start = self.at;
        self.type_name()?;
        // No more are kept, so that looking for one stays cheap.
        let is_full = self.table.columns.len() >= MOST_COLUMNS;
        if let (true, Some(table)) = (is_full, self.table.name.clone()) {
            self.wrong(refused::Table::Columns(table));
        } else if self.table.has_column(&name) {
            self.refuse(refused::Table::TwoColumns(name.clone()));
        }
        let mut column = Column {
            name,
            has_type: self.at > start,
            has_default: false,
            is_generated: false,
        };
        while self.column_constraint(&mut column)? {}
        if !is_full {
            self.table.columns.push(column);
        }
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
    fn column_constraint(&mut self, column: &mut Column) -> Parsed<bool> {
        if self.take("CONSTRAINT") {
            self.name()?;
        } else if self.take("DEFAULT") {
            self.default()?;
            column.has_default = true;
            if column.is_generated {
                self.refuse(refused::Table::DefaultOfGenerated);
            }
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
            self.key();
            let _ = self.take_any(&["ASC", "DESC"]);
            self.conflict()?;
            let _ = self.take("AUTOINCREMENT");
        } else if self.take("CHECK") {
            self.in_parentheses()?;
        } else if self.take("REFERENCES") {
            let (table, columns) = self.references()?;
            if columns.is_some_and(|columns| columns != 1) {
                self.refuse(refused::Table::ForeignColumns {
                    column: column.name.clone(),
                    table,
                });
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
            let kind = self.peek().filter(Token::is_identifier);
            self.at += usize::from(kind.is_some());
            let is_other = kind.is_some_and(|kind| !kind.is("VIRTUAL") && !kind.is("STORED"));
            if is_other || column.is_generated || column.has_default {
                self.refuse(refused::Table::Generated(column.name.clone()));
            }
            column.is_generated = true;
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
    fn foreign_key(&mut self, columns: &[String], others: Option<usize>) {
        if others.is_some_and(|others| others != columns.len()) {
            self.refuse(refused::Table::ForeignCount);
            return;
        }
        let mut columns = columns.iter();
        let missing = columns.find(|column| !self.table.has_column(column));
        if let Some(column) = missing {
            self.refuse(refused::Table::ForeignColumn(column.clone()));
        }
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
            self.foreign_key(&columns, others);
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
            let start = self.at;
            let sorted = self.sorted()?;
            let terms = self.tokens.get(start..self.at).unwrap_or_default();
            let is_autoincrement = is_primary && self.take("AUTOINCREMENT");
            self.mark(")")?;
            let is_second = is_primary && self.table.has_key;
            if is_primary {
                self.key();
            }
            match sorted.nulls {
                Some(place) if !is_primary => self.wrong(refused::Query::Nulls(place)),
                None if sorted.count > MOST_COLUMNS && !is_second && !is_autoincrement => {
                    let reason = self.table.long_key(is_primary, terms);
                    self.refuse(reason);
                }
                _ => {}
            }
        }
        self.conflict()
    }

    /// A primary key, of which there may be one.
    fn key(&mut self) {
        if self.table.has_key {
            let table = self.table.name.clone().unwrap_or_default();
            self.refuse(refused::Table::TwoKeys(table));
        }
        self.table.has_key = true;
    }
}
