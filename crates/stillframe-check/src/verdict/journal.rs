//! What the verdict says of a rollback journal that is not simply played back, and of what an aborted backup leaves.

use stillframe_history::{Dormant, JournalState, OutvotedSize, Refusal, Role};

use super::VerdictKind;
use crate::words::many;
use crate::{Evidence, JournalDefect};

/// What SQLite shows where a journal does not put back all.
pub(super) const ROLLED_BACK_IN_PART: &str =
    "the database with only a part of the transaction rolled back";

/// What can be rebuilt where the super-journal is gone.
pub(super) const FILE_OR_ROLLED_BACK: &str =
    "the database file as it is; and with --at journal as it was before the transaction";

/// What SQLite would show of a database that it rolls back, and of one that a backup was given up on.
pub(super) fn shows(evidence: &Evidence<'_>) -> Option<String> {
    if evidence.super_journal_elsewhere().is_some() && !evidence.is_journal_useless() {
        return Some(
            "the database rolled back if the super-journal is where its journal says, and else as it is"
                .to_owned(),
        );
    }
    if evidence.dormant == Some(Dormant::Damaged) {
        return Some(
            "the database file as it lies there, which may hold half a transaction".to_owned(),
        );
    }
    if evidence.journal != JournalState::Hot {
        return None;
    }
    let commit = evidence.timeline.last_commit();
    if let (Some(OutvotedSize { first: 1.., .. }), None) = (evidence.outvoted_size(), commit) {
        return Some("the database rolled back, and of a wrong size: it goes by the first header of the journal".to_owned());
    }
    if evidence.is_rolled_back_to_nothing() {
        return Some("an empty database: it cuts the file to 0 bytes".to_owned());
    }
    if commit.is_some() || evidence.missing_after_rollback().is_some() {
        return None;
    }
    if evidence.is_journal_foreign() {
        return Some(
            "this database with pages of another one, or of another time, in it".to_owned(),
        );
    }
    Some(match evidence.journal_defect() {
        Some(JournalDefect::Header(_)) => {
            "the database file as it lies there, which may hold half a transaction".to_owned()
        }
        Some(JournalDefect::Stop(_) | JournalDefect::TooFew { .. }) => {
            ROLLED_BACK_IN_PART.to_owned()
        }
        None if evidence.is_untouched => {
            "the database as it was before the transaction that the journal rolls back, of which nothing is in the database file yet".to_owned()
        }
        None => {
            "the database as it was before the transaction that the journal rolls back; with immutable=1 it does not look at the journal, and shows a mix of before and after".to_owned()
        }
    })
}

/// What SQLite would destroy.
pub(super) fn destroys(evidence: &Evidence<'_>, kind: VerdictKind) -> Option<String> {
    let (database, journal) = (evidence.name(Role::Database), evidence.name(Role::Journal));
    let rollback = evidence.hot_rollback()?;
    if let Some(OutvotedSize { first, .. }) = evidence.outvoted_size() {
        return Some(format!(
            "{journal}: it is played back and deleted, and {database} gets a wrong size, {}",
            many(first, "page")
        ));
    }
    match kind {
        VerdictKind::ForeignJournal => Some(format!(
            "{database}: {} of a journal that is not its own {} written over it, and its size becomes {}; {journal} is deleted",
            many(rollback.pages() as u64, "page"),
            crate::words::are(rollback.pages() as u64),
            many(rollback.initial_size()?, "page")
        )),
        VerdictKind::AbortedBackup => Some(format!(
            "all of {database}: it is cut to 0 bytes, and {journal} is deleted"
        )),
        _ if evidence.missing_after_rollback().is_some() => Some(format!(
            "{journal}: it is played back into the database and deleted"
        )),
        _ => match evidence.journal_defect()? {
            JournalDefect::Header(_) => Some(format!(
                "{journal}: it is deleted, and nothing of it is played back"
            )),
            JournalDefect::Stop(_) | JournalDefect::TooFew { .. } => Some(format!(
                "{journal}: it is played back up to where it is damaged, and all of it is deleted"
            )),
        },
    }
}

/// What can be rebuilt.
pub(super) fn rebuildable(evidence: &Evidence<'_>, kind: VerdictKind) -> Option<String> {
    match (kind, evidence.aborted) {
        (VerdictKind::ForeignJournal, _) => Some(
            "the database file alone, with --ignore-journal; the journal is of another database, or of another time"
                .to_owned(),
        ),
        (VerdictKind::HotJournal, _) if evidence.refusal() == Some(Refusal::SuperJournalUnknown) => {
            Some(
                "the database as it was before the transaction (--at journal), or the file as it is (--ignore-journal); \
                 which of the two is right, nothing here shows"
                    .to_owned(),
            )
        }
        (VerdictKind::HotJournal, _) if evidence.outvoted_size().is_some() => Some(
            "the database as SQLite leaves it, of a wrong size; and with --ignore-journal what lies in the file, which may hold \
             half a transaction"
                .to_owned(),
        ),
        (VerdictKind::HotJournal, None) if evidence.is_rolled_back_to_nothing() => {
            let filled = match evidence.whole_backup {
                Some(pages) => format!(
                    "a sound database of {}, to which nothing was left to do but to delete the journal",
                    many(pages, "page")
                ),
                None => "which may be a whole backup".to_owned(),
            };
            Some(format!(
                "the empty database that was there before (--at journal); and with --ignore-journal what lies in the file, {filled}"
            ))
        }
        (VerdictKind::AbortedBackup, Some(aborted)) => {
            let copied = aborted.written() + u32::from(aborted.counted.is_some());
            let copied = many(copied, "page");
            Some(if evidence.is_rolled_back_to_nothing() {
                format!(
                    "the empty database that was there before (--at journal); and as evidence, no database, the {copied} that had been written (--ignore-journal)"
                )
            } else {
                format!("no database: {copied} had been written, and page 1 was not")
            })
        }
        (VerdictKind::Torn, _) if evidence.dormant == Some(Dormant::Damaged) => Some(
            "the database file as it lies there; it may hold half a transaction, and nothing undoes it"
                .to_owned(),
        ),
        _ => Some(match evidence.journal_defect()? {
            JournalDefect::Header(_) => {
                "the database file as it lies there; it may hold half a transaction, and nothing undoes it"
            }
            JournalDefect::Stop(_) | JournalDefect::TooFew { .. } => {
                "the database as SQLite leaves it, rolled back in part; and with --ignore-journal what lies in the file"
            }
        }
        .to_owned()),
    }
}
