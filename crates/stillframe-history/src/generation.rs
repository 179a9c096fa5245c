//! What the slots behind the log tell of the generations before: whether they can be of one at all, and whether the
//! database file holds what the last of them had brought into it.

mod left;

use stillframe_format::PageNumber;
use stillframe_wal::{FrameHeader, FrameNumber, Header, Salts, Slot, SlotReason};

use crate::reserved::Copies;
use crate::{BackupSet, Error, Image, Progress, Residue, Tally, Timeline};
pub(crate) use left::Left;

/// How many generations before the header's the one with these salts is: 1 for the last. A reset adds 1 to salt-1
/// (`walRestartHdr` in `wal.c`), and to the checkpoint sequence that the connection counts: where several connections do
/// it in turn there were more resets than it says. `None` where the two are too far from each other.
pub(crate) fn age(header: &Header, salts: Salts) -> Option<u32> {
    let age = header.salts.salt1.wrapping_sub(salts.salt1);
    (1..=MOST_GENERATIONS).contains(&age).then_some(age)
}

/// Generations that two are taken to be apart at most: salts of which nothing is known are that near by chance once in
/// 2^16.
pub(crate) const MOST_GENERATIONS: u32 = 1 << 16;

/// Whether a slot is of a generation after the header's, by its first salt: larger by as much as a few resets make it.
pub(crate) fn is_newer(header: &Header, slot: &Slot) -> bool {
    let is_other = matches!(slot.reason, SlotReason::OtherGeneration { .. });
    slot.header.filter(|_| is_other).is_some_and(|frame| {
        let resets = frame.salts.salt1.wrapping_sub(header.salts.salt1);
        (1..=MOST_RESETS).contains(&resets)
    })
}

/// So many resets a copy of a WAL can take at most to be told as one: two WALs that have nothing to do with each other are
/// as near once in 2^24.
const MOST_RESETS: u32 = 1 << 8;

/// Finds slots that no generation of the WAL can have left.
///
/// Salts alone do not tell: a reset makes the first one larger by 1, but a connection that has not begun this WAL anew
/// before takes two at random where it writes the first frame (`walFrames` in `wal.c`), be it over what a transaction
/// left that was rolled back. Nor do checksums: of what was left the first slot chains with nothing. But a frame names a
/// page that a database like this can have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unexplained {
    most_pages: u32,
    /// Slots of zeros since the last slot of another kind.
    zeros: Tally,
    pub(crate) found: Tally,
    /// Of these, slots of zeros.
    pub(crate) zeroed: u32,
}

impl Unexplained {
    pub(crate) fn behind(timeline: &Timeline) -> Self {
        let slots = u32::try_from(timeline.slots()).unwrap_or(u32::MAX);
        let most_pages = timeline.last_commit().map(|commit| {
            let known = commit.size_after.max(slots).max(FEW_PAGES);
            known.saturating_mul(TIMES_AS_LARGE)
        });
        Self {
            most_pages: most_pages.unwrap_or(MANY_PAGES),
            zeros: Tally::default(),
            found: Tally::default(),
            zeroed: 0,
        }
    }

    /// Takes the next slot behind the log.
    pub(crate) fn take(&mut self, header: &Header, slot: &Slot) {
        if slot.reason == SlotReason::ZeroFilled {
            self.zeros.count(slot.number);
            return;
        }
        let zeros = std::mem::take(&mut self.zeros);
        let (SlotReason::OtherGeneration { chains }, Some(frame)) = (slot.reason, slot.header)
        else {
            return;
        };
        // A file gets zeros at its end: what stands in front of older frames was written once.
        self.found.add(zeros);
        self.zeroed += zeros.slots;
        if !chains && age(header, frame.salts).is_none() && !self.can_be(&frame) {
            self.found.count(slot.number);
        }
    }

    /// The slots of zeros at the end of the WAL.
    pub(crate) const fn zeros_at_end(&self) -> Tally {
        self.zeros
    }

    /// Whether a database of a size as this one can have had the frame. The last page of a transaction is none of those
    /// that it cuts off (`pagerWalFrames` in `pager.c`).
    pub(crate) fn can_be(&self, frame: &FrameHeader) -> bool {
        let pages = 1..=self.most_pages;
        pages.contains(&frame.page)
            && (!frame.is_commit() || (frame.page..=self.most_pages).contains(&frame.size_after))
    }
}

/// So many times as large the database may have been before.
const TIMES_AS_LARGE: u32 = 64;

/// A database that has fewer pages may have had so many.
const FEW_PAGES: u32 = 1 << 10;

/// The oldest generation of which it is asked whether its pages are in the database file.
const OLDEST: u32 = 2;

/// Where no commit tells how large the database is: it is hardly larger than this.
const MANY_PAGES: u32 = 1 << 30;

/// Pages that a generation before the present one committed and that are neither in the database file nor in the log.
/// A WAL is begun anew only once a checkpoint has brought all of it into the database file (`walRestartLog` in
/// `wal.c`): the two are of different moments. Of a generation before the last they are more than those between can have
/// written in frames that are written over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missed {
    /// How many pages of that generation are still in the WAL.
    pub examined: u32,
    /// How many of them the database file does not hold.
    pub pages: u32,
    /// The first of these.
    pub first: PageNumber,
    /// The frame that holds it.
    pub frame: FrameNumber,
}

/// What is left in a WAL of the generation before, held against the database file: what ties the two where all of it is
/// there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carried {
    /// How many pages of that generation were compared: those that the present one has not written since.
    pub examined: u32,
    /// Those that the database file does not hold, where there are any.
    pub missed: Option<Missed>,
}

impl Missed {
    /// Compares what is left of the generation before with the database file of `image`, which is the last one; `residue`
    /// tells whether anything is left of it.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn of(
        set: &BackupSet,
        timeline: &Timeline,
        residue: &Residue,
        image: &Image<'_>,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Error> {
        let carried = Carried::of(set, timeline, residue, image, progress)?;
        Ok(carried.and_then(|carried| carried.missed))
    }

    /// Whether there can be any: something that chains is left of a generation before, behind a commit of the present
    /// one. With a limit to its size a WAL is cut off after a reset, as a rule within a slot: later versions were behind.
    pub fn may_be(timeline: &Timeline, residue: &Residue) -> bool {
        timeline.last_commit().is_some()
            && residue.other_generation_chained.slots > 0
            && residue.torn.slots == 0
    }
}

impl Carried {
    /// As [`Missed::of`], also where nothing is missed; `None` where there is nothing that could be compared.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn of(
        set: &BackupSet,
        timeline: &Timeline,
        residue: &Residue,
        image: &Image<'_>,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Error> {
        let copies = Copies::of(set, timeline, image);
        let (Some(wal), Some(header), Some(copies)) = (&set.wal, timeline.header(), copies) else {
            return Ok(None);
        };
        if !Missed::may_be(timeline, residue) || is_unfit(image) {
            return Ok(None);
        }
        let mut carried = None;
        for age in 1..=OLDEST {
            let left = Left::read(wal, timeline, header, age, progress)?;
            let compared = Self::of_left(&left, &copies, image)?;
            let missed = compared.missed;
            if missed.is_some_and(|missed| u64::from(missed.pages) > left.most_unknown()) {
                return Ok(Some(compared));
            }
            // Of one further back it is not certain that nothing has written its pages since.
            if age == 1 && compared.examined > 0 && missed.is_none() {
                carried = Some(compared);
            }
            if !left.has_older() {
                break;
            }
        }
        Ok(carried)
    }

    /// Of the pages that are left of a generation, those that the database file does not hold.
    fn of_left(left: &Left, copies: &Copies<'_>, image: &Image<'_>) -> Result<Self, Error> {
        let mut missed = None::<Missed>;
        let mut examined = 0;
        for (number, frame) in left.not_superseded(image.overlay(), image.stored_pages()) {
            examined += 1;
            let is_held =
                copies.hold(number, frame)? || left.is_before_last() && copies.are_zeros(number)?;
            if !is_held {
                missed
                    .get_or_insert(Missed {
                        examined: 0,
                        pages: 0,
                        first: number,
                        frame,
                    })
                    .pages += 1;
            }
        }
        let missed = missed.map(|missed| Missed { examined, ..missed });
        Ok(Self { examined, missed })
    }
}

/// Whether the image cannot be compared with the database file: SQLite would not have it, or the file is to be rolled
/// back first.
pub(crate) fn is_unfit(image: &Image<'_>) -> bool {
    image.refusal().is_some() || image.rollback().is_some() || image.trails()
}
