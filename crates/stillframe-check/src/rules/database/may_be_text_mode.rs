use stillframe_history::{Role, TextDoubt};

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The file may have been transferred as text, which changed its bytes.
    ///
    /// # What it means
    /// The file is longer than its pages, each line feed in it has a carriage return before it, and there are as many line
    /// feeds as bytes too many, or more. That is how a program leaves a file that takes it for text and puts a carriage return
    /// before each line feed that lacks one. Where it is proven, that is DB106. Here it is not: there are fewer than 4 line
    /// feeds, which can be chance, or some had carriage returns before.
    ///
    /// # Why it matters
    /// What was put in moved all that stands behind it. Where that is in the last page, SQLite may find nothing wrong: it reads
    /// a value with a carriage return in it, and without its last byte.
    ///
    /// # How it is checked
    /// Only in a file whose length is no multiple of its page size: line feeds are counted, and those behind carriage returns.
    ///
    /// # Example
    /// FTP in ASCII mode took a small database whose rows hold text of several lines.
    ///
    /// # What to do
    /// Compare the file with another copy, or transfer it again, in binary mode. `rebuild --repair` does not undo it, as nothing
    /// tells which of the carriage returns were put in.
    ///
    /// # When it is normal
    /// Where something put a line end, or other bytes, behind a database in whose text all lines end with carriage returns and
    /// line feeds.
    "DB208" "may_be_text_mode" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(TextDoubt { longer, line_feeds }) = evidence.text_doubt else {
        return;
    };
    let (bytes, line_feeds) = (many(longer, "byte"), many(line_feeds, "line feed"));
    findings
        .report(
            &RULE,
            evidence.whole(Role::Database),
            format!(
                "the file is {bytes} longer than its pages, and a carriage return stands before each of its {line_feeds}, as where it was transferred as text: then values in it are changed"
            ),
        )
        .help("compare it with another copy, or transfer it again, in binary mode");
}
