//! What SQLite refuses, and what it says of it.

mod words;

/// A row of `sqlite_schema` that is not in the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The name that the row gives; `?` where it gives none.
    pub name: String,
    /// Which one of the rows it is, from 0.
    pub row: usize,
    /// Why.
    pub reason: Reason,
}

/// Why a row of `sqlite_schema` was refused. Printed, it is in SQLite's own words where it has some.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// Not SQLite's: the statement is in its grammar, and was not understood.
    Syntax,
    /// What is no token.
    Token(String),
    /// A token that cannot be there, as far as SQLite 3.54 knows.
    Near(String),
    /// The statement ends where it cannot.
    Incomplete,
    /// The statement is not one that a schema holds.
    Statement,
    /// The row has NULL for a root page.
    NoRootPage,
    /// The root page is no number, past the end of the database, or that of another index of the table.
    RootPage,
    /// A view with a root page.
    RootOfView,
    /// Kind, name and table of the row are not those of the statement.
    Name,
    /// A database is named before what is created.
    Qualified,
    /// There is one of this name.
    Exists {
        /// What it is: `table`, `view`, `index` or `trigger`.
        kind: &'static str,
        /// The name, as the statement spells it.
        name: String,
    },
    /// There is one of this name, and the statement says that it does not mind, where SQLite does.
    Again,
    /// The name of a table is that of an index.
    IsIndex(String),
    /// The table that it is for is not there.
    NoTable(String),
    /// An index of a constraint that no table has.
    OrphanIndex,
    /// An index of what has none: `views` or `virtual tables`.
    NotIndexed(&'static str),
    /// A trigger that cannot be for what it is for.
    Trigger(Trigger),
    /// What cannot be in a query, wherever it is.
    Query(Query),
    /// What cannot be in a table, or a key of one.
    Table(Table),
    /// What cannot be in an expression of a table or an index.
    Expression(Expression),
}

/// Why a trigger was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trigger {
    /// It is for a virtual table.
    Virtual,
    /// It is for a table of SQLite's own.
    System,
    /// It is `BEFORE` or `AFTER`, and for this view.
    View {
        /// When it does something.
        time: &'static str,
        /// The view.
        view: String,
    },
    /// It is INSTEAD OF, and for this table.
    Instead(String),
    /// It names an index, or none, for what it changes: `INDEXED BY` or `NOT INDEXED`.
    Index(&'static str),
    /// It names a database for what it changes.
    Qualified,
    /// It has RETURNING.
    Returning,
    /// The trigger of this name has more than 65,000 statements.
    Steps(String),
}

/// Why a query was refused, or what of one stands elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Query {
    /// No join of this name.
    Join(String),
    /// `ON` or `USING` at the first table.
    JoinNeeded(&'static str),
    /// Two tables of this name behind WITH.
    WithTwice(String),
    /// A clause that belongs behind all parts of a query.
    Before {
        /// `ORDER BY` or `LIMIT`.
        clause: &'static str,
        /// The operator behind it.
        operator: &'static str,
    },
    /// An element of a list with another number of values than what is looked for in it.
    Element {
        /// Its values.
        terms: usize,
        /// Those that there should be.
        expected: usize,
    },
    /// More or fewer values than columns that they are for.
    Assigned {
        /// The columns.
        columns: usize,
        /// The values.
        values: usize,
    },
    /// A parameter of a number that there is not.
    ParameterNumber,
    /// A parameter in a view.
    Parameter,
    /// NULLS `FIRST` or `LAST`.
    Nulls(&'static str),
    /// More arguments of this function than any has.
    Arguments(String),
    /// A window function with DISTINCT.
    DistinctWindow,
    /// A function that is no aggregate with ORDER BY.
    Ordered(String),
    /// A frame that ends before it begins.
    Frame,
    /// A window that changes what the one has that it is made of.
    Window {
        /// What it changes.
        what: &'static str,
        /// The one that it is made of.
        window: String,
    },
    /// More than 1000 terms of an expression in one another.
    Depth,
    /// More than 200 tables in one list.
    Sources,
    /// More than 500 queries with UNION and the like between.
    Parts,
    /// A view or trigger of this name that names a table of another database.
    Database {
        /// `view` or `trigger`.
        kind: &'static str,
        /// The name.
        name: String,
        /// The database.
        database: String,
    },
}

/// Why a table was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Table {
    /// An option that there is not.
    Option(String),
    /// Two columns of this name.
    TwoColumns(String),
    /// More than 2000 columns.
    Columns(String),
    /// More than 2000 columns in an index.
    ColumnsOfIndex,
    /// Two primary keys.
    TwoKeys(String),
    /// AUTOINCREMENT where the key is not the rowid.
    Autoincrement,
    /// AUTOINCREMENT in a table without a rowid.
    AutoincrementWithoutRowid,
    /// Neither a rowid nor a primary key.
    NoKey(String),
    /// A key of something that is no column.
    KeyExpression,
    /// Two constraints that are the same but for what they do on a conflict.
    Conflict,
    /// A column of a STRICT table without a type.
    NoType {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A column of a STRICT table with a type that none can have.
    Type {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The type.
        of: String,
    },
    /// A default value of this column that is none.
    Default(String),
    /// A default value of a generated column.
    DefaultOfGenerated,
    /// A generated column in a primary key.
    GeneratedKey,
    /// What a generated column cannot say.
    Generated(String),
    /// No column but generated ones.
    OnlyGenerated,
    /// A foreign key of one column to several.
    ForeignColumns {
        /// The column.
        column: String,
        /// The other table.
        table: String,
    },
    /// A foreign key of some columns to more or fewer.
    ForeignCount,
    /// A foreign key of a column that there is not.
    ForeignColumn(String),
}

/// Why an expression was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expression {
    /// It names a column that the table does not have.
    NoColumn(String),
    /// It has what cannot be in it.
    Prohibited {
        /// What it has.
        what: &'static str,
        /// What it is for.
        within: &'static str,
    },
    /// A function with more or fewer arguments than it takes.
    Arguments(String),
    /// A function that only queries have: `aggregate` or `window`.
    Misused {
        /// What it is.
        kind: &'static str,
        /// The function.
        function: String,
    },
    /// A function that takes no window, with one.
    NoWindow(String),
    /// FILTER with a function that is no aggregate.
    Filter(String),
    /// ORDER BY with a function that is no aggregate.
    Ordered(String),
    /// A function that no schema may call.
    Unsafe(String),
    /// A second argument of this function that is no probability.
    Probability(String),
    /// Several values where one is asked for, or the reverse.
    RowValue,
}

impl Reason {
    /// Whether SQLite says it behind the name of the row. Where not, it says of what is wrong nothing but that name.
    pub const fn is_said(&self) -> bool {
        !matches!(
            self,
            Self::Syntax
                | Self::Statement
                | Self::NoRootPage
                | Self::RootOfView
                | Self::Name
                | Self::Again
        )
    }
}

impl From<Trigger> for Reason {
    fn from(reason: Trigger) -> Self {
        Self::Trigger(reason)
    }
}

impl From<Query> for Reason {
    fn from(reason: Query) -> Self {
        Self::Query(reason)
    }
}

impl From<Table> for Reason {
    fn from(reason: Table) -> Self {
        Self::Table(reason)
    }
}

impl From<Expression> for Reason {
    fn from(reason: Expression) -> Self {
        Self::Expression(reason)
    }
}
