//! Rules of the wal-index.

pub(crate) mod backfilled_pages_differ;
pub(crate) mod backfilled_pages_hidden;
pub(crate) mod checkpoint_incomplete;
pub(crate) mod checkpoint_skipped_frames;
pub(crate) mod checkpoint_values_impossible;
pub(crate) mod checkpointed_pages_missing;
pub(crate) mod database_before_checkpoint;
pub(crate) mod database_of_other_size;
pub(crate) mod frames_may_be_missing;
pub(crate) mod frames_missing;
pub(crate) mod hash_table_damaged;
pub(crate) mod header_checksum_mismatch;
pub(crate) mod header_copies_differ;
pub(crate) mod index_header_differs;
pub(crate) mod index_of_older_generation;
pub(crate) mod index_of_other_wal;
pub(crate) mod last_frame_differs;
pub(crate) mod page_numbers_differ;
pub(crate) mod uncommitted_entries;
pub(crate) mod version_unsupported;
pub(crate) mod wal_index_behind_wal;
pub(crate) mod wal_index_truncated;

use stillframe_history::{Backfill, Lacking, Pattern, Relation, Role};
use stillframe_wal::FrameNumber;
use stillframe_wal::wal_index::{CheckpointInfo, Error, IndexHeader};

use crate::render::text::count;
use crate::words::many;
use crate::{Evidence, Findings, IndexEvidence, Rule};

/// What SQLite would not use the header of the wal-index for, where there is something in it.
fn refusal(evidence: &Evidence<'_>) -> Option<Error> {
    let index = &evidence.wal_index.as_ref()?.index;
    index.refusal().filter(|_| !index.is_blank())
}

/// Reports it.
fn report_refusal(
    rule: &'static Rule,
    evidence: &Evidence<'_>,
    findings: &mut Findings,
    error: Error,
) {
    let range = error.range;
    let place = evidence.in_index_head(range.start, range.length());
    let index = evidence.wal_index.as_ref().map(|it| &it.index);
    let rest = match index.and_then(|index| index.header()) {
        Some(header) => format!(
            "; one copy holds, and knows {} of a WAL with salts {}",
            many(header.mx_frame, "frame"),
            header.salts
        ),
        None => String::new(),
    };
    findings.report(rule, place, format!("{}{rest}", error.kind));
}

/// What the header of the wal-index says, where one copy of it holds.
fn known<'a>(evidence: &'a Evidence<'_>) -> Option<(&'a IndexHeader, &'a CheckpointInfo)> {
    let index = &evidence.wal_index.as_ref()?.index;
    index.header().zip(index.checkpoint())
}

/// As [`known`], where the wal-index and the WAL go together like this.
fn known_as<'a>(
    evidence: &'a Evidence<'_>,
    relation: Relation,
) -> Option<(&'a IndexHeader, &'a CheckpointInfo)> {
    let wal_index = evidence.wal_index.as_ref()?;
    known(evidence).filter(|_| wal_index.relation == relation)
}

/// The wal-index, which may know what is lacking.
fn ahead<'a>(evidence: &'a Evidence<'_>) -> Option<(&'a IndexHeader, &'a IndexEvidence)> {
    let wal_index = evidence.wal_index.as_ref()?;
    // Where intact commits stand behind the damage, a rule of the WAL names them.
    if evidence.residue.intact_commits.slots > 0 {
        return None;
    }
    Some((wal_index.index.header()?, wal_index))
}

/// What is lacking that the wal-index knows.
fn lacking<'a>(
    evidence: &'a Evidence<'_>,
) -> Option<(&'a IndexHeader, &'a IndexEvidence, Lacking)> {
    let (known, wal_index) = ahead(evidence)?;
    Some((known, wal_index, wal_index.lacking?))
}

/// These frames, which were committed, and the verb that goes with them.
fn frames(first: FrameNumber, last: FrameNumber) -> (String, &'static str) {
    if first == last {
        let first = count(first.get().into());
        return (format!("frame {first}, which was committed,"), "was");
    }
    let frames = many(last.get() - first.get() + 1, "frame");
    let (first, last) = (count(first.get().into()), count(last.get().into()));
    (
        format!("{frames} that were committed, {first} to {last},"),
        "were",
    )
}

/// Why the frames that are lacking are not in the WAL.
fn where_the_wal_is(evidence: &Evidence<'_>, relation: Relation) -> String {
    let wal = evidence.name(Role::Wal);
    match relation {
        Relation::NoWal => format!("{wal} is not there"),
        Relation::EmptyWal => format!("{wal} has no frames"),
        Relation::Newer => format!("{wal} is from before it was begun anew"),
        Relation::AheadOfDamage => format!(
            "{wal} is damaged behind frame {}",
            evidence.timeline.mx_frame()
        ),
        _ => format!("{wal} ends after frame {}", evidence.timeline.mx_frame()),
    }
}

/// How a WAL is found that the wal-index is of.
fn search(known: &IndexHeader) -> String {
    let salts = [known.salts.salt1, known.salts.salt2].map(u32::to_be_bytes);
    let bytes = salts.as_flattened().iter();
    let bytes: Vec<String> = bytes.map(|byte| format!("{byte:02x}")).collect();
    format!(
        "look for a file whose bytes 16 to 23 are {}: that is its WAL",
        bytes.join(" ")
    )
}

/// Reports pages that a checkpoint copied and that are not there, where they lie like this. `say` gives the message and
/// the help, and is told the last frame that was copied.
fn report_backfill(
    rule: &'static Rule,
    evidence: &Evidence<'_>,
    findings: &mut Findings,
    pattern: Pattern,
    say: impl FnOnce(&Backfill, String) -> (String, &'static str),
) {
    let Some(wal_index) = &evidence.wal_index else {
        return;
    };
    let backfill = wal_index.backfill.as_ref();
    let Some(backfill) = backfill.filter(|it| it.pattern == pattern) else {
        return;
    };
    let Some(&(page, frame)) = backfill.differing.first() else {
        return;
    };
    let (message, help) = say(backfill, count(wal_index.index.backfilled().into()));
    findings
        .report(rule, evidence.in_pages(page, page.get()), message)
        .related(
            evidence.in_frame(frame),
            format!("page {page} as it was committed last"),
        )
        .related(
            evidence.in_index_head(96, 4),
            "how far the checkpoint came".to_owned(),
        )
        .help(help);
}

/// What shows that a checkpoint came past the pages that the database file lacks.
fn witness(backfill: &Backfill) -> String {
    let witness = backfill.overtaken.as_ref().map(|it| it.witness);
    witness.map_or_else(String::new, |(page, frame)| {
        format!(", though it has page {page} of frame {frame}")
    })
}

/// The pages that the database file lacks.
fn differing(backfill: &Backfill) -> String {
    let pages: Vec<u32> = backfill
        .differing
        .iter()
        .map(|(page, _)| page.get())
        .collect();
    crate::words::pages(&pages)
}
