use stillframe_history::Outcome;

use super::{at_name, fate, is_there, shown, with_list, with_others};
use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// A transaction over several databases was under way: a super-journal ties this one to the others.
    ///
    /// # What it means
    /// A program had attached databases to another, and changed several of them in one transaction. Until it is
    /// committed, the journal of each names a super-journal, and that lists the journals.
    ///
    /// # Why it matters
    /// The databases belong together: they are of one moment only if SQLite rolls back all of them, or none.
    ///
    /// # How it is checked
    /// Journals that name the same super-journal, and those that it lists, among the databases that are checked together. A
    /// super-journal that no journal names is looked for in their folders, or in their archive. Where they come out of different
    /// moments, that is a finding of its own.
    ///
    /// # Example
    /// `app.db-mj5711F49A3` lists `/srv/shop/app.db-journal` and `/srv/shop/archive.db-journal`.
    ///
    /// # What to do
    /// Copy, keep and restore all of them, their journals and the super-journal together, in the same folders.
    ///
    /// # When it is normal
    /// After a crash, and in snapshots of databases in use.
    "SJ901" "several_databases" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let tied = evidence.tied.as_ref().filter(|tied| !tied.differ());
    let Some(tied) = tied.filter(|tied| tied.others().next().is_some()) else {
        return;
    };
    let tie = &tied.tie;
    let how_many = match tie.is_listed {
        true => many(tie.members.len() as u64, "database"),
        false => "several databases".to_owned(),
    };
    let outcome = match tie.outcome() {
        Outcome::Before => "all come out as they were before it",
        Outcome::After => "all come out as it left them, by all that the files show",
        Outcome::Different | Outcome::Unknown => "whether they come out of one moment is not known",
    };
    let message = format!(
        "a transaction over {how_many}, with the super-journal {}, {}: {outcome}; this one is {}",
        shown(&tie.name),
        is_there(tie.file),
        tied.fate().map_or("", fate),
    );
    let details = findings.report(&RULE, at_name(evidence), message);
    with_others(tied, with_list(tied, details));
}
