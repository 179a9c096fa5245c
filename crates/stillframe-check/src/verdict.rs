mod inside;
mod journal;
mod kind;
mod next;
mod torn;

use serde::Serialize;
use stillframe_database::JournalMode;
use stillframe_format::Pages as _;
use stillframe_history::{Image, JournalState, Refusal, Role, WalState};

use crate::rules::database::cut_page;
use crate::words::many;
use crate::{Evidence, Finding, Findings, Overwritten, Severity};
use inside::{can_reindex, only_indexes, schema_refused};
pub use kind::VerdictKind;
use next::next;
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
}

/// Rules that decide the kind of a set's trouble, the most telling first. Any other error means that something is
/// corrupt.
const DECISIVE: &[(&str, VerdictKind)] = &[
    ("SET001", VerdictKind::ChangedWhileReading),
    ("SET207", VerdictKind::AbortedBackup),
    ("RJ201", VerdictKind::ForeignJournal),
    ("RJ202", VerdictKind::Torn),
    ("RJ001", VerdictKind::Torn),
    ("RJ002", VerdictKind::Torn),
    ("RJ003", VerdictKind::Torn),
    ("RJ004", VerdictKind::Torn),
    ("RJ101", VerdictKind::Torn),
    ("RJ102", VerdictKind::Torn),
    ("RJ103", VerdictKind::Torn),
    ("SET202", VerdictKind::HotJournal),
    ("SJ101", VerdictKind::HotJournal),
    ("SJ102", VerdictKind::HotJournal),
    ("SJ201", VerdictKind::HotJournal),
    ("SET101", VerdictKind::ProvenIncomplete),
    ("SET102", VerdictKind::ProvenIncomplete),
    ("SET103", VerdictKind::ProvenIncomplete),
    ("SET104", VerdictKind::ProvenIncomplete),
    ("SHM206", VerdictKind::ProvenIncomplete),
    ("DB007", VerdictKind::Encrypted),
    ("DB001", VerdictKind::NotSqlite),
    ("DB004", VerdictKind::NotSqlite),
    ("WAL201", VerdictKind::ForeignWal),
    ("SET201", VerdictKind::ForeignWal),
    ("SET204", VerdictKind::StaleWal),
    ("SHM204", VerdictKind::CheckpointSkippedFrames),
    ("SET206", VerdictKind::ForeignWal),
    ("SET205", VerdictKind::Torn),
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

/// Rules that leave a sound set in doubt, where there is no error.
const DOUBTFUL: &[&str] = &[
    "DB207", "SC103", "SHM203", "SHM207", "SJ202", "WAL001", "WAL104", "WAL106", "WAL909",
];

impl Verdict {
    /// The word, in words. What is complete and has warnings all the same is called so.
    pub const fn words(&self) -> &'static str {
        match (self.kind, self.has_warnings) {
            (VerdictKind::Complete, true) => "complete, with warnings",
            (VerdictKind::CompleteWithWal, true) => "complete with its WAL, with warnings",
            (kind, _) => kind.words(),
        }
    }

    /// Whether there is nothing to worry about.
    pub(crate) const fn is_good(&self) -> bool {
        matches!(
            self.kind,
            VerdictKind::Complete | VerdictKind::CompleteWithWal
        ) && !self.has_warnings
    }

    pub(crate) fn draw(evidence: &Evidence<'_>, findings: &[Finding]) -> Self {
        let kind = kind(evidence, findings);
        let mixed = Mixed::of(evidence, findings);
        let mixed = mixed.filter(|_| [VerdictKind::Torn, VerdictKind::Corrupt].contains(&kind));
        Self {
            kind,
            cause: mixed.map(|mixed| mixed.words(evidence)),
            sqlite_shows: sqlite_shows(evidence, findings),
            sqlite_destroys: sqlite_destroys(evidence, kind),
            rebuildable: match mixed {
                Some(Mixed::JournalRemoved | Mixed::WritesLost) => {
                    "the database file as it is, which is of no one moment".to_owned()
                }
                Some(Mixed::JournalRemovedOrSize) | None => {
                    let text = rebuildable(evidence, kind);
                    match kind == VerdictKind::Corrupt && can_reindex(findings) {
                        true => format!("{text}; {REINDEX_OF_WHAT_IS_THERE}"),
                        false => text,
                    }
                }
            },
            next: next(evidence, kind, can_reindex(findings)),
            has_warnings: Findings::any(findings, Severity::Warning)
                && !Findings::any(findings, Severity::Error),
        }
    }
}

fn kind(evidence: &Evidence<'_>, findings: &[Finding]) -> VerdictKind {
    let has = |code: &str| findings.iter().any(|finding| finding.rule.code == code);
    if let Some((_, kind)) = DECISIVE.iter().find(|(code, _)| has(code)) {
        let foreign = match kind {
            VerdictKind::NotSqlite => evidence.wal_hides_database(),
            VerdictKind::HotJournal => evidence.wal_is_foreign(),
            _ => false,
        };
        // What is wrong once the journal was played back stays wrong.
        let stays = *kind == VerdictKind::HotJournal && findings.iter().any(is_undecided_error);
        return match (foreign, stays) {
            (true, _) => VerdictKind::ForeignWal,
            (_, true) => VerdictKind::Corrupt,
            _ => *kind,
        };
    }
    if Findings::any(findings, Severity::Error) {
        if Mixed::of(evidence, findings) == Some(Mixed::JournalRemoved) {
            return VerdictKind::Torn;
        }
        return VerdictKind::Corrupt;
    }
    if evidence.trails_in_wal() {
        return VerdictKind::ForeignWal;
    }
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
    if in_wal_mode && may_be_missing && !is_witnessed {
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

fn sqlite_shows(evidence: &Evidence<'_>, findings: &[Finding]) -> String {
    if is_stray(evidence) && evidence.set.database.is_none() {
        return "nothing of this WAL".to_owned();
    }
    if evidence.set.wal_would_be_deleted() || evidence.set.database.is_none() {
        return "an empty database".to_owned();
    }
    if let Some(shown) = journal::shows(evidence) {
        return shown;
    }
    match evidence.journal {
        JournalState::SuperJournalUnknown => {
            return "the database rolled back, or as it is: that hangs on the super-journal"
                .to_owned();
        }
        JournalState::Hot
        | JournalState::Absent
        | JournalState::DatabaseEmpty
        | JournalState::NotHot
        | JournalState::SuperJournalGone => {}
    }
    match (evidence.refusal(), &evidence.image) {
        (None, Some(image))
            if image
                .header()
                .is_some_and(|header| header.schema_format() > 4) =>
        {
            "nothing: unsupported file format (1)".to_owned()
        }
        (None, Some(_)) if evidence.header_is_cut_off() => {
            "nothing: database disk image is malformed (11)".to_owned()
        }
        (Some(Refusal::NotADatabase(_)), _) => "nothing: file is not a database (26)".to_owned(),
        (Some(Refusal::Wal(_)), _) => "nothing: unable to open database file (14)".to_owned(),
        (Some(Refusal::SizeExceedsStored { .. }), _) => {
            "nothing: database disk image is malformed (11)".to_owned()
        }
        (Some(Refusal::PageSizeMismatch { .. }), _) => {
            "pages of the wrong size where the WAL holds them, and no checkpoint succeeds"
                .to_owned()
        }
        (Some(Refusal::Growth { .. }), _) => "what it can; no checkpoint succeeds".to_owned(),
        (Some(Refusal::MissingPages { count, .. }), Some(image))
            if u64::from(image.page_count()) > u64::from(count) =>
        {
            format!("{}, {count} of them as zeros", shown(image))
        }
        (Some(Refusal::MissingPages { .. }), Some(image)) => {
            format!("{}; pages that exist nowhere read as zeros", shown(image))
        }
        (None, Some(image)) if only_indexes(findings) => format!(
            "{}; its rows can all be read, but through an index it misses some or shows other values",
            shown(image)
        ),
        (_, Some(image)) => schema_refused(evidence, findings).unwrap_or_else(|| shown(image)),
        (_, None) => "an empty database".to_owned(),
    }
}

fn shown(image: &Image<'_>) -> String {
    let pages = crate::words::many(image.page_count(), "page");
    match image.commit() {
        Some(commit) => format!("commit {} of the WAL: {pages}", commit.number),
        None => format!("the database file: {pages}"),
    }
}

fn sqlite_destroys(evidence: &Evidence<'_>, kind: VerdictKind) -> Option<String> {
    let wal = evidence.name(Role::Wal);
    let deleted = deleted_unread(evidence);
    if !deleted.is_empty() {
        return Some(format!(
            "{}: deleted unread, as the database is empty",
            deleted.join(" and ")
        ));
    }
    if is_stray(evidence) {
        return None;
    }
    let residue = &evidence.residue;
    match kind {
        VerdictKind::NotSqlite | VerdictKind::Encrypted => None,
        VerdictKind::ForeignJournal | VerdictKind::AbortedBackup | VerdictKind::Torn
            if evidence.is_journal_useless() =>
        {
            journal::destroys(evidence, kind)
        }
        VerdictKind::HotJournal if evidence.is_rolled_back_to_nothing() => {
            journal::destroys(evidence, VerdictKind::AbortedBackup)
        }
        VerdictKind::HotJournal => {
            let how = match evidence.journal {
                _ if evidence.super_journal_elsewhere().is_some() => {
                    "it is deleted, and played back only if the super-journal is where it says"
                }
                JournalState::SuperJournalGone => "it is deleted, and not played back",
                JournalState::SuperJournalUnknown => "it is deleted, played back or not",
                _ => "it is played back into the database and deleted",
            };
            Some(format!("{}: {how}", evidence.name(Role::Journal)))
        }
        VerdictKind::ForeignWal | VerdictKind::StaleWal if evidence.refusal().is_some() => None,
        VerdictKind::ForeignWal => Some(format!(
            "{}: the pages of a WAL that is not its own are written over it",
            evidence.name(Role::Database)
        )),
        VerdictKind::StaleWal => evidence.stale.map(|(_, overwritten)| {
            what_old_pages_replace(&evidence.name(Role::Database), overwritten)
        }),
        VerdictKind::Corrupt if evidence.hot_rollback().is_some() => Some(format!(
            "{}: it is played back into the database and deleted",
            evidence.name(Role::Journal)
        )),
        _ if matches!(evidence.timeline.state(), WalState::Ignored(_)) => Some(format!(
            "{wal}: it is ignored and deleted, all {} bytes of it",
            evidence.set.wal_bytes()
        )),
        _ if residue.intact_commits.slots > 0 && evidence.timeline.state() == WalState::Read => {
            Some(format!(
                "{} intact commits in {wal} behind the frame that ends the log",
                residue.intact_commits.slots
            ))
        }
        _ => None,
    }
}

/// The sidecars that SQLite deletes because the database has no page (`pagerOpenWalIfPresent` and `hasHotJournal` in
/// `pager.c`).
fn deleted_unread(evidence: &Evidence<'_>) -> Vec<String> {
    let set = evidence.set;
    if set.database_bytes() > 1 {
        return Vec::new();
    }
    [(Role::Wal, &set.wal), (Role::Journal, &set.journal)]
        .into_iter()
        .filter(|(role, _)| *role != Role::Wal || evidence.wal_is_beside)
        .filter(|(_, input)| input.as_ref().is_some_and(|input| !input.bytes.is_empty()))
        .map(|(role, _)| evidence.name(role))
        .collect()
}

/// Whether there is nothing in the database, and a WAL that SQLite does not find.
fn is_stray(evidence: &Evidence<'_>) -> bool {
    evidence.set.wal_would_be_deleted() && !evidence.wal_is_beside
}

/// What a checkpoint of a stale WAL does to the database file.
fn what_old_pages_replace(database: &str, overwritten: Overwritten) -> String {
    let pages = many(overwritten.replaced, "newer page");
    let replaced = format!("{pages} of {database}, over which the old ones of the WAL are written");
    match overwritten.cut {
        0 => replaced,
        cut => format!("{replaced}, and {} at its end", many(cut, "page")),
    }
}

fn rebuildable(evidence: &Evidence<'_>, kind: VerdictKind) -> String {
    if evidence.header_is_cut_off() {
        return "no database: the file ends within its header".to_owned();
    }
    match cut_page(evidence) {
        Some((page, _, true)) => format!(
            "{}; page {page} is cut off there, too",
            rebuildable_pages(evidence, kind)
        ),
        _ => rebuildable_pages(evidence, kind),
    }
}

fn rebuildable_pages(evidence: &Evidence<'_>, kind: VerdictKind) -> String {
    let last = evidence.timeline.last().get();
    if let Some(text) = journal::rebuildable(evidence, kind) {
        return text;
    }
    if kind == VerdictKind::ForeignWal {
        let rolled_back = match evidence.hot_rollback() {
            Some(_) => ", rolled back by its journal",
            None => "",
        };
        return format!(
            "the database file alone{rolled_back}; the WAL is of another database, or of another time"
        );
    }
    if kind == VerdictKind::StaleWal {
        return "the database file alone; its pages are newer than those of the WAL".to_owned();
    }
    if evidence.missed.is_some() {
        return "the database file alone, as of an earlier moment; with the pages of the WAL it is of none"
            .to_owned();
    }
    match (evidence.refusal(), &evidence.image) {
        (Some(refusal), _) => format!("not the last state: {refusal}"),
        (None, Some(image)) if kind == VerdictKind::HotJournal && image.rollback().is_some() => {
            "the database as it was before the transaction; and with --ignore-journal what lies in the file"
                .to_owned()
        }
        (None, None) => "nothing".to_owned(),
        (None, Some(_)) if evidence.journal == JournalState::SuperJournalGone => {
            journal::FILE_OR_ROLLED_BACK.to_owned()
        }
        (None, Some(image))
            if evidence.set.database.is_none() || evidence.set.database_bytes() == 0 =>
        {
            if image.commit().is_none() {
                "an empty database".to_owned()
            } else {
                "the last commit: all of its pages are in the WAL".to_owned()
            }
        }
        (None, Some(_)) if last == 0 && evidence.hot_rollback().is_some() => {
            "the database as the journal leaves it; and with --ignore-journal what lies in the file"
                .to_owned()
        }
        (None, Some(_)) if last == 0 => "the database file as it is".to_owned(),
        (None, Some(_)) => {
            let exact = evidence.exactness.exact_from().get();
            let earlier = "earlier ones may hold later pages";
            match (exact, last) {
                (0, last) => {
                    format!(
                        "every commit from 0 to {last}; nothing shows a later page in one, nor contradicts that the two belong together"
                    )
                }
                (exact, last) if exact > last => format!(
                    "commits 0 to {last}; they may hold pages of commits behind the damage that ends the log"
                ),
                (exact, last) if exact == last => format!("commit {last}; {earlier}"),
                (exact, last) => format!("every commit from {exact} to {last}; {earlier}"),
            }
        }
    }
}
