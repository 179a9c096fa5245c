//! What the checksums of a damaged WAL still tell. SQLite only learns from them that something is damaged; but the sum is
//! linear and can be undone ([`Carry::before`]), and where little is damaged there is one value alone with which it holds:
//!
//! - The header, damaged or zeroed throughout, from the first frame ([`header`]). That repeats the salts, and its checksum
//!   goes on from the header's, of which then all but the checkpoint sequence number is known.
//! - A frame of which the salts are damaged, or the stored checksum, or one byte of the rest ([`frame`]).
//!
//! How sure that is depends on the bits that are damaged. What a word adds to the sum, so many steps before its end, is the
//! word times two numbers of Fibonacci, modulo 2^32: of the highest bits hardly anything is left of these, so that the
//! place cannot be told. Only what was damaged in the lower half of a word is therefore put right.

use byteorder::{BigEndian, ByteOrder as _, LittleEndian};
use stillframe_format::PageSize;

use crate::chain::RawSlot;
use crate::frame::{FRAME_HEADER_BYTES, SUMMED_BYTES, slot_bytes};
use crate::header::{FORMAT_VERSION, HEADER_BYTES, MAGIC};
use crate::{ByteOrder, Carry, Checksum, Header, Salts};

/// Bytes at the start of a WAL that [`header`] looks at: the header, and two frames of the largest pages.
pub const START_BYTES: usize = HEADER_BYTES + 2 * (FRAME_HEADER_BYTES + 65536);

/// The header behind which the first frame of a WAL was written. `start` is the start of the WAL: [`START_BYTES`] of it, or
/// all there is. The header in it is not looked at. `None` where there is no frame, where nothing fits, or where a second
/// frame of the same salts does not follow from the first one.
///
/// Of the values that are tried, two byte orders and eight page sizes, a wrong one fits by chance once in 2^28 where there
/// is one frame, and once in 2^92 where there are two. With the header found the checksum of the first frame holds, whatever
/// stands in it: it does not vouch for that page any more. Damage there goes unnoticed where it is in the highest bits of a
/// word.
pub fn header(start: &[u8]) -> Option<Header> {
    let slots = start.get(HEADER_BYTES..)?;
    let sizes = (9..=16).filter_map(|power| PageSize::new(1 << power));
    let mut fitting = sizes.flat_map(|page_size| {
        let orders = [ByteOrder::Little, ByteOrder::Big].into_iter();
        orders.filter_map(move |order| header_of(slots, page_size, order))
    });
    let found = fitting.next()?;
    fitting.next().is_none().then_some(found)
}

/// The header, had the WAL this page size and byte order.
fn header_of(slots: &[u8], page_size: PageSize, order: ByteOrder) -> Option<Header> {
    let slot = slot_bytes(page_size);
    let first = RawSlot::split(slots.get(..slot)?)?;
    let alone = first.sum_from(Checksum::ZERO, order);
    let behind_header = first.header.checksum.minus(alone);
    let sum = Carry::over(SUMMED_BYTES + page_size.as_len()).before(behind_header);
    let header = header_with(page_size, order, first.header.salts, sum)?;
    let second = slots.get(slot..2 * slot).and_then(RawSlot::split);
    let follows = second.is_none_or(|second| {
        let is_of_it = second.header.salts == header.salts;
        !is_of_it || second.sum_from(first.header.checksum, order) == second.header.checksum
    });
    (first.header.page != 0 && follows).then_some(header)
}

/// The header whose checkpoint sequence number is the one with which it has this checksum.
fn header_with(
    page_size: PageSize,
    order: ByteOrder,
    salts: Salts,
    sum: Checksum,
) -> Option<Header> {
    let mut header = Header {
        magic: MAGIC | u32::from(order == ByteOrder::Big),
        version: FORMAT_VERSION,
        page_size_field: page_size.get(),
        checkpoint_sequence: 0,
        salts,
        checksum: sum,
    };
    // It is the second word of the second pair of three, and such a word is added to s1 alone.
    let missing = sum.minus(header.computed_checksum());
    let word = Carry::over(PAIR_BYTES).before(missing).s1;
    let mut bytes = [0; WORD_BYTES];
    write_word(order, &mut bytes, word);
    header.checkpoint_sequence = BigEndian::read_u32(&bytes);
    (header.computed_checksum() == sum).then_some(header)
}

/// Bytes of a slot that were something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repair {
    /// What was damaged.
    pub part: Part,
    /// Where the bytes begin in the slot.
    pub offset: usize,
    bytes: [u8; 8],
    length: usize,
}

/// What of a slot was damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The salts: the checksum holds.
    Salts,
    /// The stored checksum: the frame behind it goes on from what it should be.
    Checksum,
    /// One byte of the page, of its number or of the size: of all of them and all their values there is one with which the
    /// checksum holds. Where more is damaged than a byte there is one by chance once in 2^16, or less often the lower the
    /// damaged bits are, with pages of 4,096 bytes.
    Byte,
}

impl Repair {
    /// What the bytes were.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn new(part: Part, offset: usize, was: &[u8]) -> Self {
        let mut bytes = [0; 8];
        for (byte, &was) in bytes.iter_mut().zip(was) {
            *byte = was;
        }
        Self {
            part,
            offset,
            bytes,
            length: was.len().min(bytes.len()),
        }
    }
}

/// What is damaged in the whole `slot` that ends the log of a WAL with this `header`, `before` being the checksum of the
/// frame before it, or the header's. `next` is the slot behind it, where there is a whole one. `None` where more is damaged,
/// or nothing, or where that is no frame of this generation.
pub fn frame(
    header: &Header,
    before: Checksum,
    slot: &[u8],
    next: Option<&[u8]>,
) -> Option<Repair> {
    let order = header.byte_order();
    let raw = RawSlot::split(slot)?;
    let sum = raw.sum_from(before, order);
    let stored = raw.header.checksum;
    if raw.header.salts != header.salts {
        let mut salts = [0; 8];
        BigEndian::write_u32_into(&[header.salts.salt1, header.salts.salt2], &mut salts);
        let holds = sum == stored && raw.header.page != 0;
        return holds.then(|| Repair::new(Part::Salts, SALTS_OFFSET, &salts));
    }
    if sum == stored {
        return None;
    }
    let next = next.and_then(RawSlot::split);
    if next.is_some_and(|next| next.sum_from(sum, order) == next.header.checksum) {
        let mut checksum = [0; 8];
        BigEndian::write_u32_into(&[sum.s0, sum.s1], &mut checksum);
        let is_frame = raw.header.page != 0;
        return is_frame.then(|| Repair::new(Part::Checksum, CHECKSUM_OFFSET, &checksum));
    }
    let vouched = next.is_some_and(|next| next.sum_from(stored, order) == next.header.checksum);
    // A last word of the page and the last one of the checksum can look alike.
    let is_sum = !vouched && is_one_byte(sum, stored);
    let repair = byte(order, slot, stored.minus(sum)).filter(|_| !is_sum)?;
    let is_page_zero = is_page_zero(slot, &repair);
    (!is_page_zero).then_some(repair)
}

/// Whether the whole `slot` that ends the log of a WAL with this `header` is a commit frame all but for one byte of its
/// checksum, `before` being the checksum of the frame before it, or the header's. Damage to the highest bits of any word
/// looks the same, or to the last words of the page, so that it is not known what stood there; another page than the one
/// that was summed does so once in 2^53.
pub fn is_nearly_commit(header: &Header, before: Checksum, slot: &[u8]) -> bool {
    let Some(raw) = RawSlot::split(slot) else {
        return false;
    };
    let frame = raw.header;
    let is_of_it = frame.salts == header.salts && frame.page != 0 && frame.is_commit();
    is_of_it && is_one_byte(raw.sum_from(before, header.byte_order()), frame.checksum)
}

/// Whether two sums differ in one byte.
fn is_one_byte(one: Checksum, other: Checksum) -> bool {
    let bytes = [one.s0 ^ other.s0, one.s1 ^ other.s1].map(u32::to_ne_bytes);
    let differing = bytes.as_flattened().iter().filter(|&&byte| byte != 0);
    differing.count() == 1
}

/// Where the salts and the checksum stand in a frame's header.
const SALTS_OFFSET: usize = 8;
const CHECKSUM_OFFSET: usize = 16;

/// The place of damage is told only where a bit up to this one of the word is damaged.
const HIGHEST_BIT: u32 = 15;

const WORD_BYTES: usize = 4;
const PAIR_BYTES: usize = 8;

/// The only byte of what is summed which, were it another, would add what is `missing` from the sum.
fn byte(order: ByteOrder, slot: &[u8], mut missing: Checksum) -> Option<Repair> {
    let (head, page) = slot.split_at_checked(FRAME_HEADER_BYTES)?;
    let (head, _) = head.split_at_checked(SUMMED_BYTES)?;
    let pairs = page.chunks_exact(PAIR_BYTES).enumerate().rev();
    let pairs = pairs.map(|(number, pair)| (FRAME_HEADER_BYTES + number * PAIR_BYTES, pair));
    let over_pair = Carry::over(PAIR_BYTES);
    let mut found = None;
    if (missing.s0 | missing.s1).trailing_zeros() > HIGHEST_BIT {
        return None;
    }
    for (offset, pair) in pairs.chain([(0, head)]) {
        // A first word is added to both sums, a second one to s1 alone.
        let word = match missing {
            Checksum { s0, s1 } if s0 == s1 => Some((0, s0)),
            Checksum { s0: 0, s1 } => Some((WORD_BYTES, s1)),
            Checksum { .. } => None,
        };
        let repair = word.and_then(|(at, more)| {
            let word = pair.get(at..)?.first_chunk()?;
            byte_of_word(order, *word, offset + at, more)
        });
        if repair.is_some() && core::mem::replace(&mut found, repair).is_some() {
            return None;
        }
        missing = over_pair.before(missing);
    }
    found
}

/// The byte of a word at `offset` that is another where `more` is added to the word, where that is one.
fn byte_of_word(
    order: ByteOrder,
    word: [u8; WORD_BYTES],
    offset: usize,
    more: u32,
) -> Option<Repair> {
    let mut sum = [0; WORD_BYTES];
    let read = match order {
        ByteOrder::Little => LittleEndian::read_u32(&word),
        ByteOrder::Big => BigEndian::read_u32(&word),
    };
    write_word(order, &mut sum, read.wrapping_add(more));
    let mut others = word.iter().zip(&sum).enumerate();
    let (at, (_, &was)) = others.find(|(_, (found, was))| found != was)?;
    let is_only = others.all(|(_, (found, was))| found == was);
    is_only.then(|| Repair::new(Part::Byte, offset + at, &[was]))
}

fn write_word(order: ByteOrder, bytes: &mut [u8; WORD_BYTES], word: u32) {
    match order {
        ByteOrder::Little => LittleEndian::write_u32(bytes, word),
        ByteOrder::Big => BigEndian::write_u32(bytes, word),
    }
}

/// Whether the slot names page 0 once it is repaired, as no frame does.
fn is_page_zero(slot: &[u8], repair: &Repair) -> bool {
    let mut number = slot.iter().take(WORD_BYTES).enumerate();
    number.all(|(at, &byte)| match (at == repair.offset, repair.bytes()) {
        (true, &[was]) => was == 0,
        _ => byte == 0,
    })
}

#[cfg(test)]
mod tests;
