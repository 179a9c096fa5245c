use alloc::vec::Vec;

use stillframe_format::PageNumber;

use super::*;
use crate::{Chain, Log, Writer};

const ORDERS: [ByteOrder; 2] = [ByteOrder::Little, ByteOrder::Big];

/// A WAL of frames of pages of this size that look like none of each other.
fn wal(page_size: u32, order: ByteOrder, frames: u32) -> Vec<u8> {
    let salts = Salts {
        salt1: 0x3779_f00d,
        salt2: 0xa0b1_c2d3,
    };
    let header = Header::new(PageSize::new(page_size).unwrap(), order, 0x0102_0304, salts);
    let mut writer = Writer::new(&header).unwrap();
    let mut bytes = header.encode().to_vec();
    for number in 1..=frames {
        let page: Vec<u8> = (0..page_size)
            .map(|at| (at.wrapping_mul(number * 7 + 3) >> 3) as u8)
            .collect();
        let size_after = if number % 2 == 0 { 900 } else { 0 };
        bytes.extend(writer.frame(PageNumber::new(number + 260).unwrap(), size_after, &page));
        bytes.extend(page);
    }
    bytes
}

/// What `frame` says of the slot that ends the log of a WAL.
fn repair_of(wal: &[u8]) -> Option<Repair> {
    let header = Header::parse(wal).unwrap();
    let slot = slot_bytes(header.page_size().unwrap());
    let mut chain = Chain::new(&header).unwrap();
    chain.offer(&wal[HEADER_BYTES..], |_| {});
    let mut slots = wal[HEADER_BYTES..]
        .chunks_exact(slot)
        .skip(chain.accepted() as usize);
    frame(&header, chain.checksum(), slots.next()?, slots.next())
}

#[test]
fn a_header_is_told_from_the_frames_behind_it() {
    for order in ORDERS {
        for power in 9..=16 {
            for frames in 1..=3 {
                let good = wal(1 << power, order, frames);
                for zeroed in [0..32, 0..4, 8..12, 12..16, 16..24, 24..32, 7..9] {
                    let mut bytes = good.clone();
                    bytes[zeroed].fill(0);
                    let start = &bytes[..bytes.len().min(START_BYTES)];
                    let found = header(start).map(|header| header.encode().to_vec());
                    assert_eq!(found, Some(good[..32].to_vec()), "{power} {frames}");
                }
            }
        }
    }
}

#[test]
fn no_header_is_told_from_what_is_damaged() {
    for order in ORDERS {
        let good = wal(512, order, 2);
        assert_eq!(header(&good[..32]), None);
        assert_eq!(header(&good[..32 + 535]), None);
        assert_eq!(header(&[0; 4096]), None);
        for at in 32..good.len() {
            let mut bytes = good.clone();
            bytes[at] ^= 0x40;
            let found = header(&bytes);
            // Damage in high bits of the page goes unnoticed, and only there. A second frame of other salts tells nothing.
            let is_high = (56..568).contains(&at) && !is_low(order, at);
            let is_told = is_high || (576..584).contains(&at);
            assert!(found.is_none() || is_told, "byte {at}");
        }
    }
}

/// Whether a byte is in the lower half of its word.
fn is_low(order: ByteOrder, at: usize) -> bool {
    (at % 4 < 2) == (order == ByteOrder::Little)
}

#[test]
fn every_damaged_byte_is_put_right_or_left() {
    for order in ORDERS {
        let good = wal(512, order, 4);
        for at in 32..good.len() {
            for flip in [1, 0x80, 0xff, 0x5a] {
                let mut bytes = good.clone();
                bytes[at] ^= flip;
                let (frame, offset) = ((at - 32) / 536, (at - 32) % 536);
                let is_told = match offset {
                    8..16 => true,
                    // A last checksum has nothing behind it that tells.
                    16..24 => frame < 3,
                    // A last word is told from the checksum where that carries.
                    532..536 if frame == 3 => repair_of(&bytes).is_some(),
                    _ => is_low(order, at),
                };
                let found = repair_of(&bytes);
                assert_eq!(found.is_some(), is_told, "byte {at}");
                if let Some(repair) = found {
                    let start = 32 + frame * 536 + repair.offset;
                    bytes[start..start + repair.bytes().len()].copy_from_slice(repair.bytes());
                    assert_eq!(bytes, good, "byte {at}: {repair:?}");
                }
            }
        }
    }
}

#[test]
fn pages_of_every_size_are_put_right() {
    for power in 9..=16 {
        let good = wal(1 << power, ByteOrder::Little, 3);
        let slot = 24 + (1 << power);
        for at in [0, 5, 24, 25, slot / 2, slot - 4, slot - 3] {
            let mut bytes = good.clone();
            bytes[32 + slot + at] ^= 0x10;
            let repair = repair_of(&bytes).unwrap();
            assert_eq!((repair.part, repair.offset), (Part::Byte, at));
            assert_eq!(repair.bytes(), &good[32 + slot + at..][..1]);
        }
    }
}

#[test]
fn two_damaged_bytes_are_hardly_ever_taken_for_one() {
    let good = wal(4096, ByteOrder::Little, 2);
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % below
    };
    for _ in 0..2000 {
        let mut bytes = good.clone();
        let (one, other) = (random(4096), random(4096));
        bytes[56 + one] ^= 1 + random(255) as u8;
        bytes[56 + other] ^= 1 + random(255) as u8;
        let found = repair_of(&bytes).filter(|_| one != other);
        assert_eq!(found, None, "{one} {other}");
    }
}

#[test]
fn nothing_is_said_of_more_damage_than_that() {
    let good = wal(1024, ByteOrder::Little, 3);
    let slot = 1048;
    for (one, other) in [(24, 25), (0, 600), (30, 900), (8, 500), (16, 800)] {
        let mut bytes = good.clone();
        bytes[32 + slot + one] ^= 4;
        bytes[32 + slot + other] ^= 4;
        assert_eq!(repair_of(&bytes), None, "{one} {other}");
    }
    let mut zeroed = good.clone();
    zeroed[32 + slot + 24 + 512..32 + 2 * slot].fill(0);
    assert_eq!(repair_of(&zeroed), None);
    assert_eq!(repair_of(&good), None);
}

#[test]
fn frames_of_another_generation_are_none_of_this() {
    let older = wal(512, ByteOrder::Little, 4);
    let salts = Salts { salt1: 9, salt2: 8 };
    let size = PageSize::new(512).unwrap();
    let header = Header::new(size, ByteOrder::Little, 5, salts);
    let mut writer = Writer::new(&header).unwrap();
    let mut bytes = older.clone();
    bytes[..32].copy_from_slice(&header.encode());
    let page = [3; 512];
    let frame = writer.frame(PageNumber::FIRST, 1, &page);
    bytes[32..56].copy_from_slice(&frame);
    bytes[56..568].copy_from_slice(&page);
    assert_eq!(Log::read(&bytes).unwrap().accepted(), 1);
    assert_eq!(repair_of(&bytes), None);
    assert_eq!(repair_of(&bytes[..568 + 535]), None);
}

#[test]
fn a_commit_is_nearly_there_where_a_byte_of_its_checksum_is_another() {
    for order in ORDERS {
        let good = wal(512, order, 2);
        let header = Header::parse(&good).unwrap();
        let (start, before) = (HEADER_BYTES + 536, Log::read(&good).unwrap());
        let before = before.frames().next().unwrap().checksum;
        for at in 0..536 {
            let mut slot = good[start..].to_vec();
            assert!(!is_nearly_commit(&header, before, &slot));
            slot[at] ^= 0x40;
            let is_sum = (16..24).contains(&at);
            // Of the upper half of a word, and of the last pair of them, it can come to one byte of the sum.
            let is_upper = (at % 4 < 2) == (order == ByteOrder::Big);
            if is_sum || !(8..16).contains(&at) && at < 528 && !is_upper {
                let is_nearly = is_nearly_commit(&header, before, &slot);
                assert_eq!(is_nearly, is_sum, "byte {at}");
            }
            let mut first = good[HEADER_BYTES..start].to_vec();
            first[at] ^= 0x40;
            let found = is_nearly_commit(&header, header.checksum, &first);
            assert!(!found, "byte {at} of a frame that is no commit");
        }
    }
}
