//! What the verdict says where something is expected, accepted, or of another severity than its rule gives it.

use super::torn::Mixed;
use super::{Verdict, VerdictKind, is_doubt, kind};
use crate::rules::policy::is_of_policy;
use crate::{Evidence, Finding, Findings, Instead, Severity};

/// Whether a finding is one of the bytes, taken as its rule takes it.
pub(super) fn is_plain(finding: &Finding) -> bool {
    !finding.is_accepted && finding.severity == finding.rule.severity && !is_of_policy(finding.rule)
}

/// What SQLite shows and what can be rebuilt the bytes tell, whoever accepts what. The word follows what stands: what is
/// accepted, and what is made less of than its rule does, does not count, but that a doubt stays one. What is not as it is
/// expected, or is made an error of, is said where the bytes have nothing against the set.
pub(super) fn draw(evidence: &Evidence<'_>, findings: &[Finding]) -> Verdict {
    if let Some(instead) = &evidence.instead {
        return of_no_set(evidence, instead, findings);
    }
    let of_bytes: Vec<Finding> = findings
        .iter()
        .filter(|finding| !is_of_policy(finding.rule))
        .cloned()
        .collect();
    let mut verdict = Verdict::of_bytes(evidence, &of_bytes);
    let standing: Vec<Finding> = of_bytes
        .into_iter()
        .filter(|finding| is_doubt(finding) || counts(finding))
        .collect();
    let followed = kind(evidence, &standing, Mixed::of(evidence, &standing));
    verdict.is_set_aside = followed != verdict.kind || findings.iter().any(is_set_aside);
    if followed != verdict.kind {
        verdict.kind = followed;
        verdict.cause = None;
    }
    let left: Vec<Finding> = findings
        .iter()
        .filter(|finding| !finding.is_accepted)
        .cloned()
        .collect();
    let has_errors = Findings::any(&left, Severity::Error);
    verdict.has_warnings = Findings::any(&left, Severity::Warning) && !has_errors;
    let is_sound = matches!(
        verdict.kind,
        VerdictKind::Complete
            | VerdictKind::CompleteWithWal
            | VerdictKind::ConsistentCompletenessUnknown
    );
    if is_sound && has_errors {
        verdict.kind = VerdictKind::NotAsExpected;
    }
    verdict
}

/// Where there is no set, whatever is made of that: what is not here is not complete.
fn of_no_set(evidence: &Evidence<'_>, instead: &Instead, findings: &[Finding]) -> Verdict {
    let mut verdict = Verdict::of_bytes(evidence, findings);
    if matches!(instead, Instead::Expected(_)) {
        verdict.kind = VerdictKind::NotAsExpected;
    }
    verdict.is_set_aside = findings.iter().any(is_set_aside);
    let has_errors = Findings::any(findings, Severity::Error);
    verdict.has_warnings = Findings::any(findings, Severity::Warning) && !has_errors;
    verdict
}

/// Whether a finding counts for what its rule makes of it, at least.
fn counts(finding: &Finding) -> bool {
    !finding.is_accepted && finding.severity >= finding.rule.severity
}

/// Whether a finding would make a check fail, and does not.
fn is_set_aside(finding: &Finding) -> bool {
    !counts(finding) && finding.rule.severity > Severity::Note
}
