use stillframe_format::ByteRange;
use stillframe_history::Role;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings, Part};

rule! {
    /// The rollback journal breaks a database that is sound without it: it is not the database's own.
    ///
    /// # What it means
    /// Once the pages of the journal are put back, they and the others contradict each other. The file as it lies there is
    /// in order. Nothing that ties the two speaks against that: the journal does not hold page 1, or holds one of which the
    /// change counter fits by chance.
    ///
    /// # Why it matters
    /// SQLite asks for the name of the journal and nothing else. It writes the pages of another database, or of another
    /// time, over this one, and deletes the journal.
    ///
    /// # How it is checked
    /// The structure of the database, that is its b-trees, overflow chains, freelist and pointer map, is looked at with
    /// the journal played back, and then, if something is wrong, without it. Where page 1 is in the journal, what is wrong
    /// must be between pages that are sound by themselves.
    ///
    /// # Example
    /// `app.db` was restored from a backup, and `app.db-journal` of the crashed database, which had as many pages, was
    /// left where it was.
    ///
    /// # What to do
    /// Do not open the database with SQLite. Move the journal away, and keep it: it may be needed for the file that it
    /// belongs to. Then check the database file again.
    ///
    /// # When it is normal
    /// Never.
    "RJ203" "journal_breaks_database" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(problems) = evidence.broken_by_journal else {
        return;
    };
    let pages = evidence.rollback().map_or(0, |it| it.pages() as u64);
    let message = format!(
        "the rollback journal is not of this database file, of which the structure is sound: with the {} of the journal it \
         has {}",
        many(pages, "page"),
        many(problems as u64, "problem"),
    );
    let bytes = evidence.set.journal.as_ref().map_or(0, |it| it.bytes.len());
    findings
        .report(
            &RULE,
            evidence.in_journal(ByteRange::new(0, bytes), Part::File),
            message,
        )
        .related(
            evidence.whole(Role::Database),
            "the database file that is sound",
        )
        .help("do not open the database with SQLite; move the journal away, and keep it");
}
