use stillframe_format::{ByteRange, Pages as _};

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The number of pages in the header does not count.
    ///
    /// # What it means
    /// The number at offset 28 is 0, or it was not written together with the change counter: the fields at offset 24
    /// and 92 differ. SQLite before 3.7.0 did not write it.
    ///
    /// # Why it matters
    /// SQLite takes the number of pages from the length of the file, or from the last commit of the WAL. So a file that
    /// was cut at the end of a page, or that has something behind its end, cannot be told from a whole one by its
    /// header.
    ///
    /// # How it is checked
    /// The three fields of page 1, read through the WAL where there is one.
    ///
    /// # Example
    /// Change counter 3, version-valid-for 2: an old program wrote to a database that a newer one had made.
    ///
    /// # What to do
    /// Nothing. The next write with SQLite 3.7.0 or later puts it right.
    ///
    /// # When it is normal
    /// In databases last written by SQLite before 3.7.0, of 2010, or by other programs.
    "DB901" "size_not_valid" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((image, header)) = evidence.accepted_image() else {
        return;
    };
    if header.size_is_valid() {
        return;
    }
    let (counter, valid_for) = (header.change_counter, header.version_valid_for);
    let source = match image.commit() {
        Some(commit) => format!("commit {} of the WAL has", commit.number),
        None => "the file has".to_owned(),
    };
    let size = ByteRange::new(28, 4);
    let counts = many(image.page_count(), "page");
    if header.size_in_pages == 0 {
        findings.report(
            &RULE,
            evidence.in_header(size),
            format!("the header counts 0 pages; SQLite takes the {counts} that {source}"),
        );
        return;
    }
    findings
        .report(
            &RULE,
            evidence.in_header(ByteRange::new(92, 4)),
            format!(
                "the header's {} are valid for change counter {valid_for}, which is {counter}; SQLite takes the {counts} that {source}",
                many(header.size_in_pages, "page")
            ),
        )
        .values(valid_for, counter)
        .related(evidence.in_header(size), "the number of pages that does not count");
}
