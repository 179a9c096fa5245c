use stillframe_format::ByteRange;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The wal-index knows a database of another size, all of which was in the database file.
    ///
    /// # What it means
    /// The wal-index says that all frames were copied into the database file, or that the WAL was begun anew after that, and
    /// how many pages the database had then. The database file has another number of pages, or another page size: it was
    /// copied before a checkpoint that the wal-index tells of, or after further ones.
    ///
    /// # Why it matters
    /// If the database file is from before, what was committed in between is in no file of the set. SQLite opens it, finds it
    /// sound, and shows an older state.
    ///
    /// # How it is checked
    /// There is no WAL, or it has no frames, or it is of a generation before the wal-index's, and nBackfill (offset 96) is mxFrame (offset 16). nPage (offset 20) is then the
    /// number of pages of the database file: it is compared with that in its header, and with the length of the file. A
    /// wal-index that was made anew from an empty WAL has nPage 0, and says nothing. A file from before that has the same
    /// size is not told.
    ///
    /// # Example
    /// A backup copied `app.db`; then the application committed and checkpointed, and the WAL was cut to nothing; then the
    /// backup copied `app.db-wal` and `app.db-shm`.
    ///
    /// # What to do
    /// Copy all files again, together, or with `.backup` or `VACUUM INTO`.
    ///
    /// # When it is normal
    /// Where the database file was copied last, or was changed since in exclusive locking mode, which leaves an old
    /// wal-index behind.
    "SHM208" "database_of_other_size" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let wal_index = evidence.wal_index.as_ref().zip(evidence.image.as_ref());
    let other = wal_index.and_then(|(wal_index, image)| wal_index.other_size(image));
    let (Some(known), Some((_, header))) = (other, evidence.accepted_image()) else {
        return;
    };
    let size = |size: Option<stillframe_format::PageSize>| {
        many(size.map_or(0, stillframe_format::PageSize::get), "byte")
    };
    let (as_known, as_is) = match known.page_size() == header.page_size() {
        true => (String::new(), String::new()),
        false => (
            format!(" of {}", size(known.page_size())),
            format!(" of {}", size(header.page_size())),
        ),
    };
    let is_with_wal = evidence.timeline.last_commit().is_some();
    let what = match is_with_wal {
        true => "with the WAL, which was begun before that, it has",
        false => "the database file has",
    };
    let message = format!(
        "the wal-index says that all was checkpointed and the database had {}{as_known} then, and {what} \
         {}{as_is}: it is from before that, and lacks what was committed in between, or from later",
        many(known.page_count, "page"),
        many(
            header.page_count(evidence.image.as_ref().map_or(0, |it| it.stored_pages())),
            "page"
        ),
    );
    findings
        .report(&RULE, evidence.in_index_head(20, 4), message)
        .related(
            evidence.in_header(ByteRange::new(28, 4)),
            "the number of pages in the database file",
        )
        .help("copy all files of the database again, together");
}
