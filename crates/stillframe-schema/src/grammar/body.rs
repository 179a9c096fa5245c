//! What a trigger does.

use super::{Parsed, Parser};
use crate::refused;

impl Parser<'_, '_> {
    /// The statements of a trigger, from BEGIN to the end of all.
    pub(super) fn body(&mut self) -> Parsed {
        self.word("BEGIN")?;
        loop {
            self.command()?;
            self.mark(";")?;
            if self.take("END") {
                return self.end();
            }
        }
    }

    /// A statement of a trigger (`trigger_cmd`).
    fn command(&mut self) -> Parsed {
        if self.is_select() {
            self.select()
        } else if self.take("UPDATE") {
            self.update()
        } else if self.take("DELETE") {
            self.word("FROM")?;
            let is_qualified = self.target()?;
            self.no_index()?;
            self.condition()?;
            unqualified(is_qualified)
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
        unqualified(is_qualified)
    }

    fn insert(&mut self) -> Parsed {
        self.word("INTO")?;
        let is_qualified = self.target()?;
        if self.is_mark("(") {
            self.names()?;
        }
        self.select()?;
        let nulls = self.upserts()?;
        unqualified(is_qualified)?;
        match nulls {
            Some(place) => Err(refused::Query::Nulls(place).into()),
            None => Ok(()),
        }
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
            return Err(refused::Trigger::Index("INDEXED BY").into());
        }
        if self.take("NOT") {
            self.word("INDEXED")?;
            return Err(refused::Trigger::Index("NOT INDEXED").into());
        }
        Ok(())
    }

    fn condition(&mut self) -> Parsed {
        if self.take("WHERE") {
            self.expression()?;
        }
        Ok(())
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
            match (columns, values) {
                (Some(columns), Some(values)) if columns != values => {
                    Err(refused::Query::Assigned { columns, values }.into())
                }
                _ => Ok(()),
            }
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
                let place = self.sorted()?;
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
            return Err(refused::Trigger::Returning.into());
        }
        Ok(nulls)
    }
}

fn unqualified(is_qualified: bool) -> Parsed {
    if is_qualified {
        return Err(refused::Trigger::Qualified.into());
    }
    Ok(())
}
