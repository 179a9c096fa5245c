use alloc::vec::Vec;

use stillframe_format::PageNumber;

use crate::{Header, Log, SlotReason, Writer};

use super::*;

const SALTS: Salts = Salts {
    salt1: 0xfeed,
    salt2: 0xbeef,
};

/// A WAL of `frames` frames of 512 bytes, every third of which ends a commit.
fn wal(order: ByteOrder, frames: u32) -> Vec<u8> {
    let header = Header::new(PageSize::new(512).unwrap(), order, 1, SALTS);
    let mut writer = Writer::new(&header).unwrap();
    let mut bytes = header.encode().to_vec();
    for number in 1..=frames {
        let page: Vec<u8> = (0..512).map(|at| (at * number) as u8).collect();
        let size_after = if number % 3 == 0 { number } else { 0 };
        bytes.extend(writer.frame(PageNumber::new(number).unwrap(), size_after, &page));
        bytes.extend(page);
    }
    bytes
}

#[test]
fn every_frame_is_accepted_in_either_byte_order() {
    for order in [ByteOrder::Little, ByteOrder::Big] {
        for frames in 0..=13 {
            let bytes = wal(order, frames);
            let log = Log::read(&bytes).unwrap();
            assert_eq!(log.accepted(), frames);
            let pages: Vec<u32> = log.frames().map(|frame| frame.page.get()).collect();
            assert_eq!(pages, (1..=frames).collect::<Vec<_>>());
            assert_eq!(log.commits().count() as u32, frames / 3);
        }
    }
}

#[test]
fn pieces_of_any_size_give_the_same_frames() {
    let bytes = wal(ByteOrder::Little, 23);
    let header = Header::parse(&bytes).unwrap();
    for slots in 1..=23 {
        let mut chain = Chain::new(&header).unwrap();
        for piece in bytes[32..].chunks(536 * slots) {
            chain.offer(piece, |_| {});
        }
        assert_eq!(chain.accepted(), 23);
    }
}

#[test]
fn the_first_bad_frame_ends_the_log_wherever_it_is() {
    let good = wal(ByteOrder::Little, 11);
    for at in 32..good.len() {
        let mut bytes = good.clone();
        bytes[at] ^= 0x10;
        let frame = (at - 32) / 536;
        let log = Log::read(&bytes).unwrap();
        assert_eq!(log.accepted() as usize, frame, "byte {at}");
        let mut reasons = Vec::new();
        log.slots(|slot, _| reasons.push(slot.reason));
        assert_eq!(reasons.len(), 11);
        let in_salts = (8..16).contains(&((at - 32) % 536));
        let expected = if in_salts {
            SlotReason::OtherGeneration { chains: true }
        } else {
            SlotReason::ChecksumMismatch { chains: false }
        };
        assert_eq!(reasons[frame], expected, "byte {at}");
        // Even where it is the stored checksum that is wrong, what lies behind is told to be intact.
        for reason in &reasons[frame + 1..] {
            let chained = SlotReason::ChecksumMismatch { chains: true };
            assert_eq!(*reason, chained, "byte {at}");
        }
    }
}

#[test]
fn a_torn_slot_is_never_accepted() {
    let good = wal(ByteOrder::Big, 6);
    for length in 32..good.len() {
        let log = Log::read(&good[..length]).unwrap();
        assert_eq!(log.accepted() as usize, (length - 32) / 536);
        let mut last = None;
        log.slots(|slot, _| last = Some(slot.reason));
        match (length - 32) % 536 {
            0 => assert!(!matches!(last, Some(SlotReason::Torn { .. }))),
            present => assert_eq!(last, Some(SlotReason::Torn { present })),
        }
    }
}

#[test]
fn spill_zeros_and_page_zero_have_reasons_of_their_own() {
    let mut bytes = wal(ByteOrder::Little, 3);
    let slot = |page: u8, salts: Salts, fill: u8| {
        let header = FrameHeader {
            page: page.into(),
            size_after: 0,
            salts,
            checksum: Checksum::ZERO,
        };
        let mut slot = header.encode().to_vec();
        slot.resize(536, fill);
        slot
    };
    for (page, salts, fill) in [
        (5, Salts::ZERO, 1),
        (0, Salts::ZERO, 0),
        (0, SALTS, 0),
        (0, Salts::ZERO, 1),
    ] {
        bytes.extend(slot(page, salts, fill));
    }
    let mut reasons = Vec::new();
    Log::read(&bytes)
        .unwrap()
        .slots(|slot, _| reasons.push(slot.reason));
    assert_eq!(
        reasons[3..],
        [
            SlotReason::ZeroSaltSpill,
            SlotReason::ZeroFilled,
            SlotReason::PageNumberZero,
            SlotReason::OtherGeneration { chains: false },
        ]
    );
}
