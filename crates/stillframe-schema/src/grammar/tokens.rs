//! The words and marks of a statement, as SQLite tells them apart (`sqlite3GetToken` in `tokenize.c`).

use super::words::{is_joining, is_reserved};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word without quotes that is a name wherever the grammar has no other use for it.
    Word,
    /// A word of joins, and INDEXED: a name in fewer places.
    Joining,
    /// A word that is no name.
    Reserved,
    /// A name in double quotes, backquotes or brackets.
    Quoted,
    /// A text in single quotes, which may be a name as well.
    Text,
    /// A number without a point or an exponent.
    Integer,
    /// Another number.
    Real,
    /// A number with `_` between its digits.
    Separated,
    /// `x'..'`
    Blob,
    /// A parameter.
    Parameter,
    /// A mark or an operator.
    Mark,
    /// What SQLite takes for no token: it refuses the statement.
    Illegal,
}

/// A token of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'s> {
    pub kind: Kind,
    pub text: &'s str,
    /// Where it begins in the statement, in bytes.
    pub start: usize,
    /// How many parentheses are open around it.
    pub depth: usize,
}

impl Token<'_> {
    /// Whether it is this word, in whatever case.
    pub(crate) fn is(&self, word: &str) -> bool {
        let is_word = matches!(self.kind, Kind::Word | Kind::Joining | Kind::Reserved);
        is_word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is this mark.
    pub(crate) fn is_mark(&self, mark: &str) -> bool {
        self.kind == Kind::Mark && self.text == mark
    }

    /// Whether it can be a name, in the narrowest sense of the grammar.
    pub(crate) const fn is_identifier(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Quoted)
    }

    /// Whether it can be the name of something.
    pub(crate) const fn is_name(&self) -> bool {
        self.is_identifier() || matches!(self.kind, Kind::Joining | Kind::Text)
    }

    /// Where it ends in the statement.
    pub(crate) const fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// The name that it is, without its quotes.
    pub(crate) fn name(&self) -> String {
        let mut characters = self.text.chars();
        let end = match characters.next() {
            Some('[') => ']',
            Some(quote @ ('\'' | '"' | '`')) => quote,
            _ => return self.text.to_owned(),
        };
        let inside = characters.as_str();
        let inside = inside.strip_suffix(end).unwrap_or(inside);
        match end {
            ']' => inside.to_owned(),
            quote => inside.replace(&format!("{quote}{quote}"), &quote.to_string()),
        }
    }
}

/// The tokens of a statement, without spaces and comments.
pub(crate) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let (mut at, mut depth) = (0, 0usize);
    while let Some(rest) = sql.get(at..).filter(|rest| !rest.is_empty()) {
        let (kind, length) = next(rest);
        let text = rest.get(..length).unwrap_or(rest);
        if text == ")" {
            depth = depth.saturating_sub(1);
        }
        if let Some(kind) = kind {
            tokens.push(Token {
                kind,
                text,
                start: at,
                depth,
            });
        }
        if text == "(" {
            depth += 1;
        }
        at += text.len();
    }
    reserve(&mut tokens);
    tokens
}

/// Takes OVER, FILTER and WINDOW for no names where what stands around them says so (`analyzeOverKeyword` and the others
/// in `tokenize.c`).
fn reserve(tokens: &mut [Token<'_>]) {
    for at in 0..tokens.len() {
        let token = |at: usize| tokens.get(at);
        let is_mark = |at, mark| token(at).is_some_and(|token| token.is_mark(mark));
        let Some(word) = token(at).filter(|token| token.kind == Kind::Word) else {
            continue;
        };
        let is_behind = at > 0 && is_mark(at - 1, ")");
        let is_name = token(at + 1).is_some_and(|next| next.is_name() && !next.is("INDEXED"));
        let is_filter = token(at + 1).is_some_and(|next| next.is("FILTER"));
        let is_reserved = if word.is("OVER") {
            is_behind && (is_mark(at + 1, "(") || is_name && !is_filter)
        } else if word.is("FILTER") {
            is_behind && is_mark(at + 1, "(")
        } else {
            let is_as = token(at + 2).is_some_and(|token| token.is("AS"));
            word.is("WINDOW") && is_name && !is_filter && is_as
        };
        if let Some(word) = tokens.get_mut(at).filter(|_| is_reserved) {
            word.kind = Kind::Reserved;
        }
    }
}

/// The kind of the first token, and its bytes; no kind for spaces and comments.
fn next(rest: &str) -> (Option<Kind>, usize) {
    let bytes = rest.as_bytes();
    let second = bytes.get(1).copied().unwrap_or_default();
    let first = bytes.first().copied().unwrap_or_default();
    let through = |end: &str, from: usize| {
        let behind = rest.get(from..).unwrap_or_default();
        behind.find(end).map(|at| from + at + end.len())
    };
    match (first, second) {
        (b' ' | b'\t' | b'\n' | b'\r' | 0x0c, _) => (None, spaces(bytes)),
        (b'-', b'-') => (None, rest.find('\n').unwrap_or(rest.len())),
        (b'/', b'*') if rest.len() > 2 => (None, through("*/", 2).unwrap_or(rest.len())),
        // A byte order mark.
        (0xef, _) if rest.starts_with('\u{feff}') => (None, 3),
        (b'x' | b'X', b'\'') => blob(rest),
        (b'\'', _) => quoted(rest, first, Kind::Text),
        (b'"' | b'`', _) => quoted(rest, first, Kind::Quoted),
        (b'[', _) => match through("]", 1) {
            Some(length) => (Some(Kind::Quoted), length),
            None => (Some(Kind::Illegal), rest.len()),
        },
        (b'0'..=b'9', _) | (b'.', b'0'..=b'9') => number(rest),
        (b'?', _) => (Some(Kind::Parameter), 1 + digits(bytes, 1)),
        (b'@' | b':' | b'#' | b'$', _) => parameter(rest),
        (b'!', b'=') => (Some(Kind::Mark), 2),
        (b'!' | b'\\' | b']' | b'^' | b'{' | b'}' | 0..=0x1f | 0x7f, _) => (Some(Kind::Illegal), 1),
        _ if is_word(first) => word(rest),
        _ => (Some(Kind::Mark), mark(rest)),
    }
}

/// How many bytes are spaces: a vertical tab is one behind another space only.
fn spaces(bytes: &[u8]) -> usize {
    let spaces = bytes
        .iter()
        .take_while(|byte| matches!(byte, b'\t'..=b'\r' | b' '));
    spaces.count()
}

fn word(rest: &str) -> (Option<Kind>, usize) {
    let length = rest.bytes().take_while(|&byte| is_word(byte)).count();
    let text = rest.get(..length).unwrap_or(rest);
    let kind = if is_reserved(text) {
        Kind::Reserved
    } else if is_joining(text) {
        Kind::Joining
    } else {
        Kind::Word
    };
    (Some(kind), length)
}

/// The bytes of an operator.
fn mark(rest: &str) -> usize {
    let operators = ["->>", "->", "==", "<=", "<>", "<<", ">=", ">>", "||"];
    let mut operators = operators.iter();
    let found = operators.find(|operator| rest.starts_with(**operator));
    found.map_or(1, |operator| operator.len())
}

/// Quotes within are doubled.
fn quoted(rest: &str, quote: u8, kind: Kind) -> (Option<Kind>, usize) {
    let mut bytes = rest.bytes().enumerate().skip(1).peekable();
    while let Some((at, byte)) = bytes.next() {
        if byte == quote && bytes.next_if(|(_, next)| *next == quote).is_none() {
            return (Some(kind), at + 1);
        }
    }
    (Some(Kind::Illegal), rest.len())
}

fn blob(rest: &str) -> (Option<Kind>, usize) {
    let digits = rest
        .bytes()
        .skip(2)
        .take_while(u8::is_ascii_hexdigit)
        .count();
    let is_closed = rest.as_bytes().get(2 + digits) == Some(&b'\'');
    if digits % 2 == 0 && is_closed {
        return (Some(Kind::Blob), digits + 3);
    }
    let behind = rest.get(2 + digits..).unwrap_or_default();
    let end = behind.find('\'').map(|at| 2 + digits + at + 1);
    (Some(Kind::Illegal), end.unwrap_or(rest.len()))
}

/// A parameter with a name, in which `::` may stand, and something in parentheses at its end.
fn parameter(rest: &str) -> (Option<Kind>, usize) {
    let bytes = rest.as_bytes();
    let at = |at: usize| bytes.get(at).copied().unwrap_or_default();
    let (mut end, mut letters) = (1, 0);
    loop {
        if is_word(at(end)) {
            letters += 1;
            end += 1;
        } else if at(end) == b'(' && letters > 0 {
            let is_inside = |byte: &u8| !matches!(byte, b' ' | b'\t'..=b'\r' | b')');
            end += bytes
                .iter()
                .skip(end + 1)
                .take_while(|byte| is_inside(byte))
                .count()
                + 1;
            return match at(end) {
                b')' => (Some(Kind::Parameter), end + 1),
                _ => (Some(Kind::Illegal), end),
            };
        } else if at(end) == b':' && at(end + 1) == b':' {
            end += 2;
        } else {
            break;
        }
    }
    let kind = if letters == 0 {
        Kind::Illegal
    } else {
        Kind::Parameter
    };
    (Some(kind), end)
}

/// Decimal digits, and what may stand between them, from `from` on.
fn digits(bytes: &[u8], from: usize) -> usize {
    let bytes = bytes.iter().skip(from);
    bytes.take_while(|byte| byte.is_ascii_digit()).count()
}

fn number(rest: &str) -> (Option<Kind>, usize) {
    let bytes = rest.as_bytes();
    let at = |at: usize| bytes.get(at).copied().unwrap_or_default();
    let run = |from: usize, is_digit: fn(&u8) -> bool| {
        let bytes = bytes.iter().skip(from);
        from + bytes
            .take_while(|byte| is_digit(byte) || **byte == b'_')
            .count()
    };
    let mut kind = Kind::Integer;
    let mut end;
    if at(0) == b'0' && matches!(at(1), b'x' | b'X') && at(2).is_ascii_hexdigit() {
        end = run(3, u8::is_ascii_hexdigit);
    } else {
        end = run(0, u8::is_ascii_digit);
        if at(end) == b'.' {
            kind = Kind::Real;
            end = run(end + 1, u8::is_ascii_digit);
        }
        let sign = usize::from(matches!(at(end + 1), b'+' | b'-'));
        if matches!(at(end), b'e' | b'E') && at(end + 1 + sign).is_ascii_digit() {
            kind = Kind::Real;
            end = run(end + 2, u8::is_ascii_digit);
        }
    }
    if bytes.iter().take(end).any(|byte| *byte == b'_') {
        kind = Kind::Separated;
    }
    let behind = bytes.iter().skip(end);
    let behind = behind.take_while(|byte| is_word(**byte)).count();
    if behind > 0 {
        kind = Kind::Illegal;
    }
    (Some(kind), end + behind)
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..)
}
