//! Whether something shows that a rollback journal is not of the database beside it, as that is now.
//!
//! A journal names no database but by its file name. What ties the two together is page 1. SQLite writes a page into the
//! database file only once the page as it was is in the journal, and whenever it writes page 1 the change counter is the
//! one that it has read plus one (`pager_write_changecounter` in `pager.c`). It holds page 1 as long as the transaction
//! lasts, so a full cache does not write it, and it writes it once; so do `VACUUM` and backups. So what page 1 in the
//! file may be follows from the journal:
//!
//! * Where page 1 is in the journal, the file has the change counter of that page or the next one. The schema cookie
//!   does not become smaller. Page size, reserved bytes, encoding and auto-vacuum are changed by `VACUUM` and by backups
//!   alone, and those make the cookie larger by exactly one: with any other cookie they are the same.
//! * Where page 1 is not in the journal, the transaction has not written it. The size in pages that it counts is the one
//!   from which the journal was begun, unless there were pages behind those that it counts, which SQLite takes for a part
//!   of the file. And the file has not become shorter: that is done last, when the journal is gone. Where the first header
//!   names another size than most others, it is damaged, and theirs counts.
//! * Where there was no page 1 before the transaction, it has given it the change counter 1. Each commit before it that
//!   failed while it was writing, as on a full disk, may have counted one more; a process that is killed just then, when
//!   it tries again, is not allowed for.
//!
//! Where nothing contradicts that, the two need not belong together.

use stillframe_database::Header;
use stillframe_database::header::{HEADER_BYTES, MAGIC};
use stillframe_format::{ByteRange, PageNumber, PageSize};
use stillframe_journal::End;
use stillframe_journal::header::HEADER_BYTES as JOURNAL_HEADER_BYTES;

use crate::base::Base;
use crate::{BackupSet, Error, Field, Record, Rollback};

/// What shows that a rollback journal is not of the database file beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForeignJournal {
    /// What does not follow.
    pub field: Field,
    /// Its value in the header of the database file.
    pub database: u32,
    /// Its value in the journal; where there was no database before the transaction, its size in pages: 0.
    pub journal: u32,
    /// The bytes of the journal that hold it.
    pub range: ByteRange,
    /// The record of page 1 that they are in; `None` where they are in the header of the journal.
    pub record: Option<Record>,
}

impl ForeignJournal {
    /// Compares the journal of a set, which was followed to the end, with page 1 of the database file.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn of(set: &BackupSet, rollback: &Rollback) -> Result<Option<Self>, Error> {
        // What is encrypted of a header can be compared with nothing.
        if Base::as_found(set).is_encrypted()? {
            return Ok(None);
        }
        let header = set.database_header()?;
        let header = header.filter(|header| header.magic == MAGIC && header.validate().is_ok());
        let (Some(header), Some(layout)) = (header, rollback.layout()) else {
            return Ok(None);
        };
        if let Some(record) = rollback.record(PageNumber::FIRST) {
            let page_1 = header_in(set, record)?;
            let page_1 = page_1.filter(|page_1| page_1.magic == MAGIC);
            return Ok(page_1.and_then(|page_1| Self::of_page_1(&header, &page_1, record)));
        }
        let pages = layout.page_size.pages_in(set.database_bytes());
        Ok(Self::of_header(&header, pages, rollback))
    }

    /// What speaks against page 1 in the file being `before`, the one in the journal, or what the transaction has made of
    /// it.
    fn of_page_1(header: &Header, before: &Header, record: Record) -> Option<Self> {
        let is_made_anew = header.change_counter == before.change_counter.wrapping_add(1)
            && header.schema_cookie == before.schema_cookie.wrapping_add(1);
        let is_kept = !is_made_anew;
        // Until there is a schema the encoding is open.
        let has_encoding = header.text_encoding_field != 0 && before.text_encoding_field != 0;
        let counter = before.change_counter;
        let is_counted = [counter, counter.wrapping_add(1)].contains(&header.change_counter);
        let size = |header: &Header| header.page_size().map_or(0, PageSize::get);
        [
            (
                Field::ChangeCounter,
                !is_counted,
                header.change_counter,
                counter,
            ),
            (
                Field::SchemaCookie,
                header.schema_cookie < before.schema_cookie,
                header.schema_cookie,
                before.schema_cookie,
            ),
            (
                Field::PageSize,
                is_kept && size(header) != size(before),
                size(header),
                size(before),
            ),
            (
                Field::ReservedBytes,
                is_kept && header.reserved_bytes != before.reserved_bytes,
                header.reserved_bytes.into(),
                before.reserved_bytes.into(),
            ),
            (
                Field::TextEncoding,
                is_kept && has_encoding && header.text_encoding_field != before.text_encoding_field,
                header.text_encoding_field,
                before.text_encoding_field,
            ),
            (
                Field::LargestRootPage,
                is_kept && header.auto_vacuum() != before.auto_vacuum(),
                header.largest_root_page,
                before.largest_root_page,
            ),
        ]
        .into_iter()
        .find(|&(_, differs, ..)| differs)
        .map(|(field, _, database, journal)| {
            let (start, length) = field.place();
            Self {
                field,
                database,
                journal,
                range: ByteRange::new(record.offset + start, length),
                record: Some(record),
            }
        })
    }

    /// What speaks against page 1 in the file, of so many pages, being from before the transaction, where the journal does
    /// not have it.
    fn of_header(header: &Header, pages: u32, rollback: &Rollback) -> Option<Self> {
        let (journal, initial) = (rollback.header()?, rollback.agreed_size()?);
        // A record of page 1 may be among those that are damaged, or behind them.
        let is_whole = matches!(
            rollback.end()?,
            End::NoRoom | End::NoHeader { .. } | End::SuperJournal
        );
        let of = |field, database, journal, start| {
            Some(Self {
                field,
                database,
                journal,
                range: ByteRange::new(start, 4),
                record: None,
            })
        };
        // A database that the transaction began has no page 1 to put back, and had no change counter before.
        if initial == 0 {
            let counter = header.change_counter;
            return (counter > 1)
                .then(|| of(Field::ChangeCounter, counter, initial, 16))
                .flatten();
        }
        // Nor is page 1 put back where that is behind a size that is damaged.
        if !is_whole || rollback.initial_size() == Some(0) {
            return None;
        }
        let size = header.page_size()?;
        if journal.page_size().is_some_and(|named| named != size) {
            let named = journal.page_size_field;
            return of(
                Field::PageSize,
                size.get(),
                named,
                JOURNAL_HEADER_BYTES as u64 - 4,
            );
        }
        let counted = header.size_in_pages;
        let is_shorter = counted < initial && pages < initial;
        if header.size_is_valid() && (counted > initial || is_shorter) {
            return of(Field::SizeInPages, counted, initial, 16);
        }
        None
    }
}

/// The header in a record of page 1.
fn header_in(set: &BackupSet, record: Record) -> Result<Option<Header>, Error> {
    let Some(journal) = &set.journal else {
        return Ok(None);
    };
    let mut start = [0; HEADER_BYTES];
    let read = journal.bytes.read_exact_at(record.offset, &mut start);
    read.map_err(|error| Error::read(journal, record.offset, error))?;
    Ok(Header::parse(&start).ok())
}
