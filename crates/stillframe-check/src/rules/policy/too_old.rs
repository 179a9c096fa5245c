use stillframe_history::Role;

use super::{age, length, written_at};
use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The set is older than it may be.
    ///
    /// # What it means
    /// No file of the set was written within the time that `--max-age` or the policy gives.
    ///
    /// # Why it matters
    /// Backups that no longer run leave the last one, which is as sound as it ever was.
    ///
    /// # How it is checked
    /// The newest of the files counts, by the time of its last change; in an archive that which the archive has of the member,
    /// or of itself where it has none of that. Most zip archives have the time of the zone where they were made, which is taken
    /// for UTC. A time in the future is not too old, and has a warning of its own (EX106).
    ///
    /// # Example
    /// The disk was full, and the backup of tonight is not there.
    ///
    /// # What to do
    /// Look at what makes the backups.
    ///
    /// # When it is normal
    /// When nothing wrote to the database and the copy keeps its times, as `cp -p` and `rsync -t` do: expect something of a
    /// row then, as in `--expect 'max(log.ts) >= now-26h'`, or give the times up.
    "EX103" "too_old" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(age) = age(evidence).filter(|age| !age.is_within()) else {
        return;
    };
    let Some(found) = age.age() else {
        return;
    };
    let (written, now) = (written_at(age), age.now);
    findings
        .report(
            &RULE,
            evidence.whole(Role::Database),
            format!(
                "the newest of its files was written at {written}, {} before {now}",
                length(found)
            ),
        )
        .values(length(found), format_args!("at most {}", length(age.most)));
}
