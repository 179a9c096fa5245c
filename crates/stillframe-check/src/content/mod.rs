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
mod problem;
mod reader;
mod row;
mod rows;
mod schema;
mod sound;
mod text;
mod types;
mod unchecked;
mod value;
mod varint;

use std::collections::BTreeSet;
use std::sync::atomic::AtomicU64;

use stillframe_database::{Geometry, Header, TextEncoding};
use stillframe_format::Pages;
use stillframe_history::Progress;
use stillframe_schema::{Schema, Table, TableKind};

pub use problem::{ContentProblem, ContentProblemKind, RowPlace};
pub(crate) use schema::read_schema_and_places;
pub use schema::{SchemaFault, read_schema};
pub use text::{InvalidText, InvalidValue};
pub use unchecked::{Unchecked, UncheckedKind};

use fault::Fault;
use reader::Reader;
use rows::rows;
use sound::suspect::{Judged, judge};
use text::{TextLook, Texts};

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
        return job.in_order(most, |_| Ok(Known::Nothing));
    }
    let sound = sound::look(&job, progress)?;
    let reads = sound::MOST_READS_A_PAGE * u64::from(pages.page_count()) + 1000;
    let reads = AtomicU64::new(reads);
    job.in_order(most, |index| {
        if let Some(texts) = sound.texts(index) {
            return Ok(Known::All(texts.clone()));
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
        |job| job.in_order(most, |_| Ok(Known::Nothing)),
    )
}

/// What is known of the rows of a table before they are looked at one after the other.
enum Known {
    Nothing,
    /// Which of them are to be looked at.
    Some(Judged),
    /// That nothing is wrong with them, and their text that is none.
    All(Texts),
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

/// What is to be looked at.
struct Job<'c, P> {
    pages: &'c P,
    geometry: Geometry,
    encoding: TextEncoding,
    /// Whether the database has a pointer map.
    auto_vacuum: bool,
    schema: &'c Schema,
    /// See [`Counted::counts`].
    counts: &'c [Option<u64>],
    /// See [`Counted::damaged`].
    damaged: &'c BTreeSet<u32>,
    level: Level,
    /// See [`Counted::is_sound`].
    is_structure_sound: bool,
}

impl<'c, P: Pages> Job<'c, P> {
    /// `None` where there is nothing to be looked at.
    fn new(
        pages: &'c P,
        header: &Header,
        schema: &'c Schema,
        structure: &Counted<'c>,
        level: Level,
    ) -> Option<Self> {
        let geometry = Geometry::new(pages.page_size(), header.reserved_bytes)?;
        (level > Level::Structure).then_some(Self {
            pages,
            geometry,
            encoding: header.text_encoding(),
            auto_vacuum: header.auto_vacuum(),
            schema,
            counts: structure.counts,
            damaged: structure.damaged,
            level,
            is_structure_sound: structure.is_sound,
        })
    }

    /// Looks at table after table. What is known of one is asked for when it is come to.
    fn in_order(
        &self,
        most: usize,
        known: impl FnMut(usize) -> Result<Known, P::Error>,
    ) -> Result<Content, P::Error> {
        let mut findings = Findings {
            problems: Vec::new(),
            texts: Vec::new(),
            left: most,
            at: None,
        };
        let end = match self.tables(&mut findings, known) {
            Ok(()) => End::Whole,
            Err(Stop::Most) => End::Most,
            Err(Stop::Fault(Fault::Corrupt)) => End::Malformed,
            Err(Stop::Fault(Fault::PastPage)) => End::PastPage,
            Err(Stop::Fault(Fault::Record)) => End::Record,
            Err(Stop::Fault(Fault::TooBig)) => End::TooBig,
            Err(Stop::Fault(Fault::Endless)) => End::Endless,
            Err(Stop::Fault(Fault::Read(error))) => return Err(error),
        };
        Ok(Content {
            at: findings.at.filter(|_| end != End::Whole),
            problems: findings.problems,
            texts: findings.texts,
            end,
        })
    }

    fn tables(
        &self,
        findings: &mut Findings,
        mut known: impl FnMut(usize) -> Result<Known, P::Error>,
    ) -> Result<(), Stop<P::Error>> {
        if findings.left == 0 {
            return Err(Stop::Most);
        }
        let mut counts = self.counts.iter().copied();
        for table in &self.schema.tables {
            entry_counts(table, &mut counts, findings)?;
        }
        let reader = self.reader(self.most_reads());
        let mut look = self.text_look();
        for (index, table) in self.schema.tables.iter().enumerate() {
            if table.kind != TableKind::Ordinary || self.is_left_out(table) {
                continue;
            }
            let judged = match known(index).map_err(Fault::Read)? {
                Known::All(texts) => {
                    findings.texts.extend(texts.of(table));
                    continue;
                }
                Known::Some(judged) => judged,
                Known::Nothing => Judged::default(),
            };
            let (encoding, level) = (self.encoding, self.level);
            findings.at = Some(index);
            let end = rows(
                &reader,
                table,
                encoding,
                level,
                findings,
                look.as_mut(),
                &judged,
            );
            let mut texts = look.as_mut().map(TextLook::end).unwrap_or_default();
            if end.is_ok() {
                texts.add(&judged.texts);
            }
            findings.texts.extend(texts.of(table));
            end?;
        }
        Ok(())
    }

    /// Whether a table is passed over.
    fn is_left_out(&self, table: &Table) -> bool {
        is_damaged(table, self.damaged)
    }

    fn text_look(&self) -> Option<TextLook<'c, P>> {
        let most = self.pages.page_count().into();
        let look = || TextLook::new(self.reader(most), self.encoding);
        (self.level == Level::Full).then(look)
    }

    /// A reader that reads no more than this many pages.
    fn reader(&self, most: u64) -> Reader<'c, P> {
        let mut reader = Reader::new(self.pages, self.geometry, self.auto_vacuum, most);
        reader.is_map_sound = self.is_structure_sound;
        reader
    }

    /// Every row is looked for in every index, from the root on, and so pages are read more often than once; in a
    /// database whose pages each stand in one place not more often than this.
    fn most_reads(&self) -> u64 {
        let bytes = u64::from(self.pages.page_count()) * u64::from(self.geometry.page_size().get());
        (bytes / 4).saturating_mul(32).saturating_add(1 << 16)
    }
}

/// Whether a tree of a table is among those with these roots.
pub(crate) fn is_damaged(table: &Table, damaged: &BTreeSet<u32>) -> bool {
    let indexes = table.indexes.iter().map(|index| index.root);
    std::iter::once(table.root)
        .chain(indexes)
        .any(|root| damaged.contains(&root))
}

/// Every index has as many entries as its table has rows.
fn entry_counts<E>(
    table: &Table,
    counts: &mut impl Iterator<Item = Option<u64>>,
    findings: &mut Findings,
) -> Result<(), Stop<E>> {
    let of_table = if table.is_without_rowid {
        None
    } else {
        counts.next()
    };
    let of_indexes: Vec<_> = counts.take(table.indexes.len()).collect();
    let own = || {
        let mut indexes = table.indexes.iter().zip(&of_indexes);
        let own = indexes.find(|(index, _)| index.kind == stillframe_schema::IndexKind::PrimaryKey);
        own.map(|(_, count)| *count)
    };
    let rows = of_table.or_else(own).flatten();
    for (index, entries) in table.indexes.iter().zip(&of_indexes) {
        if !index.is_partial && rows != *entries {
            findings.add(ContentProblem {
                table: table.name.clone(),
                kind: ContentProblemKind::EntryCount {
                    index: index.name.clone(),
                },
                row: None,
            })?;
        }
    }
    Ok(())
}

/// What of a schema is not looked at, at this level or any.
pub fn unchecked(schema: &Schema) -> Vec<Unchecked> {
    schema
        .tables
        .iter()
        .flat_map(unchecked::unchecked)
        .collect()
}

/// Why it ends before all was looked at.
enum Stop<E> {
    /// There are as many problems as were wanted.
    Most,
    Fault(Fault<E>),
}

impl<E> From<Fault<E>> for Stop<E> {
    fn from(fault: Fault<E>) -> Self {
        Self::Fault(fault)
    }
}

/// The problems, as they are found.
struct Findings {
    problems: Vec<ContentProblem>,
    texts: Vec<InvalidText>,
    /// How many more are wanted.
    left: usize,
    /// The table of the schema that is looked at.
    at: Option<usize>,
}

impl Findings {
    fn add<E>(&mut self, problem: ContentProblem) -> Result<(), Stop<E>> {
        self.problems.push(problem);
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return Err(Stop::Most);
        }
        Ok(())
    }

    /// The one with which SQLite's list ends.
    fn add_last(&mut self, problem: ContentProblem) {
        self.problems.push(problem);
    }
}
