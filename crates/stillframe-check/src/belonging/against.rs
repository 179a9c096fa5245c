//! What shows that the WAL was not written over the database file as it is now.

use stillframe_history::{Field, Stale, Unexplained};

use super::{Speaks, Witness, WitnessKind};
use crate::Evidence;
use crate::words::{are, many};

/// All that does, the most telling first.
pub(super) fn witnesses(evidence: &Evidence<'_>) -> Vec<Witness> {
    let mut found = Vec::new();
    let mut add = |kind, says: String| found.push(Witness::new(kind, Speaks::Against, says));
    let encrypted = encrypted_page_size(evidence);
    if let Some((database, wal)) = evidence.page_sizes_that_differ() {
        add(
            WitnessKind::PageSize,
            other_page_size(database.get(), wal.get()),
        );
    } else if let Some((database, wal)) = encrypted {
        add(WitnessKind::PageSize, other_page_size(database, wal));
    }
    if evidence.rollback_mode_beside_wal().is_some() {
        let commits = evidence.timeline.last().get();
        let says = format!(
            "the database file is in rollback mode, and {} {} in the WAL",
            many(commits, "commit"),
            are(commits)
        );
        add(WitnessKind::JournalMode, says);
    }
    if let Some(stale) = evidence.stale {
        add(WitnessKind::Page1, newer(stale));
    }
    if let Some(unexplained) = evidence.unexplained {
        add(WitnessKind::Page1, not_following(unexplained));
    }
    if evidence.wal_hides_database() {
        let says = "the WAL has something in place of page 1 that is no start of a database";
        add(WitnessKind::Page1, says.to_owned());
    }
    if evidence.trails_in_wal() {
        let says = "the WAL has pages behind those that page 1 of the file counts, and no page 1";
        add(WitnessKind::Page1, says.to_owned());
    }
    if let Some(missed) = evidence.missed {
        let says = format!(
            "the file lacks {} of {} that it had before the WAL was begun anew: it is older",
            missed.pages,
            many(missed.examined, "page")
        );
        add(WitnessKind::GenerationBefore, says);
    }
    found
}

/// The page sizes of an encrypted database and the WAL, where it is in clear and another.
fn encrypted_page_size(evidence: &Evidence<'_>) -> Option<(u32, u32)> {
    let wal = evidence.timeline.page_size()?;
    let database = evidence.held?.page_size_in_clear?;
    (database != wal).then_some((database.get(), wal.get()))
}

fn other_page_size(database: u32, wal: u32) -> String {
    format!("the database file has pages of {database} bytes, the WAL of {wal}")
}

/// What makes the file newer than the WAL.
fn newer(stale: Stale) -> String {
    let (database, wal) = (stale.database, stale.wal);
    if let Some(pages) = stale.pages {
        return format!(
            "the file is newer than the WAL, or of another database: it counts {}, more than the last commit leaves",
            many(pages, "page")
        );
    }
    let (field, database, wal) = match database.change_counter > wal.change_counter {
        true => (
            Field::ChangeCounter,
            database.change_counter,
            wal.change_counter,
        ),
        false => (
            Field::SchemaCookie,
            database.schema_cookie,
            wal.schema_cookie,
        ),
    };
    format!(
        "the file is newer than the WAL, or of another database: its {} is {database}, and {wal} the largest in the WAL",
        field.words()
    )
}

/// What of the file is not what the WAL was written over.
fn not_following(unexplained: Unexplained) -> String {
    let Unexplained {
        field,
        database,
        wal,
        ..
    } = unexplained;
    format!(
        "the WAL was not written over this file: its {} is {database}, and {wal} in the WAL",
        field.words()
    )
}
