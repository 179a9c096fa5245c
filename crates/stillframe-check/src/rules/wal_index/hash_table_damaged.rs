use stillframe_history::Role;
use stillframe_wal::wal_index::BLOCK_BYTES;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings, Part};

rule! {
    /// Through the hash table of the wal-index a search does not come to the frames that are there.
    ///
    /// # What it means
    /// Each block of the wal-index has the pages of some 4096 frames, and a hash table by which they are looked up.
    /// Here the two do not agree: a frame is not found, or an older one of the same page is, or a slot leads nowhere.
    ///
    /// # Why it matters
    /// SQLite never uses the wal-index of a copy: it makes it anew from the WAL. But what is wrong with it was wrong
    /// for the programs that had the database open, or went wrong when it was copied. A search that goes astray reads
    /// an old page, and a transaction on top of it damages the database for good.
    ///
    /// # How it is checked
    /// Every frame up to mxFrame is looked up as SQLite does it. What is there of later frames is not judged.
    ///
    /// # Example
    /// A byte of `app.db-shm` was changed by another program.
    ///
    /// # What to do
    /// Check the image of the last commit, which is what this report is about. If the programs that had the database
    /// open are still running, end them before they write any more.
    ///
    /// # When it is normal
    /// In a copy of a database in use, where a transaction was being written while the wal-index was copied.
    "SHM101" "hash_table_damaged" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(wal_index) = &evidence.wal_index else {
        return;
    };
    let problems = wal_index.index.problems();
    let Some(first) = problems.first else {
        return;
    };
    let more = match problems.count - 1 {
        0 => String::new(),
        more => format!("; and {} of that kind", many(more, "more problem")),
    };
    let block = (first.range.start / BLOCK_BYTES as u64) as u32;
    let place = evidence.place(Role::WalIndex, first.range, Part::WalIndexBlock(block));
    findings.report(&RULE, place, format!("{}{more}", first.kind));
}
