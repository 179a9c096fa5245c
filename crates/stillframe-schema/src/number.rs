/// What text that looks like a number is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// An integer, or a floating-point number that is one.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
}

/// The number that text is when it is stored in a column of numeric affinity; `None` where it stays text
/// (`applyNumericAffinity` in `vdbe.c`). Text ends at its first NUL.
pub fn number(text: &[u8]) -> Option<Number> {
    let text = text.split(|&byte| byte == 0).next().unwrap_or_default();
    let end = text.iter().rposition(|&byte| !is_space(byte))?;
    let start = text.iter().position(|&byte| !is_space(byte))?;
    let text = text.get(start..=end)?;
    let is_integer = is_number(text)?;
    let text = core::str::from_utf8(text).ok()?;
    let text = text.strip_prefix('+').unwrap_or(text);
    let real: f64 = text.parse().ok()?;
    if is_integer && let Ok(integer) = text.parse() {
        return Some(Number::Integer(integer));
    }
    Some(of_real(real))
}

/// A floating-point number, or the integer that it is.
pub(crate) fn of_real(real: f64) -> Number {
    // As SQLite has it: what is at the ends of the range stays a floating-point number.
    const BOUND: f64 = 9_223_372_036_854_774_784.0;
    if real.fract() == 0.0 && (-BOUND..=BOUND).contains(&real) {
        return Number::Integer(real as i64);
    }
    Number::Real(real)
}

/// `sqlite3Isspace`.
const fn is_space(byte: u8) -> bool {
    matches!(byte, 9..=13 | b' ')
}

/// Whether a number without point and exponent; `None` where it is no number at all.
fn is_number(text: &[u8]) -> Option<bool> {
    let unsigned = match text.split_first()? {
        (b'-' | b'+', rest) => rest,
        _ => text,
    };
    let (whole, rest) = digits(unsigned);
    let (fraction, exponent) = match rest.split_first() {
        Some((b'.', rest)) => {
            let (fraction, rest) = digits(rest);
            (Some(fraction), rest)
        }
        _ => (None, rest),
    };
    if whole + fraction.unwrap_or_default() == 0 {
        return None;
    }
    let exponent = match exponent.split_first() {
        None => return Some(fraction.is_none()),
        Some((b'e' | b'E', rest)) => rest,
        Some(_) => return None,
    };
    let exponent = match exponent.split_first() {
        Some((b'-' | b'+', rest)) => rest,
        _ => exponent,
    };
    let (count, rest) = digits(exponent);
    (count > 0 && rest.is_empty()).then_some(false)
}

/// How many digits come first, and what comes after them.
fn digits(text: &[u8]) -> (usize, &[u8]) {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (count, text.get(count..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_number() {
        let cases = [
            ("12", Some(Number::Integer(12))),
            (" \t-12\n", Some(Number::Integer(-12))),
            ("+7", Some(Number::Integer(7))),
            ("1.0", Some(Number::Integer(1))),
            ("1.", Some(Number::Integer(1))),
            (".5", Some(Number::Real(0.5))),
            ("1e3", Some(Number::Integer(1000))),
            ("1e-1", Some(Number::Real(0.1))),
            ("9223372036854775807", Some(Number::Integer(i64::MAX))),
            (
                "9223372036854775808",
                Some(Number::Real(9_223_372_036_854_775_808.0)),
            ),
            ("12\0x", Some(Number::Integer(12))),
            ("", None),
            (" ", None),
            ("-", None),
            (".", None),
            ("1e", None),
            ("1e+", None),
            ("0x10", None),
            ("1 2", None),
            ("inf", None),
            ("nan", None),
            ("12x", None),
        ];
        for (text, expected) in cases {
            assert_eq!(number(text.as_bytes()), expected, "{text:?}");
        }
    }
}
