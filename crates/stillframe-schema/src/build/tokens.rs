//! The words and marks of a statement, as SQLite tells them apart (`sqlite3GetToken` in `tokenize.c`).

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word without quotes: a keyword or a name.
    Word,
    /// A name or a text in quotes.
    Quoted,
    /// A number, a blob, a parameter.
    Value,
    /// A mark, of one character.
    Mark,
    /// What SQLite takes for no token: it refuses the statement.
    Illegal,
}

/// A token of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'s> {
    pub kind: Kind,
    pub text: &'s str,
    /// Where it begins in the statement, in bytes.
    pub start: usize,
    /// How many parentheses are open around it.
    pub depth: usize,
}

impl Token<'_> {
    /// Whether it is this word, in whatever case.
    pub(super) fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is this mark.
    pub(super) fn is_mark(&self, mark: &str) -> bool {
        self.kind == Kind::Mark && self.text == mark
    }

    /// Where it ends in the statement.
    pub(super) const fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// Whether tokens can be those of a statement of a schema that SQLite takes, as far as each of them, the parentheses and the
/// first words tell: `false` is certain.
pub(super) fn can_be_taken(tokens: &[Token<'_>]) -> bool {
    let mut open = 0usize;
    for token in tokens {
        if token.kind == Kind::Illegal {
            return false;
        }
        if token.is_mark("(") {
            open += 1;
        } else if token.is_mark(")") {
            let Some(left) = open.checked_sub(1) else {
                return false;
            };
            open = left;
        }
    }
    let ends = tokens.last().is_some_and(|last| !last.is_mark(","));
    open == 0 && ends && begins(tokens) && !has_wrong_name(tokens)
}

/// Whether a table has words among its columns that are names to the parser, and none to SQLite.
fn has_wrong_name(tokens: &[Token<'_>]) -> bool {
    let is_table = tokens.iter().take(3).any(|token| token.is("TABLE"));
    let words = ["EXCEPT", "INTERSECT", "UNION"];
    let mut columns = tokens.iter().filter(|token| token.depth == 1);
    is_table && columns.any(|token| words.iter().any(|word| token.is(word)))
}

/// Whether something is created that a schema can hold.
fn begins(tokens: &[Token<'_>]) -> bool {
    let is = |at: usize, words: &[&str]| {
        let token = tokens.get(at);
        token.is_some_and(|token| words.iter().any(|word| token.is(word)))
    };
    let temporary = usize::from(is(1, &["TEMP", "TEMPORARY"]));
    is(0, &["CREATE"])
        && (is(1 + temporary, &["TABLE", "VIEW", "TRIGGER"])
            || is(1, &["INDEX"])
            || is(1, &["UNIQUE"]) && is(2, &["INDEX"])
            || is(1, &["VIRTUAL"]) && is(2, &["TABLE"]))
}

/// The tokens of a statement, without spaces and comments.
pub(super) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
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
    tokens
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
        (b' ' | b'\t' | b'\n' | b'\r' | 0x0c, _) => (None, 1),
        (b'-', b'-') => (None, through("\n", 2).unwrap_or(rest.len())),
        (b'/', b'*') if rest.len() > 2 => (None, through("*/", 2).unwrap_or(rest.len())),
        (b'x' | b'X', b'\'') => blob(rest),
        (b'\'' | b'"' | b'`', _) => quoted(rest, first),
        (b'[', _) => match through("]", 1) {
            Some(length) => (Some(Kind::Quoted), length),
            None => (Some(Kind::Illegal), rest.len()),
        },
        (b'0'..=b'9', _) | (b'.', b'0'..=b'9') => (Some(Kind::Value), number(rest)),
        (b'?' | b'@' | b':' | b'#', _) => (Some(Kind::Value), 1 + word(rest, 1)),
        (b'$', _) => (Some(Kind::Value), word(rest, 0)),
        (b'!', b'=') => (Some(Kind::Mark), 2),
        (b'!' | b'\\' | b'^' | b'{' | b'}' | 0..=0x1f | 0x7f, _) => (Some(Kind::Illegal), 1),
        _ if is_word(first) => (Some(Kind::Word), word(rest, 0)),
        _ => (Some(Kind::Mark), 1),
    }
}

/// Quotes within are doubled.
fn quoted(rest: &str, quote: u8) -> (Option<Kind>, usize) {
    let mut bytes = rest.bytes().enumerate().skip(1).peekable();
    while let Some((at, byte)) = bytes.next() {
        if byte == quote && bytes.next_if(|(_, next)| *next == quote).is_none() {
            return (Some(Kind::Quoted), at + 1);
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
    let is_whole = digits % 2 == 0 && rest.as_bytes().get(2 + digits) == Some(&b'\'');
    match is_whole {
        true => (Some(Kind::Value), digits + 3),
        false => (Some(Kind::Illegal), rest.len()),
    }
}

/// With the signs of an exponent; whether it is a number is not looked at.
fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let is_hexadecimal = matches!(bytes, [b'0', b'x' | b'X', ..]);
    let mut end = 0;
    while let Some(&byte) = bytes.get(end) {
        let before = end.checked_sub(1).and_then(|at| bytes.get(at));
        let is_sign = matches!(byte, b'+' | b'-')
            && !is_hexadecimal
            && matches!(before, Some(b'e' | b'E'))
            && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !(is_word(byte) || byte == b'.' || is_sign) {
            break;
        }
        end += 1;
    }
    end
}

/// The bytes from `from` on that can be in a word.
fn word(rest: &str, from: usize) -> usize {
    let bytes = rest.bytes().skip(from);
    bytes.take_while(|&byte| is_word(byte)).count()
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..)
}
