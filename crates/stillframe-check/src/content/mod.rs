//! The content of tables and indexes, looked at as the second half of SQLite's own check does (`PRAGMA integrity_check`
//! and `quick_check`, `pragma.c`): as many entries as rows, values of the types that their columns hold, rows in their
//! order, and for each row its entry in every index.

mod at_cursor;
mod chain;
mod collation;
mod cursor;
mod entries;
mod entry;
mod fault;
mod findings;
mod found;
mod hash;
mod key;
mod long;
mod nowhere;
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
use stillframe_schema::{Index, IndexKind, Schema, Table};

pub(crate) use entries::located;
pub use entries::{EntryProblem, EntryProblemKind};
pub use found::{Content, Determined, End};
pub use problem::{ContentProblem, ContentProblemKind, EntryPlace, RowPlace};
pub(crate) use schema::read_schema_and_places;
pub use schema::{SchemaFault, read_schema};
pub use text::{InvalidText, InvalidValue};
pub(crate) use unchecked::is_apart;
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
    let page_count = u64::from(pages.page_count());
    let reads = AtomicU64::new(sound::MOST_READS_A_PAGE * page_count + 1000);
    // Where much is wrong there is an end after some rows, and that takes less time.
    let first = (page_count / 4).saturating_sub(250);
    let may_end_soon = !structure.is_sound && structure.damaged.is_empty();
    let mut all = None;
    job.in_order(most, |index, come| {
        let is_early = may_end_soon && all.is_none() && come.of_all - come.of_table < 4 * first;
        let is_early = is_early && !takes_more(schema, index);
        if is_early && come.of_table == 0 {
            return Ok(Known::First(first));
        }
        // What comes behind a table may not be come to.
        let alone;
        let sound = if is_early {
            alone = sound::look(&job, Some(index), progress)?;
            &alone
        } else {
            match &mut all {
                Some(all) => all,
                none => none.insert(sound::look(&job, None, progress)?),
            }
        };
        if let Some(texts) = sound.texts(index) {
            return Ok(Known::All(texts.clone()));
        }
        if come.of_table < first {
            return Ok(Known::First(first));
        }
        let judged = match schema.tables.get(index) {
            Some(table) => judge(&job, table, &reads)?,
            None => None,
        };
        Ok(judged.map_or(Known::Nothing, Known::Some))
    })
}

/// Whether entries of indexes of a table are looked at, too, where some of its rows are.
fn takes_more(schema: &Schema, table: usize) -> bool {
    let table = schema.tables.get(table);
    table.is_some_and(|table| table.indexes.iter().any(|index| is_apart(table, index)))
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

/// Whether an index is the table itself.
fn is_own(table: &Table, index: &Index) -> bool {
    table.is_without_rowid && index.kind == IndexKind::PrimaryKey
}

/// Whether a tree of a table is among those with these roots.
pub(crate) fn is_damaged(table: &Table, damaged: &BTreeSet<u32>) -> bool {
    let indexes = table.indexes.iter().map(|index| index.root);
    std::iter::once(table.root)
        .chain(indexes)
        .any(|root| damaged.contains(&root))
}

/// What of a schema is not looked at, although SQLite does at this level.
pub fn unchecked(schema: &Schema, level: Level) -> Vec<Unchecked> {
    let of_table = |table| unchecked::unchecked(table, level);
    schema.tables.iter().flat_map(of_table).collect()
}
