//! Rules of transactions over several databases, which a super-journal ties together.

pub(crate) mod committed_journal;
pub(crate) mod database_not_here;
pub(crate) mod journal_listed_and_missing;
pub(crate) mod left_at_different_moments;
pub(crate) mod several_databases;
pub(crate) mod super_journal_gone;
pub(crate) mod super_journal_missing;
pub(crate) mod super_journal_name_unusual;
pub(crate) mod super_journal_unknown;

use stillframe_format::ByteRange;
use stillframe_history::{Fate, Held, JournalState, Role, SuperJournalFile, SuperJournalName};

use crate::finding::Details;
use crate::words::plain;
use crate::{Evidence, Part, Place, Tied};

/// Characters of a name that are shown at most; its end tells more than its start.
const LONGEST_NAME: usize = 90;

/// The name of a file in a journal, as it can be printed.
fn shown(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    let hidden = name.chars().count().saturating_sub(LONGEST_NAME);
    let end: String = name.chars().skip(hidden).collect();
    match hidden {
        0 => plain(&end),
        _ => format!("...{}", plain(&end)),
    }
}

/// The last part of a path.
fn last_part(path: &[u8]) -> &[u8] {
    let mut parts = path.rsplit(|byte| matches!(byte, b'/' | b'\\'));
    parts.next().unwrap_or(path)
}

/// The name in the journal, where it has one; else the database.
fn at_name(evidence: &Evidence<'_>) -> Place {
    match &evidence.super_journal {
        Some(name) => in_journal(evidence, name),
        None => evidence.whole(Role::Database),
    }
}

fn in_journal(evidence: &Evidence<'_>, name: &SuperJournalName) -> Place {
    evidence.place(Role::Journal, name.range, Part::SuperJournalName)
}

/// What SQLite does with the journal of a set whose super-journal it looks for elsewhere, for a finding that says what it
/// does where the super-journal was looked for.
pub(in crate::rules) fn with_path<'a>(
    evidence: &Evidence<'_>,
    details: Details<'a>,
) -> Details<'a> {
    let Some(name) = evidence.super_journal_elsewhere() else {
        return details;
    };
    details.related(
        in_journal(evidence, name),
        format!(
            "SQLite looks for the super-journal at {}: opened where the set lies now, it is rolled back only if that file is \
             there",
            shown(&name.name)
        ),
    )
}

/// The super-journal that lies among the databases.
fn with_list<'a>(tied: &Tied, details: Details<'a>) -> Details<'a> {
    let Some((name, bytes)) = &tied.tie.found else {
        return details;
    };
    let place = Place {
        input: name.clone(),
        range: ByteRange::new(0, *bytes),
        part: Part::File,
    };
    details.related(place, "the super-journal")
}

/// The other databases, and what becomes of each.
fn with_others<'a>(tied: &Tied, mut details: Details<'a>) -> Details<'a> {
    for (member, database) in tied.others() {
        if let Some((name, bytes)) = database {
            let place = Place {
                input: name.clone(),
                range: ByteRange::new(0, *bytes),
                part: Part::File,
            };
            details = details.related(place, fate(member.fate));
        }
    }
    details
}

/// What becomes of a database, in words.
fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::RolledBack => "rolled back",
        Fate::Kept(Held::Nothing) => "left as it is: nothing of the transaction is in the file",
        Fate::Kept(Held::Some) => {
            "left as it is: a part of the transaction is in the file, or all of it"
        }
        Fate::Kept(Held::All) => "left as it is: the file looks as the transaction left it",
        Fate::Kept(Held::Damaged) => {
            "left as it is: a part of the transaction is in the file, which is damaged by it and sound without it"
        }
        Fate::Kept(Held::Unfinished) => {
            "left as it is: a part of the transaction is in the file, as not all of its journal was synced, or of its pages \
             written"
        }
        Fate::Unsynced => {
            "left as it is, which is as it was before the transaction: its journal was not synced yet"
        }
        Fate::NotHot => "left as it is: its journal is not hot",
        Fate::NoJournal => "left as it is: it has no journal",
        Fate::NoDatabase => "not here: only its journal is",
        Fate::Undecided => "rolled back if the super-journal is there, and else left as it is",
        Fate::OfAnother => "of another transaction, as its journal says",
        Fate::NotHere => "not among the inputs",
    }
}

/// Whether the super-journal is there, in words.
fn is_there(file: SuperJournalFile) -> &'static str {
    match file {
        SuperJournalFile::Unknown => "of which it is not known whether it is there",
        SuperJournalFile::Missing => "which is not here",
        SuperJournalFile::Empty => "which is empty and so counts as not there",
        SuperJournalFile::Present => "which is here",
    }
}

/// A transaction that SQLite takes for committed, as the super-journal is gone: what the database file shows of that.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gone {
    /// The file holds nothing of it.
    NotCommitted,
    /// It holds a part of it, as not all of the journal was synced, or of the pages written.
    Unfinished,
    /// Something is wrong in it, and not once the journal is played back: it holds a part.
    Damaged,
    /// It holds some of it, or all: that is not known.
    Open,
    /// It looks as the transaction left it.
    Whole,
}

impl Gone {
    /// `None` where the super-journal is there, or not known to be gone, or where other databases show that the
    /// transaction was not committed.
    fn of(evidence: &Evidence<'_>) -> Option<Self> {
        if evidence.journal != JournalState::SuperJournalGone {
            return None;
        }
        let tied = evidence.tied.as_ref();
        if tied.is_some_and(Tied::differ) {
            return None;
        }
        let is_sound = evidence.refusal().is_none() && evidence.is_sound_inside();
        Some(match tied.and_then(Tied::held) {
            Some(Held::Nothing) => Self::NotCommitted,
            Some(Held::Unfinished) => Self::Unfinished,
            _ if evidence.holds_half => Self::Damaged,
            Some(Held::Damaged) => Self::Damaged,
            Some(Held::All)
                if is_sound && tied.and_then(|tied| tied.doubt(evidence.set)).is_none() =>
            {
                Self::Whole
            }
            Some(Held::Some | Held::All) | None => Self::Open,
        })
    }
}

/// What SQLite does with a journal whose super-journal is gone, and `doubt`.
fn said_of_gone(evidence: &Evidence<'_>, doubt: &str) -> Option<String> {
    let name = evidence.super_journal.as_ref()?;
    Some(format!(
        "the journal names the super-journal {}, {}: SQLite takes the transaction for committed and deletes the journal, {doubt}; {}",
        shown(last_part(&name.name)),
        is_there(evidence.set.super_journal),
        what_was_checked(evidence),
    ))
}

/// What of the database is checked beside a journal that names a super-journal.
const fn what_was_checked(evidence: &Evidence<'_>) -> &'static str {
    use stillframe_history::JournalState::SuperJournalGone;
    match (&evidence.inside, evidence.journal) {
        (None, _) => "the database was not checked",
        (Some(_), SuperJournalGone) => "that is what was checked",
        (Some(_), _) => "what was checked is the database after that",
    }
}
