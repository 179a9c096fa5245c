//! What stands behind FROM.

use super::{Kind, Parsed, Parser};
use crate::refused;

/// Tables of one list behind FROM, at most (`SQLITE_MAX_SRCLIST`).
const MOST_SOURCES: usize = 200;

impl Parser<'_, '_> {
    /// Tables, and how they are joined (`seltablist`): how many.
    pub(super) fn sources(&mut self) -> Parsed<usize> {
        let mut count = 0;
        loop {
            let is_first = count == 0;
            count += self.deeper(|parser| parser.source(is_first))?;
            if count > MOST_SOURCES {
                self.wrong(refused::Query::Sources);
            }
            if !self.join()? {
                return Ok(count);
            }
        }
    }

    /// A comma or words of a join, if such come next (`joinop`).
    fn join(&mut self) -> Parsed<bool> {
        if self.take_mark(",") || self.take("JOIN") {
            return Ok(true);
        }
        if !self.is_kind(Kind::Joining) || self.is("INDEXED") {
            return Ok(false);
        }
        let start = self.at;
        self.at += 1;
        while self.at < start + 3 && self.peek().is_some_and(|token| token.is_name()) {
            self.at += 1;
        }
        let words = self.tokens.get(start..self.at).unwrap_or_default();
        self.word("JOIN")?;
        let words: Vec<&str> = words.iter().map(|token| token.text).collect();
        if !is_join(&words) {
            self.wrong(refused::Query::Join(words.join(" ")));
        }
        Ok(true)
    }

    /// A table, a query or others in parentheses: how many of the list it is. The first in parentheses, if they say
    /// nothing else, are as without.
    fn source(&mut self, is_first: bool) -> Parsed<usize> {
        let mut inside = 1;
        if self.take_mark("(") {
            if self.is_select() {
                self.select()?;
            } else {
                inside = self.sources()?;
            }
            self.mark(")")?;
            let end = self.at;
            self.alias()?;
            if self.at > end {
                inside = 1;
            }
        } else {
            self.source_name()?;
            if self.take_mark("(") {
                self.expressions()?;
                self.mark(")")?;
                self.alias()?;
            } else {
                self.alias()?;
                self.index_to_use()?;
            }
        }
        let clause = if self.take("ON") {
            self.expression()?;
            "ON"
        } else if self.take("USING") {
            self.names()?;
            "USING"
        } else {
            return Ok(if is_first { inside } else { 1 });
        };
        if is_first {
            self.wrong(refused::Query::JoinNeeded(clause));
        }
        Ok(1)
    }

    /// INDEXED BY, NOT INDEXED.
    fn index_to_use(&mut self) -> Parsed {
        if self.take("INDEXED") {
            self.word("BY")?;
            self.name()?;
        } else if self.take("NOT") {
            self.word("INDEXED")?;
        }
        Ok(())
    }

    /// The name of a table, and of its database before it.
    pub(super) fn source_name(&mut self) -> Parsed {
        let first = self.name()?;
        if self.take_mark(".") {
            self.name()?;
            let database = first.name();
            if !database.eq_ignore_ascii_case("main") && self.other_database.is_none() {
                self.other_database = Some(database);
            }
        }
        Ok(())
    }
}

/// Whether there is a join of this name (`sqlite3JoinType` in `select.c`).
fn is_join(words: &[&str]) -> bool {
    let has = |word: &str| words.iter().any(|other| other.eq_ignore_ascii_case(word));
    let known = [
        "NATURAL", "LEFT", "OUTER", "RIGHT", "FULL", "INNER", "CROSS",
    ];
    let is_known = |word: &&str| known.iter().any(|other| other.eq_ignore_ascii_case(word));
    let is_inner = has("INNER") || has("CROSS");
    let has_side = has("LEFT") || has("RIGHT") || has("FULL");
    words.iter().all(is_known)
        && !(is_inner && (has_side || has("OUTER")))
        && (has_side || !has("OUTER"))
}
