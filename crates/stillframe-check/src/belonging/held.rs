//! What the database file and the WAL beside it have in common.

use stillframe_database::encryption::{InClear, in_clear};
use stillframe_database::header::MAGIC;
use stillframe_format::{PageNumber, PageSize, Pages as _};
use stillframe_history::{Carried, Error, Image};

use crate::Evidence;

/// Pages that the database file holds as a frame of the WAL does: what ties the two, as nothing but a checkpoint writes them
/// there, unless two databases are the same to the byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Whether page 1 is one that a commit of the WAL wrote.
    pub page_1: bool,
    /// How many other pages are; of an encrypted database how many are as their newest frame has them.
    pub others: u32,
    /// Pages that the file holds as no commit of the WAL does, and that the WAL has, too; of an encrypted database those that
    /// are not as their newest frame has them. They may be from before the WAL was begun, or be newer.
    pub strange: u32,
    /// Whether page 1 of an encrypted database begins with the same 16 bytes in both, where those are the salt of its key.
    pub salt: bool,
    /// The page size of an encrypted database, where the file has it in clear.
    pub page_size_in_clear: Option<PageSize>,
    /// Whether no more than some of the pages were compared.
    pub is_in_part: bool,
    /// What is left in the WAL of the generation before, held against the file.
    pub carried: Option<Carried>,
}

/// Pages of an encrypted database that are compared. Of others it is known which are the same in both, from the one reading
/// of the WAL; here it is not, as the same page may be encrypted otherwise each time it is written.
const MOST_COMPARED: usize = 1 << 12;

/// The page size in clear at the start of an encrypted file. What the WAL lies over tells, and not page 1 in the WAL.
fn page_size_in_clear(image: &Image<'_>) -> Result<Option<PageSize>, Error> {
    let mut start = vec![0; MOST_OF_PAGE_1];
    let there = image.read_below_wal(PageNumber::FIRST, &mut start)?;
    start.truncate(there);
    Ok(match in_clear(&start) {
        Some(InClear::Header { page_size, .. } | InClear::PageSize { page_size, .. }) => {
            Some(page_size)
        }
        Some(InClear::Nothing | InClear::Magic) | None => None,
    })
}

/// Bytes of page 1 that are enough to tell what of it is in clear.
const MOST_OF_PAGE_1: usize = 4096;

/// Where a cipher keeps the salt of its key: SQLCipher, and others, in place of the magic string.
const SALT_BYTES: usize = 16;

impl Held {
    /// `None` where there is no database file, or no commit in the WAL.
    pub(crate) fn of(evidence: &Evidence<'_>) -> Result<Option<Self>, Error> {
        let (Some(image), Some(_)) = (&evidence.image, evidence.timeline.last_commit()) else {
            return Ok(None);
        };
        if image.base_bytes() == 0 {
            return Ok(None);
        }
        let is_encrypted = evidence.encryption().is_some();
        let mut held = Self::default();
        if is_encrypted {
            held.page_size_in_clear = page_size_in_clear(image)?;
        }
        let size = image.page_size();
        if evidence.timeline.page_size() != Some(size) {
            return Ok(Some(held));
        }
        let mut buffer = vec![0; size.as_len()];
        let whole = image.base_bytes() / u64::from(size.get());
        let there = image.overlay().iter().map(|(page, _)| page);
        let there = there.take_while(|page| u64::from(page.get()) <= whole);
        for (number, page) in there.enumerate() {
            if is_encrypted && number == MOST_COMPARED {
                held.is_in_part = true;
                break;
            }
            let is_held = match is_encrypted {
                true => {
                    image.read_below_wal(page, &mut buffer)?;
                    let in_wal = image.page(page)?;
                    held.salt |= page == PageNumber::FIRST
                        && !buffer.starts_with(&MAGIC)
                        && in_wal.get(..SALT_BYTES) == buffer.get(..SALT_BYTES);
                    *in_wal == *buffer
                }
                false => evidence.exactness.may_be_copied(page),
            };
            match (is_held, page == PageNumber::FIRST) {
                (true, true) => held.page_1 = true,
                (true, false) => held.others += 1,
                (false, _) => held.strange += 1,
            }
        }
        Ok(Some(held))
    }
}
