//! The tables looked at one after the other, in SQLite's order.

use std::collections::BTreeSet;

use foldhash::quality::RandomState;
use stillframe_database::{Geometry, Header, TextEncoding};
use stillframe_format::Pages;
use stillframe_schema::{Schema, Table, TableKind};

use super::fault::Fault;
use super::reader::Reader;
use super::rows::{Extent, rows};
use super::sound::suspect::Judged;
use super::text::{InvalidText, TextLook, Texts};
use super::{Content, ContentProblem, ContentProblemKind, Counted, End, Level, is_damaged};

/// What is known of the rows of a table before they are looked at one after the other.
pub(super) enum Known {
    Nothing,
    /// Nothing before so many rows were looked at.
    First(u64),
    /// Which of them are to be looked at.
    Some(Judged),
    /// That nothing is wrong with them, and their text that is none.
    All(Texts),
}

/// What is to be looked at.
pub(super) struct Job<'c, P> {
    pub pages: &'c P,
    pub geometry: Geometry,
    pub encoding: TextEncoding,
    /// Whether the database has a pointer map.
    auto_vacuum: bool,
    pub schema: &'c Schema,
    /// See [`Counted::counts`].
    counts: &'c [Option<u64>],
    /// See [`Counted::damaged`].
    damaged: &'c BTreeSet<u32>,
    pub level: Level,
    /// See [`Counted::is_sound`].
    pub is_structure_sound: bool,
    /// With what values are hashed: another at every look.
    pub state: RandomState,
}

impl<'c, P: Pages> Job<'c, P> {
    /// `None` where there is nothing to be looked at.
    pub(super) fn new(
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
            state: RandomState::default(),
        })
    }

    /// Looks at table after table. What is known of one is asked for when it is come to, and after some rows of it.
    pub(super) fn in_order(
        &self,
        most: usize,
        known: impl FnMut(usize, u64) -> Result<Known, P::Error>,
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
        mut known: impl FnMut(usize, u64) -> Result<Known, P::Error>,
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
            findings.at = Some(index);
            let known = |looked_at| known(index, looked_at).map_err(Fault::Read);
            self.table(table, &reader, look.as_mut(), findings, known)?;
        }
        Ok(())
    }

    /// Looks at the rows of a table that are not known to be as they should.
    fn table(
        &self,
        table: &Table,
        reader: &Reader<'_, P>,
        mut look: Option<&mut TextLook<'c, P>>,
        findings: &mut Findings,
        mut known: impl FnMut(u64) -> Result<Known, Fault<P::Error>>,
    ) -> Result<(), Stop<P::Error>> {
        let (encoding, level) = (self.encoding, self.level);
        let (found, left) = (findings.problems.len(), findings.left);
        let mut is_known = known(0)?;
        if let Known::First(most) = is_known {
            let extent = Extent::First(most);
            let end = rows(
                reader,
                table,
                encoding,
                level,
                findings,
                look.as_deref_mut(),
                extent,
            );
            if !matches!(end, Ok(false)) {
                let texts = look.map(TextLook::end).unwrap_or_default();
                findings.texts.extend(texts.of(table));
                return end.map(|_| ());
            }
            findings.problems.truncate(found);
            findings.left = left;
            if let Some(look) = &mut look {
                look.begin_again();
            }
            is_known = known(most)?;
        }
        let judged = match is_known {
            Known::All(texts) => {
                findings.texts.extend(texts.of(table));
                return Ok(());
            }
            Known::Some(judged) => judged,
            Known::Nothing | Known::First(_) => Judged::default(),
        };
        let extent = Extent::All(&judged);
        let end = rows(
            reader,
            table,
            encoding,
            level,
            findings,
            look.as_deref_mut(),
            extent,
        );
        let mut texts = look.map(TextLook::end).unwrap_or_default();
        if end.is_ok() {
            texts.add(&judged.texts);
        }
        findings.texts.extend(texts.of(table));
        end.map(|_| ())
    }

    /// Whether a table is passed over.
    pub(super) fn is_left_out(&self, table: &Table) -> bool {
        is_damaged(table, self.damaged)
    }

    fn text_look(&self) -> Option<TextLook<'c, P>> {
        let most = self.pages.page_count().into();
        let look = || TextLook::new(self.reader(most), self.encoding);
        (self.level == Level::Full).then(look)
    }

    /// A reader that reads no more than this many pages.
    pub(super) fn reader(&self, most: u64) -> Reader<'c, P> {
        let mut reader = Reader::new(self.pages, self.geometry, self.auto_vacuum, most);
        reader.is_map_sound = self.is_structure_sound;
        reader.encoding = self.encoding;
        reader.state = self.state.clone();
        reader
    }

    /// Every row is looked for in every index, from the root on, and so pages are read more often than once; in a
    /// database whose pages each stand in one place not more often than this.
    fn most_reads(&self) -> u64 {
        let bytes = u64::from(self.pages.page_count()) * u64::from(self.geometry.page_size().get());
        (bytes / 4).saturating_mul(32).saturating_add(1 << 16)
    }
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

/// Why it ends before all was looked at.
pub(super) enum Stop<E> {
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
pub(super) struct Findings {
    problems: Vec<ContentProblem>,
    texts: Vec<InvalidText>,
    /// How many more are wanted.
    left: usize,
    /// The table of the schema that is looked at.
    at: Option<usize>,
}

impl Findings {
    pub(super) fn add<E>(&mut self, problem: ContentProblem) -> Result<(), Stop<E>> {
        self.problems.push(problem);
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return Err(Stop::Most);
        }
        Ok(())
    }

    /// The one with which SQLite's list ends.
    pub(super) fn add_last(&mut self, problem: ContentProblem) {
        self.problems.push(problem);
    }
}
