use stillframe_policy::Mark;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings, Place};

rule! {
    /// A finding that is accepted is not there any more.
    ///
    /// # What it means
    /// The baseline accepts something of this set that the check did not find.
    ///
    /// # Why it matters
    /// What was wrong was put right, or is wrong in another place, which is a finding of its own. As long as it stands in
    /// the baseline, it may come back unseen.
    ///
    /// # How it is checked
    /// A finding is known by its rule, the set, the file and its part, and the byte range there where that is not all of the
    /// file; not by its words. It is accepted as often as it stands in the baseline. What `--level` leaves out is not found
    /// either.
    ///
    /// # Example
    /// An index was made anew since.
    ///
    /// # What to do
    /// Write the baseline anew: `--write-baseline FILE --force`.
    ///
    /// # When it is normal
    /// When the copies of a database that goes on are compared with one baseline.
    "EX903" "accepted_finding_gone" Note since "0.1.0"
}

/// Only whoever has the baseline knows: see [`gone`].
fn check(_: &Evidence<'_>, _: &mut Findings) {}

/// Reports that a finding is gone, once or as often as it is said.
pub(crate) fn gone(findings: &mut Findings, place: Place, mark: &Mark, times: u64) {
    let bytes = match mark.bytes {
        Some((start, end)) => format!(", bytes 0x{start:x} to 0x{end:x}"),
        None => String::new(),
    };
    let often = match times {
        1 => String::new(),
        _ => format!(", {}", many(times, "time")),
    };
    findings.report(
        &RULE,
        place,
        format!(
            "the baseline accepts {} in the {} ({}{bytes}){often}, which is not found",
            crate::words::plain(&mark.rule),
            crate::words::plain(&mark.file),
            crate::words::plain(&mark.part)
        ),
    );
}
