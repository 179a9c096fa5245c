//! Rows that a search in an index does not come to: whether the index has their entries all the same. One entry that is
//! damaged can lead searches for many others astray.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, Hasher as _};

use foldhash::quality::RandomState;
use stillframe_format::Pages;

use super::cursor::Cursor;
use super::entry::{Entry, Fields};
use super::fault::Fault;
use super::hash::hash_value;
use super::reader::Reader;
use super::value::Value;

/// Entries that were not found, by the roots of their indexes.
#[derive(Clone)]
pub(super) struct Missing {
    /// That of the readers of the same look.
    state: RandomState,
    /// How many there are of each hash.
    entries: BTreeMap<u32, BTreeMap<u64, usize>>,
}

impl Missing {
    pub(super) fn new(state: &RandomState) -> Self {
        Self {
            state: state.clone(),
            entries: BTreeMap::new(),
        }
    }

    /// Adds an entry, by its values.
    pub(super) fn add(&mut self, root: u32, values: &[Value]) {
        let mut hasher = self.state.build_hasher();
        for value in values {
            hash_value(&mut hasher, &self.state, value.as_stored());
        }
        let of_root = self.entries.entry(root).or_default();
        *of_root.entry(hasher.finish()).or_default() += 1;
    }

    /// How many of them their indexes do not have anywhere, as far as those can be read to their end: every entry of
    /// each is looked at.
    ///
    /// # Errors
    /// A page could not be read.
    pub(super) fn nowhere<P: Pages>(mut self, reader: &Reader<'_, P>) -> Result<usize, P::Error> {
        for (&root, missing) in &mut self.entries {
            match find(reader, root, &self.state, missing) {
                Ok(()) => {}
                Err(Fault::Read(error)) => return Err(error),
                // What is there is not known.
                Err(_) => missing.clear(),
            }
        }
        Ok(self.entries.values().flat_map(BTreeMap::values).sum())
    }
}

/// Takes what an index has from what was not found.
fn find<P: Pages>(
    reader: &Reader<'_, P>,
    root: u32,
    state: &RandomState,
    missing: &mut BTreeMap<u64, usize>,
) -> Result<(), Fault<P::Error>> {
    let mut cursor = Cursor::new(reader, root, true);
    let (mut fields, mut gathered) = (Fields::default(), Vec::new());
    let mut is_there = cursor.first()?;
    while is_there {
        let (page, cell) = cursor.cell()?;
        let record = reader.record_if_one(&page, &cell, &mut gathered)?;
        if let Some(record) = record.filter(|record| fields.parse(record)) {
            let found = missing.get_mut(&hash(state, fields.of(record)));
            if let Some(count) = found {
                *count = count.saturating_sub(1);
            }
        }
        is_there = cursor.next()?;
    }
    Ok(())
}

fn hash(state: &RandomState, entry: Entry<'_>) -> u64 {
    let mut hasher = state.build_hasher();
    for place in 0..entry.len() {
        entry.hash(place, state, &mut hasher);
    }
    hasher.finish()
}
