//! Expressions of a table's own: a CHECK constraint, a generated column, a term of an index, its WHERE clause. What is in
//! them is looked at in SQLite's order (`sqlite3ResolveSelfReference` and `resolveExprStep` in `resolve.c`).

use turso_parser::ast::{Expr, FunctionTail, Literal, Name, Operator, SortedColumn};

use super::functions::{Found, Function, find};
use super::parts::{bare, is_left_out, is_query, parts, values};
use crate::Table;
use crate::refused::Expression;

/// What an expression is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    Check,
    Generated,
    Index,
    Partial,
}

impl Within {
    const fn words(self) -> &'static str {
        match self {
            Self::Check => "CHECK constraints",
            Self::Generated => "generated columns",
            Self::Index => "index expressions",
            Self::Partial => "partial index WHERE clauses",
        }
    }

    const fn prohibits(self, what: &'static str) -> Expression {
        Expression::Prohibited {
            what,
            within: self.words(),
        }
    }

    /// Whether it is to be the same each time, and of nothing but columns.
    const fn is_of_columns(self) -> bool {
        matches!(self, Self::Generated | Self::Index)
    }
}

/// Whether SQLite takes an expression of a table's own for this purpose.
pub(super) fn resolve(table: &Table, expression: &Expr, within: Within) -> Result<(), Expression> {
    let mut left = vec![expression];
    let mut inside = Vec::new();
    while let Some(expression) = left.pop() {
        see(table, expression, within)?;
        if !is_left_out(expression) {
            parts(expression, &mut inside);
            left.extend(inside.drain(..).rev());
        }
    }
    Ok(())
}

/// Looks at an expression, and not at its parts.
fn see(table: &Table, expression: &Expr, within: Within) -> Result<(), Expression> {
    match expression {
        Expr::Id(name) | Expr::Name(name) => see_name(table, name, within),
        Expr::Qualified(of, column) => see_qualified(table, None, of, column, within),
        Expr::DoublyQualified(database, of, column) => {
            see_qualified(table, Some(database), of, column, within)
        }
        Expr::FunctionCall {
            name,
            args,
            order_by,
            filter_over,
            ..
        } => {
            let call = Call {
                name: name.as_str(),
                arguments: args.len(),
                tail: Some(filter_over),
                order_by,
            };
            if name.as_str().eq_ignore_ascii_case("likelihood")
                && !is_probability(args.get(1).map(|argument| &**argument))
            {
                return Err(Expression::Probability(name.as_str().to_owned()));
            }
            see_call(&call, within)
        }
        Expr::FunctionCallStar { name, filter_over } => {
            let call = Call {
                tail: Some(filter_over),
                ..Call::plain(name.as_str(), 0)
            };
            see_call(&call, within)
        }
        Expr::Like { op, escape, .. } => {
            use turso_parser::ast::LikeOperator;
            let name = match op {
                LikeOperator::Glob => "GLOB",
                LikeOperator::Like => "LIKE",
                LikeOperator::Match => "MATCH",
                LikeOperator::Regexp => "REGEXP",
            };
            see_call(
                &Call::plain(name, 2 + usize::from(escape.is_some())),
                within,
            )
        }
        Expr::Literal(literal) => {
            let time = match literal {
                Literal::CurrentDate => "CURRENT_DATE",
                Literal::CurrentTime => "CURRENT_TIME",
                Literal::CurrentTimestamp => "CURRENT_TIMESTAMP",
                _ => return Ok(()),
            };
            see_call(&Call::plain(time, 0), within)
        }
        Expr::Subquery(_) | Expr::Exists(_) | Expr::InSelect { .. } | Expr::InTable { .. } => {
            Err(within.prohibits("subqueries"))
        }
        Expr::InList { lhs, rhs, .. } if is_query(lhs, rhs) => Err(within.prohibits("subqueries")),
        Expr::Variable(_) => Err(within.prohibits("parameters")),
        Expr::Binary(left, operator, right)
            if is_compared(*operator) && !is_null_test(*operator, right) =>
        {
            see_values(&[left, right])
        }
        Expr::Between {
            lhs, start, end, ..
        } => see_values(&[lhs, start, end]),
        _ => Ok(()),
    }
}

fn see_name(table: &Table, name: &Name, within: Within) -> Result<(), Expression> {
    let text = name.as_str();
    // In double quotes it is text if it is no column.
    let is_known = table.column(text).is_some()
        || !within.is_of_columns() && has_rowid(table) && is_rowid(text)
        || name.quoted_with('"')
        || name.quoted_with('\'');
    let is_truth = text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    let is_quoted = name.quoted_with('`') || name.quoted_with('[');
    if is_known || is_truth && !is_quoted {
        return Ok(());
    }
    Err(Expression::NoColumn(text.to_owned()))
}

/// A name with that of its table before it, and maybe that of a database.
fn see_qualified(
    table: &Table,
    database: Option<&Name>,
    of: &Name,
    column: &Name,
    within: Within,
) -> Result<(), Expression> {
    let (of, column) = (of.as_str(), column.as_str());
    let database = database.filter(|_| within.is_of_columns());
    let is_here = database.is_none_or(|name| name.as_str().eq_ignore_ascii_case("main"));
    let is_rowid = !within.is_of_columns() && has_rowid(table) && is_rowid(column);
    let is_there = table.column(column).is_some() || is_rowid;
    if !is_here || !of.eq_ignore_ascii_case(&table.name) || !is_there {
        let database = database.map(|name| format!("{}.", name.as_str()));
        let database = database.unwrap_or_default();
        return Err(Expression::NoColumn(format!("{database}{of}.{column}")));
    }
    if within.is_of_columns() {
        return Err(within.prohibits("the \".\" operator"));
    }
    Ok(())
}

const fn has_rowid(table: &Table) -> bool {
    !table.is_without_rowid
}

/// Whether a name stands for the rowid, where no column has it.
fn is_rowid(name: &str) -> bool {
    let words = ["rowid", "oid", "_rowid_"];
    words.iter().any(|word| name.eq_ignore_ascii_case(word))
}

/// A call of a function.
struct Call<'e> {
    name: &'e str,
    arguments: usize,
    tail: Option<&'e FunctionTail>,
    order_by: &'e [SortedColumn],
}

impl<'e> Call<'e> {
    const fn plain(name: &'e str, arguments: usize) -> Self {
        Self {
            name,
            arguments,
            tail: None,
            order_by: &[],
        }
    }
}

fn see_call(call: &Call<'_>, within: Within) -> Result<(), Expression> {
    let name = || call.name.to_owned();
    let has_window = call.tail.is_some_and(|tail| tail.over_clause.is_some());
    let has_filter = call.tail.is_some_and(|tail| tail.filter_clause.is_some());
    let found = find(call.name, call.arguments);
    let misused = |kind| Expression::Misused {
        kind,
        function: name(),
    };
    match found {
        Found::Function(Function::Window) => return Err(misused("window")),
        Found::Function(Function::Aggregate) if has_window => return Err(misused("window")),
        Found::Function(Function::Aggregate) => return Err(misused("aggregate")),
        Found::Function(_) if has_window => return Err(Expression::NoWindow(name())),
        Found::OtherArguments(Function::Pure | Function::Impure | Function::Direct)
            if has_window =>
        {
            return Err(Expression::NoWindow(name()));
        }
        Found::OtherArguments(_) => return Err(Expression::Arguments(name())),
        _ if has_window || has_filter => return Err(Expression::Filter(name())),
        _ => {}
    }
    if !call.order_by.is_empty() && call.arguments > 0 {
        return Err(Expression::Ordered(name()));
    }
    match found {
        Found::Function(Function::Direct) => Err(Expression::Unsafe(name())),
        Found::Function(Function::Impure) if within != Within::Check => {
            Err(within.prohibits("non-deterministic functions"))
        }
        _ => Ok(()),
    }
}

/// Whether an argument is a number with a point, and no more than 1.
fn is_probability(argument: Option<&Expr>) -> bool {
    let Some(Expr::Literal(Literal::Numeric(text))) = argument.map(bare) else {
        // Where there is no second argument, that is what is wrong.
        return argument.is_none();
    };
    let is_real = text.contains(['.', 'e', 'E']) && !text.starts_with("0x");
    is_real
        && text
            .replace('_', "")
            .parse::<f64>()
            .is_ok_and(|number| number <= 1.0)
}

/// All must be as many values. Of queries that is not asked, as there can be none.
fn see_values(expressions: &[&Expr]) -> Result<(), Expression> {
    let mut counts = expressions
        .iter()
        .filter_map(|expression| values(expression));
    let first = counts.next();
    if counts.all(|count| Some(count) == first) {
        Ok(())
    } else {
        Err(Expression::RowValue)
    }
}

const fn is_compared(operator: Operator) -> bool {
    matches!(
        operator,
        Operator::Equals
            | Operator::NotEquals
            | Operator::Less
            | Operator::LessEquals
            | Operator::Greater
            | Operator::GreaterEquals
            | Operator::Is
            | Operator::IsNot
    )
}

fn is_null_test(operator: Operator, right: &Expr) -> bool {
    let is_test = matches!(operator, Operator::Is | Operator::IsNot);
    is_test && matches!(bare(right), Expr::Literal(Literal::Null))
}
