use turso_parser::ast::{Expr, Literal, UnaryOperator};

use super::parts::{is_left_out, is_query, parts};
use crate::number::{Number, number, of_real};
use crate::{Affinity, Value};

/// Whether SQLite takes an expression for a default value: no column stands in it, and no query
/// (`exprNodeIsConstant` in `expr.c`).
pub(super) fn is_constant(expression: &Expr) -> bool {
    // A name without parentheses around it stands for itself.
    if matches!(expression, Expr::Id(_) | Expr::Name(_)) {
        return true;
    }
    let mut left = vec![expression];
    while let Some(expression) = left.pop() {
        let is_other = match expression {
            Expr::Id(_) | Expr::Name(_) | Expr::Qualified(..) | Expr::DoublyQualified(..) => true,
            Expr::Subquery(_) | Expr::Exists(_) | Expr::InSelect { .. } => true,
            Expr::InTable { .. } | Expr::Raise(..) => true,
            Expr::FunctionCall { filter_over, .. } | Expr::FunctionCallStar { filter_over, .. } => {
                filter_over.filter_clause.is_some() || filter_over.over_clause.is_some()
            }
            Expr::InList { lhs, rhs, .. } => is_query(lhs, rhs),
            _ => false,
        };
        if is_other {
            return false;
        }
        if !is_left_out(expression) {
            parts(expression, &mut left);
        }
    }
    true
}

/// The value of a default in a column of this affinity; `None` where only an SQL evaluator knows it
/// (`valueFromExpr` in `vdbemem.c`).
pub(super) fn value_of(expression: &Expr, affinity: Affinity) -> Option<Value> {
    match expression {
        Expr::Parenthesized(inside) => match inside.as_slice() {
            [one] => value_of(one, affinity),
            _ => None,
        },
        Expr::Unary(UnaryOperator::Positive, of) => value_of(of, affinity),
        Expr::Unary(UnaryOperator::Negative, of) => match &**of {
            Expr::Literal(Literal::Numeric(text)) if !is_hexadecimal(text) => {
                numeric(&format!("-{text}"), affinity)
            }
            of => {
                negated(numerified(value_of(of, affinity)?)).map(|value| applied(value, affinity))
            }
        },
        Expr::Cast {
            expr,
            type_name: Some(name),
        } => {
            let to = Affinity::of_type(&name.name);
            Some(applied(cast(value_of(expr, to)?, to)?, affinity))
        }
        Expr::Literal(literal) => literal_value(literal, affinity),
        // A name without quotes, too, stands for itself.
        Expr::Id(name) | Expr::Name(name) => {
            Some(applied(Value::Text(name.as_str().to_owned()), affinity))
        }
        _ => None,
    }
}

fn literal_value(literal: &Literal, affinity: Affinity) -> Option<Value> {
    match literal {
        Literal::Null => Some(Value::Null),
        Literal::True => Some(applied(Value::Integer(1), affinity)),
        Literal::False => Some(applied(Value::Integer(0), affinity)),
        Literal::Numeric(text) => numeric(text, affinity),
        Literal::String(quoted) => {
            let inside = quoted.strip_prefix('\'')?.strip_suffix('\'')?;
            Some(applied(Value::Text(inside.replace("''", "'")), affinity))
        }
        Literal::Blob(text) => blob(text).map(Value::Blob),
        _ => None,
    }
}

fn is_hexadecimal(text: &str) -> bool {
    let start = text.get(..2);
    start.is_some_and(|start| start.eq_ignore_ascii_case("0x"))
}

/// A literal number. In a column of text it stays as it was spelled, unless it is an integer.
fn numeric(text: &str, affinity: Affinity) -> Option<Value> {
    let text = text.replace('_', "");
    if is_hexadecimal(&text) {
        let digits = u64::from_str_radix(text.get(2..)?, 16).ok()?;
        return Some(applied(Value::Integer(digits as i64), affinity));
    }
    if let Ok(integer) = text.parse() {
        return Some(applied(Value::Integer(integer), affinity));
    }
    let is_float = text.contains(['.', 'e', 'E']);
    match affinity {
        Affinity::Text => Some(Value::Text(text)),
        Affinity::Blob if is_float => text.parse().ok().map(Value::Real),
        _ => Some(applied(Value::Text(text), Affinity::Numeric)),
    }
}

/// A value as a cast makes it (`sqlite3VdbeMemCast` in `vdbemem.c`); `None` where the encoding of the database decides.
fn cast(value: Value, to: Affinity) -> Option<Value> {
    Some(match (value, to) {
        (Value::Null, _) => Value::Null,
        (Value::Text(text), Affinity::Text) => Value::Text(text),
        (Value::Blob(blob), Affinity::Text) => Value::Text(String::from_utf8(blob).ok()?),
        (Value::Blob(blob), Affinity::Blob) => Value::Blob(blob),
        (Value::Integer(integer), Affinity::Text) => Value::Text(integer.to_string()),
        (Value::Integer(integer), Affinity::Blob) => Value::Blob(integer.to_string().into_bytes()),
        (Value::Text(text), Affinity::Blob) if text.is_ascii() => Value::Blob(text.into_bytes()),
        (_, Affinity::Text | Affinity::Blob) => return None,
        (value, Affinity::Numeric) => numerified(value),
        (value, Affinity::Integer) => match numerified(value) {
            Value::Real(real) => Value::Integer(real as i64),
            value => value,
        },
        (value, Affinity::Real) => match numerified(value) {
            Value::Integer(integer) => Value::Real(integer as f64),
            value => value,
        },
    })
}

/// The number with which text or a blob begins, or 0 (`sqlite3VdbeMemNumerify`).
fn numerified(value: Value) -> Value {
    let bytes = match &value {
        Value::Text(text) => text.as_bytes(),
        Value::Blob(blob) => blob.as_slice(),
        Value::Null | Value::Integer(_) | Value::Real(_) => return value,
    };
    match number(number_at_start(bytes)) {
        Some(Number::Integer(integer)) => Value::Integer(integer),
        Some(Number::Real(real)) => Value::Real(real),
        None => Value::Integer(0),
    }
}

/// As many bytes as can be a number, with the spaces before it.
fn number_at_start(bytes: &[u8]) -> &[u8] {
    let from = |at: usize| bytes.get(at..).unwrap_or_default();
    let digits = |at| {
        from(at)
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let is = |at: usize, set: &[u8]| bytes.get(at).is_some_and(|byte| set.contains(byte));
    let spaces = bytes
        .iter()
        .take_while(|byte| b" \t\n\x0b\x0c\r".contains(byte));
    let mut end = spaces.count();
    end += usize::from(is(end, b"+-"));
    end += digits(end);
    if is(end, b".") {
        end += 1 + digits(end + 1);
    }
    if is(end, b"eE") {
        let sign = usize::from(is(end + 1, b"+-"));
        match digits(end + 1 + sign) {
            0 => {}
            exponent => end += 1 + sign + exponent,
        }
    }
    bytes.get(..end).unwrap_or_default()
}

fn negated(value: Value) -> Option<Value> {
    match value {
        Value::Integer(integer) => Some(match integer.checked_neg() {
            Some(integer) => Value::Integer(integer),
            None => Value::Real(-(integer as f64)),
        }),
        Value::Real(real) => Some(Value::Real(-real)),
        Value::Null => Some(Value::Null),
        Value::Text(_) | Value::Blob(_) => None,
    }
}

/// A value as a column of this affinity keeps it.
fn applied(value: Value, affinity: Affinity) -> Value {
    match (value, affinity) {
        (Value::Integer(integer), Affinity::Text) => Value::Text(integer.to_string()),
        (Value::Text(text), affinity) if affinity.is_numeric() => match number(text.as_bytes()) {
            Some(Number::Integer(integer)) => Value::Integer(integer),
            Some(Number::Real(real)) => Value::Real(real),
            None => Value::Text(text),
        },
        (Value::Real(real), Affinity::Text) => Value::Text(format!("{real:?}")),
        (Value::Real(real), affinity) if affinity.is_numeric() => match of_real(real) {
            Number::Integer(integer) => Value::Integer(integer),
            Number::Real(real) => Value::Real(real),
        },
        (value, _) => value,
    }
}

/// The bytes of `x'..'`, with what stands around the digits or without.
fn blob(text: &str) -> Option<Vec<u8>> {
    let text = text.strip_prefix(['x', 'X']).unwrap_or(text);
    let digits = text.trim_matches('\'').as_bytes();
    let pairs = digits.chunks_exact(2).map(|pair| {
        let pair = core::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    pairs.collect()
}
