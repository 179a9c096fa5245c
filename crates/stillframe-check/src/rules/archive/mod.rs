//! Rules of what could not be read of an archive, and of what it holds twice.

pub(crate) mod archive_continues;
pub(crate) mod archive_cut;
pub(crate) mod archive_damaged;
pub(crate) mod archive_limit_reached;
pub(crate) mod compression_unsupported;
pub(crate) mod member_encrypted;
pub(crate) mod member_twice;

use crate::{ArchiveProblemKind, Evidence, Findings, Instead, Part, Place, Rule};

/// Reports what could not be read for this reason.
fn report(
    rule: &'static Rule,
    kind: ArchiveProblemKind,
    evidence: &Evidence<'_>,
    findings: &mut Findings,
) {
    let Some(Instead::Archive(archive)) = &evidence.instead else {
        return;
    };
    for problem in archive.problems.iter().filter(|it| it.kind == kind) {
        let place = Place {
            input: archive.name.clone(),
            range: problem.range,
            part: Part::File,
        };
        findings.report(rule, place, problem.message.clone());
    }
}
