//! A rollback journal: what is played back is what the naive twin plays back, every slot has its bytes and a reason that they
//! allow, and what was read is written again.

use std::collections::BTreeMap;

use stillframe_format::{PageNumber, PageSize};
use stillframe_journal::header::HEADER_BYTES;
use stillframe_journal::super_journal::MAX_TRAILER_BYTES;
use stillframe_journal::{
    End, Header, Playback, Segment, SegmentKind, Slot, SlotReason, SuperJournal, Wanted, Writer,
    super_journal,
};
use stillframe_testkit::naive::{self, be32};

use crate::database_header::page_size;
use crate::material::Material;
use crate::reader::Reader;

/// Holds what the crate makes of a journal against the naive twin. Of a set only the journal is looked at, and of the
/// database the page size that it names.
///
/// # Panics
/// They do not agree.
pub fn run(bytes: &[u8]) {
    let (choices, material) = Material::read(bytes);
    let journal = material.journal.as_deref().unwrap_or_default();
    let database = material.database_bytes();
    let mut start = [0; 100];
    start
        .iter_mut()
        .zip(database)
        .for_each(|(to, from)| *to = *from);
    let Some(size) = PageSize::new(page_size(&start).unwrap_or(4096)) else {
        return;
    };
    header(journal, size);
    let name = name(journal);
    let whole = Read::new(journal, size, name.as_ref(), None);
    whole.is_what_the_twin_plays_back(journal, database);
    let end = name
        .as_ref()
        .map_or(journal.len(), |name| name.range.start as usize);
    whole.slots(journal, end);
    whole.is_written_again(journal);
    let in_pieces = Read::new(journal, size, name.as_ref(), Some(choices));
    assert_eq!(whole, in_pieces);
}

fn header(journal: &[u8], size: PageSize) {
    match Header::parse(journal) {
        Ok(header) => {
            assert_eq!(header.encode(), journal[..HEADER_BYTES]);
            if let Err(error) = header.validate(size) {
                assert!(error.range.end <= HEADER_BYTES as u64);
                assert!(!error.to_string().is_empty());
            }
        }
        Err(error) => {
            assert!(journal.len() < HEADER_BYTES);
            assert_eq!(error.range.end, journal.len() as u64);
        }
    }
}

/// The name of a super-journal, which its last bytes are enough to find, and which is written as it was read.
fn name(journal: &[u8]) -> Option<SuperJournal<'_>> {
    let length = journal.len() as u64;
    let name = SuperJournal::find(journal, length);
    let tail = &journal[journal.len().saturating_sub(MAX_TRAILER_BYTES)..];
    assert_eq!(SuperJournal::find(tail, length), name);
    let name = name?;
    assert_eq!(name.range.end, length);
    assert!(name.range.start < length && !name.name().is_empty());
    assert_eq!(name.database().is_some(), name.is_made_by_sqlite());
    let again = super_journal::encode(name.name(), stand_in());
    // Nothing of a name that ends with a NUL comes back.
    let stored = be32(journal, journal.len() - 16) as usize;
    if stored == name.name().len() {
        assert!(journal.ends_with(&again[4..]));
    }
    Some(name)
}

/// Any page size, where it does not matter which.
fn stand_in() -> PageSize {
    PageSize::new(512).unwrap_or_else(|| panic!("it is one"))
}

/// All that was met in a journal.
#[derive(Debug, PartialEq)]
struct Read {
    segments: Vec<Segment>,
    slots: Vec<(Slot, Vec<u8>)>,
    /// How many slots there were when each segment began.
    before: Vec<usize>,
    initial_size: Option<u32>,
    page_size: Option<usize>,
    end: Option<End>,
}

impl Read {
    /// Reads a journal, its slots in pieces of as many as the choices say.
    fn new(
        journal: &[u8],
        size: PageSize,
        name: Option<&SuperJournal<'_>>,
        mut choices: Option<Reader<'_>>,
    ) -> Self {
        let mut playback = Playback::new(journal.len() as u64, size, name);
        let (mut segments, mut slots, mut before) = (Vec::new(), Vec::new(), Vec::new());
        let mut steps = 0;
        while let Some(wanted) = playback.wanted() {
            match wanted {
                Wanted::Header(range) => {
                    let bytes = &journal[range.start as usize..range.end as usize];
                    if let Some(segment) = playback.header(bytes) {
                        segments.push(segment);
                        before.push(slots.len());
                    }
                }
                Wanted::Records { range, slot_bytes } => {
                    let bytes = &journal[range.start as usize..range.end as usize];
                    let some = choices
                        .as_mut()
                        .map_or(usize::MAX, |choices| 1 + choices.below(9));
                    let piece = &bytes[..bytes.len().min(some.saturating_mul(slot_bytes))];
                    playback.records(piece, |slot, page| slots.push((slot, page.to_vec())));
                }
            }
            steps += 1;
            assert!(steps < 10_000, "it does not end");
        }
        assert_eq!(playback.slots() as usize, slots.len());
        Self {
            segments,
            slots,
            before,
            initial_size: playback.initial_size(),
            page_size: playback.layout().map(|layout| layout.page_size.as_len()),
            end: playback.end(),
        }
    }

    fn is_what_the_twin_plays_back(&self, journal: &[u8], database: &[u8]) {
        let played: BTreeMap<u32, usize> = self
            .slots
            .iter()
            .filter(|(slot, _)| slot.reason == SlotReason::PlayedBack)
            .map(|(slot, _)| (slot.page.unwrap_or(0), slot.offset as usize + 4))
            .collect();
        match naive::played_back(database, journal) {
            Some((size, page_size, twin)) => {
                assert_eq!(self.initial_size, Some(size));
                assert_eq!(self.page_size, Some(page_size));
                assert_eq!(played, twin);
            }
            None => assert_eq!((self.initial_size, played.len()), (None, 0)),
        }
        let end = self.end.unwrap_or_else(|| panic!("it ends somehow"));
        assert!(!end.to_string().is_empty());
    }

    /// Slots come one behind the other, each with its bytes. Those that no header counts end where the name of a
    /// super-journal begins.
    fn slots(&self, journal: &[u8], name: usize) {
        let mut behind = 0;
        for ((slot, page), number) in self.slots.iter().zip(1..) {
            assert_eq!(slot.number.get(), number);
            let start = slot.offset as usize;
            assert!(start >= behind && start < journal.len());
            let size = self.page_size.unwrap_or(0);
            let end = match slot.reason {
                SlotReason::Unsynced
                | SlotReason::Leftover { .. }
                | SlotReason::HeaderIgnored { .. } => name,
                SlotReason::Short { present } if start + present == name => name,
                _ => journal.len(),
            };
            let there = &journal[start..end.min(start + size + 8)];
            behind = start + there.len();
            let data = there.get(4..).unwrap_or_default();
            assert_eq!(page, &data[..data.len().min(size)]);
            assert_eq!(slot.page, (there.len() >= 4).then(|| be32(there, 0)));
            let sum = (there.len() == size + 8).then(|| be32(there, size + 4));
            assert_eq!(slot.checksum, sum);
            if let SlotReason::Short { present } = slot.reason {
                assert!(present < size + 8);
            }
            assert!(!slot.reason.to_string().is_empty());
        }
        for segment in &self.segments {
            let range = segment.range();
            let bytes = &journal[range.start as usize..range.end as usize];
            assert_eq!(segment.header.encode(), bytes);
            assert!(!segment.kind.to_string().is_empty());
        }
    }

    /// The records that are played back, written again, are the same bytes.
    fn is_written_again(&self, journal: &[u8]) {
        for (segment, &before) in self.segments.iter().zip(&self.before) {
            let Ok(layout) = self.segments[0].header.layout(stand_in()) else {
                return;
            };
            if segment.kind != SegmentKind::Live {
                continue;
            }
            let size = segment.header.initial_size;
            let mut writer = Writer::new(layout, size);
            writer.header(segment.records, segment.header.nonce);
            for (slot, page) in &self.slots[before..] {
                let (SlotReason::PlayedBack, Some(number)) =
                    (slot.reason, slot.page.and_then(PageNumber::new))
                else {
                    break;
                };
                if slot.offset < segment.offset
                    || self
                        .segments
                        .iter()
                        .any(|other| other.offset > segment.offset && other.offset <= slot.offset)
                {
                    break;
                }
                let (head, tail) = writer.record(number, page);
                let start = slot.offset as usize;
                assert_eq!(head, journal[start..start + 4]);
                assert_eq!(tail, journal[start + 4 + page.len()..][..4]);
            }
        }
    }
}
