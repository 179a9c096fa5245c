//! CREATE TABLE statements that SQLite takes and the parser does not, in words that both take.
//!
//! SQLite's grammar has what says nothing of a table: names wherever a constraint may stand, any number of them and with
//! nothing behind the last; when a foreign key is looked at, in a column of no foreign key; what a CHECK constraint does on
//! a conflict. All that is left out, and foreign keys of columns with it. A statement that SQLite refuses must not become
//! one that it takes: where something has to stand between what is left, something does.

use super::parse::parsed;
use crate::grammar::{Kind, Token};

/// A table constraint that makes nothing, where one has to stand.
const NOTHING: &str = "FOREIGN KEY(x) REFERENCES x";

/// A constraint of a column that makes nothing. Without the name it might be taken for a default.
const NOTHING_OF_COLUMN: &str = "CONSTRAINT x NULL";

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
        let (length, text) = if token.depth == 1 {
            self.cut(token, is_item)
        } else {
            (0, "")
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

    /// How many tokens are left out, from the one that comes next on, and what stands in their place.
    fn cut(&self, token: Token<'s>, is_item: bool) -> (usize, &'static str) {
        if token.is("CONSTRAINT") && (self.in_constraints || !is_item) {
            let is_all = is_item && !self.is(2, "CONSTRAINT");
            let text = if is_all { NOTHING } else { "" };
            let is_name = self.token(1).is_some_and(is_name);
            return (if is_name && self.is_useless(2) { 2 } else { 0 }, text);
        }
        if is_item {
            let is_column = !self.in_constraints && token.is("WITHOUT");
            return (usize::from(is_column), "\"WITHOUT\"");
        }
        if self.in_constraints {
            let actions = ["ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"];
            let is_conflict = token.is("ON")
                && self.is(1, "CONFLICT")
                && actions.iter().any(|action| self.is(2, action));
            let is_checked = self.before.is_mark(")") && self.is_behind_check();
            return (if is_conflict && is_checked { 3 } else { 0 }, "");
        }
        let length = self.foreign_key(0).max(self.deferring(0));
        // Behind what stands in their place that would be one with it.
        let is_conflict = self.is(length, "ON");
        (if is_conflict { 0 } else { length }, NOTHING_OF_COLUMN)
    }

    fn token(&self, ahead: usize) -> Option<Token<'s>> {
        self.tokens.get(self.at + ahead).copied()
    }

    fn is(&self, ahead: usize, word: &str) -> bool {
        self.token(ahead).is_some_and(|token| token.is(word))
    }

    /// Whether a name with this behind it names nothing, or what is left out.
    fn is_useless(&self, ahead: usize) -> bool {
        let is_end = |next: Token<'_>| next.is_mark(",") || next.is_mark(")");
        self.is(ahead, "CONSTRAINT")
            || self.token(ahead).is_some_and(is_end)
            || !self.in_constraints && (self.foreign_key(ahead) > 0 || self.deferring(ahead) > 0)
    }

    /// The tokens of a `[NOT] DEFERRABLE [INITIALLY ..]`.
    fn deferring(&self, from: usize) -> usize {
        let is = |ahead: usize, word: &str| self.is(from + ahead, word);
        let not = usize::from(is(0, "NOT"));
        if !is(not, "DEFERRABLE") {
            return 0;
        }
        let has_time = is(not + 2, "DEFERRED") || is(not + 2, "IMMEDIATE");
        let initially = is(not + 1, "INITIALLY") && has_time;
        not + 1 + if initially { 2 } else { 0 }
    }

    /// The tokens of a `REFERENCES ..` of a column, as far as it is one.
    fn foreign_key(&self, from: usize) -> usize {
        let is = |ahead: usize, word: &str| self.is(from + ahead, word);
        let is_name = |ahead: usize| self.token(from + ahead).is_some_and(is_name);
        if !is(0, "REFERENCES") || !is_name(1) {
            return 0;
        }
        let mut length = 2 + self.columns(from + 2);
        loop {
            let event = ["DELETE", "UPDATE", "INSERT"];
            let is_on = is(length, "ON") && event.iter().any(|event| is(length + 1, event));
            let is_set = is(length + 3, "NULL") || is(length + 3, "DEFAULT");
            length += if is(length, "MATCH") && is_name(length + 1) {
                2
            } else if is_on && (is(length + 2, "CASCADE") || is(length + 2, "RESTRICT")) {
                3
            } else if is_on && is(length + 2, "SET") && is_set
                || is_on && is(length + 2, "NO") && is(length + 3, "ACTION")
            {
                4
            } else {
                return length;
            };
        }
    }

    /// The tokens of a list of columns in parentheses.
    fn columns(&self, from: usize) -> usize {
        let is_mark = |at: usize, mark| self.token(at).is_some_and(|token| token.is_mark(mark));
        let is_name = |at: usize| self.token(at).is_some_and(is_name);
        if !is_mark(from, "(") {
            return 0;
        }
        let mut at = from + 1;
        while is_name(at) {
            at += 1;
            if self.is(at, "COLLATE") && is_name(at + 1) {
                at += 2;
            }
            at += usize::from(self.is(at, "ASC") || self.is(at, "DESC"));
            if is_mark(at, ")") {
                return at + 1 - from;
            }
            if !is_mark(at, ",") {
                return 0;
            }
            at += 1;
        }
        0
    }

    /// Whether the parenthesis that was closed last is that of a CHECK constraint.
    fn is_behind_check(&self) -> bool {
        let before = self.tokens.get(..self.at).unwrap_or_default();
        let mut outside = before.iter().rev().skip(1).filter(|token| token.depth == 1);
        let open = outside.next();
        open.is_some_and(|open| open.is_mark("(")) && outside.next().is_some_and(|t| t.is("CHECK"))
    }
}

/// Whether a token can be a name. Of the words of the language some can, and the parser knows which.
fn is_name(token: Token<'_>) -> bool {
    match token.kind {
        Kind::Quoted | Kind::Text => true,
        Kind::Word | Kind::Joining | Kind::Reserved => {
            parsed(&format!("CREATE TABLE x(y CONSTRAINT {} NULL)", token.text)).is_ok()
        }
        _ => false,
    }
}
