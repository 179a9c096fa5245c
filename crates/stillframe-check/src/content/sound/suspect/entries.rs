//! The entries of an index, summed; and which of them are where a search may not find them, or stop at them.
//!
//! A search goes from the root to a leaf, and compares its key with entries on the pages of that way alone. So what is
//! wrong on a leaf misleads only searches for what is on it, and what is wrong on the page above only those for what is
//! below that. On a leaf that cannot be read, or to the entry before it, SQLite may come to an end.

use std::cmp::Ordering;
use std::sync::atomic::{self, AtomicBool};

use foldhash::quality::RandomState;
use stillframe_format::Pages;

use super::buckets::Buckets;
use super::disorder::disorder;
use super::visit::{Leaf, Visitor, visit};
use crate::content::entry::Fields;
use crate::content::fault::Fault;
use crate::content::reader::Reader;
use crate::content::sound::batches::Batch;
use crate::content::sound::plan::{Order, Plan, Step, Tree};
use crate::content::sound::row::hash_entry;
use crate::content::text::At;

/// What looks at the entries of an index, and where it puts them.
#[derive(Clone, Copy)]
pub(super) struct Index<'w> {
    pub plan: &'w Plan<'w>,
    pub order: &'w Order<'w>,
    pub sum: usize,
    pub state: &'w RandomState,
    pub buckets: &'w Buckets,
    /// Set where entries are in no sum.
    pub is_partial: &'w AtomicBool,
}

/// An entry that is kept.
#[derive(Clone, Default)]
pub(super) struct Kept {
    pub bytes: Vec<u8>,
    pub fields: Fields,
    pub hash: u64,
}

impl Index<'_> {
    /// Takes an entry apart; false where it is none of this index.
    pub(super) fn parse(self, payload: &[u8], fields: &mut Fields) -> bool {
        fields.parse(payload) && self.order.holds(fields.of(payload))
    }

    /// What an entry, which was taken apart, is to one before it.
    pub(super) fn step(self, before: &Kept, payload: &[u8], fields: &Fields) -> Step {
        let before = before.fields.of(&before.bytes);
        self.order
            .compare(before, fields.of(payload), self.plan.encoding)
    }

    /// What one entry is to another, by all its parts.
    pub(super) fn compare(self, one: &Kept, payload: &[u8], fields: &Fields) -> Ordering {
        let one = one.fields.of(&one.bytes);
        let (columns, encoding) = (self.order.columns, self.plan.encoding);
        one.compare(fields.of(payload), columns, encoding).0
    }

    pub(super) fn hash(self, payload: &[u8], fields: &Fields) -> u64 {
        hash_entry(self.state, fields.of(payload))
    }

    /// Has the row be looked at whose entry this is.
    pub(super) fn want(self, hash: u64) {
        self.buckets.want(self.sum, hash);
    }
}

/// Looks at the entries of a batch; false where not only rows whose entries are wrong may be misled by them.
pub(super) fn look<P: Pages>(
    reader: &Reader<'_, P>,
    tree: &Tree<'_>,
    batch: &Batch,
    index: Index<'_>,
) -> Result<bool, Fault<P::Error>> {
    let mut found = Entries {
        index,
        fields: Fields::default(),
        hashes: Vec::new(),
        previous: None,
        spare: None,
        between: None,
        is_last_leaf_read: true,
        is_disordered: false,
    };
    // SQLite looks at the last leaf of a tree before it goes to the root.
    let is_whole = visit(reader, tree, batch, &mut found)?;
    if !is_whole || (batch.behind.is_none() && !found.is_last_leaf_read) {
        return Ok(false);
    }
    Ok(!found.is_disordered || disorder(reader, tree, batch, index)?)
}

struct Entries<'w> {
    index: Index<'w>,
    fields: Fields,
    /// Of the leaf that is looked at.
    hashes: Vec<u64>,
    previous: Option<Kept>,
    /// Room for the next entry.
    spare: Option<Kept>,
    /// The last entry between leaves.
    between: Option<Kept>,
    is_last_leaf_read: bool,
    is_disordered: bool,
}

impl Entries<'_> {
    /// Looks at an entry, which is then the one before; its hash, if it is one.
    fn entry(&mut self, payload: &[u8]) -> Option<u64> {
        if !self.index.parse(payload, &mut self.fields) {
            return None;
        }
        let hash = self.index.hash(payload, &self.fields);
        if let Some(previous) = &self.previous {
            match self.index.step(previous, payload, &self.fields) {
                Step::Ahead => {}
                Step::SameKey => {
                    self.index.want(previous.hash);
                    self.index.want(hash);
                }
                Step::Back => self.is_disordered = true,
            }
        }
        let mut kept = self.spare.take().unwrap_or_default();
        kept.bytes.clear();
        kept.bytes.extend_from_slice(payload);
        std::mem::swap(&mut kept.fields, &mut self.fields);
        kept.hash = hash;
        self.spare = self.previous.replace(kept);
        Some(hash)
    }
}

impl<P: Pages> Visitor<P> for Entries<'_> {
    fn leaf(&mut self, leaf: Leaf<'_, '_, P>) -> Result<bool, Fault<P::Error>> {
        self.hashes.clear();
        let is_read = leaf.entries(|_, _, payload| {
            let hash = self.entry(payload);
            self.hashes.extend(hash);
            hash.is_some()
        })?;
        self.is_last_leaf_read = is_read;
        if is_read {
            for &hash in &self.hashes {
                self.index.buckets.add(self.index.sum, hash, true);
            }
        } else {
            self.index.is_partial.store(true, atomic::Ordering::Relaxed);
            self.previous.clone_from(&self.between);
            if let Some(between) = &self.between {
                self.index.want(between.hash);
            }
        }
        Ok(true)
    }

    fn between(&mut self, payload: &[u8], _at: &At, _cell: Option<u16>) -> bool {
        let Some(hash) = self.entry(payload) else {
            return false;
        };
        self.index.buckets.add(self.index.sum, hash, true);
        self.between.clone_from(&self.previous);
        true
    }

    fn behind(&mut self, payload: &[u8]) -> bool {
        self.entry(payload).is_some()
    }
}
