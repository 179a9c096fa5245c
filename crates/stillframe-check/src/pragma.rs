//! What `PRAGMA integrity_check` and `PRAGMA quick_check` of SQLite print.

use std::collections::BTreeSet;
use std::fmt;

use stillframe_database::schema::roots;
use stillframe_database::{Geometry, Header};
use stillframe_format::Pages;
use stillframe_history::Progress;
use stillframe_schema::{Collation, Reason, Schema};

use crate::content::{self, Content, ContentProblem, Counted, End, Level, SchemaFault};
use crate::walk::{self, Problem};

/// The one row of a sound database.
const OK: &str = "ok";

/// Problems that SQLite prints at most where it is not told how many.
pub const MOST_ROWS: usize = 100;

/// The rows that SQLite prints, and the error with which it ends, if it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pragma {
    /// The rows. The first may have several lines.
    pub rows: Vec<String>,
    /// The error.
    pub error: Option<PragmaError>,
}

/// The error with which SQLite ends.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PragmaError {
    /// The file is no database.
    NotADatabase,
    /// The file cannot be opened, for SQLite has no use for its WAL.
    CannotOpen,
    /// The database is malformed.
    Malformed,
    /// The schema is.
    MalformedSchema {
        /// The name of the first row that is refused.
        name: String,
        /// What is wrong with it, where SQLite says so.
        why: Option<String>,
    },
    /// The schema has a format that SQLite does not know.
    FileFormat,
    /// An index has a collation of this name, which an application defined.
    NoCollation(String),
    /// A value is longer than any can be.
    TooBig,
    /// The file ends within a page that a value is taken from.
    ShortRead,
    /// Not SQLite's: the WAL has pages of another size than the database, and what it reads of them is not determined.
    PageSizeMismatch,
    /// Not SQLite's: it is not known whether the super-journal is there that decides whether it rolls the database back.
    SuperJournalUnknown,
    /// Not SQLite's: the statement of the row with this name is not understood. SQLite may refuse it.
    NotUnderstood(String),
    /// Not SQLite's: it reads past the end of a page, and what it says of that is not determined.
    PastPage,
    /// Not SQLite's: it takes an SQL evaluator to know what it says next, as it searches a damaged index for what only such
    /// a one knows.
    Evaluator,
    /// Not SQLite's: this virtual column is computed from itself. Where SQLite looks at it, it ends with an error.
    Loop(String),
    /// Not SQLite's: it would look at the same pages again and again.
    Endless,
}

impl fmt::Display for PragmaError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotADatabase => out.write_str("file is not a database"),
            Self::CannotOpen => out.write_str("unable to open database file"),
            Self::Malformed => out.write_str("database disk image is malformed"),
            Self::MalformedSchema { name, why } => {
                write!(out, "malformed database schema ({name})")?;
                match why {
                    Some(why) => write!(out, " - {why}"),
                    None => Ok(()),
                }
            }
            Self::PageSizeMismatch => {
                out.write_str("the WAL has pages of another size than the database")
            }
            Self::SuperJournalUnknown => out.write_str(
                "SQLite rolls the database back if the super-journal is there that its journal names, which is not known; \
                 see stillframe rebuild --at journal and --ignore-journal",
            ),
            Self::NotUnderstood(name) => write!(out, "the schema is not understood ({name})"),
            Self::FileFormat => out.write_str("unsupported file format"),
            Self::NoCollation(name) => write!(out, "no such collation sequence: {name}"),
            Self::ShortRead => out.write_str("disk I/O error"),
            Self::TooBig => out.write_str("string or blob too big"),
            Self::PastPage => out.write_str(
                "a cell goes past the end of its page: what SQLite prints from here on is not determined",
            ),
            Self::Evaluator => out.write_str(
                "SQLite may print more, or end here: it searches a damaged index for what only an SQL evaluator knows",
            ),
            Self::Loop(column) => write!(
                out,
                "the virtual column {column} is computed from itself: where SQLite looks at it, it prints no row but an error"
            ),
            Self::Endless => out.write_str("pages lead to one another without an end"),
        }
    }
}

/// A virtual column that is computed from itself.
fn looped(schema: &Schema) -> Option<String> {
    schema.tables.iter().find_map(|table| {
        let column = table.columns.get(table.looped?)?;
        Some(format!("{}.{}", table.name, column.name))
    })
}

/// The collation that SQLite says it lacks, where the application is not there that defined it: it then prints no row. Of
/// several it is the last one of the first index that has one.
pub fn missing_collation(schema: &Schema) -> Option<&str> {
    let indexes = schema.tables.iter().flat_map(|table| &table.indexes);
    let mut missing = indexes.filter_map(|index| {
        let parts = index.columns.iter().rev();
        let mut names = parts.filter_map(|part| match &part.collation {
            Collation::Other(name) => Some(name.as_str()),
            _ => None,
        });
        names.next()
    });
    missing.next()
}

/// What the check of this level prints, of a database whose page 1 has this `header`. That of the structure alone SQLite
/// has no statement for: it is the first row of both others, over the b-trees in the order of their rows in
/// `sqlite_schema`, whatever their statements say.
///
/// Collations of an application are taken for known, and for none of what is printed: see [`missing_collation`].
///
/// It ends after `most` problems: that is the number in `PRAGMA integrity_check(N)`, of which 0 stands for [`MOST_ROWS`].
/// Every line of the first row is one.
///
/// # Errors
/// A page could not be read.
pub fn pragma<P: Pages<Error: Send> + Sync>(
    pages: &P,
    header: &Header,
    level: Level,
    most: usize,
    progress: &dyn Progress,
) -> Result<Pragma, P::Error> {
    let most = if most == 0 { MOST_ROWS } else { most };
    if level == Level::Structure {
        let geometry = Geometry::new(pages.page_size(), header.reserved_bytes);
        let roots = geometry
            .map(|geometry| roots(pages, geometry))
            .transpose()?;
        let roots = roots.unwrap_or_default();
        let structure = walk::structure(pages, header, &roots, most, progress)?;
        let walked = Pragma::new(&structure.problems, &Content::default());
        // What SQLite does not open is not ok, however well its b-trees are made.
        return Ok(match (walked.is_ok(), opened_schema(pages, header)?) {
            (true, Err(error)) => Pragma::refused(error),
            _ => walked,
        });
    }
    let schema = match opened_schema(pages, header)? {
        Ok(schema) => schema,
        Err(error) => return Ok(Pragma::refused(error)),
    };
    let roots = content::roots(&schema);
    let structure = walk::structure_as_told(pages, header, &roots, most, progress)?;
    let left = most - structure.problems.len();
    let counted = Counted {
        is_sound: structure.problems.is_empty(),
        counts: &structure.rows,
        damaged: &BTreeSet::new(),
    };
    let content = content::content(pages, header, &schema, &counted, level, left, progress)?;
    Ok(Pragma::new(&structure.problems, &content))
}

/// The schema, as SQLite reads it when it opens the database, or why it does not.
fn opened_schema<P: Pages>(
    pages: &P,
    header: &Header,
) -> Result<Result<Schema, PragmaError>, P::Error> {
    let schema = match content::read_schema(pages, header)? {
        Ok(schema) => schema,
        Err(SchemaFault::Malformed) => return Ok(Err(PragmaError::Malformed)),
        Err(SchemaFault::PastPage) => return Ok(Err(PragmaError::PastPage)),
        Err(SchemaFault::ShortRead) => return Ok(Err(PragmaError::ShortRead)),
        Err(SchemaFault::Format) => return Ok(Err(PragmaError::FileFormat)),
    };
    if let Some(refused) = schema.refused.first() {
        let name = refused.name.clone();
        return Ok(Err(match refused.reason {
            Reason::Syntax => PragmaError::NotUnderstood(name),
            ref reason => PragmaError::MalformedSchema {
                name,
                why: reason.is_said().then(|| reason.to_string()),
            },
        }));
    }
    Ok(match looped(&schema) {
        Some(column) => Err(PragmaError::Loop(column)),
        None => Ok(schema),
    })
}

impl Pragma {
    /// Of a database that SQLite does not open.
    pub const fn refused(error: PragmaError) -> Self {
        Self {
            rows: Vec::new(),
            error: Some(error),
        }
    }

    /// Of a file without a byte, which SQLite takes for an empty database.
    pub fn of_empty() -> Self {
        Self::new(&[], &Content::default())
    }

    /// Whether nothing was found.
    pub fn is_ok(&self) -> bool {
        self.error.is_none() && matches!(self.rows.as_slice(), [row] if row == OK)
    }

    fn new(structure: &[Problem], content: &Content) -> Self {
        let (problems, end) = (content.problems.as_slice(), content.end);
        let determined = content.determined;
        let problems = match determined {
            Some(determined) => problems.get(..determined.problems).unwrap_or(problems),
            None => problems,
        };
        let mut rows = Vec::new();
        if !structure.is_empty() {
            let lines: Vec<String> = structure.iter().map(Problem::to_string).collect();
            rows.push(format!("*** in database main ***\n{}", lines.join("\n")));
        }
        rows.extend(problems.iter().map(ContentProblem::to_string));
        let error = match end {
            _ if determined.is_some_and(|determined| determined.ends) => {
                Some(PragmaError::Malformed)
            }
            _ if determined.is_some() => Some(PragmaError::Evaluator),
            End::Whole | End::Most | End::Record => None,
            End::Malformed => Some(PragmaError::Malformed),
            End::PastPage => Some(PragmaError::PastPage),
            End::TooBig => Some(PragmaError::TooBig),
            End::ShortRead => Some(PragmaError::ShortRead),
            End::Endless => Some(PragmaError::Endless),
        };
        if rows.is_empty() && error.is_none() {
            rows.push(OK.to_owned());
        }
        Self { rows, error }
    }
}
