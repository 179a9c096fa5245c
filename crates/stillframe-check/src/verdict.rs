mod between;
mod inside;
mod journal;
mod kind;
mod next;
mod policy;
mod rebuildable;
mod sqlite;
mod torn;

use serde::Serialize;
use stillframe_database::JournalMode;
use stillframe_history::JournalState;
use stillframe_manifest::Difference;

use crate::{Evidence, Finding, Findings, Instead, Severity};
pub(crate) use between::contradicts;
use inside::can_reindex;
pub use kind::VerdictKind;
use next::next;
use rebuildable::rebuildable;
use torn::Mixed;

/// What is to be thought of a backup set, in one word and four sentences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The word.
    pub kind: VerdictKind,
    /// What has probably happened, where the bytes suggest that and do not prove it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What SQLite would show, were it to open the set.
    pub sqlite_shows: String,
    /// What SQLite would destroy on opening it; `None` where nothing would be lost.
    pub sqlite_destroys: Option<String>,
    /// What can be rebuilt from the bytes.
    pub rebuildable: String,
    /// The next command to type.
    pub next: Option<String>,
    /// Whether there is a warning among the findings, and no error.
    #[serde(skip)]
    has_warnings: bool,
    /// Whether findings are accepted, or made less of, that would say otherwise or fail.
    #[serde(rename = "set_aside", skip_serializing_if = "std::ops::Not::not")]
    is_set_aside: bool,
}

/// Rules that decide the kind of a set's trouble, the most telling first. Any other error means that something is
/// corrupt.
const DECISIVE: &[(&str, VerdictKind)] = &[
    ("SET001", VerdictKind::ChangedWhileReading),
    ("DB106", VerdictKind::Corrupt),
    ("SET207", VerdictKind::AbortedBackup),
    ("RJ201", VerdictKind::ForeignJournal),
    ("RJ203", VerdictKind::ForeignJournal),
    ("RJ202", VerdictKind::Torn),
    ("RJ001", VerdictKind::Torn),
    ("RJ002", VerdictKind::Torn),
    ("RJ003", VerdictKind::Torn),
    ("RJ004", VerdictKind::Torn),
    ("RJ101", VerdictKind::Torn),
    ("RJ102", VerdictKind::Torn),
    ("RJ103", VerdictKind::Torn),
    ("RJ106", VerdictKind::Torn),
    ("RJ107", VerdictKind::Torn),
    ("SET202", VerdictKind::HotJournal),
    ("RJ104", VerdictKind::HotJournal),
    ("RJ105", VerdictKind::HotJournal),
    ("RJ108", VerdictKind::HotJournal),
    ("SJ101", VerdictKind::HotJournal),
    ("SJ102", VerdictKind::HotJournal),
    ("SJ201", VerdictKind::HotJournal),
    ("SET101", VerdictKind::ProvenIncomplete),
    ("SET102", VerdictKind::ProvenIncomplete),
    ("SET103", VerdictKind::ProvenIncomplete),
    ("SET104", VerdictKind::ProvenIncomplete),
    ("SHM206", VerdictKind::ProvenIncomplete),
    ("SHM210", VerdictKind::ProvenIncomplete),
    ("MF101", VerdictKind::ProvenIncomplete),
    ("MF103", VerdictKind::ProvenIncomplete),
    ("AR101", VerdictKind::NotWhollyRead),
    ("AR102", VerdictKind::NotWhollyRead),
    ("AR103", VerdictKind::NotWhollyRead),
    ("AR104", VerdictKind::NotWhollyRead),
    ("AR105", VerdictKind::NotWhollyRead),
    ("AR106", VerdictKind::NotWhollyRead),
    ("DB007", VerdictKind::Encrypted),
    ("DB001", VerdictKind::NotSqlite),
    ("DB004", VerdictKind::NotSqlite),
    ("WAL005", VerdictKind::NotSqlite),
    ("WAL201", VerdictKind::ForeignWal),
    ("SET201", VerdictKind::ForeignWal),
    ("SET204", VerdictKind::StaleWal),
    ("SHM204", VerdictKind::CheckpointSkippedFrames),
    ("SET206", VerdictKind::ForeignWal),
    ("SET205", VerdictKind::Torn),
    ("WAL107", VerdictKind::Torn),
    ("WAL203", VerdictKind::Torn),
    ("WAL202", VerdictKind::Torn),
    ("DB002", VerdictKind::Torn),
    ("DB101", VerdictKind::Torn),
    ("DB103", VerdictKind::Torn),
];

/// Said where REINDEX makes a database sound.
const REINDEX_OF_WHAT_IS_THERE: &str = "REINDEX makes its indexes anew from its rows, which are themselves of two moments where a journal was removed or \
     writes were lost: compare them with another copy";

/// Whether a finding decides the kind of a set's trouble.
pub(crate) fn is_decisive(finding: &Finding) -> bool {
    let code = finding.rule.code;
    DECISIVE.iter().any(|(other, _)| *other == code)
}

/// Rules that explain what others find: bytes that were put in move all that stands behind them, and a journal that is damaged
/// leaves a database of two moments.
const EXPLAINING: &[&str] = &[
    "DB208", "RJ101", "RJ102", "RJ103", "RJ104", "RJ105", "RJ106", "RJ108",
];

/// Whether a finding explains what others find.
pub(crate) fn explains(finding: &Finding) -> bool {
    EXPLAINING.contains(&finding.rule.code)
}

/// Rules that leave a sound set in doubt, where there is no error.
const DOUBTFUL: &[&str] = &[
    "DB204", "DB207", "DB904", "RJ204", "SC103", "SET209", "SHM207", "SHM208", "SHM209", "SJ202",
    "SJ204", "WAL001", "WAL104", "WAL106", "WAL909", "WAL910",
];

impl Verdict {
    /// The word, in words. What is complete and has warnings all the same is called so.
    pub const fn words(&self) -> &'static str {
        match (self.kind, self.has_warnings, self.is_set_aside) {
            (VerdictKind::Complete, true, _) => "complete, with warnings",
            (VerdictKind::CompleteWithWal, true, _) => "complete with its WAL, with warnings",
            (VerdictKind::Complete, _, true) => "complete, with findings set aside",
            (VerdictKind::CompleteWithWal, _, true) => {
                "complete with its WAL, with findings set aside"
            }
            (kind, ..) => kind.words(),
        }
    }

    /// Whether there is nothing to worry about.
    pub(crate) const fn is_good(&self) -> bool {
        matches!(
            self.kind,
            VerdictKind::Complete | VerdictKind::CompleteWithWal
        ) && !self.has_warnings
            && !self.is_set_aside
    }

    /// Of what the bytes say, and of what whoever asks makes of that.
    pub(crate) fn draw(evidence: &Evidence<'_>, findings: &[Finding]) -> Self {
        match findings.iter().all(policy::is_plain) {
            true => Self::of_bytes(evidence, findings),
            false => policy::draw(evidence, findings),
        }
    }

    fn of_bytes(evidence: &Evidence<'_>, findings: &[Finding]) -> Self {
        let mixed = Mixed::of(evidence, findings);
        let kind = kind(evidence, findings, mixed);
        if let Some(instead) = &evidence.instead {
            return Self::of_no_set(instead, kind, findings);
        }
        let mixed = mixed.filter(|_| [VerdictKind::Torn, VerdictKind::Corrupt].contains(&kind));
        let rebuildable = match mixed {
            Some(Mixed::JournalRemoved | Mixed::ListedJournalRemoved | Mixed::WritesLost) => {
                "the database file as it is, which is of no one moment".to_owned()
            }
            Some(Mixed::JournalRemovedOrSize | Mixed::JournalCut) | None => {
                rebuildable(evidence, kind)
            }
        };
        let can_reindex = can_reindex(findings);
        Self {
            kind,
            is_set_aside: false,
            cause: mixed.map(|mixed| mixed.words(evidence)),
            sqlite_shows: match mixed {
                Some(Mixed::JournalCut) => {
                    format!("{}, if the journal was cut", journal::ROLLED_BACK_IN_PART)
                }
                _ => sqlite::shows(evidence, findings),
            },
            sqlite_destroys: sqlite::destroys(evidence, kind),
            rebuildable: match [VerdictKind::Torn, VerdictKind::Corrupt].contains(&kind)
                && can_reindex
            {
                true => format!("{rebuildable}; {REINDEX_OF_WHAT_IS_THERE}"),
                false => rebuildable,
            },
            // Rows of two moments are not mended by indexes that go with them.
            next: next(evidence, kind, can_reindex && mixed.is_none()),
            has_warnings: Findings::any(findings, Severity::Warning)
                && !Findings::any(findings, Severity::Error),
        }
    }
}

impl Verdict {
    /// Where there is no set.
    fn of_no_set(instead: &Instead, kind: VerdictKind, findings: &[Finding]) -> Self {
        let (shows, rebuildable) = match instead {
            Instead::Archive(_) => (
                "nothing: it opens no archive",
                "what could be read of the archive, each database as its own verdict says",
            ),
            Instead::Missing(_) | Instead::Expected(_) => {
                ("nothing: there is no such file", "nothing")
            }
        };
        Self {
            kind,
            cause: None,
            sqlite_shows: shows.to_owned(),
            sqlite_destroys: None,
            rebuildable: rebuildable.to_owned(),
            next: None,
            has_warnings: Findings::any(findings, Severity::Warning)
                && !Findings::any(findings, Severity::Error),
            is_set_aside: false,
        }
    }
}

/// Whether a finding leaves it in doubt whether all is there.
pub(crate) fn is_doubt(finding: &Finding) -> bool {
    let code = finding.rule.code;
    code == "SET901" || DOUBTFUL.contains(&code)
}

fn kind(evidence: &Evidence<'_>, findings: &[Finding], mixed: Option<Mixed>) -> VerdictKind {
    let has = |code: &str| findings.iter().any(|finding| finding.rule.code == code);
    if let Some((_, kind)) = DECISIVE.iter().find(|(code, _)| has(code)) {
        let foreign = match kind {
            VerdictKind::NotSqlite => evidence.wal_hides_database(),
            VerdictKind::HotJournal => evidence.wal_is_foreign(),
            _ => false,
        };
        // What is wrong once the journal was played back stays wrong.
        let is_played = evidence.journal != JournalState::SuperJournalGone;
        let stays = *kind == VerdictKind::HotJournal
            && is_played
            && findings.iter().any(is_undecided_error);
        // Of databases that are left at different moments one need not have a journal that is hot.
        let is_hot = *kind != VerdictKind::HotJournal || evidence.journal.is_hot();
        return match (foreign, stays) {
            (true, _) => VerdictKind::ForeignWal,
            (_, true) if mixed == Some(Mixed::JournalCut) => VerdictKind::Torn,
            (_, true) => VerdictKind::Corrupt,
            _ if !is_hot => VerdictKind::Torn,
            _ => *kind,
        };
    }
    let mut errors = findings
        .iter()
        .filter(|finding| finding.rule.severity == Severity::Error);
    if errors.clone().count() > 0 {
        if errors.all(|finding| finding.rule.code == "MF102") {
            return VerdictKind::NotAsRecorded;
        }
        if mixed.is_some_and(Mixed::is_journal_removed) {
            return VerdictKind::Torn;
        }
        return VerdictKind::Corrupt;
    }
    if evidence.trails_in_wal() {
        return VerdictKind::ForeignWal;
    }
    // Whoever recorded it knew what there was.
    let is_recorded = evidence
        .recorded
        .as_ref()
        .is_some_and(Difference::is_same_database);
    if DOUBTFUL.iter().any(|code| has(code)) {
        return VerdictKind::ConsistentCompletenessUnknown;
    }
    if evidence.timeline.last_commit().is_some() {
        return VerdictKind::CompleteWithWal;
    }
    let in_wal_mode = evidence
        .header()
        .is_some_and(|header| header.journal_mode() == JournalMode::Wal);
    // An empty WAL, even of 0 bytes, is the witness that nothing is missing. One that holds something, and no commit, may
    // have held some.
    // So is a wal-index that says so.
    let is_witnessed = match (&evidence.wal_index, &evidence.image) {
        (Some(wal_index), Some(image)) => wal_index.shows_nothing_missing(image),
        _ => false,
    };
    let may_be_missing = evidence.set.wal.is_none() || evidence.timeline.slots() > 0;
    if in_wal_mode && may_be_missing && !is_witnessed && !is_recorded {
        VerdictKind::ConsistentCompletenessUnknown
    } else {
        VerdictKind::Complete
    }
}

/// Whether it is an error that says nothing of a trouble of another kind.
fn is_undecided_error(finding: &Finding) -> bool {
    let code = finding.rule.code;
    finding.rule.severity == Severity::Error && !DECISIVE.iter().any(|(other, _)| *other == code)
}
