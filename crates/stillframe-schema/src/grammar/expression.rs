//! Expressions. How strongly operators bind matters in few places only: for the AND of a BETWEEN, for ESCAPE, and for how
//! many values a term is.

use super::{Kind, MOST_TERMS, Parsed, Parser, Token};
use crate::{Reason, refused};

/// How strongly operators bind, the weakest first.
const OR: u8 = 1;
const AND: u8 = 2;
pub(super) const NOT: u8 = 3;
const EQUAL: u8 = 4;
const LESS: u8 = 5;
const BIT: u8 = 7;
const SUM: u8 = 8;
const PRODUCT: u8 = 9;
const CONCATENATION: u8 = 10;
const COLLATE: u8 = 11;
pub(super) const SIGN: u8 = 12;

/// What an expression is, as far as SQLite asks for it while it parses.
#[derive(Clone, Copy)]
pub(super) struct Expression {
    /// How many values it is; `None` for a query, of which that is not asked.
    pub values: Option<usize>,
    /// How deep its terms lie in one another, at most.
    pub height: usize,
    /// Whether a function is called in it.
    pub calls: bool,
}

impl Expression {
    pub(super) const LEAF: Self = Self {
        values: Some(1),
        height: 1,
        calls: false,
    };

    pub(super) const CALL: Self = Self {
        calls: true,
        ..Self::LEAF
    };

    const fn of_height(height: usize) -> Self {
        Self {
            height,
            ..Self::LEAF
        }
    }

    /// One over the others.
    pub(super) fn over(self, other: Self) -> Parsed<Self> {
        let height = self.height.max(other.height) + 1;
        if height > MOST_TERMS {
            return Err(Reason::Syntax);
        }
        Ok(Self {
            calls: self.calls || other.calls,
            ..Self::of_height(height)
        })
    }
}

/// An operator, or what else stands behind a term.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Infix,
    /// `->` and `->>`, which are calls.
    Arrow,
    /// NOT, and nothing that can stand behind it.
    Not,
    Is,
    Like,
    Between,
    In,
    Collate,
    /// ISNULL, NOTNULL.
    Null,
    /// NOT NULL
    NotNull,
}

impl Parser<'_, '_> {
    /// An expression (`expr`).
    pub(super) fn expression(&mut self) -> Parsed<Expression> {
        let expression = self.deeper(|parser| parser.operators(OR, true))?;
        self.highest = self.highest.max(expression.height);
        Ok(expression)
    }

    /// A term that is made of the expressions in it.
    pub(super) fn measured(
        &mut self,
        inside: impl FnOnce(&mut Self) -> Parsed,
    ) -> Parsed<Expression> {
        let outside = std::mem::take(&mut self.highest);
        self.deeper(inside)?;
        let highest = std::mem::replace(&mut self.highest, outside);
        Expression::of_height(highest).over(Expression::LEAF)
    }

    /// Expressions behind commas, or none (`exprlist`), up to the word or mark with which the grammar goes on.
    pub(super) fn expressions(&mut self) -> Parsed<usize> {
        if self.is_mark(")") || self.is("ORDER") {
            return Ok(0);
        }
        self.list(|parser| parser.expression().map(drop))
    }

    /// An expression whose operators bind as strongly as `least` at least. The AND of a BETWEEN is none of what stands
    /// before it.
    pub(super) fn operators(&mut self, least: u8, takes_and: bool) -> Parsed<Expression> {
        let mut left = self.term()?;
        while let Some((operator, strength)) = self.operator() {
            if strength < least || !takes_and && strength == AND {
                break;
            }
            let right = self.behind(&left, operator, strength)?;
            left = left.over(right)?;
        }
        Ok(left)
    }

    fn operand(&mut self, strength: u8) -> Parsed<Expression> {
        self.deeper(|parser| parser.operators(strength + 1, true))
    }

    /// The operator that comes next, and how strongly it binds.
    fn operator(&self) -> Option<(Operator, u8)> {
        let token = self.peek()?;
        if token.kind == Kind::Mark {
            let strength = match token.text {
                "=" | "==" | "<>" | "!=" => EQUAL,
                "<" | "<=" | ">" | ">=" => LESS,
                "&" | "|" | "<<" | ">>" => BIT,
                "+" | "-" => SUM,
                "*" | "/" | "%" => PRODUCT,
                "||" => CONCATENATION,
                "->" | "->>" => return Some((Operator::Arrow, CONCATENATION)),
                _ => return None,
            };
            return Some((Operator::Infix, strength));
        }
        if token.is("NOT") {
            let next = self.ahead(1);
            let operator = match next.and_then(|next| match_word(&next)) {
                Some(operator @ (Operator::Like | Operator::Between | Operator::In)) => operator,
                _ if next.is_some_and(|next| next.is("NULL")) => Operator::NotNull,
                _ => Operator::Not,
            };
            return Some((operator, NOT));
        }
        let operator = match_word(&token)?;
        let strength = match operator {
            Operator::Infix if token.is("OR") => OR,
            Operator::Infix => AND,
            Operator::Collate => COLLATE,
            _ => EQUAL,
        };
        Some((operator, strength))
    }

    /// What stands behind a term, from the operator on.
    fn behind(
        &mut self,
        left: &Expression,
        operator: Operator,
        strength: u8,
    ) -> Parsed<Expression> {
        let _ = self.take("NOT");
        self.at += usize::from(operator != Operator::Not);
        match operator {
            Operator::Not => self.unexpected(),
            Operator::Arrow => self.operand(strength)?.over(Expression::CALL),
            Operator::Infix => self.operand(strength),
            Operator::Null | Operator::NotNull => Ok(Expression::LEAF),
            Operator::Collate => {
                self.plain_name()?;
                Ok(Expression::LEAF)
            }
            Operator::Is => {
                let _ = self.take("NOT");
                if self.take("DISTINCT") {
                    self.word("FROM")?;
                }
                self.operand(EQUAL)
            }
            Operator::Like => {
                let pattern = self.operand(EQUAL)?;
                let escape = if self.take("ESCAPE") {
                    self.operand(EQUAL)?
                } else {
                    Expression::LEAF
                };
                pattern.over(escape)?.over(Expression::CALL)
            }
            Operator::Between => {
                let low = self.deeper(|parser| parser.operators(OR, false))?;
                self.word("AND")?;
                let high = self.operand(EQUAL)?;
                low.over(high)
            }
            Operator::In => {
                let values = left.values.filter(|values| *values > 1);
                let is_unclear = left.calls && self.is_own;
                self.measured(|parser| parser.set(values, is_unclear))
            }
        }
    }

    /// What stands behind IN. If there are several values before it, as many have to be in each element of a list. Where
    /// it `is_unclear`, a list may not be empty: the parser of tables leaves out what stands before it, and SQLite does not.
    fn set(&mut self, values: Option<usize>, is_unclear: bool) -> Parsed {
        if !self.take_mark("(") {
            self.source_name()?;
            if self.take_mark("(") {
                self.expressions()?;
                self.mark(")")?;
            }
            return Ok(());
        }
        if self.is_select() {
            self.select()?;
            return self.mark(")");
        }
        let (mut count, mut wrong, mut is_query) = (0, None, false);
        if !self.is_mark(")") {
            self.list(|parser| {
                let element = parser.expression()?;
                count += 1;
                is_query = element.values.is_none();
                let of = element.values.unwrap_or(1);
                wrong = wrong.or(Some(of).filter(|of| Some(*of) != values));
                Ok(())
            })?;
        }
        self.mark(")")?;
        if count == 0 && is_unclear {
            return Err(Reason::Syntax);
        }
        let is_one_query = count == 1 && is_query;
        let terms = wrong.filter(|_| !is_one_query);
        if let Some((expected, terms)) = values.zip(terms) {
            self.wrong(refused::Query::Element { terms, expected });
        }
        Ok(())
    }
}

/// The operator that a word is, wherever it is not behind NOT.
fn match_word(token: &Token<'_>) -> Option<Operator> {
    let operators: [(&str, Operator); 12] = [
        ("AND", Operator::Infix),
        ("OR", Operator::Infix),
        ("IS", Operator::Is),
        ("LIKE", Operator::Like),
        ("GLOB", Operator::Like),
        ("REGEXP", Operator::Like),
        ("MATCH", Operator::Like),
        ("BETWEEN", Operator::Between),
        ("IN", Operator::In),
        ("COLLATE", Operator::Collate),
        ("ISNULL", Operator::Null),
        ("NOTNULL", Operator::Null),
    ];
    let mut operators = operators.into_iter();
    operators.find_map(|(word, operator)| token.is(word).then_some(operator))
}
