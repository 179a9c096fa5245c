//! Rules of the WAL.

pub(crate) mod commit_frame_unverified;
pub(crate) mod commit_half_written;
pub(crate) mod commit_lost;
pub(crate) mod commits_read_later;
pub(crate) mod frame_checksum_mismatch;
pub(crate) mod frame_salt_mismatch;
pub(crate) mod frame_zeroed;
pub(crate) mod growth_refused;
pub(crate) mod header_checksum_mismatch;
pub(crate) mod header_truncated;
pub(crate) mod leftover_frames;
pub(crate) mod magic_invalid;
pub(crate) mod newer_generation;
pub(crate) mod no_frames;
pub(crate) mod older_generation;
pub(crate) mod page_missing;
pub(crate) mod page_number_zero;
pub(crate) mod page_size_invalid;
pub(crate) mod page_size_mismatch;
pub(crate) mod pages_past_size;
pub(crate) mod torn_frame;
pub(crate) mod uncommitted_frames;
pub(crate) mod unexplained_slots;
pub(crate) mod version_unsupported;
pub(crate) mod zero_filled_slots;
pub(crate) mod zero_salt_spill;

use stillframe_history::{Role, WalState};
use stillframe_wal::header::HEADER_BYTES;
use stillframe_wal::{Error, FrameNumber, Slot, SlotReason};

use crate::finding::Details;
use crate::words::{are, many};
use crate::{Evidence, Findings, Part, Place, Rule, rule_of_wal_error};

/// What the WAL header is not accepted for, where that is what `rule` is about.
fn not_accepted(rule: &Rule, evidence: &Evidence<'_>) -> Option<Error> {
    let error = evidence.wal_error()?;
    (rule_of_wal_error(error.kind) == rule).then_some(error)
}

/// Reports a header for which SQLite ignores the whole WAL.
fn report_ignored<'a>(
    rule: &'static Rule,
    evidence: &Evidence<'_>,
    findings: &'a mut Findings,
    error: Error,
) -> Details<'a> {
    let residue = &evidence.residue;
    let slots = evidence.timeline.slots();
    let behind = if slots == 0 {
        let bytes = evidence.set.wal_bytes() - HEADER_BYTES as u64;
        format!(
            "{} behind the header cannot be looked at without a page size",
            many(bytes, "byte")
        )
    } else {
        format!(
            "{} {} behind the header, {} of them intact",
            many(slots, "slot"),
            are(slots),
            many(residue.intact_commits.slots, "commit frame")
        )
    };
    let place = evidence.place(Role::Wal, error.range, Part::WalHeader);
    let message = format!("{}: SQLite ignores the whole WAL. {behind}", error.kind);
    let next = match evidence.wal_repairs.is_empty() {
        true => {
            "look for another copy of it, as without it the database is that of the last checkpoint"
        }
        false => "stillframe rebuild --repair puts its header right",
    };
    findings.report(rule, place, message).help(format!(
        "keep the files as they are: SQLite deletes this WAL when it opens and closes the database; {next}"
    ))
}

/// The slot that ended the log and the first of the intact commits behind it, where there are any.
fn hole(evidence: &Evidence<'_>) -> Option<(Slot, FrameNumber)> {
    if evidence.timeline.state() != WalState::Read {
        return None;
    }
    let residue = &evidence.residue;
    Some((residue.end?, residue.intact_commits.first?))
}

/// Whether a slot of this kind ended the log and hides commits: then WAL105 tells of all of its kind.
fn is_zeroed_frame(evidence: &Evidence<'_>, reason: SlotReason) -> bool {
    hole(evidence).is_some_and(|(end, _)| end.reason == reason)
}

/// Reports a slot that ended the log although commits that are intact lie behind it.
fn report_hole<'a>(
    rule: &'static Rule,
    evidence: &Evidence<'_>,
    findings: &'a mut Findings,
    place: Place,
    end: Slot,
    first_commit: FrameNumber,
    why: &str,
) -> Details<'a> {
    let commits = evidence.residue.intact_commits.slots;
    let shown = evidence.timeline.last();
    let number = end.number;
    let details = findings
        .report(
            rule,
            place,
            format!(
                "frame {number} ends the log: {why}. {} from there on {} intact and lost to SQLite, which shows commit {shown}",
                many(commits, "commit"),
                are(commits),
            ),
        )
        .help("keep the files as they are: opening them with SQLite overwrites what lies behind the bad frame");
    if first_commit == number {
        return details;
    }
    let place = evidence.in_frame(first_commit);
    details.related(place, "the first intact commit frame from there on")
}
