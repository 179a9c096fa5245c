//! What a statement makes: its first words, and for all but tables what follows them.

use super::{Kind, Parsed, Parser, Token};
use crate::{Reason, refused};

/// What is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Table,
    Virtual,
    View,
    Index,
    Trigger,
}

/// The first words of a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head<'s> {
    pub what: What,
    pub name: Named<'s>,
}

/// The name of what is created.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named<'s> {
    /// As it is spelled.
    pub name: Token<'s>,
    /// Whether that of a database stands before it.
    pub is_qualified: bool,
    /// Whether IF NOT EXISTS does.
    pub is_optional: bool,
}

/// When a trigger does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Time {
    Before,
    After,
    Instead,
}

/// For which table a trigger is, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trigger<'s> {
    pub table: Token<'s>,
    pub time: Time,
}

impl<'t, 's> Parser<'t, 's> {
    /// The first words, to the name of what is created.
    pub(crate) fn head(&mut self) -> Parsed<Head<'s>> {
        self.word("CREATE")?;
        let is_temporary = self.take_any(&["TEMP", "TEMPORARY"]);
        let what = if self.take("TABLE") {
            What::Table
        } else if self.take("VIEW") {
            What::View
        } else if self.take("TRIGGER") {
            What::Trigger
        } else if is_temporary {
            return self.unexpected();
        } else if self.take("UNIQUE") {
            self.word("INDEX")?;
            What::Index
        } else if self.take("VIRTUAL") {
            self.word("TABLE")?;
            What::Virtual
        } else {
            self.word_of_index()?;
            What::Index
        };
        let is_optional = self.take("IF");
        if is_optional {
            self.word("NOT")?;
            self.word("EXISTS")?;
        }
        let first = self.name()?;
        let is_qualified = self.take_mark(".");
        let name = if is_qualified { self.name()? } else { first };
        Ok(Head {
            what,
            name: Named {
                name,
                is_qualified,
                is_optional,
            },
        })
    }

    fn word_of_index(&mut self) -> Parsed {
        self.word("INDEX")
    }

    /// A view, from behind its name to the end.
    pub(crate) fn view(&mut self) -> Parsed {
        let parsed = self.view_to_end();
        self.settled(parsed)?;
        if self.has_parameters {
            return Err(refused::Query::Parameter.into());
        }
        Ok(())
    }

    fn view_to_end(&mut self) -> Parsed {
        if self.is_mark("(") {
            self.columns()?;
        }
        self.word("AS")?;
        self.select()?;
        self.before_end()
    }

    /// A virtual table, from behind its name to its arguments: its module.
    pub(crate) fn module(&mut self) -> Parsed<Token<'s>> {
        self.word("USING")?;
        let module = self.name()?;
        match self.peek() {
            None => Ok(module),
            Some(next) if next.is_mark("(") || next.is_mark(";") => Ok(module),
            Some(_) => self.unexpected(),
        }
    }

    /// The arguments of a module, if there are any, to the end: how many have something in them. They are whatever they are,
    /// but for parentheses.
    pub(crate) fn arguments_of_module(&mut self) -> Parsed<usize> {
        if !self.take_mark("(") {
            self.before_end()?;
            return Ok(0);
        }
        let mut open = 1usize;
        let mut arguments = 0;
        let mut is_begun = false;
        while open > 0 {
            match self.peek() {
                Some(token) if token.kind != Kind::Illegal => {
                    self.at += 1;
                    let is_end = open == 1 && (token.is_mark(",") || token.is_mark(")"));
                    arguments += usize::from(is_end && is_begun);
                    is_begun = !is_end;
                    open += usize::from(token.is_mark("("));
                    open -= usize::from(token.is_mark(")"));
                }
                _ => return self.unexpected(),
            }
            if open > MOST_PARENTHESES {
                return Err(Reason::Syntax);
            }
        }
        self.before_end()?;
        Ok(arguments)
    }

    /// An index, from behind its name to the end: its table. Says which place NULL was given in it, too.
    pub(crate) fn index(&mut self) -> Parsed<(Token<'s>, Option<&'static str>)> {
        let parsed = self.index_to_end();
        let parsed = self.settled(parsed)?;
        self.rest()?;
        Ok(parsed)
    }

    fn index_to_end(&mut self) -> Parsed<(Token<'s>, Option<&'static str>)> {
        self.is_own = true;
        self.word("ON")?;
        let table = self.name()?;
        self.mark("(")?;
        let nulls = self.sorted()?.nulls;
        self.mark(")")?;
        if self.take("WHERE") {
            self.expression()?;
        }
        self.before_end()?;
        Ok((table, nulls))
    }

    /// A trigger, from behind its name to BEGIN.
    pub(crate) fn trigger(&mut self) -> Parsed<Trigger<'s>> {
        let parsed = self.trigger_to_body();
        self.settled(parsed)
    }

    fn trigger_to_body(&mut self) -> Parsed<Trigger<'s>> {
        let time = if self.take("AFTER") {
            Time::After
        } else if self.take("INSTEAD") {
            self.word("OF")?;
            Time::Instead
        } else {
            let _ = self.take("BEFORE");
            Time::Before
        };
        if self.take("UPDATE") {
            if self.take("OF") {
                self.list(|parser| parser.name().map(drop))?;
            }
        } else {
            self.one_of(&["DELETE", "INSERT"])?;
        }
        self.word("ON")?;
        let first = self.name()?;
        let table = if self.take_mark(".") {
            self.name()?
        } else {
            first
        };
        if self.take("FOR") {
            self.word("EACH")?;
            self.word("ROW")?;
        }
        if self.take("WHEN") {
            self.expression()?;
        }
        if !self.is("BEGIN") {
            return self.unexpected();
        }
        Ok(Trigger { table, time })
    }

    /// The statements of a trigger, to the end of all: how many they are.
    pub(crate) fn body_of_trigger(&mut self) -> Parsed<usize> {
        let parsed = self.body();
        let steps = self.settled(parsed)?;
        self.rest()?;
        Ok(steps)
    }

    /// The text of the statement, out of that which it begins.
    pub(crate) fn text<'q>(&self, sql: &'q str) -> &'q str {
        let end = self.taken().last().map_or(0, Token::end);
        sql.get(..end).unwrap_or(sql)
    }

    /// The tokens of the statement.
    pub(crate) fn taken(&self) -> &'t [Token<'s>] {
        self.tokens.get(..self.at).unwrap_or_default()
    }

    /// The database that a table is said to be in, if that is not this one.
    pub(crate) fn other_database(&mut self) -> Option<String> {
        self.other_database.take()
    }

    /// Where the statement ends in the text, in bytes, if that is at a semicolon.
    pub(crate) fn ends_at(&self) -> Option<usize> {
        let last = self.taken().last();
        let last = last.filter(|last| last.is_mark(";"));
        last.map(Token::end)
    }
}

/// Parentheses within one another that are followed at most.
const MOST_PARENTHESES: usize = 2000;
