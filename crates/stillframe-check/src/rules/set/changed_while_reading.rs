use crate::rule::rule;
use crate::{Evidence, Findings, Part, Place};
use stillframe_format::ByteRange;

rule! {
    /// An input changed while it was read.
    ///
    /// # What it means
    /// Its length, its time of change or its identity are not the same after reading as before. Something is writing to
    /// it.
    ///
    /// # Why it matters
    /// What was read is of two moments. Whatever else this check says may be wrong, for better or for worse.
    ///
    /// # How it is checked
    /// Every input is looked up again when all has been read.
    ///
    /// # Example
    /// The live database was checked in place of its backup.
    ///
    /// # What to do
    /// Check a copy that nobody writes to, or check again.
    ///
    /// # When it is normal
    /// When the database of a running application is checked.
    "SET001" "changed_while_reading" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let set = evidence.set;
    for (name, how) in &evidence.changes {
        let input = [&set.database, &set.wal, &set.wal_index, &set.journal]
            .into_iter()
            .flatten()
            .find(|input| input.name == *name);
        let place = Place {
            input: name.clone(),
            range: ByteRange::new(0, input.map_or(0, |input| input.bytes.len())),
            part: Part::File,
        };
        findings
            .report(&RULE, place, format!("it changed while it was read: {how}"))
            .help("check a copy that nobody writes to, or check again");
    }
}
