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
mod key;
mod nowhere;
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

use stillframe_database::{Geometry, Header, TextEncoding};
use stillframe_format::Pages;
use stillframe_history::Progress;
use stillframe_schema::{Index, IndexKind, Schema, Table, TableKind};

pub(crate) use entries::located;
pub use entries::{EntryProblem, EntryProblemKind};
pub use found::{Content, Determined, End};
pub use problem::{ContentProblem, ContentProblemKind, EntryPlace, RowPlace};
pub(crate) use schema::read_schema_and_places;
pub use schema::{SchemaFault, read_schema};
pub use text::{InvalidText, InvalidValue};
pub(crate) use unchecked::is_apart;
pub use unchecked::{Unchecked, UncheckedKind};

use entries::Looked;
use fault::Fault;
use findings::{Findings, Stop};
use nowhere::Missing;
use reader::Reader;
use rows::rows;
use sound::Sound;
use text::TextLook;

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
    let Some(mut job) = Job::new(pages, header, schema, structure, level) else {
        return Ok(Content::default());
    };
    if structure.is_sound && most > 0 {
        job.sound = Some(sound::look(&job, progress)?);
    }
    job.in_order(most)
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
    job.map_or_else(|| Ok(Content::default()), |job| job.in_order(most))
}

/// What the walk of the structure came to.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'c> {
    /// Whether it met no problem.
    pub is_sound: bool,
    /// The rows and entries of the trees of [`roots`], as [`crate::walk::structure`] counts them.
    pub counts: &'c [Option<u64>],
    /// Roots of trees that are damaged: tables of which one is are passed over, as what is wrong with their rows follows
    /// from that.
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
    /// What a look at the tables in no order has told; all need a look at row after row where there was none.
    sound: Option<Sound>,
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
            sound: None,
        })
    }

    fn in_order(&self, most: usize) -> Result<Content, P::Error> {
        let mut findings = Findings {
            problems: Vec::new(),
            entries: Vec::new(),
            determined: None,
            is_uncertain: false,
            texts: Vec::new(),
            most,
            left: most,
            at: None,
            missing: Missing::default(),
        };
        let end = match self.tables(&mut findings) {
            Ok(()) => End::Whole,
            Err(Stop::Most) => End::Most,
            Err(Stop::Fault(Fault::Corrupt)) => End::Malformed,
            Err(Stop::Fault(Fault::PastPage)) => End::PastPage,
            Err(Stop::Fault(Fault::Record)) => End::Record,
            Err(Stop::Fault(Fault::TooBig)) => End::TooBig,
            Err(Stop::Fault(Fault::Endless)) => End::Endless,
            Err(Stop::Fault(Fault::Read(error))) => return Err(error),
        };
        let may_be_more = findings.is_uncertain && matches!(end, End::Whole | End::Most);
        if may_be_more {
            findings.determined_to_here(false);
        }
        // Whether SQLite ends with an error a little sooner is all the same, as long as it prints nothing in between.
        let is_same = end == End::Malformed;
        let count = findings.problems.len();
        let determined = findings
            .determined
            .filter(|determined| !is_same || determined.problems < count);
        let reader = self.reader(self.most_reads());
        Ok(Content {
            rows_nowhere: findings.missing.nowhere(&reader)?,
            at: findings.at.filter(|_| end != End::Whole),
            problems: findings.problems,
            entries: findings.entries,
            determined,
            texts: findings.texts,
            end,
        })
    }

    fn tables(&self, findings: &mut Findings) -> Result<(), Stop<P::Error>> {
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
            if table.kind != TableKind::Ordinary || is_damaged(table, self.damaged) {
                continue;
            }
            if let Some(texts) = self.sound.as_ref().and_then(|sound| sound.texts(index)) {
                findings.texts.extend(texts.of(table));
                continue;
            }
            let (encoding, level) = (self.encoding, self.level);
            findings.at = Some(index);
            let mut apart = self.apart(table, findings)?;
            for looked in &mut apart {
                findings.entries.append(&mut looked.problems);
            }
            let of = (table, apart.as_slice());
            let end = rows(&reader, of, encoding, level, findings, look.as_mut());
            let texts = look.as_mut().and_then(|look| look.end(table));
            findings.texts.extend(texts);
            end?;
            findings.is_uncertain |= apart.iter().any(|looked| looked.is_uncertain);
        }
        Ok(())
    }

    /// Looks at those indexes of a table that take an SQL evaluator to be compared with its rows.
    fn apart<'t>(
        &self,
        table: &'t Table,
        findings: &Findings,
    ) -> Result<Vec<Looked<'t>>, Stop<P::Error>> {
        let indexes = table.indexes.iter();
        let indexes = indexes.filter(|index| is_apart(table, index) && !is_own(table, index));
        let mut apart = Vec::new();
        for index in indexes.filter(|_| self.level == Level::Full) {
            let entries = self.reader(self.page_reads());
            let rows = self.reader(self.most_reads());
            let most = findings.most - findings.entries.len().min(findings.most);
            let looked = entries::look(&entries, &rows, (table, index), self.encoding, most);
            apart.push(looked.map_err(Fault::Read)?);
        }
        Ok(apart)
    }

    fn text_look(&self) -> Option<TextLook<'c, P>> {
        let look = || TextLook::new(self.reader(self.page_reads()), self.encoding);
        (self.level == Level::Full).then(look)
    }

    /// A reader that reads no more than this many pages.
    fn reader(&self, most: u64) -> Reader<'c, P> {
        Reader::new(self.pages, self.geometry, self.auto_vacuum, most)
    }

    /// So many pages are read where each is read once.
    fn page_reads(&self) -> u64 {
        self.pages.page_count().into()
    }

    /// Every row is looked for in every index, from the root on, and so pages are read more often than once; in a
    /// database whose pages each stand in one place not more often than this.
    fn most_reads(&self) -> u64 {
        let bytes = u64::from(self.pages.page_count()) * u64::from(self.geometry.page_size().get());
        (bytes / 4).saturating_mul(32).saturating_add(1 << 16)
    }
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
        let own = indexes.find(|(index, _)| index.kind == IndexKind::PrimaryKey);
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
                entry: None,
            })?;
        }
    }
    Ok(())
}

/// What of a schema is not looked at, although SQLite does at this level.
pub fn unchecked(schema: &Schema, level: Level) -> Vec<Unchecked> {
    let of_table = |table| unchecked::unchecked(table, level);
    schema.tables.iter().flat_map(of_table).collect()
}
