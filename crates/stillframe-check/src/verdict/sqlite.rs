//! What SQLite would show of a set, and what it would destroy on opening it.

use stillframe_database::encryption::InClear;
use stillframe_format::Pages as _;
use stillframe_history::{Image, JournalState, Refusal, Role, WalState};

use super::inside::{only_indexes, schema_refused};
use super::{VerdictKind, journal};
use crate::words::many;
use crate::{Evidence, Finding, Overwritten, Pairing};

/// What it would show.
pub(super) fn shows(evidence: &Evidence<'_>, findings: &[Finding]) -> String {
    if is_stray(evidence) && evidence.set.database.is_none() {
        return "nothing of this WAL".to_owned();
    }
    if evidence.set.wal_would_be_deleted() || evidence.set.database.is_none() {
        return "an empty database".to_owned();
    }
    if let Some(shown) = journal::shows(evidence) {
        return shown;
    }
    // It goes by the name, and by nothing else.
    if let (Some(Pairing::Paired { .. }), Some(image)) = (&evidence.pairing, &evidence.image) {
        return format!(
            "the database file alone, as the WAL has another name; with it {}",
            shown(image)
        );
    }
    match evidence.journal {
        JournalState::SuperJournalUnknown => {
            return "the database rolled back, or as it is: that hangs on the super-journal"
                .to_owned();
        }
        JournalState::Hot
        | JournalState::Absent
        | JournalState::DatabaseEmpty
        | JournalState::NotHot
        | JournalState::SuperJournalGone => {}
    }
    match (evidence.refusal(), &evidence.image) {
        (None, Some(image))
            if image
                .header()
                .is_some_and(|header| header.schema_format() > 4) =>
        {
            "nothing: unsupported file format (1)".to_owned()
        }
        (None, Some(_)) if evidence.header_is_cut_off() => {
            "nothing: database disk image is malformed (11)".to_owned()
        }
        (Some(Refusal::Encrypted(in_clear)), Some(image)) => {
            let without = match in_clear {
                InClear::Header { .. } => "nothing",
                InClear::PageSize { .. } | InClear::Magic | InClear::Nothing => {
                    "nothing: file is not a database (26)"
                }
            };
            format!("{without}; with its key {}", shown(image))
        }
        (Some(Refusal::NotADatabase(_)), _) => "nothing: file is not a database (26)".to_owned(),
        (Some(Refusal::Wal(_)), _) => "nothing: unable to open database file (14)".to_owned(),
        (Some(Refusal::SizeExceedsStored { .. }), _) => {
            "nothing: database disk image is malformed (11)".to_owned()
        }
        (Some(Refusal::PageSizeMismatch { .. }), _) => {
            "pages of the wrong size where the WAL holds them, and no checkpoint succeeds"
                .to_owned()
        }
        (Some(Refusal::Growth { .. }), _) => "what it can; no checkpoint succeeds".to_owned(),
        (Some(Refusal::MissingPages { count, .. }), Some(image))
            if u64::from(image.page_count()) > u64::from(count) =>
        {
            format!("{}, {count} of them as zeros", shown(image))
        }
        (Some(Refusal::MissingPages { .. }), Some(image)) => {
            format!("{}; pages that exist nowhere read as zeros", shown(image))
        }
        (None, Some(image)) if only_indexes(findings) => format!(
            "{}; its rows can all be read, but through an index it misses some or shows other values",
            shown(image)
        ),
        (_, Some(image)) => schema_refused(evidence, findings).unwrap_or_else(|| shown(image)),
        (_, None) => "an empty database".to_owned(),
    }
}

pub(super) fn shown(image: &Image<'_>) -> String {
    let pages = crate::words::many(image.page_count(), "page");
    match image.commit() {
        Some(commit) => format!("commit {} of the WAL: {pages}", commit.number),
        None => format!("the database file: {pages}"),
    }
}

pub(super) fn destroys(evidence: &Evidence<'_>, kind: VerdictKind) -> Option<String> {
    let wal = evidence.name(Role::Wal);
    let deleted = deleted_unread(evidence);
    if !deleted.is_empty() {
        return Some(format!(
            "{}: deleted unread, as the database is empty",
            deleted.join(" and ")
        ));
    }
    if is_stray(evidence) {
        return None;
    }
    let residue = &evidence.residue;
    match kind {
        VerdictKind::NotSqlite | VerdictKind::Encrypted => None,
        VerdictKind::ForeignJournal | VerdictKind::AbortedBackup | VerdictKind::Torn
            if evidence.is_journal_useless() =>
        {
            journal::destroys(evidence, kind)
        }
        VerdictKind::HotJournal if evidence.outvoted_size().is_some() => {
            journal::destroys(evidence, kind)
        }
        VerdictKind::HotJournal if evidence.is_rolled_back_to_nothing() => {
            journal::destroys(evidence, VerdictKind::AbortedBackup)
        }
        VerdictKind::HotJournal => {
            let how = match evidence.journal {
                _ if evidence.super_journal_elsewhere().is_some() => {
                    "it is deleted, and played back only if the super-journal is where it says"
                }
                JournalState::SuperJournalGone => "it is deleted, and not played back",
                JournalState::SuperJournalUnknown => "it is deleted, played back or not",
                _ => "it is played back into the database and deleted",
            };
            Some(format!("{}: {how}", evidence.name(Role::Journal)))
        }
        VerdictKind::ConsistentCompletenessUnknown
            if evidence.journal == JournalState::SuperJournalGone =>
        {
            let journal = evidence.name(Role::Journal);
            Some(format!("{journal}: it is deleted, and not played back"))
        }
        VerdictKind::ForeignWal | VerdictKind::StaleWal if evidence.refusal().is_some() => None,
        VerdictKind::ForeignWal => Some(what_foreign_pages_replace(
            &evidence.name(Role::Database),
            evidence.overwritten.as_ref(),
        )),
        VerdictKind::StaleWal => evidence
            .overwritten
            .as_ref()
            .map(|overwritten| what_old_pages_replace(&evidence.name(Role::Database), overwritten)),
        VerdictKind::Corrupt | VerdictKind::Torn if evidence.hot_rollback().is_some() => {
            Some(format!(
                "{}: it is played back into the database and deleted",
                evidence.name(Role::Journal)
            ))
        }
        _ if matches!(evidence.timeline.state(), WalState::Ignored(_)) => Some(format!(
            "{wal}: it is ignored and deleted, all {} bytes of it",
            evidence.set.wal_bytes()
        )),
        _ if residue.intact_commits.slots > 0 && evidence.timeline.state() == WalState::Read => {
            Some(format!(
                "{} intact commits in {wal} behind the frame that ends the log",
                residue.intact_commits.slots
            ))
        }
        _ => None,
    }
}

/// The sidecars that SQLite deletes because the database has no page (`pagerOpenWalIfPresent` and `hasHotJournal` in
/// `pager.c`).
fn deleted_unread(evidence: &Evidence<'_>) -> Vec<String> {
    let set = evidence.set;
    if set.database_bytes() > 1 {
        return Vec::new();
    }
    [(Role::Wal, &set.wal), (Role::Journal, &set.journal)]
        .into_iter()
        .filter(|(role, _)| *role != Role::Wal || evidence.wal_is_beside)
        .filter(|(_, input)| input.as_ref().is_some_and(|input| !input.bytes.is_empty()))
        .map(|(role, _)| evidence.name(role))
        .collect()
}

/// Whether there is nothing in the database, and a WAL that SQLite does not find.
fn is_stray(evidence: &Evidence<'_>) -> bool {
    evidence.set.wal_would_be_deleted() && !evidence.wal_is_beside
}

/// What a checkpoint of a foreign WAL does to the database file.
fn what_foreign_pages_replace(database: &str, overwritten: Option<&Overwritten>) -> String {
    let replaced =
        format!("{database}: the pages of a WAL that is not its own are written over it");
    let Some(overwritten) = overwritten else {
        return replaced;
    };
    let mut text = format!("{replaced}, {}", overwritten.words());
    let after = overwritten.pages_after;
    if after != overwritten.pages_before {
        let size = overwritten.page_size;
        text += &format!("; it has {} of {size} bytes then", many(after, "page"));
    }
    text
}

/// What a checkpoint of a stale WAL does to the database file.
fn what_old_pages_replace(database: &str, overwritten: &Overwritten) -> String {
    let pages = many(overwritten.changed.unwrap_or_default(), "newer page");
    let which = overwritten.which();
    let replaced =
        format!("{pages} of {database}, over which the old ones of the WAL are written ({which})");
    match overwritten.cut {
        0 => replaced,
        cut => format!("{replaced}, and {} at its end", many(cut, "page")),
    }
}
