use stillframe_format::PageSize;
use stillframe_wal::ByteOrder;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The wal-index names another page size or byte order of checksums than the WAL that it is of.
    ///
    /// # What it means
    /// Both have the same salts. When it makes a wal-index, SQLite takes the page size and the byte order of the checksums from
    /// the header of the WAL, where both stand as long as the salts. One of the two headers is damaged, or what wrote the
    /// wal-index is not SQLite.
    ///
    /// # Why it matters
    /// SQLite never uses the wal-index of a copy: it makes it anew from the WAL. But whoever had the database open took frames
    /// for longer or shorter than they are, or computed checksums that no other reader accepts.
    ///
    /// # How it is checked
    /// Bytes 13 to 15 of the header of the wal-index, where it knows a frame, against the magic and the page size in the header
    /// of the WAL.
    ///
    /// # Example
    /// The wal-index says 0 bytes a page, and knows 15 frames of pages of 512 bytes.
    ///
    /// # What to do
    /// Nothing, where the WAL is sound. Else do not rely on what the wal-index says.
    ///
    /// # When it is normal
    /// Never.
    "SHM211" "index_header_differs" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let (Some((known, _)), Some(wal)) = (super::known(evidence), evidence.timeline.header()) else {
        return;
    };
    // Before the first commit it has the page size and the byte order of no WAL, or of one before.
    if known.salts != wal.salts || known.mx_frame == 0 {
        return;
    }
    let is_big = u8::from(wal.byte_order() == ByteOrder::Big);
    if known.big_endian_checksums != is_big {
        let order = match is_big {
            0 => "little-endian",
            _ => "big-endian",
        };
        let message = format!(
            "the wal-index says {} for the byte order of the checksums in its WAL, and they read {order} words",
            known.big_endian_checksums
        );
        findings
            .report(&RULE, evidence.in_index_head(13, 1), message)
            .values(known.big_endian_checksums, is_big);
    }
    let Some(size) = wal.page_size() else {
        return;
    };
    if known.page_size() != Some(size) {
        let named = known
            .page_size()
            .map_or(known.page_size_field.into(), PageSize::get);
        let message = format!(
            "the wal-index names {named} as the page size of its WAL, whose pages have {size} bytes"
        );
        findings
            .report(&RULE, evidence.in_index_head(14, 2), message)
            .values(named, size);
    }
}
