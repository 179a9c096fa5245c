//! Whether a database looks as if a part of a transaction was in it, or as if page writes were lost: each page is sound by
//! itself, and they do not go together.

use stillframe_database::JournalMode;
use stillframe_database::btree::PageKind;
use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::{JournalState, Role, Rollback};

use super::between::{Between, may_be_between};
use crate::walk::{Problem, ProblemKind};
use crate::{Evidence, Finding, Severity};

/// What pages of different moments come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mixed {
    /// A part of a transaction is in the file, and the rollback journal is not there.
    JournalRemoved,
    /// The same, and a super-journal lists the journal, or the journal of another database tells of it.
    ListedJournalRemoved,
    /// The same, or the size in page 1 is damaged: pages behind those that it counts are in use, and nothing else is wrong.
    JournalRemovedOrSize,
    /// A part of a transaction is in the file, and the rollback journal ends between two segments: it may have been cut there.
    JournalCut,
    /// Page writes were lost: in WAL mode no transaction writes to the file.
    WritesLost,
}

impl Mixed {
    /// Looks for it, where there are errors.
    pub(super) fn of(evidence: &Evidence<'_>, findings: &[Finding]) -> Option<Self> {
        let mut errors = findings
            .iter()
            .filter(|finding| finding.rule.severity == Severity::Error);
        let is_alone = evidence.timeline.last_commit().is_none() && !evidence.has_frames();
        let is_cut = evidence.journal == JournalState::Hot
            && evidence
                .rollback()
                .is_some_and(Rollback::ends_between_segments);
        let is_told = |it: &Finding| may_be_between(it) || (is_cut && it.rule.code == "SET202");
        if !is_alone
            || !(is_cut || evidence.journal == JournalState::Absent)
            || !errors.all(is_told)
        {
            return None;
        }
        let (image, _) = evidence.accepted_image()?;
        let between = Between::new(image, evidence.inside.as_ref()?)?;
        // SQLite does not end a journal there, so that fewer places are enough.
        if is_cut {
            return between.all().then_some(Self::JournalCut);
        }
        // Pages behind those that page 1 counts were written by a transaction that page 1 does not know of.
        let is_longer = evidence
            .trailing
            .is_some_and(|trailing| trailing.content.is_some())
            && evidence.header()?.size_is_valid();
        if between.all() && evidence.tied_without_journal().is_some() {
            return Some(Self::ListedJournalRemoved);
        }
        let is_mixed = between.all()
            && (between.is_in_many_places()
                || between.has_other_counts()
                || (is_longer && between.is_in_some_place())
                || is_not_linked_yet(evidence, findings));
        let mode = evidence.header()?.journal_mode();
        match mode {
            JournalMode::Wal => is_mixed.then_some(Self::WritesLost),
            JournalMode::Rollback if is_mixed => Some(Self::JournalRemoved),
            JournalMode::Rollback => {
                let is_used = is_longer && is_all_behind(evidence);
                is_used.then_some(Self::JournalRemovedOrSize)
            }
        }
    }

    /// Whether the rollback journal is missing, and with it what was in the file before.
    pub(super) const fn is_journal_removed(self) -> bool {
        matches!(self, Self::JournalRemoved | Self::ListedJournalRemoved)
    }

    /// What has probably happened, in words.
    pub(super) fn words(self, evidence: &Evidence<'_>) -> String {
        let journal = evidence.name(Role::Journal);
        match self {
            Self::JournalRemoved => format!(
                "half a transaction is in the file: each page is sound, and they contradict one another. {journal}, which would roll it back, is not here: it was removed, or not copied. Look for it where this file comes from. Page writes that were lost or went astray look the same"
            ),
            Self::ListedJournalRemoved => format!(
                "half a transaction is in the file: each page is sound, they contradict one another, and a transaction over it and others was not committed, as their super-journal or another journal shows. {journal}, which would roll it back, is not here: it was removed, or not copied. Look for it where this file comes from"
            ),
            Self::JournalRemovedOrSize => format!(
                "half a transaction is in the file, or the size in page 1 is damaged: pages behind those that it counts are in use. In the first case {journal}, which would roll it back, was removed, or not copied. Look for it where this file comes from"
            ),
            Self::JournalCut => format!(
                "{journal} may have been cut between two segments, which SQLite does not notice: each page is sound once it is played back, and they contradict one another. Copy both files again from where they come"
            ),
            Self::WritesLost => "writes of whole pages were lost, or went astray: each page is sound, and they contradict one another. What lost them cannot be told from this file; a WAL from before may still hold them"
                .to_owned(),
        }
    }
}

/// Whether pages that nothing leads to go with tables and indexes that are sound b-trees and do not agree: two things that
/// no single byte is to blame for, where those pages lead to no others. A root that is lost would.
fn is_not_linked_yet(evidence: &Evidence<'_>, findings: &[Finding]) -> bool {
    let disagree = findings
        .iter()
        .any(|finding| ["RC201", "RC202"].contains(&finding.rule.code));
    let mut unused = evidence
        .problems()
        .iter()
        .filter_map(|problem| match problem.kind {
            ProblemKind::NeverUsed(page) => Some(page),
            _ => None,
        })
        .peekable();
    disagree && unused.peek().is_some() && unused.all(|page| !leads_on(evidence, page))
}

/// Whether all that is wrong is that pages are in use which the file has, and which page 1 does not count; nothing leads to
/// others then, if they are led to from those.
fn is_all_behind(evidence: &Evidence<'_>) -> bool {
    let last = evidence.trailing.map_or(0, |trailing| trailing.last);
    let problems = evidence.problems();
    let is_behind = |problem: &Problem| matches!(problem.kind, ProblemKind::PageNumber(page) if (1..=last).contains(&page));
    let is_unused = |problem: &Problem| matches!(problem.kind, ProblemKind::NeverUsed(_));
    problems.iter().any(is_behind)
        && problems
            .iter()
            .all(|problem| is_behind(problem) || is_unused(problem))
}

/// Whether a page is one of a b-tree that has children, as far as its first byte tells.
fn leads_on(evidence: &Evidence<'_>, page: u32) -> bool {
    let image = evidence.image.as_ref().zip(PageNumber::new(page));
    let page = image.and_then(|(image, page)| image.page(page).ok());
    let kind = page.and_then(|page| PageKind::new(*page.first()?));
    kind.is_some_and(|kind| !kind.is_leaf())
}
