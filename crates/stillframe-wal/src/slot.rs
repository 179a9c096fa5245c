use stillframe_format::PageSize;

use crate::chain::{RawSlot, split_lanes, sum_lanes};
use crate::checksum::LANES;
use crate::frame::{FRAME_HEADER_BYTES, slot_bytes};
use crate::{ByteOrder, Chain, Checksum, FrameHeader, FrameNumber, Header, Salts};

/// A frame-sized place in a WAL, with what stands there and the reason why SQLite uses it or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its number, from 1.
    pub number: FrameNumber,
    /// The header that stands there; `None` where the file ends within it.
    pub header: Option<FrameHeader>,
    /// Why SQLite uses it or not.
    pub reason: SlotReason,
}

/// Why SQLite uses a slot or not. `chains` says whether the slot's checksum follows from the one *stored* in the slot
/// before it (or in the header): then both are intact, whatever came before them. The slot behind the one that ended
/// the log chains, too, if it follows from the checksum which that one should have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SlotReason {
    /// An accepted frame of a transaction that was committed.
    Committed,
    /// An accepted frame behind the last commit: SQLite ignores it, and will write over it.
    Uncommitted,
    /// The salts are not the header's: left over from before the last reset of the WAL, or damaged.
    OtherGeneration {
        /// See [`SlotReason`].
        chains: bool,
    },
    /// Salts and checksum are zero: SQLite writes frames so, once it has written over a spilled frame of the same
    /// transaction, and fills them in at the commit.
    ZeroSaltSpill,
    /// The salts are the header's, the checksum does not follow from the accepted frames.
    ChecksumMismatch {
        /// See [`SlotReason`].
        chains: bool,
    },
    /// The salts are the header's, the page number is 0.
    PageNumberZero,
    /// The WAL header is not accepted, so SQLite looks at no slot.
    HeaderIgnored {
        /// See [`SlotReason`].
        chains: bool,
    },
    /// The file ends within the slot.
    Torn {
        /// Bytes of the slot that are there.
        present: usize,
    },
    /// Zeros throughout.
    ZeroFilled,
}

/// Gives the slots behind the end of the log their reasons.
///
/// The slots may be offered in pieces, as those of [`Chain::offer`]; only the last piece may end within a slot.
#[derive(Clone, Debug)]
pub struct Tail {
    page_size: PageSize,
    order: ByteOrder,
    salts: Option<Salts>,
    next: Option<FrameNumber>,
    stored: Checksum,
    end: End,
}

/// The slot that ended the log: the first of the tail.
#[derive(Clone, Copy, Debug)]
enum End {
    Ahead,
    /// The checksum it should have.
    Before(Checksum),
    Past,
}

impl Tail {
    /// The tail behind the last frame that `chain`, begun with `header`, accepted.
    pub fn behind(chain: &Chain, header: &Header) -> Self {
        Self {
            page_size: chain.page_size(),
            order: header.byte_order(),
            salts: Some(header.salts),
            next: chain.accepted().checked_add(1).and_then(FrameNumber::new),
            stored: chain.checksum(),
            end: End::Ahead,
        }
    }

    /// All slots of a WAL whose header SQLite does not accept, where its page size can still be told.
    pub fn of_ignored(header: &Header) -> Option<Self> {
        Some(Self {
            page_size: header.page_size()?,
            order: header.byte_order(),
            salts: None,
            next: Some(FrameNumber::FIRST),
            stored: header.checksum,
            end: End::Ahead,
        })
    }

    /// Offers the slots that follow those offered so far, and hands each to `found` with its page, or what is there of
    /// it.
    pub fn offer<'a>(&mut self, slots: &'a [u8], mut found: impl FnMut(Slot, &'a [u8])) {
        let slot = slot_bytes(self.page_size);
        let mut groups = slots.chunks_exact(slot * LANES);
        for group in &mut groups {
            let Some(lanes) = split_lanes(group, slot) else {
                return;
            };
            let sums = sum_lanes(self.order, self.stored, &lanes);
            for (lane, sum) in lanes.iter().zip(sums) {
                self.whole(lane, sum, &mut found);
            }
        }
        for one in groups.remainder().chunks(slot) {
            match RawSlot::split(one) {
                Some(raw) if one.len() == slot => {
                    let sum = raw.sum_from(self.stored, self.order);
                    self.whole(&raw, sum, &mut found);
                }
                _ => self.torn(one, &mut found),
            }
        }
    }

    fn whole<'a>(
        &mut self,
        raw: &RawSlot<'a>,
        sum: Checksum,
        found: &mut impl FnMut(Slot, &'a [u8]),
    ) {
        let header = raw.header;
        let mut chains = sum == header.checksum;
        self.end = match self.end {
            End::Ahead => End::Before(sum),
            End::Before(end) => {
                chains |= raw.sum_from(end, self.order) == header.checksum;
                End::Past
            }
            End::Past => End::Past,
        };
        let reason = self.reason(raw, chains);
        self.stored = header.checksum;
        self.give(Some(header), reason, raw.page, found);
    }

    fn reason(&self, raw: &RawSlot<'_>, chains: bool) -> SlotReason {
        let header = raw.header;
        let unsigned = header.salts == Salts::ZERO && header.checksum == Checksum::ZERO;
        if unsigned && header.page == 0 && header.size_after == 0 && is_zero(raw.page) {
            return SlotReason::ZeroFilled;
        }
        let Some(salts) = self.salts else {
            return SlotReason::HeaderIgnored { chains };
        };
        if header.salts == salts {
            if header.page == 0 {
                SlotReason::PageNumberZero
            } else {
                SlotReason::ChecksumMismatch { chains }
            }
        } else if unsigned && header.page != 0 {
            SlotReason::ZeroSaltSpill
        } else {
            SlotReason::OtherGeneration { chains }
        }
    }

    fn torn<'a>(&mut self, bytes: &'a [u8], found: &mut impl FnMut(Slot, &'a [u8])) {
        let reason = SlotReason::Torn {
            present: bytes.len(),
        };
        match bytes.split_first_chunk::<FRAME_HEADER_BYTES>() {
            Some((header, page)) => {
                self.give(Some(FrameHeader::parse(header)), reason, page, found);
            }
            None => self.give(None, reason, &[], found),
        }
    }

    fn give<'a>(
        &mut self,
        header: Option<FrameHeader>,
        reason: SlotReason,
        page: &'a [u8],
        found: &mut impl FnMut(Slot, &'a [u8]),
    ) {
        if let Some(number) = self.next {
            let slot = Slot {
                number,
                header,
                reason,
            };
            found(slot, page);
            self.next = number.get().checked_add(1).and_then(FrameNumber::new);
        }
    }
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| byte == 0)
}
