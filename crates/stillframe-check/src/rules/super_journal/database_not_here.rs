use stillframe_history::Fate;

use super::{at_name, shown};
use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// A super-journal lists databases that are not among the inputs.
    ///
    /// # What it means
    /// One transaction changed this database and others. The super-journal lists the journals of all of them, and some
    /// of those databases were not looked at.
    ///
    /// # Why it matters
    /// Whether all come out of one moment can be told only where all are looked at.
    ///
    /// # How it is checked
    /// The names in the super-journal are looked for among the databases that are checked together: by their paths, or,
    /// as copies are moved, by the last part of their names. No path in it is followed. What does not end as the name of a
    /// journal does is none: the list is damaged.
    ///
    /// # Example
    /// `stillframe check app.db` beside `app.db-mj5711F49A3`, which lists the journal of `archive.db`, too.
    ///
    /// # What to do
    /// Name all of them, or their folder: `stillframe check app.db archive.db`.
    ///
    /// # When it is normal
    /// When one database of several is checked.
    "SJ902" "database_not_here" Note since "0.1.0"
}

/// So many names are shown.
const MOST_NAMES: usize = 4;

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(tied) = &evidence.tied else {
        return;
    };
    let absent = tied.tie.members.iter();
    let absent: Vec<&[u8]> = absent
        .filter(|member| member.fate == Fate::NotHere)
        .map(|member| member.journal.as_slice())
        .collect();
    if absent.is_empty() {
        return;
    }
    let (named, others) = absent.split_at(absent.len().min(MOST_NAMES));
    let more = match others.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let named: Vec<String> = named.iter().map(|name| shown(name)).collect();
    let others = absent.iter().filter(|name| !is_of_journal(name)).count();
    let damaged = match others {
        0 => String::new(),
        1 => "; 1 of these names is none that SQLite gives a journal, so that the super-journal is damaged".to_owned(),
        others => format!(
            "; {others} of these names are none that SQLite gives a journal, so that the super-journal is damaged"
        ),
    };
    let message = format!(
        "the super-journal lists {} of databases that are not among the inputs: {}{more}{damaged}",
        many(absent.len() as u64, "journal"),
        named.join(", "),
    );
    findings
        .report(&RULE, at_name(evidence), message)
        .help("check all databases of the transaction together");
}

/// Whether SQLite calls a journal so: the name of the database with `-journal` behind it, or, where names are short, `.nal` in
/// place of its extension (`sqlite3FileSuffix3`).
fn is_of_journal(name: &[u8]) -> bool {
    name.ends_with(b"-journal") || name.to_ascii_lowercase().ends_with(b".nal")
}
