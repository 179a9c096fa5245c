use stillframe_database::TextEncoding;
use stillframe_format::ByteRange;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The header names a text encoding that there is not.
    ///
    /// # What it means
    /// The field at offset 56 is past 3. 1 stands for UTF-8, 2 for UTF-16LE and 3 for UTF-16BE; 0 counts as UTF-8.
    ///
    /// # Why it matters
    /// SQLite takes the lowest two bits of the field and says nothing. Where the damage has changed these, it reads all
    /// text in a wrong encoding, the schema's too.
    ///
    /// # How it is checked
    /// The field of page 1, read through the WAL where there is one.
    ///
    /// # Example
    /// The field holds 5: SQLite reads UTF-8. It holds 7: SQLite reads UTF-16BE.
    ///
    /// # What to do
    /// Look at some text with what is used to read the database. If it is right, the database can be used; else look
    /// for another copy.
    ///
    /// # When it is normal
    /// Never.
    "DB202" "text_encoding_invalid" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(header) = evidence.header() else {
        return;
    };
    let field = header.text_encoding_field;
    if field <= 3 {
        return;
    }
    let taken = match header.text_encoding() {
        TextEncoding::Utf8 => "UTF-8",
        TextEncoding::Utf16Le => "UTF-16LE",
        TextEncoding::Utf16Be => "UTF-16BE",
    };
    findings
        .report(
            &RULE,
            evidence.in_header(ByteRange::new(56, 4)),
            format!(
                "the text encoding is {field}, expected 1, 2 or 3: SQLite takes it for {taken}"
            ),
        )
        .values(field, "1, 2 or 3")
        .help(format!("look whether the text reads well as {taken}"));
}
