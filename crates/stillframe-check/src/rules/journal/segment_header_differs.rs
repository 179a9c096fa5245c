use stillframe_history::{HeaderContradiction, OutvotedSize};

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// Two headers of a rollback journal name different page sizes, sector sizes or sizes of the database.
    ///
    /// # What it means
    /// A journal that is synced in parts has a header before each part, and SQLite writes the same three sizes into all of
    /// them. Here a later one has others.
    ///
    /// # Why it matters
    /// SQLite goes by the first header, whatever the others say: where that is the damaged one, it cuts the database file
    /// to a wrong size, or takes pages of a wrong size from the journal. Where most headers name one size in pages, or as many
    /// as name another and page 1 with them, and the first does not, it is the first that is damaged.
    ///
    /// # How it is checked
    /// Bytes 16 to 27 of every header that counts, against those of the first.
    ///
    /// # Example
    /// The first header says that the database had 40 pages, and the second says 1,064.
    ///
    /// # What to do
    /// Do not open the database with SQLite. Copy both files again from where they come. Compare the sizes with another copy of
    /// the database.
    ///
    /// # When it is normal
    /// Never.
    "RJ104" "segment_header_differs" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(rollback) = evidence.hot_rollback() else {
        return;
    };
    if let Some(outvoted) = rollback.outvoted_size() {
        first_is_damaged(evidence, outvoted, findings);
        return;
    }
    let (Some(HeaderContradiction::Fields { offset, header }), Some(first)) =
        (rollback.contradiction(), rollback.header())
    else {
        return;
    };
    let fields = [
        (16, "size in pages", first.initial_size, header.initial_size),
        (
            20,
            "sector size",
            first.sector_size_field,
            header.sector_size_field,
        ),
        (
            24,
            "page size",
            first.page_size_field,
            header.page_size_field,
        ),
    ];
    let Some((at, what, expected, found)) = fields.into_iter().find(|it| it.2 != it.3) else {
        return;
    };
    let message = format!(
        "a later header of the rollback journal names {what} {found}, and the first one {expected}: SQLite goes by the \
         first, and one of them is damaged"
    );
    findings
        .report(&RULE, evidence.in_journal_header(offset, at, 4), message)
        .values(found, expected)
        .related(
            evidence.in_journal_header(0, at, 4),
            format!("the {what} in the first header"),
        )
        .help("copy both files again from where they come");
}

/// The first header names a size in pages that others speak against.
fn first_is_damaged(evidence: &Evidence<'_>, outvoted: OutvotedSize, findings: &mut Findings) {
    let OutvotedSize {
        first,
        size,
        headers,
        offset,
        of,
        by_page_1,
    } = outvoted;
    let others = match (by_page_1, headers) {
        (true, 1) => "the other one and page 1".to_owned(),
        (true, _) => format!("{headers} of {} and page 1", many(of, "header")),
        (false, _) => format!("{headers} of {}", many(of, "header")),
    };
    let message = format!(
        "the size in pages in the first header of the rollback journal is damaged: it names {first}, and {others} \
         name {size}; SQLite goes by the first",
    );
    findings
        .report(&RULE, evidence.in_journal_header(0, 16, 4), message)
        .values(first, size)
        .related(
            evidence.in_journal_header(offset, 16, 4),
            "the size in pages in a later header",
        )
        .help(
            "do not open the database with SQLite, which would make it of a wrong size; copy both files again from where they \
             come",
        );
}
