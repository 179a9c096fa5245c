//! What stands behind the log of a WAL, or ends it, and may be commits.

use stillframe_check::LostCommit;
use stillframe_history::{EndOfLog, Residue, Timeline};

use crate::inputs::Found;
use crate::words::{count, many};

pub(super) fn newer(residue: &Residue) -> Option<String> {
    let newer = residue.newer_generation.slots;
    (newer > 0).then(|| {
        let are = if newer == 1 { "is" } else { "are" };
        format!(
            "{} behind the end of the log {are} of after the WAL was begun anew: its front is older than the rest, and its \
             commits may lack pages that a checkpoint brought into the database since",
            many(newer.into(), "frame")
        )
    })
}

pub(super) fn lost(
    found: &Found,
    timeline: &Timeline,
    residue: &Residue,
    end_of_log: EndOfLog,
) -> anyhow::Result<Option<String>> {
    let lost = LostCommit::find(&found.set, timeline, residue, end_of_log, &())?;
    Ok(match lost {
        Some(LostCommit {
            frame, is_certain, ..
        }) => {
            let what = match is_certain {
                true => "a commit is lost to SQLite",
                false => "a commit is lost to SQLite, or was being written",
            };
            Some(format!(
                "frame {frame} ends the log, and all but one byte of it holds: {what}"
            ))
        }
        None => lost_behind(residue, end_of_log),
    })
}

fn lost_behind(residue: &Residue, end_of_log: EndOfLog) -> Option<String> {
    if let (true, Some(end)) = (residue.is_half_written(end_of_log), residue.end) {
        return Some(format!(
            "frame {} begins as that of a commit and does not hold: it was being written, or a last commit was damaged",
            end.number
        ));
    }
    let intact = residue.intact_commits.slots;
    let damaged = residue.unverified_commits.slots;
    let commits = match (intact, damaged) {
        (0, 0) => return None,
        (_, 0) => many(intact.into(), "intact commit"),
        (0, _) => many(damaged.into(), "damaged commit"),
        _ => format!(
            "{} and {} damaged",
            many(intact.into(), "intact commit"),
            count(damaged.into())
        ),
    };
    let are = if intact + damaged == 1 { "is" } else { "are" };
    residue.end.map(|end| {
        let frame = end.number;
        format!("frame {frame} ends the log, and {commits} behind it {are} lost to SQLite")
    })
}

pub(super) fn unexplained(residue: &Residue) -> Option<String> {
    let slots = residue.unexplained;
    slots.first.map(|first| {
        let (slots, are) = match slots.slots {
            1 => (
                format!("slot {first} behind the end of the log"),
                "is no frame",
            ),
            count => (
                format!(
                    "{} behind the end of the log, the first of them slot {first},",
                    many(count.into(), "slot")
                ),
                "are no frames",
            ),
        };
        format!("{slots} {are} of any generation of this WAL: commits may have been there")
    })
}
