//! SQLite's grammar (`parse.y`), of the statements that a schema can hold: whether SQLite takes a statement, and what it
//! says where it does not. Nothing is made of a statement here but its head.
//!
//! SQLite parses every row of `sqlite_schema` before anything else, the bodies of views and triggers included, and what
//! it meets first it says. So errors come in the order of the text, with what it finds wrong on the way there, long before
//! it looks for the tables and columns that are named.

mod body;
mod expression;
mod head;
mod join;
mod made;
mod select;
mod set;
mod table;
mod term;
mod tokens;
mod window;
mod words;

pub(crate) use head::{Named, Time, What};
pub(crate) use made::Body;
use made::Made;
pub(crate) use tokens::{Kind, Token, tokens};

use crate::Reason;

/// What is nested deeper than this is not followed: each level is a call. SQLite follows it until its parser has begun
/// 2500 things (`SQLITE_MAX_PARSER_DEPTH`), which are 2485 parentheses, or 496 queries in one another.
const DEEPEST: usize = 400;

/// Going through the tokens of a statement.
pub(crate) struct Parser<'t, 's> {
    tokens: &'t [Token<'s>],
    at: usize,
    depth: usize,
    /// What was found wrong, and which token came next then.
    wrong: Option<(usize, Reason)>,
    /// Whether expressions are those of a table or an index.
    is_own: bool,
    /// The table so far.
    table: Made,
    /// Parameters that were met.
    has_parameters: bool,
    /// The first database other than this one that a table is said to be in.
    other_database: Option<String>,
}

type Parsed<T = ()> = Result<T, Reason>;

impl<'t, 's> Parser<'t, 's> {
    pub(crate) const fn new(tokens: &'t [Token<'s>]) -> Self {
        Self {
            tokens,
            at: 0,
            depth: 0,
            wrong: None,
            is_own: false,
            table: Made::new(),
            has_parameters: false,
            other_database: None,
        }
    }

    /// Notes what SQLite finds wrong as soon as it knows which token comes next: what is wrong with that token it says
    /// instead, and of several things the last.
    fn wrong(&mut self, reason: impl Into<Reason>) {
        if self.wrong.as_ref().is_none_or(|(at, _)| *at == self.at) {
            self.wrong = Some((self.at, reason.into()));
        }
    }

    /// What was made of the statement up to here, but for what was found wrong before the token that comes next.
    fn settled<T>(&mut self, parsed: Parsed<T>) -> Parsed<T> {
        match self.wrong.take() {
            Some((at, reason)) if at < self.at => Err(reason),
            wrong => {
                self.wrong = wrong;
                parsed
            }
        }
    }

    /// What was found wrong, if nothing else was at the token that comes next.
    pub(crate) fn rest(&mut self) -> Parsed {
        self.wrong.take().map_or(Ok(()), |(_, reason)| Err(reason))
    }

    /// What SQLite says of a token that cannot be there.
    fn unexpected<T>(&self) -> Parsed<T> {
        Err(match self.peek() {
            None => Reason::Incomplete,
            Some(token) if token.kind == Kind::Illegal => Reason::Token(token.text.to_owned()),
            Some(token) => Reason::Near(token.text.to_owned()),
        })
    }

    fn peek(&self) -> Option<Token<'s>> {
        self.tokens.get(self.at).copied()
    }

    fn ahead(&self, count: usize) -> Option<Token<'s>> {
        self.tokens.get(self.at + count).copied()
    }

    fn is(&self, word: &str) -> bool {
        self.peek().is_some_and(|token| token.is(word))
    }

    fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    fn is_mark(&self, mark: &str) -> bool {
        self.peek().is_some_and(|token| token.is_mark(mark))
    }

    fn is_kind(&self, kind: Kind) -> bool {
        self.peek().is_some_and(|token| token.kind == kind)
    }

    /// Takes a word, if it comes next.
    fn take(&mut self, word: &str) -> bool {
        let is_next = self.is(word);
        self.at += usize::from(is_next);
        is_next
    }

    fn take_any(&mut self, words: &[&str]) -> bool {
        let is_next = self.is_any(words);
        self.at += usize::from(is_next);
        is_next
    }

    fn take_mark(&mut self, mark: &str) -> bool {
        let is_next = self.is_mark(mark);
        self.at += usize::from(is_next);
        is_next
    }

    /// Takes a word that has to come next.
    fn word(&mut self, word: &str) -> Parsed {
        if self.take(word) {
            Ok(())
        } else {
            self.unexpected()
        }
    }

    fn one_of(&mut self, words: &[&str]) -> Parsed {
        if self.take_any(words) {
            Ok(())
        } else {
            self.unexpected()
        }
    }

    fn mark(&mut self, mark: &str) -> Parsed {
        if self.take_mark(mark) {
            Ok(())
        } else {
            self.unexpected()
        }
    }

    /// A token that has to be of a kind.
    fn that(&mut self, is_right: impl FnOnce(&Token<'s>) -> bool) -> Parsed<Token<'s>> {
        match self.peek() {
            Some(token) if is_right(&token) => {
                self.at += 1;
                Ok(token)
            }
            _ => self.unexpected(),
        }
    }

    /// A name of anything (`nm`).
    fn name(&mut self) -> Parsed<Token<'s>> {
        self.that(Token::is_name)
    }

    /// A name of a type, a collation or an alias (`ID|STRING`).
    fn plain_name(&mut self) -> Parsed<Token<'s>> {
        self.that(|token| token.is_identifier() || token.kind == Kind::Text)
    }

    /// One thing, and others behind commas.
    fn list(&mut self, mut one: impl FnMut(&mut Self) -> Parsed) -> Parsed<usize> {
        let mut count = 0;
        loop {
            one(self)?;
            count += 1;
            if !self.take_mark(",") {
                return Ok(count);
            }
        }
    }

    /// Names behind commas, in parentheses (`LP idlist RP`).
    fn names(&mut self) -> Parsed<usize> {
        self.mark("(")?;
        let count = self.list(|parser| parser.name().map(drop))?;
        self.mark(")")?;
        Ok(count)
    }

    /// Does something one level deeper.
    fn deeper<T>(&mut self, inside: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= DEEPEST {
            return Err(Reason::Syntax);
        }
        self.depth += 1;
        let result = inside(self);
        self.depth -= 1;
        result
    }

    /// The end of the statement comes next: nothing, or a semicolon.
    fn before_end(&self) -> Parsed {
        match self.peek() {
            None => Ok(()),
            Some(_) if self.is_mark(";") => Ok(()),
            Some(_) => self.unexpected(),
        }
    }

    /// The end of the statement: nothing, or a semicolon, which is taken.
    pub(crate) fn end(&mut self) -> Parsed {
        self.before_end()?;
        let _ = self.take_mark(";");
        Ok(())
    }
}
