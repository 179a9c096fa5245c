use stillframe_format::ByteRange;
use stillframe_history::{Contradicted, Dormant, Role};

use super::{KEEP_BOTH, in_record};
use crate::render::text::count;
use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings, Part};

rule! {
    /// A rollback journal was never synced, as its header says, and the database file is not as its records have it.
    ///
    /// # What it means
    /// Magic and number of records are zero, as SQLite leaves them until the records of a journal are synced. Before that it
    /// writes no page of the database, so each is as its record has it. Here some are not.
    ///
    /// # Why it matters
    /// If something else wrote the zeros, the journal was to roll back a transaction of which a part may be in the file:
    /// SQLite does not do that any more, shows the file as it is, and says nothing. If the database was changed later
    /// without a journal, nothing is wrong.
    ///
    /// # How it is checked
    /// The records behind the header whose checksums hold with its nonce are compared with the database file. Those behind
    /// another header may be left over from a transaction before. So are those behind a header that is all zeros and the
    /// name of a super-journal, which SQLite cuts off when the transaction ends.
    ///
    /// # Example
    /// Bytes 0 to 11 of a hot journal were zeroed, and half of its transaction is in the database file.
    ///
    /// # What to do
    /// Copy both files again from where they come. If that is all there is, compare the pages: `stillframe inspect --frames
    /// app.db-journal` lists those that the journal holds.
    ///
    /// # When it is normal
    /// After a crash before the journal was synced, where the database was changed since with `PRAGMA journal_mode=MEMORY`
    /// or `OFF`, or replaced by a copy, and the journal was left behind.
    "RJ204" "unsynced_journal_differs" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(Dormant::Contradicted(found)) = evidence.dormant else {
        return;
    };
    let size = evidence.rollback().and_then(|it| it.layout());
    let page = size.map_or_else(
        || evidence.whole(Role::Database),
        |layout| {
            let start = found.page.offset(layout.page_size);
            let end = evidence.set.database_bytes();
            let range = ByteRange {
                start: start.min(end),
                end: start.saturating_add(layout.page_size.get().into()).min(end),
            };
            evidence.place(Role::Database, range, Part::Page(found.page))
        },
    );
    findings
        .report(
            &RULE,
            in_record(evidence, &found.record, 4, u64::MAX),
            format!(
                "the rollback journal was never synced, as its header says, so nothing was written to the database; but in the \
                 database file {}: the header was damaged, and the file may hold half a transaction, or it was changed later \
                 without a journal",
                which_differ(&found),
            ),
        )
        .related(page, format!("page {} as it is now", found.page))
        .related(evidence.in_journal_header(0, 0, 12), "the zeros of its header")
        .help(KEEP_BOTH);
}

fn which_differ(found: &Contradicted) -> String {
    match (found.differing, found.records) {
        (1, 1) => "the page that it holds is another one".to_owned(),
        (1, records) => format!(
            "one of the {} that it holds is another one",
            many(records, "page")
        ),
        (differing, records) if differing == records => {
            format!("the {} that it holds are others", many(records, "page"))
        }
        (differing, records) => format!(
            "{} of the {} that it holds are others",
            count(differing.into()),
            many(records, "page")
        ),
    }
}
