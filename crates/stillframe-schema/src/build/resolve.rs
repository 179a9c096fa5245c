use turso_parser::ast::Expr;

use crate::{Reason, Table};

/// Whether the columns that an expression of a table's own names are there (`sqlite3ResolveSelfReference` in
/// `resolve.c`): a CHECK constraint, a generated column, a term of an index, its WHERE clause. What else SQLite refuses
/// in one is not looked at.
pub(super) fn resolve(table: &Table, expression: &Expr) -> Result<(), Reason> {
    let mut left = vec![expression];
    while let Some(expression) = left.pop() {
        match expression {
            Expr::Id(name) | Expr::Name(name) => {
                // In double quotes it is text if it is no column.
                let is_text = name.quoted_with('"') || name.quoted_with('\'');
                let name = name.as_str();
                if !is_text && !is_word(name) && table.column(name).is_none() {
                    return Err(Reason::NoColumn(name.to_owned()));
                }
            }
            Expr::Qualified(of, column) => {
                let (of, column) = (of.as_str(), column.as_str());
                let is_own = of.eq_ignore_ascii_case(&table.name);
                if !is_own || (!is_word(column) && table.column(column).is_none()) {
                    return Err(Reason::NoColumn(format!("{of}.{column}")));
                }
            }
            _ => parts(expression, &mut left),
        }
    }
    Ok(())
}

/// Names that stand for something without a column: the rowid, and the truth values.
fn is_word(name: &str) -> bool {
    let words = ["rowid", "oid", "_rowid_", "true", "false"];
    words.iter().any(|word| name.eq_ignore_ascii_case(word))
}

/// The expressions that an expression is made of.
fn parts<'e>(expression: &'e Expr, found: &mut Vec<&'e Expr>) {
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
            found.extend(else_expr.as_deref());
            for (when, then) in when_then_pairs {
                found.extend([&**when, &**then]);
            }
        }
        Expr::Cast { expr, .. } | Expr::Collate(expr, _) | Expr::Unary(_, expr) => found.push(expr),
        Expr::IsNull(expr) | Expr::NotNull(expr) => found.push(expr),
        Expr::FunctionCall { args, .. } => found.extend(args.iter().map(|arg| &**arg)),
        Expr::InList { lhs, rhs, .. } => {
            found.push(lhs);
            found.extend(rhs.iter().map(|value| &**value));
        }
        Expr::Like {
            lhs, rhs, escape, ..
        } => {
            found.extend([&**lhs, &**rhs]);
            found.extend(escape.as_deref());
        }
        Expr::Parenthesized(values) => found.extend(values.iter().map(|value| &**value)),
        _ => {}
    }
}
