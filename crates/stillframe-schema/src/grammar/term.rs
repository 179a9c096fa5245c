//! Terms of expressions: what stands between operators.

use super::expression::{Expression, NOT, SIGN};
use super::{Kind, Parsed, Parser, Token};
use crate::{Reason, refused};

/// `SQLITE_MAX_VARIABLE_NUMBER`.
const MOST_PARAMETERS: u64 = 32_766;

impl Parser<'_, '_> {
    /// A term, with the operators before it.
    pub(super) fn term(&mut self) -> Parsed<Expression> {
        if self.take("NOT") {
            return self
                .deeper(|parser| parser.operators(NOT + 1, true))?
                .over(Expression::LEAF);
        }
        if self.take_mark("-") || self.take_mark("+") || self.take_mark("~") {
            return self
                .deeper(|parser| parser.operators(SIGN, true))?
                .over(Expression::LEAF);
        }
        if self.take_mark("(") {
            return self.deeper(Self::parenthesized);
        }
        let Some(token) = self.peek() else {
            return self.unexpected();
        };
        match token.kind {
            Kind::Integer | Kind::Real | Kind::Blob => self.at += 1,
            Kind::Separated => {
                self.at += 1;
                if !is_separated(&token) {
                    self.wrong(Reason::Token(token.text.to_owned()));
                }
            }
            Kind::Parameter => {
                self.at += 1;
                self.parameter(&token);
            }
            Kind::Text if !self.is_qualified() => self.at += 1,
            Kind::Word | Kind::Joining | Kind::Quoted | Kind::Text => return self.named(&token),
            Kind::Reserved if token.is("NULL") => self.at += 1,
            Kind::Reserved if token.is("CASE") => return self.deeper(Self::case),
            Kind::Reserved if token.is("EXISTS") => {
                self.at += 1;
                return self.measured(Self::subquery);
            }
            _ => return self.unexpected(),
        }
        Ok(Expression::LEAF)
    }

    /// What begins with a name.
    fn named(&mut self, token: &Token<'_>) -> Parsed<Expression> {
        self.at += 1;
        let times = ["CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"];
        if times.iter().any(|time| token.is(time)) {
            return Ok(Expression::CALL);
        }
        if token.is("CAST") {
            self.mark("(")?;
            let value = self.expression()?;
            self.word("AS")?;
            self.type_name()?;
            self.mark(")")?;
            return value.over(Expression::LEAF);
        }
        if token.is("RAISE") {
            return self.raise();
        }
        if token.kind != Kind::Text && self.is_mark("(") {
            return self.deeper(|parser| parser.call(&token.name()));
        }
        for _ in 0..2 {
            if self.take_mark(".") {
                self.name()?;
            }
        }
        Ok(Expression::LEAF)
    }

    /// Whether a point stands behind what comes next.
    fn is_qualified(&self) -> bool {
        self.ahead(1).is_some_and(|next| next.is_mark("."))
    }

    fn raise(&mut self) -> Parsed<Expression> {
        self.mark("(")?;
        if !self.take("IGNORE") {
            self.one_of(&["ROLLBACK", "ABORT", "FAIL"])?;
            self.mark(",")?;
            self.expression()?;
        }
        self.mark(")")?;
        Ok(Expression::LEAF)
    }

    /// Behind a parenthesis that was opened: a query, an expression, or several, which are one row.
    fn parenthesized(&mut self) -> Parsed<Expression> {
        if self.is_select() {
            let query = self.measured(Self::select)?;
            self.mark(")")?;
            return Ok(Expression {
                values: None,
                ..query
            });
        }
        let first = self.expression()?;
        let mut all = first;
        let mut count = 1;
        while self.take_mark(",") {
            let next = self.expression()?;
            all.height = all.height.max(next.height);
            all.calls |= next.calls;
            count += 1;
        }
        self.mark(")")?;
        if count == 1 {
            return Ok(first);
        }
        Ok(Expression {
            values: Some(count),
            height: all.height + 1,
            calls: all.calls,
        })
    }

    pub(super) fn subquery(&mut self) -> Parsed {
        self.mark("(")?;
        self.select()?;
        self.mark(")")
    }

    fn case(&mut self) -> Parsed<Expression> {
        self.word("CASE")?;
        let mut all = Expression::LEAF;
        if !self.is("WHEN") {
            all = self.expression()?;
        }
        self.word("WHEN")?;
        loop {
            let when = self.expression()?;
            self.word("THEN")?;
            let then = self.expression()?;
            all.height = all.height.max(when.height).max(then.height);
            all.calls |= when.calls || then.calls;
            if !self.take("WHEN") {
                break;
            }
        }
        if self.take("ELSE") {
            let other = self.expression()?;
            all.height = all.height.max(other.height);
            all.calls |= other.calls;
        }
        self.word("END")?;
        Expression {
            values: Some(1),
            ..all
        }
        .over(Expression::LEAF)
    }

    /// The parameter that this token is.
    fn parameter(&mut self, token: &Token<'_>) {
        let text = token.text;
        let number = text.get(1..).unwrap_or_default();
        self.has_parameters = true;
        if text.starts_with('#') && number.starts_with(|first: char| first.is_ascii_digit()) {
            self.wrong(Reason::Near(text.to_owned()));
        }
        let is_number = text.starts_with('?') && !number.is_empty();
        if is_number
            && !number
                .parse()
                .is_ok_and(|number| (1..=MOST_PARAMETERS).contains(&number))
        {
            self.wrong(refused::Query::ParameterNumber);
        }
    }
}

/// Whether each `_` in a number stands between two digits.
fn is_separated(token: &Token<'_>) -> bool {
    let bytes = token.text.as_bytes();
    let is_hexadecimal = matches!(bytes, [b'0', b'x' | b'X', ..]);
    let is_digit = |byte: Option<&u8>| match is_hexadecimal {
        true => byte.is_some_and(u8::is_ascii_hexdigit),
        false => byte.is_some_and(u8::is_ascii_digit),
    };
    let mut places = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'_');
    places.all(|(at, _)| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        is_digit(before) && is_digit(bytes.get(at + 1))
    })
}
