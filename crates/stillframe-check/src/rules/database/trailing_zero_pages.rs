use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// Behind the last page that SQLite counts stand pages of zeros.
    ///
    /// # What it means
    /// The header's number of pages is valid, and smaller than what the file, or the last commit of the WAL, has. The
    /// pages behind are all zeros: room that was taken beforehand.
    ///
    /// # Why it matters
    /// It does not: SQLite ignores these pages until it needs them.
    ///
    /// # How it is checked
    /// Whole pages behind the counted ones are read to their end.
    ///
    /// # Example
    /// An application sets `SQLITE_FCNTL_CHUNK_SIZE` so that the file grows in steps of 1 MB.
    ///
    /// # What to do
    /// Nothing. `stillframe rebuild` keeps the zeros, `VACUUM INTO` leaves them out.
    ///
    /// # When it is normal
    /// Where the application, or the file system, takes room beforehand.
    "DB903" "trailing_zero_pages" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let (Some(trailing), Some(_)) = (evidence.trailing, evidence.header()) else {
        return;
    };
    if trailing.content.is_some() {
        return;
    }
    findings.report(
        &RULE,
        super::in_trailing(evidence, trailing),
        format!(
            "behind the {} that SQLite counts stand {} of zeros",
            many(trailing.first.get() - 1, "page"),
            many(trailing.pages(), "page")
        ),
    );
}
