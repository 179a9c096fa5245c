use stillframe_history::Role;
use stillframe_wal::FrameNumber;
use stillframe_wal::wal_index::{BLOCK_BYTES, block_of};

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The wal-index ends before what its header says is in it.
    ///
    /// # What it means
    /// It has fewer bytes than its head, or fewer blocks than the frames need that it knows. SQLite makes it 32768
    /// bytes long, and longer by as much for every 4096 frames.
    ///
    /// # Why it matters
    /// The copy is cut short, and other files that were copied with it may be, too. What the rest of it says of the
    /// WAL is not known.
    ///
    /// # How it is checked
    /// The length of the file against mxFrame in the header. Files of up to 3 bytes are left out: SQLite leaves them
    /// so when it is about to make them anew.
    ///
    /// # Example
    /// A copy of `app.db-shm` that was stopped after 16 KiB.
    ///
    /// # What to do
    /// Copy the database anew: with the backup API, `VACUUM INTO`, or while a read transaction holds it still.
    ///
    /// # When it is normal
    /// Never.
    "SHM001" "wal_index_truncated" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(wal_index) = &evidence.wal_index else {
        return;
    };
    let index = &wal_index.index;
    let (there, needed) = (index.frames(), index.mx_frame());
    let blocks = FrameNumber::new(needed).map_or(0, block_of) + 1;
    let whole = u64::from(blocks) * BLOCK_BYTES as u64;
    let bytes = many(index.length(), "byte");
    let message = match index.head() {
        None if index.is_blank() => return,
        None => format!("a wal-index of {bytes}, within its head"),
        Some(_) if there < needed => format!(
            "a wal-index of {bytes} has the pages of {there} of the {} that it knows",
            many(needed, "frame")
        ),
        Some(_) if index.header().is_none() || index.length() >= whole => return,
        Some(_) => format!(
            "a wal-index of {bytes} ends within a hash table: with {} it has {}",
            many(needed, "frame"),
            many(whole, "byte")
        ),
    };
    let place = evidence.whole(Role::WalIndex);
    findings
        .report(&RULE, place, message)
        .help("see whether the other files were copied whole");
}
