use crate::rule::rule;
use crate::words::{many, pages};
use crate::{Evidence, Findings};

rule! {
    /// The WAL has lost frames that a checkpoint copied, and hides their pages behind older ones.
    ///
    /// # What it means
    /// The wal-index says that a checkpoint came to some frame, and the WAL, which is of the same generation, ends before
    /// that. The database file has the pages of the frames that are lost. Of some of them the WAL has older frames, which
    /// are not what is in the file.
    ///
    /// # Why it matters
    /// SQLite takes a page from the WAL where that has it, and from the database file otherwise. So it shows pages
    /// as they were before the transactions that are lost, which may well be found sound; and where these wrote others, too, that
    /// are not in the WAL, it shows those as they were after: a state of no moment.
    ///
    /// # How it is checked
    /// nBackfill (offset 96) against the last commit of the WAL. Of each page whose newest frame in the wal-index lies between
    /// the two, and which is in the WAL, the last frame there is compared with the database file.
    ///
    /// # Example
    /// After a checkpoint a copy of `app.db-wal` was cut short, at the end of a commit.
    ///
    /// # What to do
    /// Look for the WAL where the set came from. Where the checkpoint came to the last frame, the database file alone has all
    /// that was committed: `stillframe rebuild app.db --at 0 -o rebuilt.db` writes it without the WAL.
    ///
    /// # When it is normal
    /// Never in files of one moment. Copies of a database in use are like this where the WAL was copied before further
    /// commits and a checkpoint, and the other files after them: SQLite shows such a state of them, too.
    "SHM210" "backfilled_pages_hidden" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((known, wal_index)) = super::ahead(evidence) else {
        return;
    };
    let Some(hidden) = &wal_index.hidden else {
        return;
    };
    let Some(&(first, frame)) = hidden.pages.first() else {
        return;
    };
    let (which, was) = super::frames(hidden.first, hidden.last);
    let numbers: Vec<u32> = hidden.pages.iter().map(|(page, _)| page.get()).collect();
    let search = super::search(known);
    findings
        .report(
            &RULE,
            evidence.in_index_head(96, 4),
            format!(
                "{}: {which} {was} copied into the database file, and older frames that are still in the WAL hide {} of them there: SQLite \
                 shows {} as before",
                super::where_the_wal_is(evidence, wal_index.relation),
                many(numbers.len() as u32, "page"),
                pages(&numbers),
            ),
        )
        .related(
            evidence.in_frame(frame),
            format!("page {first} as SQLite shows it"),
        )
        .related(
            evidence.in_pages(first, first.get()),
            "as a checkpoint left it".to_owned(),
        )
        .help(match hidden.is_all_copied {
            true => "the database file alone, without the WAL, has all that was committed".to_owned(),
            false => search,
        });
}
