//! The rows of a table: what their entries are to be, and which of them are to be looked at.

use foldhash::quality::RandomState;
use stillframe_format::Pages;

use super::buckets::Buckets;
use super::entries::Kept;
use super::judged::Judged;
use super::visit::{Leaf, Visitor, visit};
use crate::content::entry::Fields;
use crate::content::fault::Fault;
use crate::content::reader::Reader;
use crate::content::sound::batches::Batch;
use crate::content::sound::plan::{Plan, Rows, Step, Tree};
use crate::content::sound::row::{hash_entries, is_plain_row};
use crate::content::text::{At, Texts};

/// What looks at the rows of a table.
#[derive(Clone, Copy)]
pub(super) struct Table<'w> {
    pub plan: &'w Plan<'w>,
    pub tree: &'w Tree<'w>,
    pub rows: &'w Rows,
    pub state: &'w RandomState,
    pub buckets: &'w Buckets,
}

/// Adds what the entries of the rows of a batch are to be, as far as it can be read; whether all of it can.
pub(super) fn sum<P: Pages>(
    reader: &Reader<'_, P>,
    batch: &Batch,
    table: Table<'_>,
) -> Result<bool, Fault<P::Error>> {
    let mut sums = Sums {
        table,
        fields: Fields::default(),
        is_whole: true,
    };
    Ok(visit(reader, table.tree, batch, &mut sums)? && sums.is_whole)
}

struct Sums<'w> {
    table: Table<'w>,
    fields: Fields,
    /// Whether all rows were read so far.
    is_whole: bool,
}

impl Sums<'_> {
    fn row(&mut self, payload: &[u8], at: &At) -> bool {
        if !self.fields.parse(payload) {
            return false;
        }
        let Table {
            rows,
            state,
            buckets,
            ..
        } = self.table;
        let row = self.fields.of(payload);
        hash_entries(state, rows, row, at, |index, hash| {
            buckets.add(index, hash, false)
        });
        true
    }
}

impl<P: Pages> Visitor<P> for Sums<'_> {
    fn leaf(&mut self, leaf: Leaf<'_, '_, P>) -> Result<bool, Fault<P::Error>> {
        self.is_whole &= leaf.entries(|_, at, payload| self.row(payload, at))?;
        Ok(true)
    }

    fn between(&mut self, payload: &[u8], at: &At, _cell: Option<u16>) -> bool {
        self.is_whole &= self.row(payload, at);
        true
    }

    fn behind(&mut self, _payload: &[u8]) -> bool {
        true
    }
}

/// Looks which rows of a batch are to be looked at. Leaves that cannot be read are not taken for known; where the rows come
/// in an order, neither is a batch with such a leaf, or with rows out of their order.
pub(super) fn judge<P: Pages>(
    reader: &Reader<'_, P>,
    batch: &Batch,
    table: Table<'_>,
    judged: &mut Judged,
) -> Result<(), Fault<P::Error>> {
    let mut found = Judge {
        table,
        fields: Fields::default(),
        leaves: Vec::new(),
        above: OfPage::new(batch.page),
        is_above_looked_at: false,
        previous: None,
    };
    let is_whole = visit(reader, table.tree, batch, &mut found)?;
    if is_whole && found.is_above_looked_at {
        found.leaves.push(found.above);
    }
    if is_whole || table.tree.order.is_none() {
        for of in &found.leaves {
            judged.take(of.page, &of.suspects, &of.texts);
        }
    }
    Ok(())
}

/// What is found of the rows of a page.
struct OfPage {
    page: u32,
    /// The cells of rows that are to be looked at.
    suspects: Vec<u16>,
    /// What text of the others is none.
    texts: Texts,
}

impl OfPage {
    fn new(page: u32) -> Self {
        Self {
            page,
            suspects: Vec::new(),
            texts: Texts::default(),
        }
    }
}

struct Judge<'w> {
    table: Table<'w>,
    fields: Fields,
    leaves: Vec<OfPage>,
    /// The page above the leaves, where its entries are rows.
    above: OfPage,
    is_above_looked_at: bool,
    /// The row before, where rows come in an order.
    previous: Option<Kept>,
}

impl Judge<'_> {
    /// Looks at a row; false where it is none, or out of order.
    fn row(&mut self, payload: &[u8], at: &At, place: Option<(&mut OfPage, u16)>) -> bool {
        if !self.fields.parse(payload) || !self.is_in_order(payload) {
            return false;
        }
        let Table {
            plan,
            rows,
            state,
            buckets,
            ..
        } = self.table;
        let row = self.fields.of(payload);
        if let Some((of, cell)) = place {
            let mut is_suspect = !is_plain_row(plan, rows, row);
            hash_entries(state, rows, row, at, |index, hash| {
                is_suspect |= buckets.is_suspect(index, hash);
            });
            if is_suspect {
                of.suspects.push(cell);
            } else if plan.is_text_looked_at {
                of.texts.look(row, rows.values, at, plan.encoding);
            }
        }
        if self.table.tree.order.is_some() {
            let mut kept = self.previous.take().unwrap_or_default();
            kept.bytes.clear();
            kept.bytes.extend_from_slice(payload);
            std::mem::swap(&mut kept.fields, &mut self.fields);
            self.previous = Some(kept);
        }
        true
    }

    fn is_in_order(&self, payload: &[u8]) -> bool {
        let Some(order) = &self.table.tree.order else {
            return true;
        };
        let row = self.fields.of(payload);
        let is_behind = |before: &Kept| {
            let before = before.fields.of(&before.bytes);
            order.compare(before, row, self.table.plan.encoding) == Step::Ahead
        };
        order.holds(row) && self.previous.as_ref().is_none_or(is_behind)
    }
}

impl<P: Pages> Visitor<P> for Judge<'_> {
    fn leaf(&mut self, leaf: Leaf<'_, '_, P>) -> Result<bool, Fault<P::Error>> {
        let is_ordered = self.table.tree.order.is_some();
        let Some(page) = &leaf.page else {
            return Ok(!is_ordered);
        };
        let mut of = OfPage::new(page.number().get());
        let is_read =
            leaf.entries(|index, at, payload| self.row(payload, at, Some((&mut of, index))))?;
        if is_read {
            self.leaves.push(of);
        }
        Ok(is_read || !is_ordered)
    }

    /// Rows above the page above the leaves are always looked at.
    fn between(&mut self, payload: &[u8], at: &At, cell: Option<u16>) -> bool {
        let Some(cell) = cell else {
            return self.row(payload, at, None);
        };
        let mut above = std::mem::replace(&mut self.above, OfPage::new(0));
        let is_row = self.row(payload, at, Some((&mut above, cell)));
        self.above = above;
        self.is_above_looked_at = true;
        is_row
    }

    fn behind(&mut self, payload: &[u8]) -> bool {
        self.fields.parse(payload) && self.is_in_order(payload)
    }
}
