use stillframe_format::{ByteRange, Pages as _};
use stillframe_history::{Refusal, Role};

use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings};

rule! {
    /// The database has fewer pages than its header counts.
    ///
    /// # What it means
    /// The number of pages at offset 28 is valid (it was written together with the change counter), and it is larger
    /// than the number of pages in the file, or after the last commit of the WAL where there is one.
    ///
    /// # Why it matters
    /// SQLite refuses the database: `database disk image is malformed (11)`. The pages that are missing are lost to it.
    ///
    /// # How it is checked
    /// Page 1 is read as SQLite reads it, through the WAL. What is stored is the size of the last commit, or else the
    /// length of the file in pages, in which a cut-off page counts.
    ///
    /// # Example
    /// A copy that broke off half-way: 10 pages by the header, 4 in the file.
    ///
    /// # What to do
    /// Copy it again. If this is all there is: the pages that are there may still hold most of the content.
    ///
    /// # When it is normal
    /// Never. A copy made while a checkpoint was running can look so, and it is torn.
    "DB101" "size_exceeds_file" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(Refusal::SizeExceedsStored { header, stored }) = evidence.refusal() else {
        return;
    };
    // Then it is not known how many are stored, or the journal cuts the file to a size that is damaged.
    if evidence.text_damage.is_some() || evidence.outvoted_size().is_some() {
        return;
    }
    let Some(image) = &evidence.image else {
        return;
    };
    let source = match image.commit() {
        Some(commit) => format!("commit {} of the WAL has", commit.number),
        None => "the file has".to_owned(),
    };
    let length = evidence.set.database_bytes();
    let cut = !length.is_multiple_of(image.page_size().get().into());
    let cut = if cut && image.commit().is_none() {
        ", the last of them cut off"
    } else {
        ""
    };
    let end = evidence.place(Role::Database, ByteRange::new(length, 0), crate::Part::File);
    let missing = header - stored;
    findings
        .report(
            &RULE,
            evidence.in_header(ByteRange::new(28, 4)),
            format!(
                "page 1 counts {}, and {source} {stored}{cut}: {} {} missing",
                many(header, "page"),
                many(missing, "page"),
                are(missing)
            ),
        )
        .values(header, format!("at most {stored}"))
        .related(end, "the end of the database file")
        .help("copy it again, or look for another copy");
}
