//! Entries of a batch that are out of order: which they are, and which others a search may not find for that.

use stillframe_format::Pages;

use super::entries::{Index, Kept};
use super::visit::{Leaf, Visitor, visit};
use crate::content::entry::Fields;
use crate::content::fault::Fault;
use crate::content::reader::Reader;
use crate::content::sound::batches::Batch;
use crate::content::sound::plan::Tree;
use crate::content::text::At;

/// So many entries may be out of order in a batch. Where it is more, all rows of the table are looked for.
const MOST_OUT_OF_ORDER: usize = 64;

/// Where an entry is in a batch: the leaf, and the cell on it. The largest stands for the entry behind the leaf.
type Place = (u32, u32);

const BEHIND: u32 = u32::MAX;

/// Finds the entries of a batch without which all others are in order, and has their rows and those that they mislead be
/// looked at; false where that is not known.
pub(super) fn disorder<P: Pages>(
    reader: &Reader<'_, P>,
    tree: &Tree<'_>,
    batch: &Batch,
    index: Index<'_>,
) -> Result<bool, Fault<P::Error>> {
    let mut found = Search {
        index,
        fields: Fields::default(),
        leaves: 0,
        state: State::default(),
        at_between: State::default(),
        out_of_order: Vec::new(),
    };
    if !visit(reader, tree, batch, &mut found)? {
        return Ok(false);
    }
    let is_on_last_leaf =
        |(place, _): &(Place, Kept)| place.0 + 1 == found.leaves && place.1 < BEHIND;
    if batch.behind.is_none() && found.out_of_order.iter().any(is_on_last_leaf) {
        return Ok(false);
    }
    let mut misled = Misled {
        index,
        fields: found.fields,
        out_of_order: &found.out_of_order,
    };
    visit(reader, tree, batch, &mut misled)
}

/// What is known of the entries so far.
#[derive(Clone, Default)]
struct State {
    /// The last one that is in order, but for the one before.
    in_order: Option<Kept>,
    previous: Option<Previous>,
}

#[derive(Clone)]
struct Previous {
    entry: Kept,
    /// `None` for one between this batch and the one before.
    place: Option<Place>,
    is_out_of_order: bool,
}

struct Search<'w> {
    index: Index<'w>,
    fields: Fields,
    /// How many there were.
    leaves: u32,
    state: State,
    /// As it was behind the last entry between leaves, and how many were out of order then.
    at_between: State,
    out_of_order: Vec<(Place, Kept)>,
}

impl Search<'_> {
    /// Looks at the next entry; false where it is none, or in which order it is is not known.
    fn entry(&mut self, payload: &[u8], place: Option<Place>) -> bool {
        if !self.index.parse(payload, &mut self.fields) {
            return false;
        }
        let mut is_out_of_order = false;
        let entry = Kept {
            bytes: payload.to_vec(),
            fields: self.fields.clone(),
            hash: self.index.hash(payload, &self.fields),
        };
        let is_behind = |before: &Kept| {
            let order = self.index.compare(before, &entry.bytes, &entry.fields);
            order.is_lt()
        };
        if let Some(mut previous) = self.state.previous.take() {
            if !is_behind(&previous.entry) {
                // Which of the two it is is not known. An entry between batches leads to too much.
                let (Some(before), Some(place)) = (previous.place, place) else {
                    return false;
                };
                if !previous.is_out_of_order {
                    self.out_of_order
                        .push((before, std::mem::take(&mut previous.entry)));
                }
                self.out_of_order.push((place, entry.clone()));
                is_out_of_order = true;
            } else if !previous.is_out_of_order {
                self.state.in_order = Some(previous.entry);
            } else if self
                .state
                .in_order
                .as_ref()
                .is_some_and(|entry| !is_behind(entry))
            {
                return false;
            }
        }
        self.state.previous = Some(Previous {
            entry,
            place,
            is_out_of_order,
        });
        self.out_of_order.len() <= MOST_OUT_OF_ORDER
    }
}

impl<P: Pages> Visitor<P> for Search<'_> {
    fn leaf(&mut self, leaf: Leaf<'_, '_, P>) -> Result<bool, Fault<P::Error>> {
        let number = leaf.number;
        self.leaves = number + 1;
        if leaf.page.is_none() {
            return Ok(true);
        }
        let mut is_known = true;
        let is_read = leaf.entries(|cell, _, payload| {
            if !self.index.parse(payload, &mut self.fields) {
                return false;
            }
            is_known = self.entry(payload, Some((number, cell.into())));
            is_known
        })?;
        if !is_read && is_known {
            // Nothing of it counts.
            self.state = self.at_between.clone();
        }
        Ok(is_known)
    }

    fn between(&mut self, payload: &[u8], _at: &At, cell: Option<u16>) -> bool {
        let place = cell.map(|cell| (cell.into(), BEHIND));
        let is_known = self.entry(payload, place);
        self.at_between = self.state.clone();
        is_known
    }

    fn behind(&mut self, payload: &[u8]) -> bool {
        self.entry(payload, None)
    }
}

/// Finds the entries that those out of order hide from a search.
struct Misled<'w> {
    index: Index<'w>,
    fields: Fields,
    out_of_order: &'w [(Place, Kept)],
}

impl Misled<'_> {
    /// Looks at an entry; false where it is none.
    fn entry(&mut self, payload: &[u8], place: Place) -> bool {
        if !self.index.parse(payload, &mut self.fields) {
            return false;
        }
        let is_misled = self.out_of_order.iter().any(|(other, entry)| {
            if *other == place || other.1 != BEHIND {
                return other.0 == place.0;
            }
            self.index.compare(entry, payload, &self.fields) != other.cmp(&place)
        });
        if is_misled {
            self.index.want(self.index.hash(payload, &self.fields));
        }
        true
    }
}

impl<P: Pages> Visitor<P> for Misled<'_> {
    fn leaf(&mut self, leaf: Leaf<'_, '_, P>) -> Result<bool, Fault<P::Error>> {
        let number = leaf.number;
        leaf.entries(|cell, _, payload| self.entry(payload, (number, cell.into())))?;
        Ok(true)
    }

    fn between(&mut self, payload: &[u8], _at: &At, cell: Option<u16>) -> bool {
        cell.is_none_or(|cell| self.entry(payload, (cell.into(), BEHIND)))
    }

    fn behind(&mut self, _payload: &[u8]) -> bool {
        true
    }
}
