//! What is wrong with a backup set, where, and what does it mean?
//!
//! [`Evidence`] gathers what the bytes of a set say; every [`Rule`] looks at it and reports [`Finding`]s, each with an
//! input and a byte range; the [`Verdict`] separates *well-formed* from *complete*. A [`Report`] holds all of it and is
//! rendered as text or JSON.
//!
//! ```
//! use stillframe_check::{Evidence, Report, VerdictKind};
//! use stillframe_history::{BackupSet, Input};
//!
//! let set = BackupSet {
//!     database: Some(Input::new("notes.db", b"these are not the bytes you are looking for".to_vec())),
//!     ..BackupSet::default()
//! };
//! let report = Report::new(&Evidence::gather(&set, &())?);
//! assert_eq!(report.verdict.kind, VerdictKind::NotSqlite);
//! assert_eq!(report.findings[0].rule.code, "DB001");
//! assert_eq!(report.findings[0].place.range.start, 0);
//! # Ok::<(), stillframe_history::Error>(())
//! ```
#![forbid(unsafe_code)]

mod aborted;
mod belonging;
mod codes;
pub mod content;
mod dump_end;
mod evidence;
mod finding;
mod inside;
mod instead;
mod journal;
mod overwritten;
mod page_checksums;
mod pairing;
pub mod pragma;
pub mod render;
mod repairable;
mod report;
mod rule;
mod rules;
mod terms;
mod tied;
mod trailing;
mod verdict;
mod wal_index;
pub mod walk;
mod without_journal;
mod words;
mod workers;

pub use aborted::Aborted;
pub use belonging::{Belonging, Grade, Held, Speaks, Witness, WitnessKind};
pub use codes::{
    RULES, rule_of_database_error, rule_of_journal_error, rule_of_wal_error, rule_with_code,
};
pub use dump_end::DumpEnd;
pub use evidence::{Evidence, LostDatabase};
pub use finding::{Finding, Findings, Part, Place};
pub use inside::{Inside, LEAST_LARGE_BYTES};
pub use instead::{
    ArchiveProblem, ArchiveProblemKind, ExpectedDatabase, ExpectedWords, Instead, MissingDatabase,
    UnreadArchive,
};
pub use journal::JournalDefect;
pub use overwritten::Overwritten;
pub use page_checksums::PageChecksums;
pub use pairing::Pairing;
pub use repairable::{Looked, LostCommit, WithOlder};
pub use report::{Counts, MOST_FINDINGS, Report, ReportInput, WITHOUT_CHECKSUM};
pub use rule::{Rule, Severity};
pub use terms::Terms;
pub use tied::{Tied, is_damaged_by_half};
pub use trailing::Trailing;
pub use verdict::{Verdict, VerdictKind};
pub use wal_index::IndexEvidence;
pub use without_journal::{AfterRollback, after_rollback, is_sound};
