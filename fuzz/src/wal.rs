//! A WAL: what is accepted is what the naive twin accepts, every slot has the reason that its bytes give it, and what was read
//! is written again.

use stillframe_format::PageSize;
use stillframe_testkit::naive::{self, Accepted, be32, checksum};
use stillframe_wal::frame::{FRAME_HEADER_BYTES, slot_bytes};
use stillframe_wal::header::HEADER_BYTES;
use stillframe_wal::writer::{over_page, page_contribution};
use stillframe_wal::{
    Chain, Commits, Error, ErrorKind, FrameHeader, Header, Log, Slot, SlotReason, Tail, Writer,
};

use crate::material::Material;
use crate::reader::Reader;

/// Holds what the crate makes of a WAL against the naive twin. Of a set only the WAL is looked at.
///
/// # Panics
/// They do not agree.
pub fn run(bytes: &[u8]) {
    let (choices, material) = Material::read(bytes);
    let wal = material.wal_bytes();
    header(wal);
    match (Log::read(wal), naive::accept(wal)) {
        (Ok(log), Some(accepted)) => {
            frames(&log, &accepted, wal);
            commits(&log, wal);
            slots(&log, wal, choices.clone());
            in_pieces(&log, wal, choices);
            written_again(&log, wal);
        }
        // The twin takes a header without a frame for no WAL, as recovery does.
        (Ok(log), None) => assert_eq!((wal.len(), log.accepted()), (HEADER_BYTES, 0)),
        (Err(error), None) => ignored(&error, wal, choices),
        (Err(error), Some(_)) => panic!("SQLite reads the frames: {error}"),
    }
}

fn header(wal: &[u8]) {
    match Header::parse(wal) {
        Ok(header) => {
            assert_eq!(header.encode(), wal[..HEADER_BYTES]);
            assert_eq!(Header::parse(&header.encode()), Ok(header));
        }
        Err(error) => {
            assert!(wal.len() < HEADER_BYTES);
            assert_eq!(error.range.end, wal.len() as u64);
        }
    }
}

fn frames(log: &Log<'_>, accepted: &Accepted, wal: &[u8]) {
    assert_eq!(log.page_size().get(), accepted.page_size);
    assert_eq!(log.header().magic & 1 == 1, accepted.big_endian);
    let salts = log.header().salts;
    assert_eq!((salts.salt1, salts.salt2), accepted.salts);
    assert_eq!(log.accepted() as usize, accepted.frames.len());
    let slot = slot_bytes(log.page_size());
    let mut number = 0;
    for (frame, twin) in log.frames().zip(&accepted.frames) {
        assert_eq!(
            (frame.page.get(), frame.size_after),
            (twin.page, twin.size_after)
        );
        let start = HEADER_BYTES + number * slot;
        number += 1;
        assert_eq!(frame.number.get() as usize, number);
        assert_eq!(frame.number.offset(log.page_size()), start as u64);
        assert_eq!(frame.data, &wal[start + FRAME_HEADER_BYTES..start + slot]);
        assert_eq!(
            frame.header(salts).encode(),
            wal[start..start + FRAME_HEADER_BYTES]
        );
    }
    assert_eq!(number, accepted.frames.len());
}

fn commits(log: &Log<'_>, wal: &[u8]) {
    let found: Vec<_> = log.commits().collect();
    let twins = naive::commits(wal);
    assert_eq!(found.len(), twins.len());
    let mut frames = 0;
    for (commit, twin) in found.iter().zip(&twins) {
        assert_eq!(commit.number.get() as usize, twin.number);
        assert_eq!(commit.last_frame.get() as usize, twin.last_frame);
        assert_eq!(commit.size_after, twin.page_count);
        assert_eq!(commit.first_frame.get(), frames + 1);
        frames += commit.frames();
        assert_eq!(commit.last_frame.get(), frames);
    }
    let accepted = naive::accept(wal).unwrap_or_else(|| panic!("it was accepted before"));
    let last = log.last_commit();
    assert_eq!(last, found.last().copied());
    let (mx_frame, pages, sum) = last.map_or((0, 0, (0, 0)), |commit| {
        let sum = (commit.checksum.s0, commit.checksum.s1);
        (commit.last_frame.get() as usize, commit.size_after, sum)
    });
    assert_eq!(mx_frame, accepted.mx_frame);
    assert_eq!(pages, accepted.page_count);
    assert_eq!(sum, accepted.checksum);
}

/// Every slot is there once, in order, with its bytes and the reason that the twin gives it; so it is where the tail is read
/// in pieces.
fn slots(log: &Log<'_>, wal: &[u8], choices: Reader<'_>) {
    let mx_frame = log
        .last_commit()
        .map_or(0, |commit| commit.last_frame.get());
    let size = log.page_size();
    let mut found = Vec::new();
    log.slots(|slot, page| found.push((slot, page.to_vec())));
    assert_eq!(
        found.len(),
        (wal.len() - HEADER_BYTES).div_ceil(slot_bytes(size))
    );
    for (index, (slot, page)) in found.iter().enumerate() {
        let reason = if slot.number.get() <= mx_frame {
            SlotReason::Committed
        } else if slot.number.get() <= log.accepted() {
            SlotReason::Uncommitted
        } else {
            naive_reason(wal, size, index, Some(log.accepted() as usize))
        };
        assert_eq!(slot.reason, reason, "slot {}", slot.number);
        is_slot(wal, size, index, slot, page);
    }
    let start = log.accepted() as usize;
    let tail = pieces(
        &wal[HEADER_BYTES + start * slot_bytes(size)..],
        size,
        choices,
    );
    let mut again = Vec::new();
    let mut chain = chain_of(log);
    chain.offer(&wal[HEADER_BYTES..], |_| {});
    let mut reader = Tail::behind(&chain, log.header());
    for piece in tail {
        reader.offer(piece, |slot, page| again.push((slot, page.to_vec())));
    }
    assert_eq!(again, found[start..]);
}

fn is_slot(wal: &[u8], size: PageSize, index: usize, slot: &Slot, page: &[u8]) {
    assert_eq!(slot.number.get() as usize, index + 1);
    let range = slot.number.range(size);
    let end = wal.len().min(range.end as usize);
    let bytes = &wal[range.start as usize..end];
    match bytes.split_first_chunk() {
        Some((header, rest)) => {
            assert_eq!(page, rest);
            assert_eq!(slot.header, Some(FrameHeader::parse(header)));
            assert_eq!(FrameHeader::parse(header).encode(), *header);
        }
        None => assert_eq!((page, slot.header), (&[][..], None)),
    }
    displayed(&slot.reason.to_string());
}

/// The reason of a slot behind the `accepted` frames, or behind a header that is not accepted, from its bytes alone.
fn naive_reason(wal: &[u8], size: PageSize, index: usize, accepted: Option<usize>) -> SlotReason {
    let length = slot_bytes(size);
    let start = HEADER_BYTES + index * length;
    let slot = &wal[start..wal.len().min(start + length)];
    if slot.len() < length {
        let present = slot.len();
        return SlotReason::Torn { present };
    }
    if slot.iter().all(|&byte| byte == 0) {
        return SlotReason::ZeroFilled;
    }
    let stored = (be32(slot, 16), be32(slot, 20));
    let end = accepted.unwrap_or(0);
    let chains = naive_sum(wal, length, index, stored_before(wal, length, index)) == stored
        || index == end + 1 && {
            let ended = naive_sum(wal, length, end, stored_before(wal, length, end));
            naive_sum(wal, length, index, ended) == stored
        };
    let page = be32(slot, 0);
    if accepted.is_none() {
        SlotReason::HeaderIgnored { chains }
    } else if slot[8..16] == wal[16..24] {
        match page {
            0 => SlotReason::PageNumberZero,
            _ => SlotReason::ChecksumMismatch { chains },
        }
    } else if page != 0 && slot[8..FRAME_HEADER_BYTES] == [0; 16] {
        SlotReason::ZeroSaltSpill
    } else {
        SlotReason::OtherGeneration { chains }
    }
}

/// The checksum stored in the slot before, or in the header.
fn stored_before(wal: &[u8], length: usize, index: usize) -> (u32, u32) {
    let at = match index {
        0 => 24,
        _ => HEADER_BYTES + (index - 1) * length + 16,
    };
    (be32(wal, at), be32(wal, at + 4))
}

/// The checksum of a slot, had what comes before it that of `before`.
fn naive_sum(wal: &[u8], length: usize, index: usize, before: (u32, u32)) -> (u32, u32) {
    let start = HEADER_BYTES + index * length;
    let big_endian = be32(wal, 0) & 1 == 1;
    let sum = checksum(big_endian, before, &wal[start..start + 8]);
    checksum(
        big_endian,
        sum,
        &wal[start + FRAME_HEADER_BYTES..start + length],
    )
}

fn chain_of(log: &Log<'_>) -> Chain {
    match Chain::new(log.header()) {
        Ok(chain) => chain,
        Err(error) => panic!("the header was accepted before: {error}"),
    }
}

/// A chain that is offered the slots in pieces accepts what one accepts that is offered them all.
fn in_pieces(log: &Log<'_>, wal: &[u8], choices: Reader<'_>) {
    let mut chain = chain_of(log);
    let mut commits = Commits::default();
    let mut found = Vec::new();
    for piece in pieces(&wal[HEADER_BYTES..], log.page_size(), choices) {
        let before = found.len();
        let accepted = chain.offer(piece, |frame| {
            commits.push(&frame.summary());
            found.push(frame);
        });
        assert_eq!(accepted as usize, found.len() - before);
    }
    let whole: Vec<_> = log.frames().collect();
    assert_eq!(found, whole);
    assert_eq!(chain.accepted(), log.accepted());
    assert_eq!(commits.last(), log.last_commit());
    let sum = whole
        .last()
        .map_or(log.header().checksum, |frame| frame.checksum);
    assert_eq!(chain.checksum(), sum);
    let slots = (wal.len() - HEADER_BYTES) / slot_bytes(log.page_size());
    assert_eq!(chain.is_broken(), slots > whole.len());
}

/// Cuts slots into pieces of as many as the choices say; the last may end within one.
fn pieces<'a>(mut slots: &'a [u8], size: PageSize, mut choices: Reader<'_>) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    while !slots.is_empty() {
        let length = (1 + choices.below(9)) * slot_bytes(size);
        let (piece, rest) = slots.split_at(length.min(slots.len()));
        pieces.push(piece);
        slots = rest;
    }
    pieces
}

/// The accepted frames written again are the same bytes, their pages summed or their sums carried.
fn written_again(log: &Log<'_>, wal: &[u8]) {
    let header = log.header();
    let (Ok(mut summing), Ok(mut carrying)) = (Writer::new(header), Writer::new(header)) else {
        panic!("the header was accepted before");
    };
    let over = over_page(log.page_size());
    let mut bytes = header.encode().to_vec();
    let mut before = header.checksum;
    for frame in log.frames() {
        let old = frame.header(header.salts);
        let summed = summing.frame(frame.page, frame.size_after, frame.data);
        let part = page_contribution(&old, before, header.byte_order(), over);
        let carried = carrying.carried_frame(frame.page, frame.size_after, part);
        assert_eq!(summed, carried, "frame {}", frame.number);
        assert_eq!(summing.checksum(), frame.checksum);
        bytes.extend(summed);
        bytes.extend(frame.data);
        before = frame.checksum;
    }
    assert_eq!(bytes, wal[..bytes.len()]);
}

/// SQLite looks at no frame, for the reason given; where the page size can be told every slot still has one.
fn ignored(error: &Error, wal: &[u8], choices: Reader<'_>) {
    let is_refused = matches!(error.kind, ErrorKind::Version { .. });
    if wal.len() > HEADER_BYTES {
        assert_eq!(is_refused, naive::refuses_version(wal));
    }
    assert!(error.range.start < error.range.end || wal.is_empty());
    assert!(error.range.end <= HEADER_BYTES.min(wal.len()) as u64);
    displayed(&error.to_string());
    let header = Header::parse(wal).ok();
    let Some((mut tail, size)) =
        header.and_then(|header| Some((Tail::of_ignored(&header)?, header.page_size()?)))
    else {
        return;
    };
    let mut index = 0;
    for piece in pieces(&wal[HEADER_BYTES..], size, choices) {
        tail.offer(piece, |slot, page| {
            assert_eq!(slot.reason, naive_reason(wal, size, index, None));
            is_slot(wal, size, index, &slot, page);
            index += 1;
        });
    }
    assert_eq!(index, (wal.len() - HEADER_BYTES).div_ceil(slot_bytes(size)));
}

fn displayed(text: &str) {
    assert!(!text.is_empty());
}
