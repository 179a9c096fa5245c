//! The content of tables and indexes, looked at as the second half of SQLite's own check does (`PRAGMA integrity_check`
//! and `quick_check`, `pragma.c`): as many entries as rows, values of the types that their columns hold, rows in their
//! order, and for each row its entry in every index.

mod at_cursor;
mod chain;
mod collation;
mod cursor;
mod entry;
mod fault;
mod key;
mod long;
mod problem;
mod reader;
mod row;
mod rows;
mod schema;
mod sound;
mod tables;
mod text;
mod types;
mod unchecked;
mod value;
mod varint;

use std::collections::BTreeSet;
use std::sync::atomic::AtomicU64;

use stillframe_database::Header;
use stillframe_format::Pages;
use stillframe_history::Progress;
use stillframe_schema::{Schema, Table};

pub use problem::{ContentProblem, ContentProblemKind, RowPlace};
pub(crate) use schema::read_schema_and_places;
pub use schema::{SchemaFault, read_schema};
pub use text::{InvalidText, InvalidValue};
pub use unchecked::{Unchecked, UncheckedKind};

use sound::suspect::judge;
use tables::{Job, Known};

/// How much of a database is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// That every page is there for exactly one thing, and every tree and list in order.
    Structure,
    /// And what `PRAGMA quick_check` looks at: the types of values, and how many entries each index has.
    Quick,
    /// And what `PRAGMA integrity_check` looks at: that each row has its entry in every index.
    Full,
}

/// The b-trees of a schema, in the order in which SQLite's check goes through them; 0 stands for a view and for a virtual
/// table, which have none.
pub fn roots(schema: &Schema) -> Vec<u32> {
    let mut roots = Vec::new();
    for table in &schema.tables {
        if !table.is_without_rowid {
            roots.push(table.root);
        }
        roots.extend(table.indexes.iter().map(|index| index.root));
    }
    roots
}

/// What was found of the content of a database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// The problems, in SQLite's order.
    pub problems: Vec<ContentProblem>,
    /// The table of the schema at whose rows it ended early.
    pub at: Option<usize>,
    /// Text that is none, of each table that has any: nothing to SQLite's check, and looked at in full only.
    pub texts: Vec<InvalidText>,
    /// How it ended.
    pub end: End,
}

/// How a look at the content of a database ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum End {
    /// All was looked at.
    #[default]
    Whole,
    /// There were as many problems as were wanted.
    Most,
    /// A record contradicts itself, which is the last of the problems. SQLite ends its list there.
    Record,
    /// A tree cannot be followed. SQLite ends with the error `database disk image is malformed`.
    Malformed,
    /// A tree cannot be followed, as a cell goes past the end of its page. SQLite reads on there, and what it says of that
    /// is not determined.
    PastPage,
    /// A value is longer than any can be. SQLite ends with the error `string or blob too big`.
    TooBig,
    /// Pages lead to one another so often that looking at all of it has no end.
    Endless,
}

impl End {
    /// What was left out at an early end, in words.
    pub(crate) const fn left_out(self) -> Option<&'static str> {
        match self {
            Self::Whole => None,
            Self::Most => Some("what comes after so many findings"),
            Self::Record => Some("rows and tables after the record that contradicts itself"),
            Self::Malformed | Self::PastPage => {
                Some("rows and tables after the b-tree that cannot be followed")
            }
            Self::TooBig => Some("rows and tables after a value that is longer than any can be"),
            Self::Endless => Some("rows and tables: pages lead to one another without an end"),
        }
    }
}

impl Level {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Quick => "quick",
            Self::Full => "full",
        }
    }
}

/// Looks at the content of every table of a schema, and stops after `most` problems, which come in SQLite's order.
///
/// # Errors
/// A page could not be read.
pub fn content<P: Pages<Error: Send> + Sync>(
    pages: &P,
    header: &Header,
    schema: &Schema,
    structure: &Counted<'_>,
    level: Level,
    most: usize,
    progress: &dyn Progress,
) -> Result<Content, P::Error> {
    let Some(job) = Job::new(pages, header, schema, structure, level) else {
        return Ok(Content::default());
    };
    if most == 0 {
        return job.in_order(most, |_, _| Ok(Known::Nothing));
    }
    let sound = sound::look(&job, progress)?;
    let page_count = u64::from(pages.page_count());
    let reads = AtomicU64::new(sound::MOST_READS_A_PAGE * page_count + 1000);
    job.in_order(most, |index, looked_at| {
        if let Some(texts) = sound.texts(index) {
            return Ok(Known::All(texts.clone()));
        }
        // Where much is wrong there is an end after some rows, and that takes less time.
        let first = (page_count / 4).saturating_sub(250);
        if looked_at < first {
            return Ok(Known::First(first));
        }
        let judged = match schema.tables.get(index) {
            Some(table) => judge(&job, table, &reads)?,
            None => None,
        };
        Ok(judged.map_or(Known::Nothing, Known::Some))
    })
}

/// The same, row after row from the beginning, as [`content`] looks at tables only where something is wrong. It finds the
/// same.
///
/// # Errors
/// A page could not be read.
pub fn content_in_order<P: Pages>(
    pages: &P,
    header: &Header,
    schema: &Schema,
    structure: &Counted<'_>,
    level: Level,
    most: usize,
) -> Result<Content, P::Error> {
    let job = Job::new(pages, header, schema, structure, level);
    job.map_or_else(
        || Ok(Content::default()),
        |job| job.in_order(most, |_, _| Ok(Known::Nothing)),
    )
}

/// What the walk of the structure came to.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'c> {
    /// Whether it met no problem.
    pub is_sound: bool,
    /// The rows and entries of the trees of [`roots`], as [`crate::walk::structure`] counts them.
    pub counts: &'c [Option<u64>],
    /// Roots of trees that are damaged, if tables of which one is are to be passed over, as what is wrong with their rows
    /// follows from that.
    pub damaged: &'c BTreeSet<u32>,
}

/// Whether a tree of a table is among those with these roots.
pub(crate) fn is_damaged(table: &Table, damaged: &BTreeSet<u32>) -> bool {
    let indexes = table.indexes.iter().map(|index| index.root);
    std::iter::once(table.root)
        .chain(indexes)
        .any(|root| damaged.contains(&root))
}

/// What of a schema is not looked at, at this level or any.
pub fn unchecked(schema: &Schema) -> Vec<Unchecked> {
    schema
        .tables
        .iter()
        .flat_map(unchecked::unchecked)
        .collect()
}
