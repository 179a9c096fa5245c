use stillframe_database::JournalMode;
use stillframe_format::PageNumber;
use stillframe_journal::header::HEADER_BYTES;
use stillframe_journal::{Header, Slot, SlotReason};

use super::{JournalEvent, JournalState, Rollback, SuperJournalName};
use crate::base::Base;
use crate::timeline::window;
use crate::{BackupSet, Error, Input, Progress};

/// What a journal is that SQLite leaves alone as it begins with a zero ([`JournalState::NotHot`]).
///
/// It writes zeros there in two ways. Where a transaction ends and the journal is kept, it writes 28 of them over the header
/// at once (`zeroJournalHdr` in `pager.c`); where the journal names a super-journal it cuts it to nothing instead. And a
/// header begins with 12, and names a nonce and the sizes behind them, until its records are synced (`writeJournalHdr`): before that no
/// page of the database is written, so each is as its record has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dormant {
    /// The header is zeroed: the transaction has ended.
    Ended,
    /// Its records were never synced: the database file is as it was before the transaction.
    Unsynced,
    /// The same, but for pages that are others in the database file: the header was damaged, or they were changed later
    /// without a journal.
    Contradicted(Contradicted),
    /// The header is neither of the two: something else wrote zeros over it.
    Damaged,
}

/// Pages of a journal whose header was never synced, and that are others in the database file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contradicted {
    /// The first record of such a page.
    pub record: Slot,
    /// The page.
    pub page: PageNumber,
    /// How many such records there are.
    pub differing: u32,
    /// How many intact records there are.
    pub records: u32,
}

impl Dormant {
    /// What the journal of a set is, and the journal, followed to the end; `None` where SQLite does not leave it alone for
    /// its first byte.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn read(
        set: &BackupSet,
        progress: &dyn Progress,
    ) -> Result<Option<(Self, Rollback)>, Error> {
        let Some(shape) = Shape::of(set)? else {
            return Ok(None);
        };
        let name = SuperJournalName::of(set)?;
        let is_named = name.as_ref().is_some_and(SuperJournalName::is_heeded);
        let header = set.database_header()?;
        // SQLite writes to a database in WAL mode and does not look at a journal that is not hot.
        let is_as_left = header.is_some_and(|header| header.journal_mode() != JournalMode::Wal)
            // The same page may be encrypted otherwise in the journal.
            && !Base::as_found(set).is_encrypted()?;
        let mut comparing = match (shape, &set.database) {
            (Shape::Unsynced { initial_size }, Some(database)) if is_as_left => {
                Some(Comparing::new(database, SlotReason::Unsynced, initial_size))
            }
            (Shape::Zeroed, Some(database)) if is_as_left && is_named => {
                let intact = SlotReason::Leftover { holds: true };
                Some(Comparing::new(database, intact, u32::MAX))
            }
            _ => None,
        };
        let rollback = Rollback::follow(set, progress, |event| {
            if let Some(comparing) = &mut comparing {
                comparing.take(event);
            }
        })?;
        let contradicted = comparing.map(Comparing::found).transpose()?.flatten();
        let dormant = match (shape, contradicted) {
            (Shape::Other, _) => Self::Damaged,
            (_, Some(contradicted)) => Self::Contradicted(contradicted),
            (Shape::Zeroed, None) if !is_named => Self::Ended,
            (Shape::Zeroed | Shape::Unsynced { .. }, None) => Self::Unsynced,
        };
        Ok(Some((dormant, rollback)))
    }
}

/// Magic and number of records: what is not filled in until the records are synced.
const UNFILLED_BYTES: usize = 12;

/// What the first header looks like.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    Zeroed,
    Unsynced { initial_size: u32 },
    Other,
}

impl Shape {
    /// That of the journal of a set; `None` where SQLite does not leave it alone for its first byte.
    pub(crate) fn of(set: &BackupSet) -> Result<Option<Self>, Error> {
        let (Some(journal), JournalState::NotHot) = (&set.journal, JournalState::of(set)?) else {
            return Ok(None);
        };
        let length = journal.bytes.len().min(HEADER_BYTES as u64);
        let start = window(journal, 0, length as usize)?;
        let begins = start.get(..UNFILLED_BYTES).unwrap_or(&start);
        let is_unfilled = begins.iter().all(|&byte| byte == 0);
        Ok(Some(match Header::parse(&start) {
            // Once in four thousand million times SQLite draws this nonce.
            Ok(header) if header.is_unsynced() && header.nonce != 0 => Self::Unsynced {
                initial_size: header.initial_size,
            },
            _ if start.iter().all(|&byte| byte == 0) => Self::Zeroed,
            // It ends within its header, as on a disk that was full: nothing was written behind that.
            Err(_) if is_unfilled => Self::Unsynced { initial_size: 0 },
            _ => Self::Other,
        }))
    }
}

/// The intact records behind the first header, held against the database file.
struct Comparing<'a> {
    database: &'a Input,
    /// What slots with intact records are.
    intact: SlotReason,
    initial_size: u32,
    segments: u32,
    records: u32,
    differing: u32,
    first: Option<(Slot, PageNumber)>,
    failed: Option<Error>,
}

impl<'a> Comparing<'a> {
    const fn new(database: &'a Input, intact: SlotReason, initial_size: u32) -> Self {
        Self {
            database,
            intact,
            initial_size,
            segments: 0,
            records: 0,
            differing: 0,
            first: None,
            failed: None,
        }
    }

    fn take(&mut self, event: JournalEvent<'_>) {
        match event {
            JournalEvent::Segment(_) => self.segments += 1,
            // Behind another header they may be left over from a transaction before.
            JournalEvent::Slot(slot, data) if self.segments == 1 && slot.reason == self.intact => {
                let page = slot.page.and_then(PageNumber::new);
                if let Some(page) = page.filter(|page| page.get() <= self.initial_size) {
                    self.compare(slot, page, data);
                }
            }
            JournalEvent::Slot(..) => {}
        }
    }

    fn compare(&mut self, slot: Slot, page: PageNumber, data: &[u8]) {
        self.records += 1;
        let offset = u64::from(page.get() - 1) * data.len() as u64;
        let is_there = self.database.bytes.len() >= offset + data.len() as u64;
        let now = is_there.then(|| window(self.database, offset, data.len()));
        match now.transpose() {
            Ok(now) if now.as_deref() == Some(data) => {}
            Ok(_) => {
                self.differing += 1;
                self.first.get_or_insert((slot, page));
            }
            Err(error) => {
                self.failed.get_or_insert(error);
            }
        }
    }

    fn found(self) -> Result<Option<Contradicted>, Error> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        Ok(self.first.map(|(record, page)| Contradicted {
            record,
            page,
            differing: self.differing,
            records: self.records,
        }))
    }
}
