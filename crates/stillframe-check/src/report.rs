use std::cmp::Reverse;

use serde::Serialize;
use stillframe_history::Role;
use stillframe_policy::Mark;

use crate::render::escape::harmless;
use crate::verdict::{explains, is_decisive};
use crate::{
    Belonging, Evidence, Finding, Findings, Inside, Instead, RULES, Severity, Terms, Verdict,
    VerdictKind,
};

/// What a check of one database says.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The name of the database, or of the archive that could not be read as a whole.
    pub database: String,
    /// The inputs that were found of it.
    pub inputs: Vec<ReportInput>,
    /// The verdict.
    pub verdict: Verdict,
    /// Whether the WAL belongs to the database file, where there are both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub belongs: Option<Belonging>,
    /// How much of the inside of the database was looked at: `structure`, `quick` or `full`; `None` where SQLite would not
    /// open it.
    pub level: Option<&'static str>,
    /// What of that was not looked at, in words; and [`WITHOUT_CHECKSUM`].
    pub not_checked: Vec<String>,
    /// The findings: first what explains others, then the worst.
    pub findings: Vec<Finding>,
    /// Findings that are accepted, which neither count nor make a check fail.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<Finding>,
    /// How many there are, listed or not.
    pub counts: Counts,
    /// How many of them cannot be listed, as they are only counted.
    #[serde(skip)]
    pub not_kept: usize,
    /// What findings are known by, accepted or not, where the [`Terms`] ask for it.
    #[serde(skip)]
    pub marks: Vec<Mark>,
}

/// How many findings there are of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
    /// Those that are accepted, whatever they would be.
    #[serde(skip_serializing_if = "is_zero")]
    pub accepted: usize,
}

impl Counts {
    fn of(findings: &[Finding]) -> Self {
        let count = |severity| {
            let of = |finding: &&Finding| finding.severity == severity;
            findings.iter().filter(of).count()
        };
        Self {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            accepted: 0,
        }
    }

    /// A key that puts databases that fail first, and those with the most errors and warnings before the others.
    pub(crate) fn worst_first(&self, fails: bool) -> impl Ord + use<> {
        Reverse((fails, self.errors, self.warnings))
    }

    /// How many there are of a severity.
    pub const fn of_severity(self, severity: Severity) -> usize {
        match severity {
            Severity::Error => self.errors,
            Severity::Warning => self.warnings,
            Severity::Note => self.notes,
        }
    }
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Findings that are listed of a database where nothing else is said.
pub const MOST_FINDINGS: usize = 100;

/// The role of an archive that could not be read as a whole.
const ARCHIVE: &str = "archive";

/// What of a member of an archive is not looked at where the archive has no checksum over it.
pub const WITHOUT_CHECKSUM: &str =
    "whether the bytes are those that were packed: the archive has no checksum of its contents";

/// An input of a set.
#[derive(Clone, Debug, Serialize)]
pub struct ReportInput {
    /// Its name.
    pub name: String,
    /// What part of the set it is: `database`, `wal`, `wal-index` or `rollback-journal`; or an `archive` that could not be
    /// read as a whole.
    pub role: &'static str,
    /// Its length in bytes.
    pub bytes: u64,
}

impl Report {
    /// Asks every rule, and draws the verdict.
    pub fn new(evidence: &Evidence<'_>) -> Self {
        Self::with_most(evidence, MOST_FINDINGS)
    }

    /// As [`Report::new`], with no more than `most` findings: of the others it says how many there are.
    pub fn with_most(evidence: &Evidence<'_>, most: usize) -> Self {
        Self::on_terms(evidence, most, Terms::default())
    }

    /// As [`Report::with_most`], with severities and accepted findings of whoever asks for it. The verdict follows them.
    pub fn on_terms(evidence: &Evidence<'_>, most: usize, mut terms: Terms) -> Self {
        let mut findings = Findings::default();
        for rule in RULES {
            (rule.check)(evidence, &mut findings);
        }
        let inside = evidence.inside.as_ref();
        // All that can be wrong with the structure is an error.
        let not_kept = inside.map_or(0, |inside| inside.structure.others.problems as usize);
        terms.apply(evidence, &mut findings, not_kept == 0);
        let mut findings = findings.sorted();
        let verdict = Verdict::draw(evidence, &findings);
        if verdict.kind == VerdictKind::ConsistentCompletenessUnknown {
            terms.accept_doubts(&mut findings);
        }
        let set = evidence.set;
        let marks = terms.marks(set, &findings);
        let (mut accepted, mut findings): (Vec<_>, Vec<_>) =
            findings.into_iter().partition(|it| it.is_accepted);
        let mut counts = Counts::of(&findings);
        counts.errors += not_kept;
        counts.accepted = accepted.len();
        accepted.truncate(most);
        if findings.len() > most {
            // What decided the verdict is among those that are listed.
            findings.sort_by_key(|it| (!explains(it), Reverse(it.severity), !is_decisive(it)));
            findings.truncate(most);
        }
        let inputs = [
            ("database", &set.database),
            ("wal", &set.wal),
            ("wal-index", &set.wal_index),
            ("rollback-journal", &set.journal),
        ];
        let inputs = inputs.into_iter().filter_map(|(role, input)| {
            input.as_ref().map(|input| ReportInput {
                name: input.name.clone(),
                role,
                bytes: input.bytes.len(),
            })
        });
        let (database, inputs) = match &evidence.instead {
            None => (evidence.name(Role::Database), inputs.collect()),
            Some(Instead::Missing(missing)) => (missing.name.clone(), Vec::new()),
            Some(Instead::Expected(expected)) => (expected.name.clone(), Vec::new()),
            Some(Instead::Archive(archive)) => {
                let input = ReportInput {
                    name: archive.name.clone(),
                    role: ARCHIVE,
                    bytes: archive.bytes,
                };
                (archive.name.clone(), vec![input])
            }
        };
        Self {
            database,
            inputs,
            verdict,
            belongs: Belonging::of(evidence),
            level: inside.map(|inside| inside.level.name()),
            not_checked: inside.map(Inside::unchecked).unwrap_or_default(),
            findings,
            accepted,
            counts,
            not_kept,
            marks,
        }
    }

    /// Whether everything was looked at that the level asks for, whatever is known of the archive that it came from.
    pub fn is_all_checked(&self) -> bool {
        self.not_checked.iter().all(|what| what == WITHOUT_CHECKSUM)
    }

    /// Whether it is about an archive that could not be read as a whole, and about no database.
    pub fn is_archive(&self) -> bool {
        self.inputs.first().is_some_and(|it| it.role == ARCHIVE)
    }

    /// The same with other names of inputs: `shown` gives the name of each. What else there is in the texts is made
    /// [`harmless`](crate::render::escape::harmless). The next command stays as it is: names stand in it as a shell takes
    /// them.
    pub fn renamed(&self, shown: impl Fn(&str) -> String) -> Self {
        let mut renamed = self.clone();
        let mut names: Vec<&str> = self.inputs.iter().map(|input| &*input.name).collect();
        names.push(&self.database);
        // A name may begin with another.
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        let text = |text: &mut String| {
            let names = names.iter().filter(|name| **name != shown(name));
            let replaced = names.fold(text.clone(), |text, name| text.replace(name, &shown(name)));
            *text = harmless(&replaced).into_owned();
        };
        let name = |name: &mut String| *name = shown(name);
        name(&mut renamed.database);
        renamed.inputs.iter_mut().for_each(|it| name(&mut it.name));
        let verdict = &mut renamed.verdict;
        let optional = [&mut verdict.cause, &mut verdict.sqlite_destroys];
        optional.into_iter().flatten().for_each(text);
        [&mut verdict.sqlite_shows, &mut verdict.rebuildable]
            .into_iter()
            .for_each(text);
        renamed.not_checked.iter_mut().for_each(text);
        for finding in renamed.findings.iter_mut().chain(&mut renamed.accepted) {
            name(&mut finding.place.input);
            text(&mut finding.message);
            let optional = [&mut finding.expected, &mut finding.found, &mut finding.help];
            optional.into_iter().flatten().for_each(text);
            for (place, message) in &mut finding.related {
                name(&mut place.input);
                text(message);
            }
        }
        renamed
    }

    /// Whether there is a finding of this severity or a worse one, listed or not.
    pub fn has(&self, at_least: Severity) -> bool {
        let all = [Severity::Note, Severity::Warning, Severity::Error];
        let mut worse = all.into_iter().filter(|&severity| severity >= at_least);
        worse.any(|severity| self.counts.of_severity(severity) > 0)
    }

    /// How many findings there are that are not listed.
    pub fn unlisted(&self) -> usize {
        let counts = self.counts;
        counts.errors + counts.warnings + counts.notes - self.findings.len()
    }
}
