use stillframe_format::ByteRange;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// Bytes of the header that are reserved, and zero in every database, are not zero.
    ///
    /// # What it means
    /// Some of the bytes 72 to 91 is not zero. SQLite writes zeros there.
    ///
    /// # Why it matters
    /// SQLite does not look at them and opens the database. Something other than SQLite has written into page 1, and
    /// may have written elsewhere too.
    ///
    /// # How it is checked
    /// The 20 bytes of page 1, read through the WAL where there is one.
    ///
    /// # Example
    /// A text was written over the middle of the header.
    ///
    /// # What to do
    /// Run `PRAGMA integrity_check` on a copy, and compare with another copy.
    ///
    /// # When it is normal
    /// Where an engine that is not SQLite keeps data of its own there.
    "DB205" "reserved_header_bytes" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(header) = evidence.header() else {
        return;
    };
    let reserved = header.reserved_for_expansion;
    let set = || {
        let bytes = (72u64..).zip(reserved);
        bytes.filter(|&(_, byte)| byte != 0)
    };
    let (Some((first, byte)), Some((last, _))) = (set().next(), set().last()) else {
        return;
    };
    findings
        .report(
            &RULE,
            evidence.in_header(ByteRange::new(first, last - first + 1)),
            format!(
                "{} of the 20 reserved bytes 72 to 91 of the header hold something, expected zeros; the first is byte {first}, 0x{byte:02x}",
                set().count()
            ),
        )
        .help("run PRAGMA integrity_check on a copy, and compare with another copy");
}
