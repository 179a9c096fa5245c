use stillframe_history::{Role, WalIndex};
use stillframe_wal::ByteOrder;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// There is a wal-index.
    ///
    /// # What it means
    /// The file with `-shm` at the end is the memory that connections share; it says where in the WAL a page is. SQLite
    /// makes it anew from the WAL when the first connection opens the database.
    ///
    /// # Why it matters
    /// Beside a WAL it does not: SQLite never uses the one in a copy. Without a WAL it is a witness: when the last
    /// connection is closed both are deleted, so a WAL may have been left behind, and the wal-index says what it held.
    /// SHM206 tells of frames that are missing.
    ///
    /// # How it is checked
    /// The names of the files. The message says what is in it, as far as one copy of its header holds.
    ///
    /// # Example
    /// `app.db` and `app.db-shm` in a backup that leaves out `*-wal`.
    ///
    /// # What to do
    /// Without a WAL: look for it where the database came from.
    ///
    /// # When it is normal
    /// Beside a WAL in copies of a database in use. Without one, where a read-only visit has left it.
    "SET903" "wal_index_present" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(wal_index) = &evidence.wal_index else {
        return;
    };
    let place = evidence.whole(Role::WalIndex);
    let says = says(&wal_index.index);
    if evidence.set.wal.is_some() {
        let message = format!("a wal-index, which SQLite makes anew from the WAL. {says}");
        findings.report(&RULE, place, message);
        return;
    }
    let wal = evidence.name(Role::Wal);
    let message =
        format!("a wal-index, and {wal} is not there: a clean shutdown deletes both. {says}");
    let details = findings.report(&RULE, place, message);
    let is_witness = evidence
        .image
        .as_ref()
        .is_some_and(|it| wal_index.shows_nothing_missing(it));
    if !is_witness && wal_index.lacking.is_none() {
        details.help("look for the WAL where the database came from");
    }
}

/// What is in it.
fn says(index: &WalIndex) -> String {
    let (Some(known), Some(info)) = (index.header(), index.checkpoint()) else {
        return "It says nothing: its header was never written, or does not hold".to_owned();
    };
    let order = match index.head().and_then(|head| head.order) {
        Some(ByteOrder::Big) => ", written by a big-endian host",
        _ => "",
    };
    let frames = match known.mx_frame {
        0 if known.page_count > 0 => format!(
            "no committed frame, and a database of {}",
            many(known.page_count, "page")
        ),
        0 => "no committed frame".to_owned(),
        frames => format!(
            "{} of a WAL with salts {}, which leave a database of {}, checkpointed to frame {}",
            many(frames, "committed frame"),
            known.salts,
            many(known.page_count, "page"),
            info.backfilled
        ),
    };
    format!("It knows {frames}{order}")
}
