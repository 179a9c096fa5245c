use stillframe_database::freelist::Trunk;
use stillframe_database::{Geometry, Header, JournalMode};
use stillframe_format::PageNumber;
use stillframe_journal::header::HEADER_BYTES;
use stillframe_journal::{Header as JournalHeader, Slot, SlotReason};

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
        let header = header.filter(|header| header.journal_mode() != JournalMode::Wal);
        // The same page may be encrypted otherwise in the journal.
        let as_left = match header {
            Some(header) if !Base::as_found(set).is_encrypted()? => {
                set.database.as_ref().zip(Some(header))
            }
            _ => None,
        };
        let mut comparing = match (shape, as_left) {
            (Shape::Unsynced { initial_size }, Some((database, header))) => {
                let intact = SlotReason::Unsynced;
                Some(Comparing::new(database, header, intact, initial_size))
            }
            (Shape::Zeroed, Some((database, header))) if is_named => {
                let intact = SlotReason::Leftover { holds: true };
                Some(Comparing::new(database, header, intact, u32::MAX))
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
        Ok(Some(match JournalHeader::parse(&start) {
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
    header: Header,
    /// The leaves of its freelist, sorted, once they are asked for.
    free: Option<Vec<u32>>,
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
    const fn new(
        database: &'a Input,
        header: Header,
        intact: SlotReason,
        initial_size: u32,
    ) -> Self {
        Self {
            database,
            header,
            free: None,
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
            Ok(_) => match self.is_free(page) {
                Ok(true) => {}
                Ok(false) => {
                    self.differing += 1;
                    self.first.get_or_insert((slot, page));
                }
                Err(error) => {
                    self.failed.get_or_insert(error);
                }
            },
            Err(error) => {
                self.failed.get_or_insert(error);
            }
        }
    }

    /// Whether a page is a leaf of the freelist: what is freed in the transaction that filled it is not written
    /// (`sqlite3PagerDontWrite` in `pager.c`), and a journal gets what the cache has.
    fn is_free(&mut self, page: PageNumber) -> Result<bool, Error> {
        let free = match &self.free {
            Some(free) => free,
            None => self.free.insert(free_leaves(self.database, &self.header)?),
        };
        Ok(free.binary_search(&page.get()).is_ok())
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

/// The leaves of the freelist of a database file, sorted, as far as its trunk pages can be followed.
fn free_leaves(database: &Input, header: &Header) -> Result<Vec<u32>, Error> {
    let size = header.page_size();
    let geometry = size.and_then(|size| Geometry::new(size, header.reserved_bytes));
    let (Some(size), Some(geometry)) = (size, geometry) else {
        return Ok(Vec::new());
    };
    let mut leaves = Vec::new();
    let mut next = header.freelist();
    // No chain is longer than the file, nor names more pages, whatever it says.
    let pages = size.pages_in(database.bytes.len());
    for _ in 0..pages {
        let Some(page) =
            next.filter(|page| page.offset(size) + u64::from(size.get()) <= database.bytes.len())
        else {
            break;
        };
        let bytes = window(database, page.offset(size), size.as_len())?;
        let Ok(trunk) = Trunk::parse(geometry, &bytes) else {
            break;
        };
        if leaves.len() > pages as usize {
            break;
        }
        leaves.extend(trunk.leaves());
        next = PageNumber::new(trunk.next);
    }
    leaves.sort_unstable();
    leaves.dedup();
    Ok(leaves)
}
