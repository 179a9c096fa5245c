//! Rules of the database file: its header and its size.

pub(crate) mod database_unreadable_without_wal;
pub(crate) mod empty_database;
pub(crate) mod freelist_count_exceeds_size;
pub(crate) mod header_truncated;
pub(crate) mod incremental_vacuum_without_auto_vacuum;
pub(crate) mod last_page_truncated;
pub(crate) mod looks_encrypted;
pub(crate) mod may_be_text_mode;
pub(crate) mod not_a_database;
pub(crate) mod page_1_overwritten;
pub(crate) mod page_checksum_mismatch;
pub(crate) mod page_checksums_hold;
pub(crate) mod page_size_invalid;
pub(crate) mod pages_left_behind;
pub(crate) mod partial_page_unused;
pub(crate) mod payload_fractions_invalid;
pub(crate) mod read_version_unsupported;
pub(crate) mod reserved_header_bytes;
pub(crate) mod schema_format_unsupported;
pub(crate) mod size_exceeds_file;
pub(crate) mod size_not_valid;
pub(crate) mod text_encoding_invalid;
pub(crate) mod text_mode_transfer;
pub(crate) mod trailing_pages;
pub(crate) mod trailing_zero_pages;
pub(crate) mod usable_size_too_small;
pub(crate) mod write_version_unsupported;

use stillframe_database::{Error, Header, JournalMode};
use stillframe_format::{ByteRange, PageNumber, Pages as _};
use stillframe_history::{JournalState, Origin, Role};

use crate::finding::Details;
use crate::{Evidence, Findings, Part, Place, Rule, Trailing, rule_of_database_error};

/// What page 1 is refused for, where that is what `rule` is about.
fn refused(rule: &Rule, evidence: &Evidence<'_>) -> Option<Error> {
    let error = evidence.not_a_database()?;
    (rule_of_database_error(error.kind) == rule).then_some(error)
}

/// Reports a page 1 that SQLite refuses.
fn report_refused<'a>(
    rule: &'static Rule,
    evidence: &Evidence<'_>,
    findings: &'a mut Findings,
    error: Error,
) -> Details<'a> {
    let place = evidence.in_header(error.range);
    let message = format!("{}: SQLite refuses the file", error.kind);
    findings.report(rule, place, message)
}

/// The last page of a database file that ends within it: its number, where its bytes are, and whether SQLite reads
/// them.
pub(crate) fn cut_page(evidence: &Evidence<'_>) -> Option<(PageNumber, Place, bool)> {
    let (image, _) = evidence.accepted_image()?;
    let (size, end) = (image.page_size(), evidence.set.database_bytes());
    if end.is_multiple_of(size.get().into()) {
        return None;
    }
    let page = PageNumber::new(size.pages_in(end))?;
    let range = ByteRange {
        start: page.offset(size),
        end,
    };
    let place = evidence.place(Role::Database, range, Part::Page(page));
    let is_read =
        page.get() <= image.page_count() && matches!(image.origin(page), Origin::Database { .. });
    Some((page, place, is_read))
}

/// The trailing pages of which one holds something, and that one.
fn trailing_content(evidence: &Evidence<'_>) -> Option<(Trailing, PageNumber)> {
    let trailing = evidence.trailing.filter(|_| evidence.header().is_some())?;
    Some((trailing, trailing.content?))
}

/// Whether trailing pages may be what a commit left that made the database smaller: SQLite cuts the file once the journal
/// is gone (`pager_end_transaction` in `pager.c`). The database is sound without them then.
fn may_be_left_by_commit(evidence: &Evidence<'_>, trailing: Trailing) -> bool {
    may_be_of_later_commit(evidence)
        && evidence.header().is_some_and(Header::auto_vacuum)
        && rest_of_tar(evidence, trailing).is_none()
}

/// Whether trailing pages may be those by which the database grew while its file was copied: it is not in WAL mode, no journal
/// is to be played back, and it is sound without them.
fn may_be_of_later_commit(evidence: &Evidence<'_>) -> bool {
    let is_rollback_mode = evidence
        .header()
        .is_some_and(|header| header.journal_mode() == JournalMode::Rollback);
    let is_done = matches!(
        evidence.journal,
        JournalState::Absent | JournalState::NotHot | JournalState::SuperJournalGone
    );
    is_rollback_mode
        && is_done
        && evidence.timeline.last_commit().is_none()
        && evidence.inside.is_some()
        && evidence.is_sound_inside()
}

/// Words for what wrote trailing pages, where they begin as the next file in a tar does (POSIX, the ustar interchange format): that
/// tar has lost its first header, which told where the database ends.
fn rest_of_tar(evidence: &Evidence<'_>, trailing: Trailing) -> Option<&'static str> {
    let page = evidence.image.as_ref()?.page(trailing.first).ok()?;
    (page.get(257..262)? == b"ustar").then_some(
        "they begin with the header of the next file in a tar, which has lost the header of this one: the database ends before them",
    )
}

/// Where the trailing pages are, or the first of them where they are in the WAL.
fn in_trailing(evidence: &Evidence<'_>, trailing: Trailing) -> Place {
    let first = trailing.content.unwrap_or(trailing.first);
    match evidence.image.as_ref().map(|image| image.origin(first)) {
        Some(Origin::Wal { frame, .. }) => evidence.in_frame(frame),
        _ => evidence.in_pages(trailing.first, trailing.last),
    }
}
