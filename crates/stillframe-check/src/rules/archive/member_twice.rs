use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// An archive holds several files of one name.
    ///
    /// # What it means
    /// The archive has this name more than once. Each of the files is judged: the last has the name, those before it have
    /// their number behind it, as `app.db#1`.
    ///
    /// # Why it matters
    /// Unpacking leaves the last one alone, so that the others are lost without a word. Sidecars are taken with the database
    /// of the same number, which need not be how they belong together.
    ///
    /// # How it is checked
    /// The names of all members are compared, also those of a zip whose directory lists a name twice.
    ///
    /// # Example
    /// `tar -rf backup.tar app.db` added the database of the next day to the archive.
    ///
    /// # What to do
    /// Look at the verdict of each, and take the one that is wanted out of the archive by itself.
    ///
    /// # When it is normal
    /// Where archives are added to.
    "AR901" "member_twice" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    for &(role, count) in &evidence.met_twice {
        let files = many(count as u64, "file");
        let place = evidence.whole(role);
        let message = format!(
            "the archive holds {files} of this name: unpacking leaves the last of them, and each is judged here"
        );
        findings.report(&RULE, place, message);
    }
}
