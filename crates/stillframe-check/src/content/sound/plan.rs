use std::cmp::Ordering;
use std::sync::Mutex;

use stillframe_database::TextEncoding;
use stillframe_database::record;
use stillframe_schema::{Collation, Index, IndexColumn, Schema, Source, Table, TableKind};

use crate::content::entries::{Compared, Positions};
use crate::content::entry::Entry;
use crate::content::types::Types;
use crate::content::unchecked::is_apart;
use crate::content::value::Value;
use crate::content::{Level, is_own};

/// What is to be looked at, for every table.
pub(super) struct Plan<'s> {
    pub encoding: TextEncoding,
    /// Whether it is looked whether text is what it is said to be.
    pub is_text_looked_at: bool,
    /// The trees, those of a table one after the other.
    pub trees: Vec<Tree<'s>>,
    /// Of each table of the schema whether it is suspect from the beginning.
    pub suspects: Vec<bool>,
    /// How many sums there are: one for every index that is compared.
    pub sums: usize,
}

/// A b-tree, and what it is.
pub(super) struct Tree<'s> {
    /// The index of its table in the schema.
    pub table: usize,
    pub root: u32,
    /// Whether its pages are those of an index.
    pub is_index: bool,
    /// The order of its entries, if it is an index; `None` for one of rows by rowid.
    pub order: Option<Order<'s>>,
    /// What its rows are to be, if it holds rows.
    pub rows: Option<Rows>,
    /// The sum of its entries, if it is an index that is compared.
    pub sum: Option<usize>,
    /// Of an index that takes an SQL evaluator instead: what its entries have in common with their rows.
    pub apart: Option<Apart<'s>>,
}

/// An index of which it takes an SQL evaluator to know all that it is to hold.
pub(super) struct Apart<'s> {
    /// `None` where its rows cannot be looked for.
    pub compared: Option<Compared<'s>>,
    /// The sum of what entries and rows both hold, if each row has an entry. Otherwise the rows are looked for.
    pub sum: Option<usize>,
    /// The rows that were looked for and found, of an index in which two entries of one row need not be neighbours.
    pub found: Option<Mutex<Positions>>,
}

impl<'s> Apart<'s> {
    fn of(table: &'s Table, index: &'s Index, encoding: TextEncoding) -> Option<Self> {
        if !is_apart(table, index) {
            return None;
        }
        let is_other = |part: &IndexColumn| matches!(part.collation, Collation::Other(_));
        let may_differ = table.is_computed(index) || index.columns.iter().any(is_other);
        Some(Self {
            compared: Compared::new(table, index, encoding),
            sum: None,
            found: may_differ.then(Mutex::default),
        })
    }
}

/// The order of an index.
pub(super) struct Order<'s> {
    /// What is compared: all parts of an entry, or the key of a WITHOUT ROWID table.
    pub columns: &'s [IndexColumn],
    /// How many values an entry has at least, and where it is no row of its own, at most.
    pub values: usize,
    /// The parts that no two entries may share, if they are fewer; not where one of them is NULL.
    pub unique: Option<usize>,
    /// Whether the last value is a rowid.
    pub ends_with_rowid: bool,
}

/// What the next entry of an index is to one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It comes behind it.
    Ahead,
    /// It comes behind it, and has the key that no two may have.
    SameKey,
    /// It does not come behind it.
    Back,
}

impl Order<'_> {
    /// Whether an entry has as many values as it is to have, of types that are compared as what they are read as.
    pub(super) fn holds(&self, entry: Entry<'_>) -> bool {
        let is_row = self.unique.is_none() && entry.len() > self.values;
        (entry.len() == self.values || is_row)
            && !entry.has_reserved(self.columns.len())
            && (!self.ends_with_rowid || entry.ends_with_integer())
    }

    /// What an entry is to the one before it, both of so many values.
    pub(super) fn compare(&self, one: Entry<'_>, next: Entry<'_>, encoding: TextEncoding) -> Step {
        let (found, place) = one.compare(next, self.columns, encoding);
        if found != Ordering::Less {
            return Step::Back;
        }
        let is_null = |place| next.value(place) == Some(record::Value::Null);
        match self.unique.filter(|&key| place >= key) {
            Some(key) if !(0..key).any(is_null) => Step::SameKey,
            _ => Step::Ahead,
        }
    }
}

/// What the rows of a table are to be.
pub(super) struct Rows {
    /// How many values a record has at most.
    pub values: usize,
    pub checks: Vec<Check>,
    /// What the entry of a row in each compared index holds, and where that is summed.
    pub entries: Vec<(usize, Vec<Part>)>,
}

/// What the value of a column is to be.
pub(super) struct Check {
    /// Its place in the record.
    pub place: usize,
    pub is_not_null: bool,
    pub types: Types,
    /// The value that a record too short for it stands for.
    pub default: Value,
}

/// A part of the entry of a row.
pub(super) enum Part {
    Rowid,
    /// The value at a place of the record, or this one where the record is too short for it.
    Value(usize, Value),
}

impl<'s> Plan<'s> {
    /// Of all tables but those that are left out.
    pub(super) fn new(
        schema: &'s Schema,
        encoding: TextEncoding,
        level: Level,
        is_left_out: impl Fn(&Table) -> bool,
    ) -> Self {
        let mut plan = Self::empty(schema.tables.len(), encoding, level);
        for (index, table) in schema.tables.iter().enumerate() {
            if table.kind == TableKind::Ordinary && !is_left_out(table) {
                plan.add(index, table, level, |_| true);
            }
        }
        plan
    }

    /// Of an ordinary table alone, and those of its indexes that are compared with all values of its rows.
    pub(super) fn of_table(table: &'s Table, encoding: TextEncoding, level: Level) -> Self {
        let mut plan = Self::empty(1, encoding, level);
        plan.add(0, table, level, |index| !is_apart(table, index));
        plan
    }

    fn empty(tables: usize, encoding: TextEncoding, level: Level) -> Self {
        Self {
            encoding,
            is_text_looked_at: level == Level::Full,
            trees: Vec::new(),
            suspects: vec![false; tables],
            sums: 0,
        }
    }

    fn add(
        &mut self,
        index: usize,
        table: &'s Table,
        level: Level,
        is_meant: impl Fn(&Index) -> bool,
    ) {
        let own = table.primary_key().filter(|_| table.is_without_rowid);
        let without_root = table.root == 0 || table.indexes.iter().any(|index| index.root == 0);
        if let Some(suspect) = self.suspects.get_mut(index).filter(|_| without_root) {
            // SQLite stops there.
            *suspect = true;
            return;
        }
        let order = own.filter(|_| level == Level::Full).map(|own| Order {
            columns: own.columns.get(..own.key_columns).unwrap_or_default(),
            values: own.key_columns,
            unique: None,
            ends_with_rowid: false,
        });
        let indexes = table.indexes.iter();
        let indexes = indexes.filter(|index| level == Level::Full && !is_own(table, index));
        let mut entries = Vec::new();
        let mut trees = Vec::new();
        for of in indexes.filter(|index| is_meant(index)) {
            let mut apart = Apart::of(table, of, self.encoding);
            let parts = self.parts(table, of, apart.as_ref());
            let sum = parts.map(|parts| {
                entries.push((self.sums, parts));
                self.sums += 1;
                self.sums - 1
            });
            if let Some(apart) = &mut apart {
                apart.sum = sum;
            }
            trees.push(Tree {
                table: index,
                root: of.root,
                is_index: true,
                order: Some(Order {
                    columns: &of.columns,
                    values: of.columns.len(),
                    unique: of.is_unique().then_some(of.key_columns),
                    ends_with_rowid: own.is_none(),
                }),
                rows: None,
                sum: sum.filter(|_| apart.is_none()),
                apart,
            });
        }
        let rows = Rows {
            values: table.values_in_record(),
            checks: self.checks(table),
            entries,
        };
        self.trees.push(Tree {
            table: index,
            root: own.map_or(table.root, |own| own.root),
            is_index: own.is_some(),
            order,
            rows: Some(rows),
            sum: None,
            apart: None,
        });
        self.trees.append(&mut trees);
    }

    /// What of the entry of a row is summed; `None` where the index has not an entry for each row, or rows cannot be
    /// compared with it.
    fn parts(&self, table: &Table, index: &Index, apart: Option<&Apart<'_>>) -> Option<Vec<Part>> {
        let Some(apart) = apart else {
            let parts = index.columns.iter().map(|part| self.part(table, part));
            return Some(parts.collect());
        };
        let compared = apart.compared.as_ref().filter(|_| !index.is_partial)?;
        let parts = compared.shared.iter().map(|shared| match shared.in_row {
            Some(place) => Part::Value(place, shared.default.clone()),
            None => Part::Rowid,
        });
        Some(parts.collect())
    }

    fn part(&self, table: &Table, part: &IndexColumn) -> Part {
        let Source::Column(index) = part.source else {
            return Part::Rowid;
        };
        let place = table.place_in_record(index);
        let column = table.columns.get(index);
        match (place, column) {
            (Some(place), Some(column)) if table.rowid_alias != Some(index) => {
                Part::Value(place, Value::of_default(&column.default, self.encoding))
            }
            _ => Part::Rowid,
        }
    }

    fn checks(&self, table: &Table) -> Vec<Check> {
        let columns = table.columns.iter().enumerate();
        let checks = columns.filter_map(|(index, column)| {
            let types = Types::of(table, column);
            let is_alias = table.rowid_alias == Some(index);
            if is_alias || (!column.is_not_null && types == Types::Any) {
                return None;
            }
            Some(Check {
                place: table.place_in_record(index)?,
                is_not_null: column.is_not_null,
                types,
                default: Value::of_default(&column.default, self.encoding),
            })
        });
        checks.collect()
    }
}
