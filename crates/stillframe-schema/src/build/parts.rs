//! What an expression is made of, as far as SQLite keeps it once it has parsed it.

use turso_parser::ast::{Expr, Literal, Operator, UnaryOperator};

use crate::Table;

/// An expression without parentheses around it.
pub(super) fn bare(expression: &Expr) -> &Expr {
    let mut bare = expression;
    while let Expr::Parenthesized(inside) = bare {
        match inside.as_slice() {
            [one] => bare = one,
            _ => break,
        }
    }
    bare
}

/// Whether SQLite makes a query of a list behind IN: of one that is nothing but a query, and of rows.
pub(super) fn is_query(left: &Expr, list: &[Box<Expr>]) -> bool {
    let is_one_query = matches!(list, [one] if values(one).is_none());
    is_one_query || !list.is_empty() && values(left).is_some_and(|values| values > 1)
}

/// How many values an expression is; `None` for a query.
pub(super) fn values(expression: &Expr) -> Option<usize> {
    match bare(expression) {
        Expr::Parenthesized(several) => Some(several.len()),
        Expr::Subquery(_) => None,
        _ => Some(1),
    }
}

/// Whether SQLite leaves out the parts of an expression while it parses, as they decide nothing: what is looked for in an
/// empty list, and what stands beside a 0 with AND between, unless a function is called.
pub(super) fn is_left_out(expression: &Expr) -> bool {
    match expression {
        Expr::InList { lhs, rhs, .. } => rhs.is_empty() && !calls(lhs),
        Expr::Binary(left, Operator::And, right) => {
            (is_false(left) || is_false(right)) && !calls(left) && !calls(right)
        }
        _ => false,
    }
}

/// Whether an expression is a 0 to SQLite while it parses.
fn is_false(expression: &Expr) -> bool {
    match bare(expression) {
        Expr::Literal(Literal::Numeric(text)) => text.bytes().all(|byte| byte == b'0'),
        and @ Expr::Binary(_, Operator::And, _) => is_left_out(and),
        Expr::InList { lhs, rhs, not } => rhs.is_empty() && !not && !calls(lhs),
        _ => false,
    }
}

/// Whether a function is called in an expression.
fn calls(expression: &Expr) -> bool {
    let mut left = vec![expression];
    while let Some(expression) = left.pop() {
        let is_call = match expression {
            Expr::FunctionCall { .. } | Expr::FunctionCallStar { .. } | Expr::Like { .. } => true,
            Expr::Binary(_, operator, _) => {
                matches!(operator, Operator::ArrowRight | Operator::ArrowRightShift)
            }
            Expr::Literal(literal) => matches!(
                literal,
                Literal::CurrentDate | Literal::CurrentTime | Literal::CurrentTimestamp
            ),
            // What is called in a query counts, too; that there is one is refused elsewhere.
            Expr::Subquery(_) | Expr::Exists(_) | Expr::InSelect { .. } => true,
            _ => false,
        };
        if is_call {
            return true;
        }
        parts(expression, &mut left);
    }
    false
}

/// The columns that are named in an expression.
pub(super) fn columns_in(table: &Table, expression: &Expr) -> Vec<usize> {
    let mut left = vec![expression];
    let mut found = Vec::new();
    while let Some(expression) = left.pop() {
        if let Expr::Id(name) | Expr::Name(name) = expression {
            found.extend(table.column(name.as_str()));
        }
        if !is_left_out(expression) {
            parts(expression, &mut left);
        }
    }
    found
}

/// Adds the expressions that an expression is made of, in their order.
pub(super) fn parts<'e>(expression: &'e Expr, found: &mut Vec<&'e Expr>) {
    match expression {
        Expr::Between {
            lhs, start, end, ..
        } => found.extend([&**lhs, &**start, &**end]),
        Expr::Binary(one, _, other) => found.extend([&**one, &**other]),
        Expr::Case {
            base,
            when_then_pairs,
            else_expr,
        } => {
            found.extend(base.as_deref());
            for (when, then) in when_then_pairs {
                found.extend([&**when, &**then]);
            }
            found.extend(else_expr.as_deref());
        }
        Expr::Cast { expr, .. } | Expr::Collate(expr, _) | Expr::Unary(_, expr) => found.push(expr),
        // Of a literal that is known.
        Expr::IsNull(expr) | Expr::NotNull(expr) if is_literal(expr) => {}
        Expr::IsNull(expr) | Expr::NotNull(expr) => found.push(expr),
        Expr::FunctionCall { args, .. } => found.extend(args.iter().map(|arg| &**arg)),
        Expr::InList { lhs, rhs, .. } => {
            found.push(lhs);
            found.extend(rhs.iter().map(|value| &**value));
        }
        Expr::InSelect { lhs, .. } | Expr::InTable { lhs, .. } => found.push(lhs),
        Expr::Like {
            lhs, rhs, escape, ..
        } => {
            found.extend([&**rhs, &**lhs]);
            found.extend(escape.as_deref());
        }
        Expr::Parenthesized(values) => found.extend(values.iter().map(|value| &**value)),
        Expr::Raise(_, Some(message)) => found.push(message),
        _ => {}
    }
}

fn is_literal(expression: &Expr) -> bool {
    match bare(expression) {
        Expr::Literal(Literal::Numeric(_) | Literal::String(_) | Literal::Blob(_)) => true,
        Expr::Unary(UnaryOperator::Positive | UnaryOperator::Negative, of) => is_literal(of),
        _ => false,
    }
}
