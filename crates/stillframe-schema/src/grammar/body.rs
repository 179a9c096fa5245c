//! What a trigger does.

use super::{Parsed, Parser};
use crate::refused;

impl Parser<'_, '_> {
    /// The statements of a trigger, from BEGIN to the end of all: how many they are.
    pub(super) fn body(&mut self) -> Parsed<usize> {
        self.word("BEGIN")?;
        let mut steps = 0;
        loop {
            self.command()?;
            self.mark(";")?;
            steps += 1;
            if self.take("END") {
                self.before_end()?;
                return Ok(steps);
            }
        }
    }

    /// A statement of a trigger (`trigger_cmd`).
    fn command(&mut self) -> Parsed {
        if self.is_select() {
            self.select().map(drop)
        } else if self.take("UPDATE") {
            self.update()
        } else if self.take("DELETE") {
            self.word("FROM")?;
            let is_qualified = self.target()?;
            self.no_index()?;
            self.condition()?;
            self.unqualified(is_qualified);
            Ok(())
        } else if self.take("INSERT") {
            self.resolution()?;
            self.insert()
        } else {
            self.word("REPLACE")?;
            self.insert()
        }
    }

    fn update(&mut self) -> Parsed {
        self.resolution()?;
        let is_qualified = self.target()?;
        self.no_index()?;
        self.word("SET")?;
        self.assignments()?;
        if self.take("FROM") {
            self.sources()?;
        }
        self.condition()?;
        self.unqualified(is_qualified);
        Ok(())
    }

    fn insert(&mut self) -> Parsed {
        self.word("INTO")?;
        let is_qualified = self.target()?;
        if self.is_mark("(") {
            self.names()?;
        }
        self.select()?;
        let nulls = self.upserts()?;
        self.unqualified(is_qualified);
        if let Some(place) = nulls.filter(|_| !is_qualified) {
            self.wrong(refused::Query::Nulls(place));
        }
        Ok(())
    }

    /// OR and what to do on a conflict (`orconf`).
    fn resolution(&mut self) -> Parsed {
        if self.take("OR") {
            return self.one_of(&["ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"]);
        }
        Ok(())
    }

    /// The table that is changed; whether its database is named, too (`xfullname`).
    fn target(&mut self) -> Parsed<bool> {
        self.name()?;
        let is_qualified = self.take_mark(".");
        if is_qualified {
            self.name()?;
        }
        if self.take("AS") {
            self.name()?;
        }
        Ok(is_qualified)
    }

    /// No index may be named here.
    fn no_index(&mut self) -> Parsed {
        if self.take("INDEXED") {
            self.word("BY")?;
            self.name()?;
            self.wrong(refused::Trigger::Index("INDEXED BY"));
        }
        if self.take("NOT") {
            self.word("INDEXED")?;
            self.wrong(refused::Trigger::Index("NOT INDEXED"));
        }
        Ok(())
    }

    fn condition(&mut self) -> Parsed {
        if self.take("WHERE") {
            self.expression()?;
        }
        Ok(())
    }

    /// What is changed may not be named with its database.
    fn unqualified(&mut self, is_qualified: bool) {
        if is_qualified {
            self.wrong(refused::Trigger::Qualified);
        }
    }

    /// What columns are set to (`setlist`).
    fn assignments(&mut self) -> Parsed {
        self.list(|parser| {
            let columns = if parser.is_mark("(") {
                Some(parser.names()?)
            } else {
                parser.name()?;
                None
            };
            if !parser.take_mark("==") {
                parser.mark("=")?;
            }
            let values = parser.expression()?.values;
            let columns = columns.zip(values);
            if let Some((columns, values)) = columns.filter(|(columns, values)| columns != values) {
                parser.wrong(refused::Query::Assigned { columns, values });
            }
            Ok(())
        })
        .map(drop)
    }

    /// What an INSERT does on conflicts (`upsert`). Says which place NULL has in what is looked for, if it is said.
    fn upserts(&mut self) -> Parsed<Option<&'static str>> {
        let mut nulls = None;
        let mut is_first = true;
        while self.take("ON") {
            self.word("CONFLICT")?;
            let has_target = self.take_mark("(");
            if has_target {
                let place = self.sorted()?.nulls;
                nulls = nulls.or(place.filter(|_| is_first));
                self.mark(")")?;
                self.condition()?;
            }
            self.word("DO")?;
            if self.take("UPDATE") {
                self.word("SET")?;
                self.assignments()?;
                self.condition()?;
            } else {
                self.word("NOTHING")?;
            }
            is_first = false;
            if !has_target {
                break;
            }
        }
        if self.take("RETURNING") {
            self.results()?;
            self.wrong(refused::Trigger::Returning);
        }
        Ok(nulls)
    }
}
