use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use stillframe_format::{PageNumber, PageSize};
use stillframe_wal::{ByteOrder, Checksum, CommitNumber, Header};

use super::lookout::{Fingerprint, PROBE_BYTES, Sighting};
use crate::base::Base;
use crate::reserved::compared_bytes;
use crate::timeline::window;
use crate::{Error, Input};

/// Finds the pages that the database file holds just as some frame of the WAL does.
pub(crate) struct Comparer<'a> {
    wal: &'a Input,
    base: &'a Base<'a>,
    page_size: PageSize,
    order: ByteOrder,
    /// Bytes of a page that are compared.
    compared: usize,
    /// Whether the pages are encrypted: what is the same in clear may be encrypted otherwise each time it is written, so that
    /// every page may have been copied.
    is_encrypted: bool,
    /// Of the pages of the WAL that the database file has, by number. A tree, as it grows by a node at a time and so
    /// keeps to its bound, and no choice of numbers makes it slow.
    known: BTreeMap<u32, Known>,
    buffer: Vec<u8>,
}

/// What is known of a page.
struct Known {
    /// As the database file has it.
    held: Fingerprint,
    /// The first commit that wrote it.
    first: CommitNumber,
}

impl<'a> Comparer<'a> {
    pub(crate) fn new(
        wal: &'a Input,
        base: &'a Base<'a>,
        header: &Header,
        page_size: PageSize,
    ) -> Result<Self, Error> {
        let compared = compared_bytes(page_size, base.header()?.as_ref());
        Ok(Self {
            wal,
            base,
            page_size,
            order: header.byte_order(),
            known: BTreeMap::new(),
            buffer: vec![0; page_size.as_len()],
            compared,
            is_encrypted: base.is_encrypted()?,
        })
    }

    /// Compares a frame with the page of the database file, but for reserved bytes. Most pages are written once and differ at their start: the
    /// first frame of a page costs a few bytes of it, the second its fingerprint, and all others nothing more.
    pub(crate) fn compare(&mut self, sighting: &Sighting) -> Result<(), Error> {
        let page = sighting.page();
        let offset = page.offset(self.page_size);
        if offset + u64::from(self.page_size.get()) > self.base.bytes() {
            return Ok(());
        }
        let known = match self.known.entry(page.get()) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let mut start = [0; PROBE_BYTES];
                self.base.read(offset, &mut start)?;
                let known = entry.insert(Known {
                    held: Fingerprint::NOT_TAKEN,
                    first: sighting.commit,
                });
                if self.is_encrypted {
                    known.held = Fingerprint::MATCHED;
                } else if start != sighting.probe {
                    return Ok(());
                }
                known
            }
        };
        if known.held == Fingerprint::MATCHED {
            return Ok(());
        }
        // A fingerprint is one of the whole page.
        let is_whole = self.compared == self.page_size.as_len();
        if known.held == Fingerprint::NOT_TAKEN && is_whole {
            self.base.read(offset, &mut self.buffer)?;
            known.held = Fingerprint::of(Checksum::of_page(self.order, &self.buffer));
        }
        if known.held == sighting.fingerprint || !is_whole {
            let in_wal = sighting.frame.number.page_offset(self.page_size);
            let in_wal = window(self.wal, in_wal, self.compared)?;
            self.base.read(offset, &mut self.buffer)?;
            if self.buffer.starts_with(&in_wal) {
                known.held = Fingerprint::MATCHED;
            }
        }
        Ok(())
    }

    /// The pages of the database file that are as some frame has them, each with the first commit that wrote it.
    pub(super) fn found(&self) -> impl Iterator<Item = (PageNumber, CommitNumber)> + '_ {
        self.known
            .iter()
            .filter(|(_, known)| known.held == Fingerprint::MATCHED)
            .filter_map(|(&page, known)| Some((PageNumber::new(page)?, known.first)))
    }

    /// The first commit that wrote a page, where one did.
    pub(super) fn first(&self, page: PageNumber) -> Option<CommitNumber> {
        self.known.get(&page.get()).map(|known| known.first)
    }
}
