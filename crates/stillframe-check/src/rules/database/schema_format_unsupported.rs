use stillframe_format::ByteRange;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The schema has a format that SQLite does not know.
    ///
    /// # What it means
    /// The schema format, the lowest byte of the field at offset 44, is past 4. 1 to 4 are all there are, and 0 counts
    /// as 1.
    ///
    /// # Why it matters
    /// SQLite opens the file and refuses its schema: every statement fails with `unsupported file format`.
    ///
    /// # How it is checked
    /// The field of page 1, read through the WAL where there is one. SQLite looks at its lowest byte only, and so does
    /// this rule.
    ///
    /// # Example
    /// The field holds 5.
    ///
    /// # What to do
    /// Keep the file as it is, and look for another copy. If nothing else is damaged, a 4 in its place makes it
    /// readable in a copy.
    ///
    /// # When it is normal
    /// Never.
    "DB102" "schema_format_unsupported" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(header) = evidence.header() else {
        return;
    };
    let format = header.schema_format();
    if format <= 4 {
        return;
    }
    findings
        .report(
            &RULE,
            evidence.in_header(ByteRange::new(44, 4)),
            format!("the schema format is {format}, expected 1 to 4: SQLite refuses the schema"),
        )
        .values(header.schema_format_field, "1 to 4")
        .help("keep the file as it is, and look for another copy");
}
