//! What can be rebuilt from the bytes of a set.

use stillframe_format::Pages as _;
use stillframe_history::{Image, JournalState, Refusal, SuperJournalFile};

use super::{VerdictKind, journal};
use crate::render::text::count;
use crate::rules::database::cut_page;
use crate::words::{self, are, many};
use crate::{Evidence, WithOlder};

/// What can be rebuilt.
pub(super) fn rebuildable(evidence: &Evidence<'_>, kind: VerdictKind) -> String {
    if evidence.header_is_cut_off() {
        return "no database: the file ends within its header".to_owned();
    }
    match cut_page(evidence) {
        Some((page, _, true)) => format!(
            "{}; page {page} is cut off there, too",
            rebuildable_pages(evidence, kind)
        ),
        _ => rebuildable_pages(evidence, kind),
    }
}

/// What can be put together without the key.
fn encrypted(evidence: &Evidence<'_>, image: &Image<'_>) -> String {
    match image.commit() {
        None if evidence.are_records_sealed() => {
            "the pages of before the transaction, encrypted as they are, if each record is intact, which the key alone tells"
                .to_owned()
        }
        None if evidence.hot_rollback().is_some() => {
            "the pages of before the transaction, encrypted as they are".to_owned()
        }
        None => "the database file as it is".to_owned(),
        Some(commit) => format!(
            "commit {}, its pages encrypted as they are; earlier ones may hold later pages, and nothing tells whether the two belong together",
            commit.number
        ),
    }
}

const OF_ANOTHER_DATABASE: &str = "the WAL is of another database, or of another time";

fn rebuildable_pages(evidence: &Evidence<'_>, kind: VerdictKind) -> String {
    let last = evidence.timeline.last().get();
    if let Some(text) = journal::rebuildable(evidence, kind) {
        return text;
    }
    let is_of_file_alone = matches!(kind, VerdictKind::ForeignWal | VerdictKind::StaleWal)
        || evidence.missed.is_some() && !can_be_repaired(evidence);
    if let (true, None, Some((counted, stored))) = (
        is_of_file_alone,
        evidence.hot_rollback(),
        evidence.cut_file(),
    ) {
        let wal = match kind {
            VerdictKind::ForeignWal => OF_ANOTHER_DATABASE,
            _ => "the WAL is of another moment",
        };
        return format!(
            "nothing: page 1 of the database file counts {}, of which {} {} there, and {wal}",
            many(counted, "page"),
            count(stored.into()),
            are(stored)
        );
    }
    if kind == VerdictKind::ForeignWal {
        let rolled_back = match evidence.hot_rollback() {
            Some(_) => ", rolled back by its journal",
            None => "",
        };
        return format!("the database file alone{rolled_back}; {OF_ANOTHER_DATABASE}");
    }
    if kind == VerdictKind::StaleWal {
        return "the database file alone; its pages are newer than those of the WAL".to_owned();
    }
    if let Some(text) = repairable(evidence) {
        return text;
    }
    if evidence.missed.is_some() {
        return "the database file alone, as of an earlier moment; with the pages of the WAL it is of none"
            .to_owned();
    }
    match evidence.text_damage {
        Some(damage) if damage.can_be_undone() => {
            return "the database file as it was before the transfer, with --repair".to_owned();
        }
        Some(_) => return "nothing: look for another copy".to_owned(),
        None => {}
    }
    match (evidence.refusal(), &evidence.image) {
        (Some(Refusal::Encrypted(_)), Some(image)) => encrypted(evidence, image),
        (Some(refusal), _) => {
            let alone = match evidence.file_alone_is_sound {
                true => "; but the database file alone, which is sound, as of another moment",
                false => "",
            };
            format!("not the last state: {refusal}{alone}")
        }
        (None, Some(image)) if kind == VerdictKind::HotJournal && image.rollback().is_some() => {
            "the database as it was before the transaction; and with --ignore-journal what lies in the file"
                .to_owned()
        }
        (None, None) => "nothing".to_owned(),
        (None, Some(_))
            if evidence.journal == JournalState::SuperJournalGone
                && kind != VerdictKind::Complete =>
        {
            journal::FILE_OR_ROLLED_BACK.to_owned()
        }
        (None, Some(image))
            if evidence.set.database.is_none() || evidence.set.database_bytes() == 0 =>
        {
            if image.commit().is_none() {
                "an empty database".to_owned()
            } else {
                "the last commit: all of its pages are in the WAL".to_owned()
            }
        }
        (None, Some(_)) if last == 0 && evidence.hot_rollback().is_some() => {
            "the database as the journal leaves it; and with --ignore-journal what lies in the file"
                .to_owned()
        }
        (None, Some(_)) if last == 0 && is_told_by_others(evidence) => {
            "the database file as it is, with --ignore-journal".to_owned()
        }
        (None, Some(_)) if last == 0 => "the database file as it is".to_owned(),
        (None, Some(image)) => {
            let exact = evidence.exactness.exact_from().get();
            let earlier = "earlier ones may hold later pages";
            let only_if = match evidence.other_moment {
                Some(_) => ", if the file is of the moment of the WAL",
                None => "",
            };
            let commits = match (exact, last) {
                (exact, last) if exact < last && was_cut(evidence, image) => format!(
                    "commit {last}, and those before it whose pages are all here: the database became smaller, and the file with it; {earlier}"
                ),
                (0, last) if evidence.other_moment.is_some() => {
                    format!("every commit from 0 to {last}{only_if}")
                }
                (0, last) => {
                    format!(
                        "every commit from 0 to {last}; nothing shows a later page in one, nor contradicts that the two belong together"
                    )
                }
                (exact, last) if exact > last => format!(
                    "commits 0 to {last}; they may hold pages of commits behind the damage that ends the log"
                ),
                (exact, last) if exact == last => format!("commit {last}{only_if}; {earlier}"),
                (exact, last) => format!("every commit from {exact} to {last}{only_if}; {earlier}"),
            };
            match evidence.residue.intact_commits.slots {
                0 => commits,
                _ => format!("{commits}; with --past-damage also what is behind the damage, as evidence"),
            }
        }
    }
}

/// Whether the others of its transaction alone tell that the journal counts for nothing: what is rebuilt alone does not know it.
fn is_told_by_others(evidence: &Evidence<'_>) -> bool {
    let alone = evidence.tied.as_ref().map(|tied| tied.alone);
    evidence.journal == JournalState::SuperJournalGone && alone == Some(SuperJournalFile::Unknown)
}

/// Whether `--repair` puts right the WAL, or what the file lacks of it.
pub(super) fn can_be_repaired(evidence: &Evidence<'_>) -> bool {
    let with = evidence.with_older.as_ref();
    !evidence.wal_repairs.is_empty() || with.is_some_and(WithOlder::is_sound)
}

/// What can be had with `--repair`.
fn repairable(evidence: &Evidence<'_>) -> Option<String> {
    if let Some(last) = evidence.wal_repairs.last_commit() {
        let damaged = many(evidence.wal_repairs.repairs().len() as u64, "damaged place");
        return Some(format!(
            "every commit to {last} with --repair: what stood in {damaged} of the WAL follows from its checksums"
        ));
    }
    let with = evidence.with_older.as_ref()?;
    let lacking = with.older.lacking().len() as u64;
    let (pages, are) = (many(lacking, "page"), are(lacking));
    if !with.is_sound() {
        return Some(format!(
            "the database file alone, as of an earlier moment; {pages} that it lacks {are} still in the WAL, and with them it is not sound either"
        ));
    }
    let commit = with.image.number();
    let overwritten = match with.older.overwritten() {
        0 => String::new(),
        frames => format!(
            "; {} of that time {} written over: what those alone held is as old as the file has it",
            many(frames, "frame"),
            words::are(frames)
        ),
    };
    Some(format!(
        "commit {commit} with --repair: {pages} that the database file lacks {are} still in the WAL, from before it was begun anew, and with them the database is sound{overwritten}"
    ))
}

/// Whether the WAL has the database become smaller, and the file is as small, as a checkpoint leaves it: pages that it had
/// before may be lost, and only a commit that has them tells.
fn was_cut(evidence: &Evidence<'_>, image: &Image<'_>) -> bool {
    let Some(left) = evidence.timeline.last_commit() else {
        return false;
    };
    let bytes = u64::from(left.size_after) * u64::from(image.page_size().get());
    left.size_after < evidence.timeline.largest_size() && evidence.set.database_bytes() == bytes
}
