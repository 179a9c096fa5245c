//! The tables looked at one after the other, in SQLite's order.

use std::collections::BTreeSet;

use foldhash::quality::RandomState;
use stillframe_database::{Geometry, Header, TextEncoding};
use stillframe_format::Pages;
use stillframe_schema::{Schema, Table, TableKind};

use super::entries::{self, Looked};
use super::fault::Fault;
use super::findings::{Findings, Stop};
use super::reader::Reader;
use super::rows::{Extent, rows};
use super::sound::suspect::Judged;
use super::text::{TextLook, Texts};
use super::{
    Content, ContentProblem, ContentProblemKind, Counted, End, Level, is_apart, is_damaged, is_own,
};

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

/// How many rows were looked at before, of the table and of all.
#[derive(Clone, Copy)]
pub(super) struct Come {
    pub of_table: u64,
    pub of_all: u64,
}

impl Come {
    const fn to(of_table: u64, findings: &Findings) -> Self {
        Self {
            of_table,
            of_all: findings.rows,
        }
    }
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
        known: impl FnMut(usize, Come) -> Result<Known, P::Error>,
    ) -> Result<Content, P::Error> {
        let mut findings = Findings::new(most, &self.state);
        let end = match self.tables(&mut findings, known) {
            Ok(()) => End::Whole,
            Err(Stop::Most) => End::Most,
            Err(Stop::Fault(Fault::Corrupt)) => End::Malformed,
            Err(Stop::Fault(Fault::PastPage)) => End::PastPage,
            Err(Stop::Fault(Fault::Record)) => End::Record,
            Err(Stop::Fault(Fault::TooBig)) => End::TooBig,
            Err(Stop::Fault(Fault::ShortRead)) => End::ShortRead,
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

    fn tables(
        &self,
        findings: &mut Findings,
        mut known: impl FnMut(usize, Come) -> Result<Known, P::Error>,
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
            let known = |rows: Come| known(index, rows).map_err(Fault::Read);
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
        mut known: impl FnMut(Come) -> Result<Known, Fault<P::Error>>,
    ) -> Result<(), Stop<P::Error>> {
        let mut is_known = known(Come::to(0, findings))?;
        if let Known::All(texts) = is_known {
            findings.texts.extend(texts.of(table));
            return Ok(());
        }
        let mut apart = self.apart(table, findings)?;
        for looked in &mut apart {
            findings.entries.append(&mut looked.problems);
        }
        let of = (table, apart.as_slice());
        let (encoding, level) = (self.encoding, self.level);
        let mut look_at = |findings: &mut Findings, extent: Extent<'_>| {
            let texts = look.as_deref_mut();
            let end = rows(reader, of, encoding, level, findings, texts, extent);
            let texts = look.as_deref_mut().map(TextLook::end);
            (end, texts.unwrap_or_default())
        };
        let mut found = None;
        while let Known::First(most) = is_known {
            let mark = findings.mark();
            let (end, texts) = look_at(findings, Extent::First(most));
            if !matches!(end, Ok(false)) {
                found = Some((end, texts));
                break;
            }
            findings.go_back_to(mark);
            is_known = known(Come::to(most, findings))?;
        }
        if let Known::All(texts) = is_known {
            findings.texts.extend(texts.of(table));
            return Ok(());
        }
        let (end, texts) = found.unwrap_or_else(|| {
            let judged = match is_known {
                Known::Some(judged) => judged,
                _ => Judged::default(),
            };
            let (end, mut texts) = look_at(findings, Extent::All(&judged));
            if end.is_ok() {
                texts.add(&judged.texts);
            }
            (end, texts)
        });
        findings.texts.extend(texts.of(table));
        end?;
        findings.is_uncertain |= apart.iter().any(|looked| looked.is_uncertain);
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
            let looked = entries::look(&entries, &rows, (table, index), self.encoding, most, None);
            apart.push(looked.map_err(Fault::Read)?);
        }
        Ok(apart)
    }

    /// Whether a table is passed over.
    pub(super) fn is_left_out(&self, table: &Table) -> bool {
        is_damaged(table, self.damaged)
    }

    fn text_look(&self) -> Option<TextLook<'c, P>> {
        let look = || TextLook::new(self.reader(self.page_reads()), self.encoding);
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

    /// So many pages are read where each is read once.
    pub(super) fn page_reads(&self) -> u64 {
        self.pages.page_count().into()
    }

    /// Every row is looked for in every index, from the root on, and so pages are read more often than once; in a
    /// database whose pages each stand in one place not more often than this.
    pub(super) fn most_reads(&self) -> u64 {
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
                entry: None,
            })?;
        }
    }
    Ok(())
}
