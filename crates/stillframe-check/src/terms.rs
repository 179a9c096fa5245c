//! What whoever asks for a check makes of findings: how bad they are to them, and which they accept.

use std::collections::BTreeMap;

use stillframe_history::{BackupSet, Role};
use stillframe_policy::{Accepting, Mark};

use crate::rules::policy::accepted_finding_gone::gone;
use crate::rules::policy::damage_set_aside::{hides, hides_encrypted};
use crate::rules::policy::is_of_policy;
use crate::verdict::is_doubt;
use crate::{Evidence, Finding, Findings, Inside, Part, Rule, Severity};

/// What whoever asks for a check makes of findings.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// Severities in place of those of rules, by code.
    pub severities: BTreeMap<&'static str, Severity>,
    /// The findings of the set that are accepted.
    pub accepting: Accepting,
    /// Whether it is accepted that a WAL may be missing.
    pub allows_unknown: bool,
    /// That the marks of findings of this severity and worse ones are wanted.
    pub marks: Option<Severity>,
}

impl Terms {
    /// Gives findings their severities, tells which are accepted, and says which of the accepted ones are gone.
    pub(crate) fn apply(&mut self, evidence: &Evidence<'_>, findings: &mut Findings, is_all: bool) {
        self.grade(findings);
        let mut is_damage_set_aside = false;
        let mut is_encryption_set_aside = false;
        for finding in findings.each() {
            finding.is_accepted =
                can_be_accepted(finding) && self.accepting.accept(&mark(evidence.set, finding));
            let counts = finding.severity == Severity::Error && !finding.is_accepted;
            is_damage_set_aside |= is_of_structure(finding.rule) && !counts;
            // What a baseline accepts is known by how it begins.
            is_encryption_set_aside |= is_encryption(finding) && !counts && !finding.is_accepted;
        }
        let unchecked = evidence.inside.as_ref().map(Inside::overshadowed);
        if let Some(unchecked) = unchecked.filter(|_| is_damage_set_aside) {
            hides(findings, evidence.whole(Role::Database), &unchecked);
        }
        if is_encryption_set_aside {
            hides_encrypted(findings, evidence.whole(Role::Database));
        }
        // What is only counted is not known to be gone.
        for (mark, times) in self.accepting.gone().filter(|_| is_all) {
            gone(findings, evidence.whole(Role::Database), mark, times);
        }
        self.grade(findings);
    }

    fn grade(&self, findings: &mut Findings) {
        for finding in findings.each() {
            if let Some(severity) = self.severities.get(finding.rule.code) {
                finding.severity = *severity;
            }
        }
    }

    /// Accepts what leaves it in doubt whether a WAL is missing.
    pub(crate) fn accept_doubts(&self, findings: &mut [Finding]) {
        let doubts = findings.iter_mut().filter(|finding| is_doubt(finding));
        doubts
            .filter(|_| self.allows_unknown)
            .for_each(|finding| finding.is_accepted = true);
    }

    /// The marks of what is found, accepted or not.
    pub(crate) fn marks(&self, set: &BackupSet, findings: &[Finding]) -> Vec<Mark> {
        let Some(least) = self.marks else {
            return Vec::new();
        };
        let wanted = findings
            .iter()
            .filter(|finding| finding.severity >= least && can_be_accepted(finding));
        wanted.map(|finding| mark(set, finding)).collect()
    }
}

/// What is expected is accepted by expecting less, and what changed while it was read was not looked at.
fn can_be_accepted(finding: &Finding) -> bool {
    !is_of_policy(finding.rule) && finding.rule.code != "SET001"
}

/// Whether what a rule finds is damage to b-trees, for which rows are left out.
fn is_of_structure(rule: &Rule) -> bool {
    let families = ["BT", "OV", "FL", "PM"];
    rule.severity == Severity::Error && families.iter().any(|it| rule.code.starts_with(it))
}

/// Whether it says that the database looks encrypted, so that nothing in it is checked.
fn is_encryption(finding: &Finding) -> bool {
    finding.rule.code == "DB007"
}

/// The first bytes of the database file, as hexadecimal digits: the salt, where a cipher has one there, which stays as long as
/// the database.
fn beginning(set: &BackupSet) -> Option<String> {
    const SALT_BYTES: usize = 16;
    let database = &set.database.as_ref()?.bytes;
    let salt = database.window(0, SALT_BYTES).ok()?;
    Some(salt.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What a finding is known by.
fn mark(set: &BackupSet, finding: &Finding) -> Mark {
    let place = &finding.place;
    let files = [
        ("wal", &set.wal),
        ("wal-index", &set.wal_index),
        ("rollback-journal", &set.journal),
    ];
    let mut files = files.into_iter().filter_map(|(role, input)| {
        let name = &input.as_ref()?.name;
        (*name == place.input).then_some(role)
    });
    let part = match finding.rule.code {
        // A file that lacks more is another finding, though the header that counts its pages is where it was.
        "DB101" => format!("{} of {} bytes", place.part, set.database_bytes()),
        _ => place.part.to_string(),
    };
    Mark {
        rule: finding.rule.code.to_owned(),
        file: files.next().unwrap_or("database").to_owned(),
        part,
        bytes: (place.part != Part::File).then_some((place.range.start, place.range.end)),
        // Nothing else shows that an encrypted file is another one, or that whole pages of it were cut off.
        begins: is_encryption(finding).then(|| beginning(set)).flatten(),
        least_length: is_encryption(finding).then(|| set.database_bytes()),
    }
}
