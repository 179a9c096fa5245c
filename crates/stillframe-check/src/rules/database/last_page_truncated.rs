use stillframe_database::encryption::InClear;
use stillframe_format::{ByteRange, PageNumber, PageSize, Pages as _};
use stillframe_history::{Origin, Refusal, Role};

use crate::rule::rule;
use crate::{Evidence, Findings, Part, Place};

rule! {
    /// The database file ends within a page that is in use.
    ///
    /// # What it means
    /// The length of the file is no multiple of the page size, and the page that is cut off belongs to the database. No
    /// frame of the WAL holds it. Of an encrypted database whose page size nothing tells, the length is no multiple of 512.
    ///
    /// # Why it matters
    /// SQLite reads zeros in place of what is missing and says nothing. As rows fill a page from its end, they are what
    /// is lost: they come back as NULL, or the page as malformed, and `PRAGMA integrity_check` may still say `ok`. Only
    /// where a long value goes on in the page it ends with `disk I/O error`, which looks like a failing disk. Of an encrypted
    /// page nothing can be read but the whole.
    ///
    /// # How it is checked
    /// The length of the file against the page size, and the number of the cut page against the number of pages that
    /// SQLite counts. The page size of an encrypted database is told by what is in clear of page 1, by the WAL, or by a hot
    /// journal.
    ///
    /// # Example
    /// A file of 6000 bytes with pages of 4096: of page 2, 1904 bytes are there.
    ///
    /// # What to do
    /// Copy it again: SQLite writes whole pages, so the copy was cut, or the disk was full.
    ///
    /// # When it is normal
    /// Never.
    "DB103" "last_page_truncated" Error since "0.1.0"
}

/// Bytes of the smallest page.
const SECTOR_BYTES: u32 = 512;

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    if matches!(evidence.refusal(), Some(Refusal::SizeExceedsStored { .. })) {
        return;
    }
    let Some((place, size, message)) = of_plain(evidence).or_else(|| of_encrypted(evidence)) else {
        return;
    };
    let present = place.range.length();
    findings
        .report(&RULE, place, message)
        .values(format!("{present} bytes"), format!("{size} bytes"))
        .help("copy the file again, or look for another copy");
}

/// Where the page is, its size, and what is to be said of it.
fn of_plain(evidence: &Evidence<'_>) -> Option<(Place, PageSize, String)> {
    let (page, place, is_read) = super::cut_page(evidence)?;
    let (image, _) = evidence.accepted_image()?;
    let (present, size) = (place.range.length(), image.page_size());
    let message = format!(
        "page {page} is cut off: {present} of its {size} bytes are there, and SQLite reads zeros for the rest"
    );
    is_read.then_some((place, size, message))
}

/// The same where SQLite does not read the header without the key.
fn of_encrypted(evidence: &Evidence<'_>) -> Option<(Place, PageSize, String)> {
    let in_clear = evidence.encryption()?;
    let image = evidence.image.as_ref()?;
    let known = match in_clear {
        InClear::PageSize { page_size, .. } | InClear::Header { page_size, .. } => Some(page_size),
        InClear::Nothing | InClear::Magic => {
            let is_told = image.commit().is_some() || evidence.journal.is_hot();
            is_told.then(|| image.page_size())
        }
    };
    let size = known.or(PageSize::new(SECTOR_BYTES))?;
    let end = evidence.set.database_bytes();
    let present = end % u64::from(size.get());
    let page = PageNumber::new(size.pages_in(end)).filter(|_| present > 0)?;
    // A later page is in the WAL, or was left out by a commit.
    if known.is_some() && !matches!(image.origin(page), Origin::Database { .. }) {
        return None;
    }
    let start = end - present;
    let (part, what) = match known {
        Some(_) => (
            Part::Page(page),
            format!("page {page} is cut off: {present} of its {size} bytes are there"),
        ),
        None => (
            Part::File,
            format!(
                "the last page is cut off: behind the last whole sector there are {present} bytes, and pages have whole sectors of {size}"
            ),
        ),
    };
    let place = evidence.place(Role::Database, ByteRange { start, end }, part);
    Some((place, size, what))
}
