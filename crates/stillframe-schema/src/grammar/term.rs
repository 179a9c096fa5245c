//! Terms of expressions: what stands between operators.

use super::expression::{Expression, NOT, Node, SIGN};
use super::{Kind, Parsed, Parser, Token};
use crate::{Reason, refused};

/// `SQLITE_MAX_VARIABLE_NUMBER`.
const MOST_PARAMETERS: u64 = 32_766;

impl Parser<'_, '_> {
    /// A term, with the operators before it.
    pub(super) fn term(&mut self) -> Parsed<Expression> {
        if self.take("NOT") {
            let term = self.deeper(|parser| parser.operators(NOT + 1, true))?;
            return Ok(self.over(term, Expression::NONE));
        }
        let is_plus = self.is_mark("+");
        if self.take_mark("-") || self.take_mark("+") {
            let term = self.deeper(|parser| parser.operators(SIGN, true))?;
            return Ok(self.signed_term(term, is_plus));
        }
        if self.take_mark("~") {
            let term = self.deeper(|parser| parser.operators(SIGN, true))?;
            return Ok(self.over(term, Expression::NONE));
        }
        if self.take_mark("(") {
            return self.deeper(Self::parenthesized);
        }
        let Some(token) = self.peek() else {
            return self.unexpected();
        };
        let node = match token.kind {
            Kind::Integer if is_zero(token.text) => Node::Zero,
            Kind::Integer | Kind::Real | Kind::Blob | Kind::Separated => Node::Value,
            Kind::Text if !self.is_qualified() => Node::Value,
            Kind::Word | Kind::Joining | Kind::Quoted | Kind::Text => return self.named(&token),
            Kind::Parameter => Node::Other,
            Kind::Reserved if token.is("NULL") => Node::Null,
            Kind::Reserved if token.is("CASE") => return self.deeper(Self::case),
            Kind::Reserved if token.is("EXISTS") => {
                self.at += 1;
                let query = Expression::of_query(self.deeper(Self::subquery)?);
                return Ok(self.over(query, Expression::NONE));
            }
            _ => return self.unexpected(),
        };
        self.at += 1;
        if token.kind == Kind::Parameter {
            self.parameter(&token);
        } else if token.kind == Kind::Separated && !is_separated(&token) {
            self.wrong(Reason::Token(token.text.to_owned()));
        }
        Ok(Expression::leaf(node))
    }

    /// `+` or `-` before a term: of two, of which the second is `+`, the first is left.
    fn signed_term(&mut self, term: Expression, is_plus: bool) -> Expression {
        let is_signed = matches!(term.node, Node::Sign { is_plus: true, .. });
        let over = match is_signed {
            true => term,
            false => self.over(term, Expression::NONE),
        };
        Expression {
            node: Node::Sign {
                is_plus,
                is_of_value: term.is_value(),
            },
            ..over
        }
    }

    /// What begins with a name.
    fn named(&mut self, token: &Token<'_>) -> Parsed<Expression> {
        self.at += 1;
        let times = ["CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"];
        if times.iter().any(|time| token.is(time)) {
            return Ok(self.over(Expression::NONE, Expression::CALL));
        }
        if token.is("CAST") {
            self.mark("(")?;
            let value = self.expression()?;
            self.word("AS")?;
            self.type_name()?;
            self.mark(")")?;
            // How high that is SQLite does not look at here.
            return Ok(value.over(Expression::NONE));
        }
        if token.is("RAISE") {
            return self.raise();
        }
        if token.kind != Kind::Text && self.is_mark("(") {
            return self.deeper(|parser| parser.call(&token.name()));
        }
        let mut height = 1;
        for _ in 0..2 {
            if self.take_mark(".") {
                self.name()?;
                height += 1;
            }
        }
        let is_truth = token.kind == Kind::Word && (token.is("TRUE") || token.is("FALSE"));
        Ok(Expression {
            height,
            is_constant: is_truth && height == 1,
            ..Expression::NONE
        })
    }

    /// Whether a point stands behind what comes next.
    fn is_qualified(&self) -> bool {
        self.ahead(1).is_some_and(|next| next.is_mark("."))
    }

    fn raise(&mut self) -> Parsed<Expression> {
        let mut message = Expression::NONE;
        self.mark("(")?;
        if !self.take("IGNORE") {
            self.one_of(&["ROLLBACK", "ABORT", "FAIL"])?;
            self.mark(",")?;
            message = self.expression()?;
        }
        self.mark(")")?;
        Ok(Expression {
            is_constant: false,
            ..self.over(message, Expression::NONE)
        })
    }

    /// Behind a parenthesis that was opened: a query, an expression, or several, which are one row.
    fn parenthesized(&mut self) -> Parsed<Expression> {
        if self.is_select() {
            let query = Expression::of_query(self.select()?);
            self.mark(")")?;
            return Ok(Expression {
                values: None,
                ..self.over(query, Expression::NONE)
            });
        }
        let first = self.expression()?;
        let mut all = first;
        let mut count = 1;
        while self.take_mark(",") {
            all = all.beside(self.expression()?);
            count += 1;
        }
        self.mark(")")?;
        if count == 1 {
            return Ok(first);
        }
        // A row has no height of its own.
        Ok(Expression {
            values: Some(count),
            height: 1,
            node: Node::Row(all.height),
            ..all
        })
    }

    /// A query in parentheses: how high its expressions are.
    pub(super) fn subquery(&mut self) -> Parsed<usize> {
        self.mark("(")?;
        let height = self.select()?;
        self.mark(")")?;
        Ok(height)
    }

    fn case(&mut self) -> Parsed<Expression> {
        self.word("CASE")?;
        let mut all = Expression::NONE;
        if !self.is("WHEN") {
            all = all.beside(self.expression()?);
        }
        self.word("WHEN")?;
        loop {
            all = all.beside(self.expression()?);
            self.word("THEN")?;
            all = all.beside(self.expression()?);
            if !self.take("WHEN") {
                break;
            }
        }
        if self.take("ELSE") {
            all = all.beside(self.expression()?);
        }
        self.word("END")?;
        Ok(self.over(all, Expression::NONE))
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

/// Whether a whole number is 0.
fn is_zero(text: &str) -> bool {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    digits.unwrap_or(text).bytes().all(|digit| digit == b'0')
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
