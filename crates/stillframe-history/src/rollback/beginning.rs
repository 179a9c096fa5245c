//! How the playback of a journal begins: by which page size, and whether its checksums are of pages as a key decrypts them.
//!
//! SQLCipher encrypts a page before SQLite sums it, and its checksums hold. SQLite3 Multiple Ciphers encrypts beneath SQLite,
//! as a page is written to the file: the checksums are of the pages in clear, and hold of what stands there by chance alone, a
//! few in a thousand times. Each lies close behind its nonce all the same, as a page adds little to that.

use stillframe_database::Header;
use stillframe_database::header::HEADER_BYTES;
use stillframe_format::PageSize;
use stillframe_journal::record::nonce;
use stillframe_journal::super_journal::MAX_TRAILER_BYTES;
use stillframe_journal::{Playback, SlotReason, SuperJournal, Wanted};

use crate::base::Base;
use crate::timeline::window;
use crate::{BackupSet, Error, Input};

/// Begins with the journal of a set.
pub(super) fn playback(set: &BackupSet, journal: &Input) -> Result<Playback, Error> {
    let length = journal.bytes.len();
    let tail = length.min(MAX_TRAILER_BYTES as u64);
    let tail = window(journal, length - tail, tail as usize)?;
    let name = SuperJournal::find(&tail, length);
    let playback = Playback::new(length, page_size(set)?, name.as_ref());
    Ok(match are_sums_sealed(set, journal, &playback)? {
        true => playback.with_sealed_sums(),
        false => playback,
    })
}

/// Records that are looked at: of fewer it is told as well.
const MOST_RECORDS: u32 = 64;

/// Whether they are, of the journal of a set that `playback` begins with: the database is encrypted, and of more records the
/// checksum cannot be that of the bytes, and can be that of a page, than it holds of.
fn are_sums_sealed(set: &BackupSet, journal: &Input, playback: &Playback) -> Result<bool, Error> {
    if !Base::as_found(set).is_encrypted()? {
        return Ok(false);
    }
    let mut playback = playback.clone().with_sealed_sums();
    let mut expected = None;
    let (mut holding, mut sealed) = (0, 0);
    while let Some(wanted) = playback
        .wanted()
        .filter(|_| playback.slots() < MOST_RECORDS)
    {
        match wanted {
            Wanted::Header(range) => {
                let bytes = window(journal, range.start, range.length() as usize)?;
                let segment = playback.header(&bytes);
                expected = segment.map(|segment| segment.header.nonce).or(expected);
            }
            Wanted::Records { range, slot_bytes } => {
                let length = range.length().min(slot_bytes as u64);
                let bytes = window(journal, range.start, length as usize)?;
                let size = playback.layout().map(|layout| layout.page_size);
                let found = size.and_then(|size: PageSize| nonce(&bytes, size));
                playback.records(&bytes, |slot, _| match slot.reason {
                    SlotReason::PlayedBack | SlotReason::Unsynced if found == expected => {
                        holding += 1;
                    }
                    SlotReason::PlayedBack | SlotReason::Unsynced => sealed += 1,
                    _ => {}
                });
            }
        }
    }
    Ok(sealed > holding)
}

/// The page size that SQLite goes by before it has read anything but the header, whatever else that says.
fn page_size(set: &BackupSet) -> Result<PageSize, Error> {
    let mut start = [0; HEADER_BYTES];
    if let Some(database) = &set.database {
        let there = database.bytes.len().min(start.len() as u64) as usize;
        let read = database
            .bytes
            .read_exact_at(0, start.get_mut(..there).unwrap_or_default());
        read.map_err(|error| Error::read(database, 0, error))?;
    }
    let named = Header::parse(&start)
        .ok()
        .and_then(|header| header.page_size());
    Ok(named.unwrap_or(crate::image::DEFAULT_PAGE_SIZE))
}
