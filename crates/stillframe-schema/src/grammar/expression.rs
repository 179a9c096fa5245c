//! Expressions. How strongly operators bind matters in few places only: for the AND of a BETWEEN, for ESCAPE, and for how
//! many values a term is.

use super::set::Set;
use super::{Kind, Parsed, Parser, Token};
use crate::refused;

/// Terms of an expression that are in one another, at most (`SQLITE_MAX_EXPR_DEPTH`).
const MOST_TERMS: usize = 1000;

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
    /// How deep its terms lie in one another, at most (`Expr.nHeight`); 0 for none.
    pub height: usize,
    /// Whether a function is called in it.
    pub calls: bool,
    /// Whether it is the same for each row. Of calls that is not known.
    pub is_constant: bool,
    /// What it is itself.
    pub node: Node,
}

/// What an expression is itself, where SQLite makes something simpler of what it stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Node {
    Other,
    Null,
    /// A number, a text or a blob.
    Value,
    /// The number 0.
    Zero,
    /// What is never true: IN and an empty list.
    Never,
    Collated,
    /// `+` or `-` before something, that may be a value.
    Sign {
        is_plus: bool,
        is_of_value: bool,
    },
    /// Several values, of which the highest is so high.
    Row(usize),
}

impl Expression {
    /// No expression at all.
    pub(super) const NONE: Self = Self {
        values: Some(1),
        height: 0,
        calls: false,
        is_constant: true,
        node: Node::Other,
    };

    /// What a call is, beside its arguments.
    pub(super) const CALL: Self = Self {
        calls: true,
        is_constant: false,
        ..Self::NONE
    };

    /// A query whose expressions are so high.
    pub(super) const fn of_query(height: usize) -> Self {
        Self {
            height,
            is_constant: false,
            ..Self::NONE
        }
    }

    /// A term that has no other in it.
    pub(super) const fn leaf(node: Node) -> Self {
        Self {
            height: 1,
            node,
            ..Self::NONE
        }
    }

    /// Both in one list.
    pub(super) fn beside(self, other: Self) -> Self {
        Self {
            height: self.height.max(other.height),
            calls: self.calls || other.calls,
            is_constant: self.is_constant && other.is_constant,
            ..Self::NONE
        }
    }

    /// One term over both.
    pub(super) fn over(self, other: Self) -> Self {
        let both = self.beside(other);
        Self {
            height: both.height + 1,
            ..both
        }
    }

    pub(super) const fn is_value(&self) -> bool {
        let is_of_value = matches!(
            self.node,
            Node::Sign {
                is_of_value: true,
                ..
            }
        );
        is_of_value || matches!(self.node, Node::Value | Node::Zero)
    }

    const fn is_false(&self) -> bool {
        matches!(self.node, Node::Zero | Node::Never)
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
        self.deeper(|parser| parser.operators(OR, true))
    }

    /// A term over both, which is not too high (`sqlite3ExprCheckHeight` in `expr.c`).
    pub(super) fn over(&mut self, left: Expression, right: Expression) -> Expression {
        let over = left.over(right);
        if over.height > MOST_TERMS {
            self.wrong(refused::Query::Depth);
        }
        over
    }

    /// Expressions behind commas, or none (`exprlist`), up to the word or mark with which the grammar goes on: how many,
    /// and what they are together.
    pub(super) fn expressions(&mut self) -> Parsed<(usize, Expression)> {
        let mut all = Expression::NONE;
        if self.is_mark(")") || self.is("ORDER") {
            return Ok((0, all));
        }
        let count = self.list(|parser| {
            all = all.beside(parser.expression()?);
            Ok(())
        })?;
        Ok((count, all))
    }

    /// An expression whose operators bind as strongly as `least` at least. The AND of a BETWEEN is none of what stands
    /// before it.
    pub(super) fn operators(&mut self, least: u8, takes_and: bool) -> Parsed<Expression> {
        let mut left = self.term()?;
        while let Some((operator, strength)) = self.operator() {
            if strength < least || !takes_and && strength == AND {
                break;
            }
            left = self.behind(left, operator, strength)?;
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

    /// A term with what stands behind it, from the operator on.
    fn behind(&mut self, left: Expression, operator: Operator, strength: u8) -> Parsed<Expression> {
        let is_not = self.take("NOT");
        let is_null = self.is("ISNULL");
        self.at += usize::from(operator != Operator::Not);
        let found = match operator {
            Operator::Not => return self.unexpected(),
            Operator::Null | Operator::NotNull => return Ok(self.null_test(left, is_null)),
            Operator::Is => return self.is_operator(left),
            Operator::Arrow => {
                let right = self.operand(strength)?;
                return Ok(self.over(left.beside(right), Expression::CALL));
            }
            Operator::Infix => {
                let right = self.operand(strength)?;
                return Ok(self.joined(left, right, strength == AND));
            }
            Operator::Collate => {
                self.plain_name()?;
                return Ok(Expression {
                    calls: false,
                    node: Node::Collated,
                    ..self.over(left, Expression::NONE)
                });
            }
            Operator::Like => {
                let mut all = left.beside(self.operand(EQUAL)?);
                if self.take("ESCAPE") {
                    all = all.beside(self.operand(EQUAL)?);
                }
                self.over(all, Expression::CALL)
            }
            Operator::Between => {
                let low = self.deeper(|parser| parser.operators(OR, false))?;
                self.word("AND")?;
                let high = self.operand(EQUAL)?;
                self.over(left, low.beside(high))
            }
            Operator::In => match self.deeper(|parser| parser.set(&left, is_not))? {
                Set::Empty(all) => return Ok(all),
                Set::Of(all) => all,
            },
        };
        if is_not {
            return Ok(self.over(found, Expression::NONE));
        }
        Ok(found)
    }

    /// Two terms with an operator between. Nothing is left of AND where one is known to be false (`sqlite3ExprAnd`).
    fn joined(&mut self, left: Expression, right: Expression, is_and: bool) -> Expression {
        let is_false = left.is_false() || right.is_false();
        if is_and && is_false && !left.calls && !right.calls {
            return Expression::leaf(Node::Zero);
        }
        self.over(left, right)
    }

    /// Behind IS.
    fn is_operator(&mut self, left: Expression) -> Parsed<Expression> {
        let is_not = self.take("NOT");
        let is_distinct = self.take("DISTINCT");
        if is_distinct {
            self.word("FROM")?;
        }
        let right = self.operand(EQUAL)?;
        if right.node == Node::Null {
            return Ok(self.null_test(left, is_not == is_distinct));
        }
        Ok(self.over(left, right))
    }

    /// Whether a term is NULL, or is not. Of a value that is known (`sqlite3PExprIsNull`).
    fn null_test(&mut self, left: Expression, is_null: bool) -> Expression {
        if left.is_value() {
            return Expression::leaf(if is_null { Node::Zero } else { Node::Value });
        }
        self.over(left, Expression::NONE)
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
