//! Why what a rollback journal leaves is to be doubted.

use stillframe_check::AfterRollback;
use stillframe_history::{
    BackupSet, Error, ForeignJournal, HeaderContradiction, Misplaced, Rollback,
};
use stillframe_journal::SlotReason;

use crate::words::{count, many};

/// Why what was played back is to be doubted: SQLite says nothing of it.
pub fn doubts(set: &BackupSet, rollback: &Rollback) -> Result<Vec<String>, Error> {
    let mut doubts = Vec::new();
    if ForeignJournal::of(set, rollback)?.is_some() {
        doubts.push(
            "the rollback journal is not of this database file, and was played back as SQLite would: --ignore-journal writes the file alone"
                .to_owned(),
        );
    }
    if rollback.initial_size() == Some(0) && rollback.outvoted_size().is_none() {
        doubts.push(
            "the database had no page before the transaction, so what is written is empty, as SQLite would leave it: what lies in the file is --ignore-journal"
                .to_owned(),
        );
    }
    if rollback.are_sums_sealed() {
        doubts.push(
            "the checksums of the rollback journal are of pages as the key decrypts them: a damaged record was played back \
             as well, and SQLite with the key would stop there"
                .to_owned(),
        );
    }
    doubts.extend(doubt(rollback));
    doubts.extend(Misplaced::of(set, rollback)?.map(|misplaced| {
        format!(
            "{} of the rollback journal, record {} before all, cannot be SQLite's: of a page that has another one, or that the \
             database did not have",
            many(misplaced.records, "record"),
            misplaced.first.number
        )
    }));
    doubts.extend(wrong_size(rollback));
    doubts.extend(contradicted(rollback));
    Ok(doubts)
}

/// What is wrong with the database once the journal was played back.
pub fn wrong_after(after: AfterRollback) -> Option<String> {
    let problems = many(after.problems as u64, "problem");
    match (after.problems, after.is_journal_to_blame) {
        (0, _) => None,
        (_, false) => Some(format!(
            "the database that the rollback journal leaves has {problems}: check tells of them"
        )),
        (_, true) => Some(format!(
            "the rollback journal is not of this database file, or damaged, and was played back as SQLite would: the database \
             has {problems} with it, and none without it: the file alone is --ignore-journal"
        )),
    }
}

/// Why it is to be doubted that what was played back is all that there was: SQLite says nothing of it.
fn doubt(rollback: &Rollback) -> Option<String> {
    let end = rollback.end()?;
    let behind = rollback.count(|reason| reason == SlotReason::AfterStop { holds: true });
    let behind = match behind {
        0 => String::new(),
        1 => "; an intact record behind it was not played back, as SQLite would not".to_owned(),
        records => format!(
            "; {} intact records behind it were not played back, as SQLite would not",
            count(records)
        ),
    };
    let damage = rollback.damage();
    damage.map(|_| format!("the rollback journal is damaged: {end}{behind}"))
}

/// That the first header names a size that the database did not have.
fn wrong_size(rollback: &Rollback) -> Option<String> {
    let outvoted = rollback.outvoted_size()?;
    let of_all = format!(
        "{} of {}",
        count(outvoted.headers.into()),
        count(outvoted.of.into())
    );
    let others = match (outvoted.by_page_1, outvoted.headers) {
        (true, 1) => "the other one and page 1 say".to_owned(),
        (true, _) => format!("{of_all} and page 1 say"),
        (false, _) => format!("{of_all} say"),
    };
    Some(format!(
        "the first header of the rollback journal is damaged: it says that the database had {}, and {others} {}; SQLite goes by \
         the first, so what is written is of a wrong size",
        many(outvoted.first.into(), "page"),
        count(outvoted.size.into())
    ))
}

/// What contradicts the first header, or what stands behind it, else.
fn contradicted(rollback: &Rollback) -> Option<String> {
    Some(match rollback.contradiction()? {
        HeaderContradiction::Fields { .. } if rollback.outvoted_size().is_some() => return None,
        HeaderContradiction::Fields { .. } => {
            "the headers of the rollback journal name different sizes: SQLite goes by the first, and one of them is damaged"
                .to_owned()
        }
        HeaderContradiction::Uncounted { before, .. } => format!(
            "the rollback journal counts all records that fit, and another header stands behind {}: if the count is damaged, \
             SQLite puts back no more than these",
            many(before.into(), "record")
        ),
        HeaderContradiction::TooFew { segment, behind } => format!(
            "a header of the rollback journal counts {}, and {} of it {} directly behind: the count is damaged, and SQLite \
             does not put these back",
            many(segment.header.records.into(), "record"),
            many(behind, "intact record"),
            if behind == 1 { "stands" } else { "stand" },
        ),
    })
}
