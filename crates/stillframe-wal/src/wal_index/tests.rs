use alloc::vec::Vec;

use stillframe_format::{PageNumber, PageSize};

use super::*;
use crate::{ByteOrder, FrameNumber, Header, Salts};

const ORDERS: [ByteOrder; 2] = [ByteOrder::Little, ByteOrder::Big];

fn page(number: u32) -> PageNumber {
    PageNumber::new(number).unwrap()
}

fn frame(number: u32) -> FrameNumber {
    FrameNumber::new(number).unwrap()
}

/// An index of these frames, all of them committed.
fn index(order: ByteOrder, pages: &[u32]) -> Vec<u8> {
    let salts = Salts {
        salt1: 0x1234_5678,
        salt2: 0x9abc_def0,
    };
    let wal = Header::new(PageSize::new(512).unwrap(), ByteOrder::Little, 3, salts);
    let mut header = IndexHeader::new(order, &wal, None, 9);
    header.mx_frame = pages.len() as u32;
    header.page_count = 100;
    header.page_size_field = 512;
    header.checksum = header.computed_checksum(order);
    let mut writer = Writer::new(order);
    for &number in pages {
        writer.frame(page(number));
    }
    writer.finish(header, CheckpointInfo::recovered(header.mx_frame))
}

fn problems(bytes: &[u8], order: ByteOrder, last: u32) -> Vec<Problem> {
    let mut found = Vec::new();
    for (number, bytes) in bytes.chunks(BLOCK_BYTES).enumerate() {
        let block = Block::new(number as u32, order, bytes).unwrap();
        block.problems(last, |problem| found.push(problem));
    }
    found
}

/// Pages that collide, wrap around the end of the table, and repeat.
fn some_pages() -> Vec<u32> {
    (0..10_000u32)
        .map(|step| 1 + step * step % 700 + step % 3 * 8192)
        .collect()
}

#[test]
fn what_is_written_is_read_back() {
    for order in ORDERS {
        let pages = some_pages();
        let bytes = index(order, &pages);
        assert_eq!(bytes.len(), 3 * BLOCK_BYTES);
        let head = Head::parse(&bytes).unwrap();
        assert_eq!(head.order, Some(order));
        assert_eq!(head.encode(), bytes[..HEAD_BYTES]);
        let header = head.validate().unwrap();
        assert_eq!(header.mx_frame, 10_000);
        assert_eq!(header.salts.salt1, 0x1234_5678);
        assert_eq!(
            head.checkpoint.used_marks().collect::<Vec<_>>(),
            [(1, 10_000)]
        );
        assert_eq!(problems(&bytes, order, 10_000), []);
        for (entry, &number) in pages.iter().enumerate() {
            let frame = frame(entry as u32 + 1);
            let block = block_of(frame);
            let block = Block::new(block, order, &bytes[block as usize * BLOCK_BYTES..]).unwrap();
            let entry = (frame.get() - block.frame(0).get()) as usize;
            assert_eq!(block.frame(entry), frame);
            assert_eq!(block.page(entry), Some(number));
            assert_eq!(block.find(number, frame.get()), Ok(Some(frame)));
        }
    }
}

#[test]
fn blocks_begin_where_sqlite_has_them() {
    let blocks = [
        (1, 0),
        (4062, 0),
        (4063, 1),
        (8158, 1),
        (8159, 2),
        (u32::MAX, 1_048_576),
    ];
    for (number, block) in blocks {
        assert_eq!(block_of(frame(number)), block, "frame {number}");
    }
    let first = |number| Block::new(number, ByteOrder::Little, &[]).map(|it| it.frame(0).get());
    assert_eq!(
        [first(0), first(1), first(2)],
        [Some(1), Some(4063), Some(8159)]
    );
    assert!(first(1_048_576).is_some() && first(1_048_577).is_none());
    let block = Block::new(1, ByteOrder::Little, &[]).unwrap();
    assert_eq!(
        [4062, 4063, 8158, 9000].map(|last| block.entries(last)),
        [0, 1, 4096, 4096]
    );
    assert_eq!((block.page(0), block.slot(0)), (None, None));
}

#[test]
fn a_header_is_refused_as_sqlite_refuses_it() {
    let whole = index(ByteOrder::Little, &[1, 2, 3]);
    let refusal = |bytes: &[u8]| Head::parse(bytes).unwrap().validate().unwrap_err();
    let both = |offset: usize, value: u8| {
        let mut bytes = whole.clone();
        bytes[offset] = value;
        bytes[48 + offset] = value;
        bytes
    };
    let mut bytes = whole.clone();
    bytes[48 + 16] = 2;
    assert_eq!(refusal(&bytes).kind, ErrorKind::CopiesDiffer);
    // The first copy holds still.
    assert_eq!(
        Head::parse(&bytes).unwrap().best_copy().unwrap().mx_frame,
        3
    );
    assert_eq!(refusal(&[0; 136]).kind, ErrorKind::NotInitialised);
    assert_eq!(refusal(&both(12, 0)).kind, ErrorKind::NotInitialised);
    assert!(matches!(
        refusal(&both(16, 9)).kind,
        ErrorKind::Checksum { .. }
    ));
    let found = 135;
    let truncated = Head::parse(&whole[..found]).unwrap_err();
    assert_eq!(truncated.kind, ErrorKind::Truncated { found });

    let mut head = Head::parse(&whole).unwrap();
    for copy in &mut head.copies {
        copy.version = 3_007_001;
        copy.checksum = copy.computed_checksum(ByteOrder::Little);
    }
    let bytes = head.encode();
    assert_eq!(
        refusal(&bytes).kind,
        ErrorKind::Version { found: 3_007_001 }
    );
    assert_eq!(Head::parse(&bytes).unwrap().best_copy(), None);
}

#[test]
fn the_second_copy_is_the_newer_one() {
    let mut bytes = index(ByteOrder::Big, &[1, 2]);
    let newer = index(ByteOrder::Big, &[1, 2, 3]);
    bytes[48..96].copy_from_slice(&newer[48..96]);
    let head = Head::parse(&bytes).unwrap();
    assert_eq!(head.validate().unwrap_err().kind, ErrorKind::CopiesDiffer);
    assert_eq!(head.best_copy().unwrap().mx_frame, 3);
    bytes[50] ^= 1;
    let head = Head::parse(&bytes).unwrap();
    assert_eq!(head.best_copy().unwrap().mx_frame, 2);
}

/// Pages 1, 1 + 8192 and 1 + 16384 begin at slot 383.
#[test]
fn what_is_wrong_with_a_table_is_named() {
    let pages = [1, 8193, 1, 5];
    let whole = index(ByteOrder::Little, &pages);
    let slot = |slot: usize| 16384 + 2 * slot;
    let kinds = |bytes: &[u8]| -> Vec<ProblemKind> {
        let found = problems(bytes, ByteOrder::Little, 4);
        found.into_iter().map(|problem| problem.kind).collect()
    };
    assert_eq!(kinds(&whole), []);
    let change = |changes: &[(usize, u8)]| {
        let mut bytes = whole.clone();
        for &(offset, value) in changes {
            bytes[offset] = value;
        }
        kinds(&bytes)
    };
    let unreachable = |number, page| ProblemKind::Unreachable {
        frame: frame(number),
        page,
    };
    assert_eq!(change(&[(slot(385), 0)]), [unreachable(3, 1)]);
    let misplaced = ProblemKind::Misplaced { frame: frame(3) };
    assert_eq!(
        change(&[(slot(384), 0)]),
        [misplaced, unreachable(2, 8193), unreachable(3, 1)]
    );
    let out_of_order = ProblemKind::OutOfOrder {
        frame: frame(3),
        page: 1,
    };
    assert_eq!(change(&[(slot(383), 3), (slot(385), 1)]), [out_of_order]);
    let repeated = ProblemKind::Repeated { frame: frame(3) };
    assert_eq!(change(&[(slot(386), 3)]), [repeated]);
    let past_end = ProblemKind::PastEnd {
        found: 0xff00,
        most: 4062,
    };
    assert_eq!(change(&[(slot(1) + 1, 0xff)]), [past_end]);
    let no_page = ProblemKind::NoPage { frame: frame(4) };
    assert_eq!(change(&[(136 + 12, 0)]), [no_page]);
    // A frame that is not committed may be named or not.
    assert_eq!(change(&[(136 + 16, 9), (slot(1000), 5)]), []);

    let mut full = whole.clone();
    full[16384..].fill(1);
    assert_eq!(kinds(&full), [ProblemKind::NoFreeSlot]);
    let block = Block::new(0, ByteOrder::Little, &full).unwrap();
    assert_eq!(block.find(7, 4).unwrap_err().kind, ProblemKind::NoFreeSlot);
    assert_eq!(kinds(&whole[..32767]), []);
}

/// A search gives another answer than the pages do if and only if something is wrong, whatever slot is changed.
#[test]
fn every_change_of_a_slot_that_leads_astray_is_found() {
    let pages = [1, 8193, 1, 5, 16385, 8193];
    let whole = index(ByteOrder::Little, &pages);
    let answers = |bytes: &[u8]| {
        let block = Block::new(0, ByteOrder::Little, bytes).unwrap();
        (1..=6u32).all(|last| {
            pages.iter().all(|&page| {
                let newest = pages[..last as usize].iter().rposition(|&it| it == page);
                block.find(page, last) == Ok(newest.map(|entry| frame(entry as u32 + 1)))
            })
        })
    };
    for slot in 380..400usize {
        for value in 0..=7 {
            let mut bytes = whole.clone();
            bytes[16384 + 2 * slot] = value;
            let sound = problems(&bytes, ByteOrder::Little, 6).is_empty();
            assert!(answers(&bytes) || !sound, "{value} in slot {slot}");
        }
    }
}
