//! CREATE TABLE statements that SQLite takes and the parser does not, in words that both take.
//!
//! SQLite's grammar has what says nothing of a table: names before constraints, any number of them and with nothing behind
//! the last; when a foreign key is looked at, in a column of no foreign key; what a CHECK constraint does on a conflict. All
//! that is left out, and foreign keys of columns with it.

use super::tokens::{Kind, Token};

/// A table constraint that makes nothing, where one has to stand.
const NOTHING: &str = "FOREIGN KEY(x) REFERENCES x";

/// The statement with these tokens in other words; `None` where there are no others.
pub(super) fn tidied(sql: &str, tokens: &[Token<'_>]) -> Option<String> {
    let mut start = tokens.iter();
    let is_table = start.next()?.is("CREATE") && {
        let next = start.next()?;
        let is_temporary = next.is("TEMP") || next.is("TEMPORARY");
        let next = if is_temporary { start.next()? } else { next };
        next.is("TABLE")
    };
    let open = tokens.iter().position(|token| token.is_mark("("))?;
    if !is_table {
        return None;
    }
    let mut tidy = Tidy {
        tokens,
        at: open + 1,
        before: *tokens.get(open)?,
        in_constraints: false,
        cuts: Vec::new(),
    };
    while tidy.step().is_some() {}
    let cuts = tidy.cuts;
    (!cuts.is_empty()).then(|| with(sql, &cuts))
}

/// What stands in place of a part of the statement.
struct Cut {
    start: usize,
    end: usize,
    text: &'static str,
}

fn with(sql: &str, cuts: &[Cut]) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut at = 0;
    for cut in cuts {
        text.push_str(sql.get(at..cut.start).unwrap_or_default());
        text.push(' ');
        text.push_str(cut.text);
        text.push(' ');
        at = cut.end;
    }
    text.push_str(sql.get(at..).unwrap_or_default());
    text
}

/// Going through what stands between the parentheses of the table.
struct Tidy<'t, 's> {
    tokens: &'t [Token<'s>],
    at: usize,
    /// The last token that stays.
    before: Token<'s>,
    /// Whether the columns have come to their end.
    in_constraints: bool,
    cuts: Vec<Cut>,
}

impl<'s> Tidy<'_, 's> {
    /// Takes what comes next; `None` behind the last parenthesis.
    fn step(&mut self) -> Option<()> {
        let token = self.token(0)?;
        if token.depth == 0 {
            return None;
        }
        let is_item = self.before.is_mark(",") || self.before.is_mark("(");
        let is_named =
            token.depth == 1 && token.is("CONSTRAINT") && self.token(1).is_some_and(is_name);
        let (length, text) = if is_named && self.is_useless(2) {
            let ends = self.token(2).is_some_and(|next| !next.is("CONSTRAINT"));
            let is_all = ends && is_item && self.in_constraints;
            (2, if is_all { NOTHING } else { "" })
        } else if token.depth == 1 && !self.in_constraints && is_item && token.is("WITHOUT") {
            (1, "\"WITHOUT\"")
        } else if is_item || token.depth > 1 {
            (0, "")
        } else if self.in_constraints {
            let is_checked = self.before.is_mark(")") && self.is_behind_check();
            let is_conflict = token.is("ON") && self.token(1)?.is("CONFLICT");
            (if is_checked && is_conflict { 3 } else { 0 }, "")
        } else if token.is("REFERENCES") {
            (self.foreign_key(), "")
        } else {
            (self.deferring(0), "")
        };
        if length > 0 {
            let last = self.token(length - 1)?;
            self.cuts.push(Cut {
                start: token.start,
                end: last.end(),
                text,
            });
            self.at += length;
            if !text.is_empty() {
                self.before = last;
            }
            return Some(());
        }
        if token.is_mark(",") && token.depth == 1 {
            let starts = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];
            let next = self.token(1)?;
            self.in_constraints |= starts.iter().any(|word| next.is(word));
        }
        self.before = token;
        self.at += 1;
        Some(())
    }

    fn token(&self, ahead: usize) -> Option<Token<'s>> {
        self.tokens.get(self.at + ahead).copied()
    }

    /// Whether a name with this behind it names nothing.
    fn is_useless(&self, ahead: usize) -> bool {
        self.token(ahead)
            .is_some_and(|next| next.is("CONSTRAINT") || next.is_mark(",") || next.is_mark(")"))
    }

    /// The tokens of a `[NOT] DEFERRABLE [INITIALLY ..]`.
    fn deferring(&self, from: usize) -> usize {
        let is = |ahead: usize, word: &str| self.token(from + ahead).is_some_and(|t| t.is(word));
        let not = usize::from(is(0, "NOT"));
        if !is(not, "DEFERRABLE") {
            return 0;
        }
        let has_time = is(not + 2, "DEFERRED") || is(not + 2, "IMMEDIATE");
        not + 1
            + if is(not + 1, "INITIALLY") && has_time {
                2
            } else {
                0
            }
    }

    /// The tokens of a `REFERENCES ..` of a column, as far as it is one.
    fn foreign_key(&self) -> usize {
        let is = |ahead: usize, word: &str| self.token(ahead).is_some_and(|token| token.is(word));
        if !self.token(1).is_some_and(is_name) {
            return 0;
        }
        let mut length = 2;
        if self.token(length).is_some_and(|token| token.is_mark("(")) {
            let behind = self.tokens.get(self.at + length + 1..).unwrap_or_default();
            let list = behind.iter().position(|token| token.depth == 1);
            length += list.unwrap_or(behind.len()) + 2;
        }
        loop {
            length += if is(length, "MATCH") {
                2
            } else if is(length, "ON") && (is(length + 2, "SET") || is(length + 2, "NO")) {
                4
            } else if is(length, "ON") {
                3
            } else {
                return length + self.deferring(length);
            };
        }
    }

    /// Whether the parenthesis that was closed last is that of a CHECK constraint.
    fn is_behind_check(&self) -> bool {
        let before = self.tokens.get(..self.at).unwrap_or_default();
        let mut outside = before.iter().rev().skip(1).filter(|token| token.depth == 1);
        let open = outside.next();
        open.is_some_and(|open| open.is_mark("(")) && outside.next().is_some_and(|t| t.is("CHECK"))
    }
}

fn is_name(token: Token<'_>) -> bool {
    matches!(token.kind, Kind::Word | Kind::Quoted)
}
