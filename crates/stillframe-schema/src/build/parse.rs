//! A statement as the parser of the tables and indexes takes it.

use std::borrow::Cow;

use turso_parser::ast::{Cmd, Stmt};
use turso_parser::parser::Parser;

use super::tidy::tidied;
use crate::Reason;
use crate::grammar::Token;

/// A statement nested deeper than this is not parsed: the parser calls itself for every parenthesis.
const MOST_PARENTHESES: usize = 250;

/// Parses a statement that is in SQLite's grammar.
pub(super) fn parse(sql: &str, tokens: &[Token<'_>]) -> Result<Stmt, Reason> {
    let deepest = tokens.iter().map(|token| token.depth).max();
    if deepest.is_some_and(|deepest| deepest >= MOST_PARENTHESES) {
        return Err(Reason::Syntax);
    }
    let sql = &*without_vertical_tabs(sql, tokens);
    match parsed(sql) {
        Err(Reason::Syntax) => parsed(&tidied(sql, tokens).ok_or(Reason::Syntax)?),
        other => other,
    }
}

/// The statement with blanks for the vertical tabs between its tokens, which are no spaces to the parser.
fn without_vertical_tabs<'s>(sql: &'s str, tokens: &[Token<'_>]) -> Cow<'s, str> {
    if !sql.contains('\x0b') {
        return sql.into();
    }
    let mut plain = String::with_capacity(sql.len());
    for token in tokens {
        let between = sql.get(plain.len()..token.start).unwrap_or_default();
        plain.push_str(&between.replace('\x0b', " "));
        plain.push_str(token.text);
    }
    let behind = sql.get(plain.len()..).unwrap_or_default();
    plain.push_str(&behind.replace('\x0b', " "));
    plain.into()
}

/// As the parser alone understands it.
pub(super) fn parsed(sql: &str) -> Result<Stmt, Reason> {
    let mut parser = Parser::new(sql.as_bytes());
    match parser.next_cmd() {
        Ok(Some(Cmd::Stmt(statement))) => match parser.next_cmd() {
            Ok(None) => Ok(statement),
            _ => Err(Reason::Syntax),
        },
        _ => Err(Reason::Syntax),
    }
}
