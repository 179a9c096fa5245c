//! What is judged where there is no set: archives that could not be read as a whole, and databases that a manifest records, or
//! that something is expected of, and that are not here.

use std::path::{Path, PathBuf};

use stillframe_archive::{Problem, Trouble};
use stillframe_check::render::Checked;
use stillframe_check::{
    ArchiveProblem, ArchiveProblemKind, Evidence, Instead, MissingDatabase, Severity, UnreadArchive,
};
use stillframe_format::ByteRange;
use stillframe_history::BackupSet;

use super::gate::Gate;
use crate::exit::{say, words};
use crate::inputs::Names;
use crate::names::shown;

/// The archives that some of the errors are about, in their order.
pub fn archives(failures: &[anyhow::Error], names: Names) -> impl Iterator<Item = Instead> {
    let mut archives: Vec<(PathBuf, UnreadArchive)> = Vec::new();
    for error in failures {
        let Some((problem, kind)) = told(error) else {
            continue;
        };
        let path = &problem.archive;
        let at = archives.iter().position(|(known, _)| known == path);
        let at = at.unwrap_or_else(|| {
            let archive = UnreadArchive {
                name: names.name(path),
                bytes: problem.length,
                problems: Vec::new(),
            };
            archives.push((path.clone(), archive));
            archives.len() - 1
        });
        let range = &problem.range;
        archives[at].1.problems.push(ArchiveProblem {
            kind,
            range: ByteRange::new(range.start, range.end - range.start),
            message: words(error),
        });
    }
    archives.into_iter().map(|(_, it)| Instead::Archive(it))
}

/// Says what is missing on standard error, as of what could not be read.
pub fn tell(instead: &Instead) {
    match instead {
        Instead::Missing(MissingDatabase { name, .. }) => say(&format!(
            "{name}: the manifest records it, and it is not here"
        )),
        Instead::Expected(database) => {
            for expected in &database.expectations {
                // The name of the database stands in front of what is expected.
                let text = shown(Path::new(&expected.text));
                say(&format!("{text} is expected, and the database is not here"));
            }
        }
        Instead::Archive(_) => {}
    }
}

/// Whether an error is told among the findings.
pub fn is_told(error: &anyhow::Error) -> bool {
    told(error).is_some()
}

fn told(error: &anyhow::Error) -> Option<(&Problem, ArchiveProblemKind)> {
    let problem: &Problem = error.downcast_ref()?;
    let kind = match problem.trouble {
        Trouble::Cut { .. } => ArchiveProblemKind::Cut,
        Trouble::Damaged { .. } => ArchiveProblemKind::Damaged,
        Trouble::Continues { .. } | Trouble::Follows { .. } => ArchiveProblemKind::Continues,
        Trouble::Encrypted { .. } => ArchiveProblemKind::Encrypted,
        Trouble::Unsupported { .. } => ArchiveProblemKind::Unsupported,
        Trouble::TooMuch { .. } => ArchiveProblemKind::TooMuch,
        // The disk it is on is to blame, and nothing in it.
        _ => return None,
    };
    Some((problem, kind))
}

/// The report. What could not be read fails whatever is made of it; a database that was recorded and is missing while that is
/// an error, whatever the run fails on.
pub fn check(instead: Instead, gate: &Gate<'_>) -> anyhow::Result<Checked> {
    let nothing = BackupSet::default();
    let is_unread = matches!(instead, Instead::Archive(_));
    let is_missing = matches!(instead, Instead::Missing(_));
    let evidence = Evidence::without_set(&nothing, instead)?;
    let (report, fails) = gate.without_set(&evidence);
    let fails = fails || is_unread || is_missing && report.has(Severity::Error);
    Ok(Checked::new(report, fails))
}
