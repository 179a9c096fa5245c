use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use stillframe_format::PageNumber;

use super::*;
use crate::Writer;
use crate::header::MAGIC;
use crate::{RecordNumber, SlotReason};

const SIZE: u32 = 512;
const RECORD: usize = 520;

fn size() -> PageSize {
    PageSize::new(SIZE).unwrap()
}

fn layout() -> Layout {
    Layout {
        sector_size: SectorSize::DEFAULT,
        page_size: size(),
    }
}

/// A page that tells its number and the record that holds it.
fn page(number: u32, version: u8) -> Vec<u8> {
    let mut page = vec![number as u8; SIZE as usize];
    page[112] = version;
    page[1] = version;
    page
}

/// A journal of segments of these pages, of a database of 8.
fn journal(segments: &[&[u32]]) -> Vec<u8> {
    let mut writer = Writer::new(layout(), 8);
    let mut bytes = Vec::new();
    for (nonce, pages) in (70..).zip(segments) {
        bytes.extend(writer.header(pages.len() as u32, nonce));
        for (version, &number) in (1..).zip(*pages) {
            let page = page(number, version);
            let number = PageNumber::new(number).unwrap();
            let (before, after) = writer.record(number, &page);
            bytes.extend([&before[..], &page, &after].concat());
        }
    }
    bytes
}

/// Every slot's page and reason, and the end.
fn read(journal: &[u8]) -> (Vec<(u32, SlotReason)>, End) {
    let name = SuperJournal::find(journal, journal.len() as u64);
    let mut playback = Playback::new(journal.len() as u64, size(), name.as_ref());
    let mut slots = Vec::new();
    playback.read(journal, |slot, _| {
        slots.push((slot.page.unwrap_or(0), slot.reason));
        assert_eq!(slot.number.get() as usize, slots.len());
    });
    (slots, playback.end().unwrap())
}

fn reasons(journal: &[u8]) -> Vec<SlotReason> {
    read(journal)
        .0
        .into_iter()
        .map(|(_, reason)| reason)
        .collect()
}

use SlotReason::{
    AfterStop, BeyondInitialSize, ChecksumMismatch, HeaderIgnored, Leftover, PageNumberInvalid,
    PlayedBack, Short, Unsynced,
};

#[test]
fn segments_are_played_back_one_after_the_other() {
    let bytes = journal(&[&[1, 2], &[], &[3], &[4, 5, 6]]);
    let (slots, end) = read(&bytes);
    let pages: Vec<u32> = slots.iter().map(|slot| slot.0).collect();
    assert_eq!(pages, [1, 2, 3, 4, 5, 6]);
    assert!(slots.iter().all(|slot| slot.1 == PlayedBack));
    assert_eq!(end, End::NoRoom);
}

#[test]
fn pages_beyond_the_initial_size_are_passed_over_unchecked() {
    let mut bytes = journal(&[&[9, 8]]);
    bytes[512 + 4 + 112] ^= 1;
    assert_eq!(reasons(&bytes), [BeyondInitialSize, PlayedBack]);
}

#[test]
fn a_bad_checksum_stops_everything_and_what_is_behind_is_told() {
    let mut bytes = journal(&[&[1, 2, 3], &[4]]);
    bytes[512 + RECORD + 4 + 112] ^= 1;
    let (slots, end) = read(&bytes);
    assert_eq!(
        slots,
        [
            (1, PlayedBack),
            (2, ChecksumMismatch),
            (3, AfterStop { holds: true }),
            (4, AfterStop { holds: true }),
        ]
    );
    assert_eq!(end, End::ChecksumMismatch(RecordNumber::new(2).unwrap()));
}

#[test]
fn page_0_and_the_lock_byte_page_stop_everything() {
    for number in [0, size().lock_byte_page().get()] {
        let mut bytes = journal(&[&[1, 2, 3]]);
        bytes[512 + RECORD..][..4].copy_from_slice(&number.to_be_bytes());
        let (slots, end) = read(&bytes);
        assert_eq!(slots[1], (number, PageNumberInvalid));
        assert_eq!(slots[2].1, AfterStop { holds: true });
        assert_eq!(end, End::PageNumberInvalid(RecordNumber::new(2).unwrap()));
    }
}

#[test]
fn a_journal_cut_at_every_length_plays_back_its_whole_records() {
    let good = journal(&[&[1, 2], &[3, 9]]);
    let second = (512 + 2 * RECORD).next_multiple_of(512);
    for length in 0..good.len() {
        let (slots, end) = read(&good[..length]);
        let played = slots.iter().filter(|slot| slot.1 == PlayedBack).count();
        let whole = match length {
            0..512 => 0,
            _ if length < second + 512 => ((length - 512) / RECORD).min(2),
            _ => 2 + ((length - second - 512) / RECORD).min(1),
        };
        assert_eq!(played, whole, "{length}");
        if let Some((_, Short { present })) = slots.last() {
            assert_eq!(end, End::Short);
            assert!(*present < RECORD);
        }
    }
}

/// SQLite sees no header there; the number in it was written once the records were.
#[test]
fn a_journal_that_ends_within_a_later_header() {
    let whole = journal(&[&[1, 2], &[3, 4]]);
    let second = (512 + 2 * RECORD).next_multiple_of(512);
    for length in second..second + 512 {
        let (slots, end) = read(&whole[..length]);
        assert_eq!(slots, [(1, PlayedBack), (2, PlayedBack)], "{length}");
        match end {
            End::HeaderCut(cut) => {
                assert!(length >= second + 12);
                assert_eq!((cut.offset, cut.records), (second as u64, 2));
            }
            end => assert!(length < second + 12 && end == End::NoRoom, "{length}"),
        }
    }
    // Neither a header that was never filled in nor one that counts all that fit tells.
    for records in [[0; 4], [0xff; 4]] {
        let mut bytes = whole[..second + 100].to_vec();
        bytes[second + 8..second + 12].copy_from_slice(&records);
        assert_eq!(read(&bytes).1, End::NoRoom);
    }
}

#[test]
fn as_many_records_as_fit() {
    let mut bytes = journal(&[&[1, 2, 3]]);
    bytes[8..12].fill(0xff);
    assert_eq!(reasons(&bytes), [PlayedBack; 3]);
    // A name of a super-journal behind them is no record.
    let name = crate::super_journal::encode(b"a-mj012ABC9de", size());
    bytes.extend(name);
    let (slots, end) = read(&bytes);
    assert_eq!((slots.len(), end), (3, End::NoRoom));
    bytes[8..12].copy_from_slice(&9u32.to_be_bytes());
    let (slots, end) = read(&bytes);
    assert_eq!((slots.len(), end), (3, End::SuperJournal));
}

#[test]
fn records_of_a_segment_that_was_never_synced() {
    let mut bytes = journal(&[&[1, 2], &[3, 4]]);
    let second = (512 + 2 * RECORD).next_multiple_of(512);
    bytes[second..second + 12].fill(0);
    let (slots, end) = read(&bytes);
    assert_eq!(
        slots,
        [
            (1, PlayedBack),
            (2, PlayedBack),
            (3, Unsynced),
            (4, Unsynced)
        ]
    );
    assert_eq!(
        end,
        End::NoHeader {
            offset: second as u64
        }
    );
    // The first header, too.
    bytes[..12].fill(0);
    assert_eq!(reasons(&bytes)[..2], [Unsynced, Unsynced]);
}

#[test]
fn records_behind_a_zeroed_header_are_left_over() {
    let mut bytes = journal(&[&[1, 2], &[3, 4]]);
    bytes[..28].fill(0);
    assert_eq!(
        reasons(&bytes),
        [
            Leftover { holds: false },
            Leftover { holds: true },
            Leftover { holds: true },
            Leftover { holds: true },
        ]
    );
}

#[test]
fn a_shorter_transaction_leaves_the_records_of_a_longer_one_behind() {
    let long = journal(&[&[1, 2, 3, 4]]);
    let mut writer = Writer::new(layout(), 8);
    let mut bytes = writer.header(1, 5);
    let page = page(7, 1);
    let (before, after) = writer.record(PageNumber::new(7).unwrap(), &page);
    bytes.extend([&before[..], &page, &after].concat());
    bytes.extend(&long[bytes.len()..]);
    assert_eq!(
        reasons(&bytes),
        [
            PlayedBack,
            Leftover { holds: false },
            Leftover { holds: true },
            Leftover { holds: true },
        ]
    );
}

#[test]
fn a_first_header_that_is_not_accepted() {
    for at in [0, 7, 20, 27] {
        let mut bytes = journal(&[&[1, 2]]);
        bytes[at] = 3;
        let (slots, end) = read(&bytes);
        assert!(matches!(end, End::Header(_)), "{at}");
        let ignored = |holds| HeaderIgnored { holds };
        let reasons: Vec<SlotReason> = slots.iter().map(|slot| slot.1).collect();
        assert_eq!(reasons, [ignored(true), ignored(true)], "{at}");
    }
}

#[test]
fn pieces_of_any_size_give_the_same_slots() {
    let bytes = journal(&[&[1, 2, 3, 4, 5, 6], &[7, 8]]);
    let whole = read(&bytes).0;
    for pieces in 1..8 {
        let mut playback = Playback::new(bytes.len() as u64, size(), None);
        let mut slots = Vec::new();
        while let Some(wanted) = playback.wanted() {
            let cut = |range: ByteRange| &bytes[range.start as usize..range.end as usize];
            match wanted {
                Wanted::Header(range) => {
                    playback.header(cut(range));
                }
                Wanted::Records { range, slot_bytes } => {
                    let bytes = cut(range);
                    let bytes = &bytes[..bytes.len().min(pieces * slot_bytes)];
                    playback.records(bytes, |slot, _| {
                        slots.push((slot.page.unwrap_or(0), slot.reason));
                    });
                }
            }
        }
        assert_eq!(slots, whole);
    }
}

/// `pager_playback` in the most obvious way: page numbers and the offset of the record that counts, and the size.
fn naive(journal: &[u8]) -> Option<(u32, BTreeMap<u32, u64>)> {
    let word = |at: usize| {
        let bytes = journal.get(at..at + 4)?;
        Some(u32::from_be_bytes(bytes.try_into().ok()?))
    };
    let mut sector = 512;
    let mut page_size = 0;
    let mut offset = 0usize;
    let mut size = None;
    let mut played = BTreeMap::new();
    loop {
        offset = offset.next_multiple_of(sector);
        if offset + sector > journal.len() || journal[offset..offset + 8] != MAGIC {
            return size.map(|size| (size, played));
        }
        let mut records = word(offset + 8).unwrap();
        let nonce = word(offset + 12).unwrap();
        let Some(initial) = size else {
            (sector, page_size) = (word(20).unwrap() as usize, word(24).unwrap() as usize);
            let is_power = |value: usize, least| value.is_power_of_two() && value >= least;
            if page_size == 0 {
                page_size = SIZE as usize;
            }
            if !is_power(sector, 32) || !is_power(page_size, 512) || sector.max(page_size) > 65536 {
                return None;
            }
            size = Some(word(16).unwrap());
            continue;
        };
        offset += sector;
        if records == u32::MAX {
            let fit = (journal.len() as i64 - sector as i64) / (page_size as i64 + 8);
            records = fit as i32 as u32;
        }
        for _ in 0..records {
            let Some(number) = word(offset) else {
                return Some((initial, played));
            };
            let Some(page) = journal.get(offset + 4..offset + 4 + page_size) else {
                return Some((initial, played));
            };
            if number == 0 || number as usize == 0x4000_0000 / page_size + 1 {
                return Some((initial, played));
            }
            if number <= initial {
                let mut sum = nonce;
                let mut at = page_size as i64 - 200;
                while at > 0 {
                    sum = sum.wrapping_add(page[at as usize].into());
                    at -= 200;
                }
                if word(offset + 4 + page_size) != Some(sum) {
                    return Some((initial, played));
                }
                played.insert(number, offset as u64);
            }
            offset += page_size + 8;
        }
    }
}

/// Bytes that follow from a seed.
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

#[test]
fn damaged_at_random_it_is_what_the_naive_twin_plays_back() {
    let mut state = 0x9e37_79b9_7f4a_7c15;
    let (mut played_back, mut refused) = (0, 0);
    for _ in 0..20_000 {
        let segments: Vec<Vec<u32>> = (0..1 + random(&mut state) % 4)
            .map(|_| {
                (0..random(&mut state) % 4)
                    .map(|_| 1 + (random(&mut state) % 9) as u32)
                    .collect()
            })
            .collect();
        let segments: Vec<&[u32]> = segments.iter().map(Vec::as_slice).collect();
        let mut bytes = journal(&segments);
        for _ in 0..random(&mut state) % 4 {
            let at = match random(&mut state) % 3 {
                0 => random(&mut state) as usize % 28,
                1 => (random(&mut state) as usize % bytes.len()) / 512 * 512 + 8,
                _ => random(&mut state) as usize % bytes.len(),
            };
            let value = [0, 1, 2, 0xff, random(&mut state) as u8];
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value[random(&mut state) as usize % value.len()];
            }
        }
        if random(&mut state) % 4 == 0 {
            bytes[8..12].fill(0xff);
        }
        if random(&mut state) % 3 == 0 {
            bytes.truncate(random(&mut state) as usize % (bytes.len() + 1));
        }
        let name = SuperJournal::find(&bytes, bytes.len() as u64);
        let mut playback = Playback::new(bytes.len() as u64, size(), name.as_ref());
        let mut played = BTreeMap::new();
        playback.read(&bytes, |slot, _| {
            if slot.reason == PlayedBack {
                played.insert(slot.page.unwrap(), slot.offset);
            }
        });
        let ours = playback.initial_size().map(|size| (size, played));
        assert_eq!(ours, naive(&bytes));
        assert!(playback.end().is_some());
        played_back += usize::from(ours.is_some_and(|(_, played)| !played.is_empty()));
        refused += usize::from(playback.initial_size().is_none());
    }
    assert!(
        played_back > 5000 && refused > 500,
        "{played_back}, {refused}"
    );
}

/// A journal whose pages were encrypted once they were summed; and what is read of it.
fn sealed(change: impl FnOnce(&mut Vec<u8>)) -> Vec<SlotReason> {
    let mut bytes = journal(&[&[1, 2], &[3, 4, 5]]);
    for at in [
        512,
        512 + RECORD,
        2048 + 512,
        2048 + 512 + RECORD,
        2048 + 512 + 2 * RECORD,
    ] {
        for (byte, key) in bytes[at + 4..at + 516].iter_mut().zip((11u8..=249).cycle()) {
            *byte ^= key;
        }
    }
    change(&mut bytes);
    let mut playback = Playback::new(bytes.len() as u64, size(), None).with_sealed_sums();
    assert!(playback.are_sums_sealed());
    let mut reasons = Vec::new();
    playback.read(&bytes, |slot, _| reasons.push(slot.reason));
    reasons
}

#[test]
fn sealed_sums_hold_where_a_page_can_have_them() {
    assert_eq!(sealed(|_| {}), [PlayedBack; 5]);
    // Damage to a page does not show, and that of a checksum does.
    assert_eq!(sealed(|bytes| bytes[512 + 4 + 112] ^= 1), [PlayedBack; 5]);
    let torn = sealed(|bytes| bytes[512 + RECORD + 516] ^= 1);
    assert_eq!(torn[..2], [PlayedBack, ChecksumMismatch]);
    assert_eq!(torn[2..], [AfterStop { holds: true }; 3]);
    // A record that was never written: zeros.
    let unwritten = sealed(|bytes| {
        let start = bytes.len() - 516;
        bytes[start..].fill(0);
    });
    assert_eq!(unwritten[4], ChecksumMismatch);
}
