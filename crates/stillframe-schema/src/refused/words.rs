use std::fmt;

use super::{Expression, Query, Reason, Table, Trigger};

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax => write!(out, "the statement is not understood"),
            Self::Token(text) => write!(out, "unrecognized token: \"{text}\""),
            Self::Near(text) => write!(out, "near \"{text}\": syntax error"),
            Self::Incomplete => write!(out, "incomplete input"),
            Self::Statement => write!(out, "the statement is none of a schema"),
            Self::NoRootPage => write!(out, "no root page"),
            Self::RootPage => write!(out, "invalid rootpage"),
            Self::RootOfView => write!(out, "a view with a root page"),
            Self::Name => write!(out, "the row is not that of its statement"),
            Self::Qualified => write!(out, "corrupt database"),
            Self::Exists { kind, name } => write!(out, "{kind} {name} already exists"),
            Self::Again => write!(out, "there is another of this name"),
            Self::IsIndex(name) => write!(out, "there is already an index named {name}"),
            Self::NoTable(name) => write!(out, "no such table: main.{name}"),
            Self::OrphanIndex => write!(out, "orphan index"),
            Self::NotIndexed(what) => write!(out, "{what} may not be indexed"),
            Self::Trigger(trigger) => trigger.fmt(out),
            Self::Query(query) => query.fmt(out),
            Self::Table(table) => table.fmt(out),
            Self::Expression(expression) => expression.fmt(out),
        }
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Virtual => write!(out, "cannot create triggers on virtual tables"),
            Self::System => write!(out, "cannot create trigger on system table"),
            Self::View { time, view } => {
                write!(out, "cannot create {time} trigger on view: {view}")
            }
            Self::Instead(table) => {
                write!(out, "cannot create INSTEAD OF trigger on table: {table}")
            }
            Self::Index(clause) => write!(
                out,
                "the {clause} clause is not allowed on UPDATE or DELETE statements within triggers"
            ),
            Self::Qualified => write!(
                out,
                "qualified table names are not allowed on INSERT, UPDATE, and DELETE statements within triggers"
            ),
            Self::Returning => write!(out, "cannot use RETURNING in a trigger"),
            Self::Steps(name) => write!(
                out,
                "trigger \"{}\" contains too many steps",
                name.replace('"', "\"\"")
            ),
        }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Join(words) => write!(out, "unknown join type: {words}"),
            Self::JoinNeeded(clause) => write!(out, "a JOIN clause is required before {clause}"),
            Self::WithTwice(name) => write!(out, "duplicate WITH table name: {name}"),
            Self::Before { clause, operator } => {
                write!(
                    out,
                    "{clause} clause should come after {operator} not before"
                )
            }
            Self::Element { terms, expected } => {
                let plural = if *terms > 1 { "s" } else { "" };
                write!(
                    out,
                    "IN(...) element has {terms} term{plural} - expected {expected}"
                )
            }
            Self::Assigned { columns, values } => {
                write!(out, "{columns} columns assigned {values} values")
            }
            Self::ParameterNumber => {
                write!(out, "variable number must be between ?1 and ?32766")
            }
            Self::Parameter => write!(out, "parameters are not allowed in views"),
            Self::Nulls(place) => write!(out, "unsupported use of NULLS {place}"),
            Self::Arguments(name) => write!(out, "too many arguments on function {name}"),
            Self::DistinctWindow => {
                write!(out, "DISTINCT is not supported for window functions")
            }
            Self::Ordered(name) => {
                write!(out, "ORDER BY may not be used with non-aggregate {name}()")
            }
            Self::Frame => write!(out, "unsupported frame specification"),
            Self::Window { what, window } => {
                write!(out, "cannot override {what} of window: {window}")
            }
            Self::Depth => write!(out, "Expression tree is too large (maximum depth 1000)"),
            Self::Sources => write!(out, "too many FROM clause terms, max: 200"),
            Self::Parts => write!(out, "too many terms in compound SELECT"),
            Self::Database {
                kind,
                name,
                database,
            } => write!(
                out,
                "{kind} {name} cannot reference objects in database {database}"
            ),
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option(name) => write!(out, "unknown table option: {name}"),
            Self::TwoColumns(name) => write!(out, "duplicate column name: {name}"),
            Self::Columns(table) => write!(out, "too many columns on {table}"),
            Self::ColumnsOfIndex => write!(out, "too many columns in index"),
            Self::TwoKeys(table) => write!(out, "table \"{table}\" has more than one primary key"),
            Self::Autoincrement => {
                write!(
                    out,
                    "AUTOINCREMENT is only allowed on an INTEGER PRIMARY KEY"
                )
            }
            Self::AutoincrementWithoutRowid => {
                write!(out, "AUTOINCREMENT not allowed on WITHOUT ROWID tables")
            }
            Self::NoKey(table) => write!(out, "PRIMARY KEY missing on table {table}"),
            Self::KeyExpression => {
                write!(
                    out,
                    "expressions prohibited in PRIMARY KEY and UNIQUE constraints"
                )
            }
            Self::Conflict => write!(out, "conflicting ON CONFLICT clauses specified"),
            Self::NoType { table, column } => write!(out, "missing datatype for {table}.{column}"),
            Self::Type { table, column, of } => {
                write!(out, "unknown datatype for {table}.{column}: \"{of}\"")
            }
            Self::Default(column) => {
                write!(out, "default value of column [{column}] is not constant")
            }
            Self::DefaultOfGenerated => write!(out, "cannot use DEFAULT on a generated column"),
            Self::GeneratedKey => {
                write!(out, "generated columns cannot be part of the PRIMARY KEY")
            }
            Self::Generated(column) => write!(out, "error in generated column \"{column}\""),
            Self::OnlyGenerated => write!(out, "must have at least one non-generated column"),
            Self::ForeignColumns { column, table } => write!(
                out,
                "foreign key on {column} should reference only one column of table {table}"
            ),
            Self::ForeignCount => write!(
                out,
                "number of columns in foreign key does not match the number of columns in the referenced table"
            ),
            Self::ForeignColumn(column) => {
                write!(out, "unknown column \"{column}\" in foreign key definition")
            }
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoColumn(name) => write!(out, "no such column: {name}"),
            Self::Prohibited { what, within } => write!(out, "{what} prohibited in {within}"),
            Self::Arguments(name) => {
                write!(out, "wrong number of arguments to function {name}()")
            }
            Self::Misused { kind, function } => {
                write!(out, "misuse of {kind} function {function}()")
            }
            Self::NoWindow(name) => write!(out, "{name}() may not be used as a window function"),
            Self::Filter(name) => write!(out, "FILTER may not be used with non-aggregate {name}()"),
            Self::Ordered(name) => {
                write!(out, "ORDER BY may not be used with non-aggregate {name}()")
            }
            Self::Unsafe(name) => write!(out, "unsafe use of {name}()"),
            Self::Probability(name) => write!(
                out,
                "second argument to {name}() must be a constant between 0.0 and 1.0"
            ),
            Self::RowValue => write!(out, "row value misused"),
        }
    }
}
