//! A wal-index of any bytes: what SQLite would use is what the naive twin says, and pages are found as it finds them, unless
//! something is called wrong.
//!
//! An input begins with a byte of choices. Its lowest bit is the byte order of the host. If the next one is set the rest is
//! the file as it is; else a number of frames, their pages, and changes to the file that has them: an offset and a byte
//! each. So an input of a few hundred bytes reaches every part of a block.

use stillframe_format::PageNumber;
use stillframe_testkit::naive::wal_index::{self as naive, Header as Naive};
use stillframe_wal::wal_index::{
    BLOCK_BYTES, Block, CheckpointInfo, ErrorKind, HEAD_BYTES, Head, IndexHeader, ProblemKind,
    Writer, block_of,
};
use stillframe_wal::{ByteOrder, FrameNumber};

use crate::reader::Reader;

/// Holds what the crate makes of a wal-index against the naive twin.
///
/// # Panics
/// They do not agree.
pub fn run(bytes: &[u8]) {
    let mut reader = Reader::new(bytes);
    let choices = reader.byte();
    let order = if choices & 1 == 1 {
        ByteOrder::Big
    } else {
        ByteOrder::Little
    };
    let file = if choices & 2 == 2 {
        reader.rest().to_vec()
    } else {
        story(order, &mut reader)
    };
    let head = head(&file);
    let order = head.map_or(order, |head| head.byte_order());
    let last = head.and_then(|head| head.best_copy().map(|copy| copy.mx_frame));
    blocks(&file, order, last.unwrap_or(u32::from(choices)));
}

/// The file that an input tells of.
fn story(order: ByteOrder, reader: &mut Reader<'_>) -> Vec<u8> {
    let mut writer = Writer::new(order);
    // Rarely more than a block, as it takes long.
    let frames = match reader.byte() {
        255 => 4000 + u32::from(reader.byte()),
        frames => u32::from(frames),
    };
    let step = u32::from(reader.short()) + 1;
    for frame in 0..frames {
        let page = match frames {
            0..255 => u32::from(reader.short()).wrapping_mul(step),
            _ => frame % 97 * step,
        };
        writer.frame(PageNumber::new(page.max(1)).unwrap_or(PageNumber::FIRST));
    }
    let mut header = IndexHeader {
        version: 3_007_000,
        is_initialised: 1,
        page_size_field: 512,
        mx_frame: frames.saturating_sub(u32::from(reader.byte() & 3)),
        page_count: 100,
        ..IndexHeader::default()
    };
    header.checksum = header.computed_checksum(order);
    let mut file = writer.finish(header, CheckpointInfo::recovered(frames));
    while !reader.is_empty() {
        let (offset, value) = (usize::from(reader.short()), reader.byte());
        // Slots are what most of a block is; an odd offset is one of the head and the first pages.
        let offset = if offset & 1 == 1 {
            offset % 400
        } else {
            16384 + offset % 16384
        };
        if let Some(byte) = file.get_mut(offset) {
            *byte = value;
        }
    }
    file
}

/// Whether SQLite would use it is what the twin says.
fn head(file: &[u8]) -> Option<Head> {
    let head = match Head::parse(file) {
        Ok(head) => head,
        Err(error) => {
            assert!(file.len() < HEAD_BYTES);
            assert_eq!(error.range.end, file.len() as u64);
            assert!(!error.to_string().is_empty());
            return None;
        }
    };
    assert_eq!(head.encode(), file[..HEAD_BYTES]);
    assert_eq!(Head::parse(&head.encode()), Ok(head));
    let is_big = head.byte_order() == ByteOrder::Big;
    match (head.validate(), naive::header(file, is_big)) {
        (Ok(header), Naive::Used(mx_frame)) => {
            assert_eq!(header.mx_frame, mx_frame);
            assert_eq!(head.best_copy(), Some(header));
        }
        (Err(error), twin) => {
            let is_refused = matches!(error.kind, ErrorKind::Version { .. });
            assert_eq!(is_refused, twin == Naive::Refused, "{error}");
            assert!(is_refused || twin == Naive::MadeAnew, "{error}");
            assert!(error.range.start < error.range.end && error.range.end <= HEAD_BYTES as u64);
        }
        (Ok(_), twin) => unreachable!("the twin says {twin:?}"),
    }
    // A host of the other byte order would not use it either, unless its version says so.
    if head.order.is_none() {
        assert!(!matches!(naive::header(file, !is_big), Naive::Used(_)));
    }
    Some(head)
}

/// Every block, as far as the file goes, and searches through them all.
fn blocks(file: &[u8], order: ByteOrder, last: u32) {
    let mut sound = true;
    let mut whole = Vec::new();
    for (number, bytes) in file.chunks(BLOCK_BYTES).enumerate() {
        let Some(block) = Block::new(number as u32, order, bytes) else {
            return;
        };
        let mut count = 0;
        block.problems(last, |problem| {
            count += 1;
            sound = false;
            assert!(problem.range.start < problem.range.end);
            assert!(problem.range.end <= file.len() as u64);
            assert!(!problem.to_string().is_empty());
            if let ProblemKind::Unreachable { frame, page } = problem.kind {
                assert_ne!(block.find(page, frame.get()), Ok(Some(frame)));
            }
        });
        assert!(count <= 3 * 8192, "{count} problems");
        if block.is_whole() {
            whole.push(block);
        }
    }
    let needed = FrameNumber::new(last).map_or(0, |frame| block_of(frame) as usize + 1);
    if whole.len() < needed || needed > 4 {
        return;
    }
    let is_big = order == ByteOrder::Big;
    let frames: Vec<u32> = (1..=last.min(60))
        .chain(last.saturating_sub(20)..=last)
        .collect();
    for frame in frames.into_iter().filter(|&frame| frame > 0) {
        let page = naive::page_of(file, is_big, frame);
        for last in [frame, last] {
            let found = search(&whole, page, last);
            assert_eq!(found, naive::find(file, is_big, page, last), "page {page}");
            if sound && last == frame {
                assert_eq!(found, Some(frame), "page {page}");
            }
        }
    }
}

/// The newest frame of a page: 0 where there is none, `None` where a search has no end.
fn search(blocks: &[Block<'_>], page: u32, last: u32) -> Option<u32> {
    let of_last = FrameNumber::new(last).map_or(0, |frame| block_of(frame) as usize);
    for block in blocks.iter().take(of_last + 1).rev() {
        match block.find(page, last) {
            Ok(None) => {}
            Ok(Some(frame)) => return Some(frame.get()),
            Err(_) => return None,
        }
    }
    Some(0)
}
