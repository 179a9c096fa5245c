//! What the database of a commit is without, or has that it should not have: SQLite says nothing of it.

use stillframe_check::AfterRollback;
use stillframe_database::Geometry;
use stillframe_database::btree::Page;
use stillframe_database::header::HEADER_BYTES;
use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::{
    Error, Image, Mismatch, Refusal, TextDamage, Timeline, WalState, last_frame_of,
};

use super::advice::without_wal;
use crate::commands::doubts::Doubts;
use crate::commands::journal;
use crate::inputs::Found;
use crate::words::many;

/// What shows that the WAL of an image is of another database or time.
pub fn mismatch(image: &Image<'_>, timeline: &Timeline) -> Result<Option<Mismatch>, Error> {
    let set = image.set();
    let page_1 = if image.number() == timeline.last() {
        image.overlay().frame(PageNumber::FIRST)
    } else {
        last_frame_of(PageNumber::FIRST, set, timeline, &())?
    };
    Mismatch::of(set, timeline, page_1, &())
}

/// What the file that was written is without, or has that it should not have: SQLite says nothing of it. `after` is what a
/// rollback journal leaves that was played back, and `doubts` what there is to doubt.
pub fn warnings(
    found: &Found,
    timeline: &Timeline,
    image: &Image<'_>,
    mismatch: Option<Mismatch>,
    after: Option<AfterRollback>,
    doubts: Doubts,
) -> anyhow::Result<Vec<String>> {
    let set = &found.set;
    let mut warnings = Vec::new();
    warnings.extend(passed_over(found, image));
    warnings.extend(refused(image)?);
    if let Some(Refusal::Encrypted(_)) = image.refusal() {
        warnings.push(
            "its pages are encrypted, and were put together as they are: nothing was looked at in them, nor whether they \
             belong together"
                .to_owned(),
        );
    }
    if let (_, Some(doubt)) = TextDamage::or_doubt(set, &())? {
        let (longer, line_feeds) = (
            many(doubt.longer, "byte"),
            many(doubt.line_feeds, "line feed"),
        );
        warnings.push(format!(
            "the database file is {longer} longer than its pages, and each of its {line_feeds} has a carriage return before \
             it: it may have been transferred as text, and nothing tells which of them were put in"
        ));
    }
    if let WalState::Ignored(error) = timeline.state() {
        warnings.push(format!(
            "nothing of the WAL is in it, as SQLite ignores a WAL like this: {error}"
        ));
    }
    warnings.extend(found.aside().warning(image));
    match image.rollback() {
        Some(rollback) => {
            warnings.extend(journal::doubts(set, rollback)?);
            warnings.extend(after.and_then(journal::wrong_after));
        }
        None => warnings.extend(journal::not_played_back(found)?),
    }
    let is_last = image.number() == timeline.last();
    warnings.extend(doubts.cut_header);
    if image.commit().is_some() {
        warnings.extend(found.pairing_in_words());
        warnings.extend(doubts.missed);
        warnings.extend(doubts.other_moment);
    }
    if is_last {
        warnings.extend(doubts.newer);
        warnings.extend(doubts.lost);
        warnings.extend(doubts.unexplained);
        warnings.extend(doubts.lacking);
        warnings.extend(doubts.begun_anew);
        warnings.extend(doubts.hidden);
    }
    if let (Some(mismatch), Some(_)) = (mismatch, image.commit()) {
        let what = match mismatch {
            Mismatch::Stale(_) => {
                "older than the database file, or of another, and lies over newer pages"
            }
            Mismatch::PageSize { .. } | Mismatch::RollbackMode(_) => "not of this database",
            Mismatch::Unexplained(_) => "of another database, or of another time",
        };
        let alone = without_wal(image.rollback().is_some());
        warnings.push(format!("the WAL is {what}: {alone} writes the file alone"));
    }
    Ok(warnings)
}

/// That SQLite does not show the commit, for there is no database that it is one of.
fn passed_over(found: &Found, image: &Image<'_>) -> Option<String> {
    if image.commit().is_none() || found.set.database_bytes() > 1 {
        return None;
    }
    let is = match found.set.database {
        Some(_) => "is empty",
        None => "is not here",
    };
    let sqlite = if found.wal_is_beside() {
        "SQLite itself would delete the WAL unread and show an empty database"
    } else {
        "SQLite itself would show nothing of the WAL"
    };
    Some(format!(
        "the database file {is}: {sqlite}, and what is written is the WAL's own content"
    ))
}

/// That SQLite opens the file that was written, and goes no further, or reads what is not there.
fn refused(image: &Image<'_>) -> Result<Option<String>, Error> {
    let Some(header) = image.header().filter(|_| image.refusal().is_none()) else {
        return Ok(None);
    };
    let bytes = image.bytes();
    if header.schema_format() > 4 {
        let format = header.schema_format();
        return Ok(Some(format!(
            "SQLite refuses the database: its schema format is {format}, expected 1 to 4"
        )));
    }
    if (2..HEADER_BYTES as u64).contains(&bytes) {
        return Ok(Some(format!(
            "SQLite refuses the database: it has {bytes} bytes, and a header alone has {HEADER_BYTES}"
        )));
    }
    let geometry = Geometry::new(image.page_size(), header.reserved_bytes);
    let page = image.page(PageNumber::FIRST)?;
    let kind = geometry.map(|geometry| Page::parse(PageNumber::FIRST, geometry, &page));
    let why = match kind {
        Some(Ok(page)) if !page.kind().is_table() => {
            Some("it begins a tree of an index, expected one of a table".to_owned())
        }
        Some(Err(error)) => Some(error.kind.to_string()),
        Some(Ok(_)) | None => None,
    };
    if let Some(why) = why {
        return Ok(Some(format!(
            "SQLite refuses the database as malformed for its page 1, where the schema is: {why}"
        )));
    }
    Ok(cut_off(image))
}

/// That the last page that SQLite reads is not all there.
fn cut_off(image: &Image<'_>) -> Option<String> {
    let size = u64::from(image.page_size().get());
    let (pages, there) = (image.bytes().div_ceil(size), image.bytes() % size);
    (there > 0 && u64::from(image.page_count()) >= pages).then(|| {
        format!(
            "page {pages} is cut off: {there} of its {size} bytes are there, and SQLite reads zeros for the rest"
        )
    })
}
