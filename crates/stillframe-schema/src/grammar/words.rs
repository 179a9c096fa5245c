//! The words of the language: which can be names, and which cannot (`keywordhash.h`, and `%fallback` in `parse.y`).

/// Words that are never names, in their order.
const RESERVED: [&str; 58] = [
    "ADD",
    "ALL",
    "ALTER",
    "AND",
    "AS",
    "AUTOINCREMENT",
    "BETWEEN",
    "CASE",
    "CHECK",
    "COLLATE",
    "COMMIT",
    "CONSTRAINT",
    "CREATE",
    "DEFAULT",
    "DEFERRABLE",
    "DELETE",
    "DISTINCT",
    "DROP",
    "ELSE",
    "ESCAPE",
    "EXCEPT",
    "EXISTS",
    "FOREIGN",
    "FROM",
    "GROUP",
    "HAVING",
    "IN",
    "INDEX",
    "INSERT",
    "INTERSECT",
    "INTO",
    "IS",
    "ISNULL",
    "JOIN",
    "LIMIT",
    "NOT",
    "NOTHING",
    "NOTNULL",
    "NULL",
    "ON",
    "OR",
    "ORDER",
    "PRIMARY",
    "REFERENCES",
    "RETURNING",
    "SELECT",
    "SET",
    "TABLE",
    "THEN",
    "TO",
    "TRANSACTION",
    "UNION",
    "UNIQUE",
    "UPDATE",
    "USING",
    "VALUES",
    "WHEN",
    "WHERE",
];

/// Words of joins, and INDEXED: names, but neither of types and collations nor behind a table without AS.
const JOINING: [&str; 8] = [
    "CROSS", "FULL", "INDEXED", "INNER", "LEFT", "NATURAL", "OUTER", "RIGHT",
];

pub(super) fn is_reserved(word: &str) -> bool {
    is_among(&RESERVED, word)
}

pub(super) fn is_joining(word: &str) -> bool {
    is_among(&JOINING, word)
}

fn is_among(words: &[&str], word: &str) -> bool {
    let mut words = words.iter();
    words.any(|other| other.eq_ignore_ascii_case(word))
}
