use crate::rule::rule;
use crate::words::plain;
use crate::{Evidence, Findings, Place};

rule! {
    /// Damage is accepted, or taken for less than an error, that keeps rows from being checked.
    ///
    /// # What it means
    /// A b-tree is damaged, and whoever asks for the check has set that aside, by a baseline or by a severity of theirs. The rows
    /// and entries of its table are not checked then, as much of what is wrong with them follows from the damage. Or the
    /// database looks encrypted (DB007), and that was made less of by a severity: nothing in it is checked.
    ///
    /// # Why it matters
    /// What is damaged later in the same table would go unseen behind what is accepted; and random bytes in place of the
    /// database would pass for it.
    ///
    /// # How it is checked
    /// At the levels that look at rows: whether a finding of an error has been set aside, while the rows of a table were left
    /// out for damage. Of DB007, whether it is of another severity and no baseline accepts it: a baseline knows the file by its
    /// first 16 bytes and its length.
    ///
    /// # Example
    /// A baseline accepts that a page of `orders` counts its free bytes wrong. Since then, entries were lost from an index of
    /// `orders`.
    ///
    /// # What to do
    /// Mend the damage on a copy, with `VACUUM` or `REINDEX`, instead of accepting it. If it has to stay as it is, and rows are
    /// to go unchecked, say so: `--severity EX105=note`. Accept a database that is encrypted with `--write-baseline` instead.
    ///
    /// # When it is normal
    /// Where evidence is kept as it is, whatever is wrong with it.
    "EX105" "damage_set_aside" Error since "0.1.0"
}

/// Only whoever sets findings aside knows: see [`hides`].
fn check(_: &Evidence<'_>, _: &mut Findings) {}

/// Reports which rows go unchecked.
pub(crate) fn hides(findings: &mut Findings, place: Place, unchecked: &[String]) {
    let (Some(first), others) = (unchecked.first(), unchecked.len().saturating_sub(1)) else {
        return;
    };
    let first = plain(first);
    let others = match others {
        0 => String::new(),
        _ => format!(", and {others} more"),
    };
    findings
        .report(
            &RULE,
            place,
            format!("damage was set aside that keeps this from being checked: {first}{others}"),
        )
        .help("mend the damage on a copy, with VACUUM or REINDEX; or --severity EX105=note");
}

/// Reports that nothing is checked of what looks encrypted.
pub(crate) fn hides_encrypted(findings: &mut Findings, place: Place) {
    findings
        .report(
            &RULE,
            place,
            "it was set aside that the database looks encrypted: any other bytes without structure would pass for it",
        )
        .help("accept it with --write-baseline, which knows the file by its first bytes; or --severity EX105=note");
}
