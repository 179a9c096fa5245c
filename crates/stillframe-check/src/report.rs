use serde::Serialize;
use stillframe_history::Role;

use crate::{Evidence, Finding, Findings, RULES, Severity, Verdict};

/// What a check of one database says.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The name of the database.
    pub database: String,
    /// The inputs that were found of it.
    pub inputs: Vec<ReportInput>,
    /// The verdict.
    pub verdict: Verdict,
    /// The findings, the worst first.
    pub findings: Vec<Finding>,
}

/// An input of a set.
#[derive(Debug, Serialize)]
pub struct ReportInput {
    /// Its name.
    pub name: String,
    /// What part of the set it is: `database`, `wal`, `wal-index` or `rollback-journal`.
    pub role: &'static str,
    /// Its length in bytes.
    pub bytes: u64,
}

impl Report {
    /// Asks every rule, and draws the verdict.
    pub fn new(evidence: &Evidence<'_>) -> Self {
        let mut findings = Findings::default();
        for rule in RULES {
            (rule.check)(evidence, &mut findings);
        }
        let findings = findings.sorted();
        let set = evidence.set;
        let inputs = [
            ("database", &set.database),
            ("wal", &set.wal),
            ("wal-index", &set.wal_index),
            ("rollback-journal", &set.journal),
        ];
        Self {
            database: evidence.name(Role::Database),
            inputs: inputs
                .into_iter()
                .filter_map(|(role, input)| {
                    input.as_ref().map(|input| ReportInput {
                        name: input.name.clone(),
                        role,
                        bytes: input.bytes.len(),
                    })
                })
                .collect(),
            verdict: Verdict::draw(evidence, &findings),
            findings,
        }
    }

    /// Whether there is a finding of this severity or a worse one.
    pub fn has(&self, at_least: Severity) -> bool {
        Findings::any(&self.findings, at_least)
    }
}
