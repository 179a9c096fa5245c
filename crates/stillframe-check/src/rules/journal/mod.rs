//! Rules of the rollback journal.

pub(crate) mod foreign_journal;
pub(crate) mod header_truncated;
pub(crate) mod header_zeroed_in_part;
pub(crate) mod journal_breaks_database;
pub(crate) mod last_record_unfinished;
pub(crate) mod leftover_records;
pub(crate) mod magic_invalid;
pub(crate) mod page_number_invalid;
pub(crate) mod page_size_invalid;
pub(crate) mod pages_missing;
pub(crate) mod record_checksum_mismatch;
pub(crate) mod record_count_doubtful;
pub(crate) mod record_misplaced;
pub(crate) mod records_missing;
pub(crate) mod records_not_counted;
pub(crate) mod sector_size_invalid;
pub(crate) mod segment_header_differs;
pub(crate) mod sums_not_checkable;
pub(crate) mod unsynced_journal_differs;

use stillframe_format::ByteRange;
use stillframe_history::{Role, Stop};
use stillframe_journal::header::RECORDS_THAT_FIT;
use stillframe_journal::{Error, Slot, SlotReason};

use crate::finding::Details;
use crate::render::text::count;
use crate::words::many;
use crate::{
    Evidence, Findings, JournalDefect, Part, Place, Rule, Severity, rule_of_journal_error,
};

/// What to do while there is a journal that SQLite is going to delete.
const KEEP: &str = "do not open it with SQLite, which deletes the journal; copy both files again from where they come";

/// What to do where there is a journal that SQLite does not play back, and may have been meant to.
const KEEP_BOTH: &str = "do not write to the database, which begins the journal anew; copy both files again from where they come";

/// What the first header is not accepted for, where that is what `rule` is about.
fn refused(rule: &Rule, evidence: &Evidence<'_>) -> Option<Error> {
    match evidence.journal_defect()? {
        JournalDefect::Header(error) => {
            (rule_of_journal_error(error.kind) == rule).then_some(error)
        }
        JournalDefect::Stop(_) | JournalDefect::TooFew { .. } => None,
    }
}

/// Reports a first header that SQLite does not accept.
fn report_refused<'a>(
    rule: &'static Rule,
    evidence: &Evidence<'_>,
    findings: &'a mut Findings,
    error: Error,
    what: &str,
) -> Details<'a> {
    let range = error.range;
    let place = evidence.in_journal_header(0, range.start, range.length());
    let message = format!(
        "{what}: SQLite puts no page back and deletes the journal, and the database may hold half a transaction"
    );
    findings
        .report(rule, place, message)
        .related(
            evidence.whole(Role::Database),
            "the database that it was to roll back",
        )
        .help(KEEP)
}

/// Where the playback ends within records, of which `rule` is an error if they are damaged, and else a note.
fn stop(rule: &Rule, evidence: &Evidence<'_>) -> Option<Stop> {
    let damage = match evidence.journal_defect() {
        Some(JournalDefect::Stop(stop)) => Some(stop),
        _ => None,
    };
    match rule.severity {
        Severity::Note if damage.is_none() => evidence.hot_rollback()?.stop().copied(),
        Severity::Note => None,
        _ => damage,
    }
}

/// As [`stop`], at a slot of this reason.
fn stop_at(rule: &Rule, evidence: &Evidence<'_>, reason: SlotReason) -> Option<(Stop, Slot)> {
    let stop = stop(rule, evidence)?;
    let slot = stop.slot.filter(|slot| slot.reason == reason)?;
    Some((stop, slot))
}

/// Reports a record at which SQLite stops.
fn report_stop<'a>(
    rule: &'static Rule,
    evidence: &Evidence<'_>,
    findings: &'a mut Findings,
    stop: &Stop,
    what: &str,
) -> Details<'a> {
    let pages = evidence.rollback().map_or(0, |it| it.pages() as u64);
    let (intact, others) = evidence.records_behind_stop();
    let lacking = match stop.segment.header.records {
        RECORDS_THAT_FIT => 1 + intact + others,
        records => u64::from(records - stop.before.min(records)).max(1 + intact + others),
    };
    let rest = match intact {
        0 => String::new(),
        intact => format!(", {} of them intact in the journal", count(intact)),
    };
    let message = format!(
        "{what}: SQLite stops there, says nothing, and deletes the journal; {} put back, {} not{rest}",
        many_are(pages, "page"),
        many_are(lacking, "record"),
    );
    let header = &stop.segment;
    let segment = evidence.in_journal_header(header.offset, 8, 4);
    let counted = match header.header.records {
        RECORDS_THAT_FIT => "this header counts all records that fit".to_owned(),
        records => format!("this header counts {}", many(records, "record")),
    };
    findings
        .report(rule, in_slot(evidence, stop), message)
        .related(segment, counted)
        .help(KEEP)
}

fn many_are(number: u64, one: &str) -> String {
    format!("{} {}", many(number, one), crate::words::are(number))
}

/// The slot that ends the playback; the end of the journal where there is none.
fn in_slot(evidence: &Evidence<'_>, stop: &Stop) -> Place {
    let Some(slot) = stop.slot else {
        let end = evidence.rollback().map_or(0, |it| it.length());
        return evidence.in_journal(ByteRange::new(end, 0), Part::File);
    };
    in_record(evidence, &slot, 0, u64::MAX)
}

/// `length` bytes of a record, or of what is there of it, from byte `start` of it on.
fn in_record(evidence: &Evidence<'_>, slot: &Slot, start: u64, length: u64) -> Place {
    let layout = evidence.rollback().and_then(|it| it.layout());
    let whole = layout.map_or(0, |layout| layout.record_bytes() as u64);
    let length = length.min(whole.saturating_sub(start));
    let range = ByteRange::new(slot.offset.saturating_add(start), length);
    evidence.in_journal(range, Part::Record(slot.number))
}
