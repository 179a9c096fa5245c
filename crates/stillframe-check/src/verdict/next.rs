use stillframe_history::{
    Fate, Held, Image, JournalState, Refusal, Role, SuperJournalFile, TextDamage,
};

use super::VerdictKind;
use super::rebuildable::can_be_repaired;
use crate::{Evidence, Tied};

/// The next command to type.
pub(super) fn next(
    evidence: &Evidence<'_>,
    kind: VerdictKind,
    can_reindex: bool,
) -> Option<String> {
    let named = match evidence.set.database {
        Some(_) => Role::Database,
        None => Role::Wal,
    };
    let arguments = evidence.arguments.clone();
    let database = arguments.unwrap_or_else(|| quoted(&evidence.name(named)));
    let rebuild = match (&evidence.image, evidence.refusal()) {
        (Some(image), None | Some(Refusal::Encrypted(_))) if image.commit().is_some() => {
            Some(format!("stillframe rebuild {database} -o rebuilt.db"))
        }
        _ => None,
    };
    // Then what is refused is what the journal leaves.
    let has_no_commit = |image: &Image<'_>| image.commit().is_none();
    let is_journal = evidence.image.as_ref().is_none_or(has_no_commit);
    let alone = match evidence.hot_rollback() {
        Some(_) if evidence.file_alone_is_sound && is_journal => "--ignore-journal -o evidence.db",
        Some(_) => "--at journal -o rebuilt.db",
        None => "--at 0 -o rebuilt.db",
    };
    let is_refused = evidence.cut_file().is_some() && evidence.hot_rollback().is_none();
    let alone = (!is_refused).then(|| format!("stillframe rebuild {database} {alone}"));
    let is_text = evidence.text_damage.is_some_and(TextDamage::can_be_undone);
    let rebuild = if is_text || can_be_repaired(evidence) {
        Some(format!(
            "stillframe rebuild {database} --repair -o repaired.db"
        ))
    } else if evidence.missed.is_some() || evidence.file_alone_is_sound || has_all_alone(evidence) {
        alone.clone()
    } else {
        rebuild
    };
    match kind {
        VerdictKind::Corrupt if evidence.text_damage.is_some() => rebuild.filter(|_| is_text),
        VerdictKind::Corrupt if can_reindex => Some(format!(
            "stillframe rebuild {database} -o rebuilt.db && sqlite3 rebuilt.db REINDEX"
        )),
        VerdictKind::Complete
        | VerdictKind::NotSqlite
        | VerdictKind::NotAsRecorded
        | VerdictKind::NotAsExpected
        | VerdictKind::NotWhollyRead => None,
        VerdictKind::Encrypted => rebuild,
        VerdictKind::ChangedWhileReading => Some(format!("stillframe check {database}")),
        VerdictKind::ForeignWal | VerdictKind::StaleWal => alone,
        // Its first header may be what is damaged, and the file hold half a transaction.
        VerdictKind::ForeignJournal if evidence.headers_differ() => Some(format!(
            "stillframe rebuild {database} --ignore-journal -o evidence.db"
        )),
        VerdictKind::ForeignJournal if evidence.refusal().is_none() => Some(format!(
            "stillframe rebuild {database} --ignore-journal -o rebuilt.db"
        )),
        VerdictKind::AbortedBackup if evidence.is_rolled_back_to_nothing() => Some(format!(
            "stillframe rebuild {database} --ignore-journal -o evidence.db"
        )),
        VerdictKind::ForeignJournal | VerdictKind::AbortedBackup => None,
        VerdictKind::HotJournal if evidence.whole_backup.is_some() => Some(format!(
            "stillframe rebuild {database} --ignore-journal -o rebuilt.db && stillframe check rebuilt.db"
        )),
        VerdictKind::HotJournal
            if evidence.is_rolled_back_to_nothing() || evidence.outvoted_size().is_some() =>
        {
            Some(format!(
                "stillframe rebuild {database} --ignore-journal -o evidence.db"
            ))
        }
        // Which of the two is right nothing shows.
        VerdictKind::HotJournal
            if evidence.journal == JournalState::SuperJournalGone
                && !was_not_committed(evidence) =>
        {
            None
        }
        VerdictKind::HotJournal if was_not_committed(evidence) || is_tied_back(evidence) => Some(
            format!("stillframe rebuild {database} --at journal -o rebuilt.db"),
        ),
        VerdictKind::HotJournal
            if matches!(evidence.refusal(), None | Some(Refusal::Encrypted(_))) =>
        {
            Some(format!("stillframe rebuild {database} -o rebuilt.db"))
        }
        VerdictKind::CompleteWithWal
        | VerdictKind::ConsistentCompletenessUnknown
        | VerdictKind::ProvenIncomplete
        | VerdictKind::Torn
        | VerdictKind::CheckpointSkippedFrames
        | VerdictKind::HotJournal
        | VerdictKind::Corrupt => rebuild,
    }
}

/// Whether the database file has all that was committed, and a WAL that has lost some of it hides that.
fn has_all_alone(evidence: &Evidence<'_>) -> bool {
    let wal_index = evidence.wal_index.as_ref();
    let hidden = wal_index.and_then(|it| it.hidden.as_ref());
    hidden.is_some_and(|hidden| hidden.is_all_copied)
}

/// Whether a transaction whose super-journal is gone was not committed all the same, as a database of it shows: it holds
/// nothing of it, or is damaged by a half of it.
fn was_not_committed(evidence: &Evidence<'_>) -> bool {
    let tied = evidence.tied.as_ref();
    let is_none = |held| matches!(held, Some(Held::Nothing | Held::Unfinished | Held::Damaged));
    let shows = |tied: &Tied| tied.differ() || is_none(tied.held());
    evidence.journal == JournalState::SuperJournalGone
        && (tied.is_some_and(shows) || evidence.holds_half)
}

/// Whether SQLite rolls the set back by a super-journal that lies with another database of its transaction, where the set
/// alone does not have it.
fn is_tied_back(evidence: &Evidence<'_>) -> bool {
    let is_named = evidence.journal.is_hot() && evidence.super_journal.is_some();
    let by_others = |tied: &Tied| {
        tied.alone != SuperJournalFile::Present && tied.fate() == Some(Fate::RolledBack)
    };
    is_named && evidence.tied.as_ref().is_some_and(by_others)
}

/// A name as a shell takes it.
fn quoted(name: &str) -> String {
    // What begins with a dash would be taken for an option.
    if name.starts_with('-') && name != "-" {
        return quoted(&format!("./{name}"));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@+,".contains(c);
    if !name.is_empty() && name.chars().all(plain) {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', "'\\''"))
    }
}
