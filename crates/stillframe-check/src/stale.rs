use stillframe_database::Header;
use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::{BackupSet, Error, Image, Progress, Timeline, slots};
use stillframe_wal::{CommitNumber, SlotReason};

/// A WAL over a database file that is newer than all of it.
///
/// Every transaction that writes page 1 in WAL mode takes the change counter that it has read plus one, so that it
/// never becomes smaller (`pager_write_changecounter` in `pager.c`); one connection may give the same number to many of
/// its transactions. The schema cookie grows with every change of the schema. Page 1 in a database file is either older
/// than the WAL, or a checkpoint has copied it from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stale {
    /// How old page 1 of the database file is.
    pub database: Age,
    /// How old the newest page 1 in the WAL is.
    pub wal: Age,
    /// How many pages of the database file a checkpoint would replace by others.
    pub overwritten: u32,
    /// How many pages of the database file a checkpoint would cut off.
    pub cut: u32,
}

/// What tells which of two pages 1 of the same database is the newer one: the change counter, or else the schema
/// cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Age {
    /// The change counter.
    pub change_counter: u32,
    /// The schema cookie.
    pub schema_cookie: u32,
}

impl Age {
    const fn of(header: &Header) -> Self {
        Self {
            change_counter: header.change_counter,
            schema_cookie: header.schema_cookie,
        }
    }
}

impl Stale {
    /// Compares page 1 of the database file, whose header is `header`, with every page 1 in the WAL of `image`, which
    /// has the same page size. The WAL is read again only where its last commit is older than the file.
    ///
    /// # Errors
    /// The set could not be read.
    pub(crate) fn of(
        set: &BackupSet,
        timeline: &Timeline,
        image: &Image<'_>,
        header: &Header,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Error> {
        let in_wal = image.header().filter(|header| header.validate().is_ok());
        let Some(in_wal) = in_wal.filter(|_| image.overlay().frame(PageNumber::FIRST).is_some())
        else {
            return Ok(None);
        };
        let (database, wal) = (Age::of(header), Age::of(in_wal));
        if database <= wal {
            return Ok(None);
        }
        progress.expect(set.wal_bytes());
        let wal = wal.max(newest(set, timeline, progress)?);
        if database <= wal {
            return Ok(None);
        }
        let pages = image.page_size().pages_in(set.database_bytes());
        Ok(Some(Self {
            database,
            wal,
            overwritten: overwritten(set, timeline, image)?,
            cut: pages.saturating_sub(image.stored_pages()),
        }))
    }
}

/// The newest page 1 in any slot of the WAL's generation that was committed, or may have been before the log was
/// damaged.
fn newest(set: &BackupSet, timeline: &Timeline, progress: &dyn Progress) -> Result<Age, Error> {
    let mut newest = Age {
        change_counter: 0,
        schema_cookie: 0,
    };
    let salts = timeline.header().map(|header| header.salts);
    slots(set.wal.as_ref(), timeline, progress, |slot, page| {
        let is_page_1 = slot
            .header
            .is_some_and(|header| header.page == 1 && Some(header.salts) == salts);
        if is_page_1
            && slot.reason != SlotReason::Uncommitted
            && let Ok(header) = Header::parse(page)
        {
            newest = newest.max(Age::of(&header));
        }
    })?;
    Ok(newest)
}

/// How many pages the database file holds otherwise than the image.
fn overwritten(set: &BackupSet, timeline: &Timeline, image: &Image<'_>) -> Result<u32, Error> {
    let file = Image::at(set, timeline, CommitNumber::DATABASE, &())?;
    let mut count = 0;
    for (page, _) in image.overlay().iter() {
        if page.get() <= file.stored_pages() && file.page(page)? != image.page(page)? {
            count += 1;
        }
    }
    Ok(count)
}
