use stillframe_history::SuperJournalName;

use super::{in_journal, last_part, shown};
use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// A rollback journal names a super-journal by a name that SQLite does not make.
    ///
    /// # What it means
    /// SQLite calls a super-journal by the full path of a database, `-mj` and eight digits more. The name at the end of
    /// this journal has another form, or climbs out of a folder.
    ///
    /// # Why it matters
    /// From 3.54 on SQLite heeds no name of another form, and plays the journal back. Before that it took any: where
    /// there is no such file it deletes the journal, and where there is one it reads it and may delete it. A journal that
    /// names a file of the machine that it is copied to was made to do harm, or is damaged.
    ///
    /// # How it is checked
    /// The length, the sum and the magic number of the name hold. It is then looked at as text; nothing that it leads to
    /// is opened.
    ///
    /// # Example
    /// `app.db-journal` names `../../other.db-mj5711F49A3`, or itself.
    ///
    /// # What to do
    /// Do not open the set with SQLite. `stillframe rebuild app.db --at journal -o rebuilt.db` plays the journal back,
    /// whatever it names.
    ///
    /// # When it is normal
    /// With programs that have an own way to name files for SQLite (a VFS).
    "SJ203" "super_journal_name_unusual" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(name) = &evidence.super_journal else {
        return;
    };
    let climbs = || {
        let mut parts = name.name.split(|byte| matches!(byte, b'/' | b'\\'));
        parts.any(|part| part == b"..")
    };
    let journal = evidence.name(stillframe_history::Role::Journal);
    // Its folder, or its archive, comes before it.
    let before = journal.as_bytes().strip_suffix(last_part(&name.name));
    let ends = |byte: &u8| matches!(byte, b'/' | b'\\' | b'!');
    let itself = before.is_some_and(|before| before.last().is_none_or(ends));
    let older = "from 3.54 on SQLite does not heed it, and before that it looks for such a file, and deletes the journal \
                 unplayed where there is none";
    let what = match (SuperJournalName::is_heeded(name), climbs()) {
        (false, _) if itself => format!("is that of the journal itself: {older}"),
        (false, _) => format!("is not of the form that SQLite makes: {older}"),
        (true, true) => {
            "climbs out of a folder, as no name of SQLite's does: it goes there all the same"
                .to_owned()
        }
        (true, false) => return,
    };
    let message = format!(
        "the name of the super-journal, {}, {what}",
        shown(&name.name)
    );
    findings
        .report(&RULE, in_journal(evidence, name), message)
        .help("do not open the set with SQLite before it is known where the journal comes from");
}
