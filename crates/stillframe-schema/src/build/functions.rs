//! The functions that every SQLite has. One that it does not know SQLite takes for granted when it reads a schema.

/// What a function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    /// The same for the same arguments.
    Pure,
    /// Another each time, or after some time.
    Impure,
    /// Of many rows.
    Aggregate,
    /// Of a window.
    Window,
    /// Not for schemas.
    Direct,
}

/// The arguments that a function takes: one of some numbers, or so many at least.
enum Arguments {
    Of(&'static [usize]),
    From(usize),
}

use Arguments::{From, Of};
use Function::{Aggregate, Direct, Impure, Pure, Window};

/// Of a function: its names, its arguments, and what it is. One that is two things is here twice.
const FUNCTIONS: &[(&[&str], Arguments, Function)] = &[
    (
        &[
            "julianday",
            "unixepoch",
            "date",
            "time",
            "datetime",
            "strftime",
        ],
        From(0),
        Pure,
    ),
    (
        &[
            "timediff",
            "instr",
            "ifnull",
            "nullif",
            "likelihood",
            "glob",
        ],
        Of(&[2]),
        Pure,
    ),
    (
        &["ltrim", "rtrim", "trim", "round", "unhex"],
        Of(&[1, 2]),
        Pure,
    ),
    (&["substr", "substring", "like"], Of(&[2, 3]), Pure),
    (
        &[
            "unlikely",
            "likely",
            "typeof",
            "subtype",
            "length",
            "octet_length",
            "unicode",
            "abs",
            "upper",
            "lower",
            "hex",
            "unistr",
            "quote",
            "unistr_quote",
            "zeroblob",
            "sign",
        ],
        Of(&[1]),
        Pure,
    ),
    (&["replace"], Of(&[3]), Pure),
    (&["printf", "format", "char"], From(0), Pure),
    (&["concat"], From(1), Pure),
    (&["min", "max"], Of(&[1]), Aggregate),
    (
        &["min", "max", "concat_ws", "coalesce", "iif", "if"],
        From(2),
        Pure,
    ),
    (
        &[
            "current_time",
            "current_timestamp",
            "current_date",
            "random",
            "sqlite_version",
            "sqlite_source_id",
            "last_insert_rowid",
            "changes",
            "total_changes",
        ],
        Of(&[0]),
        Impure,
    ),
    (&["randomblob"], Of(&[1]), Impure),
    (&["match"], Of(&[2]), Impure),
    (&["sqlite_log"], Of(&[2]), Direct),
    (&["sum", "total", "avg"], Of(&[1]), Aggregate),
    (&["count"], Of(&[0, 1]), Aggregate),
    (&["group_concat"], Of(&[1, 2]), Aggregate),
    (&["string_agg"], Of(&[2]), Aggregate),
    (
        &[
            "row_number",
            "dense_rank",
            "rank",
            "percent_rank",
            "cume_dist",
        ],
        Of(&[0]),
        Window,
    ),
    (&["ntile", "last_value", "first_value"], Of(&[1]), Window),
    (&["nth_value"], Of(&[2]), Window),
    (&["lead", "lag"], Of(&[1, 2, 3]), Window),
];

/// What SQLite finds for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Function(Function),
    /// A function of this name, for another number of arguments.
    OtherArguments(Function),
    /// None that every SQLite has.
    Nothing,
}

/// The function of this name that takes so many arguments.
pub(super) fn find(name: &str, arguments: usize) -> Found {
    let mut found = Found::Nothing;
    for (names, takes, function) in FUNCTIONS {
        if !names.iter().any(|other| other.eq_ignore_ascii_case(name)) {
            continue;
        }
        let is_right = match takes {
            Of(counts) => counts.contains(&arguments),
            From(least) => arguments >= *least,
        };
        if is_right {
            return Found::Function(*function);
        }
        found = Found::OtherArguments(*function);
    }
    found
}
