//! Archives of any bytes: what is read of them is within the limits, is the same from memory and from temporary files, and
//! is either all there or said not to be.
//!
//! An input begins with a byte that says what to take the rest for, and how it is packed before that: as it is, or in a
//! member of a tar, or compressed, so that what is damaged is also found inside. The archive follows.

use std::sync::Arc;

use stillframe_archive::{Container, Contents, Limits, Reader, Treatment};
use stillframe_source::{Access, Memory, Source};
use stillframe_testkit::archives::{gzip, tar};

use crate::reader::Reader as Choices;

/// Small, so that limits are met.
const LIMITS: Limits = Limits {
    bytes: 4 << 20,
    ratio: 1000,
    depth: 4,
    members: 200,
};

/// What the member of a tar is called.
const MEMBER: &str = "data/app.db";

/// Reads it in memory and in temporary files.
///
/// # Panics
/// What is said of it is not so.
pub fn run(bytes: &[u8]) {
    let mut choices = Choices::new(bytes);
    let choice = choices.byte();
    let rest = choices.rest();
    let packed = match choice >> 4 {
        1 => gzip(rest),
        2 => tar(&[(MEMBER, rest)]),
        3 => gzip(&tar(&[(MEMBER, rest)])),
        _ => rest.to_vec(),
    };
    let named = match choice & 7 {
        0 => Container::Tar,
        1 => Container::Zip,
        2 => Container::Gzip,
        3 => Container::Zstd,
        4 => Container::Bzip2,
        5 => Container::Xz,
        6 => Container::Lz4,
        _ => known(&packed).unwrap_or(Container::Tar),
    };
    let first = match choice >> 4 {
        1..=3 => known(&packed).unwrap_or(named),
        _ => named,
    };
    let archive = Arc::new(Source::from_bytes("a", packed));
    let in_memory = read(&archive, first, 1 << 30);
    holds_together(&in_memory);
    // Temporary files are slow.
    if archive.len() < 2000 {
        let on_disk = read(&archive, first, 0);
        assert_eq!(told(&in_memory), told(&on_disk));
    }
}

fn read(archive: &Arc<Source>, container: Container, memory: u64) -> Contents {
    let reader = Reader::new(archive, Memory::new(memory), Access::Read).with_limits(LIMITS);
    reader.read(container, |_, head, length| {
        assert!(head.len() <= 4096);
        assert!(length.is_none_or(|length| head.len() as u64 <= length));
        match known(head) {
            Some(container) => Treatment::Open(container),
            None if head.first().is_some_and(|byte| byte % 8 == 0) => Treatment::PassOver,
            None => Treatment::Keep,
        }
    })
}

fn holds_together(contents: &Contents) {
    assert!(contents.members.len() as u64 + contents.passed_over <= LIMITS.members);
    let mut decoded = 0;
    for member in &contents.members {
        let length = member.source.len();
        if member.is_whole {
            assert!(member.declared.is_none_or(|declared| declared == length));
        } else {
            assert!(!contents.troubles().is_empty());
        }
        let bytes = member
            .source
            .window(0, length as usize)
            .expect("it is all there");
        assert_eq!(bytes.len() as u64, length);
        decoded += length;
    }
    let most = LIMITS.bytes + LIMITS.members * 65536;
    assert!(decoded <= most, "{decoded} bytes were kept");
    for trouble in contents.troubles() {
        assert!(!trouble.to_string().is_empty());
    }
}

/// What is said of a member: its name, whether it is whole, its bytes.
type Told = (String, bool, Vec<u8>);

/// Everything that is said of an archive.
fn told(contents: &Contents) -> (Vec<Told>, Vec<String>) {
    let members = contents.members.iter().map(|member| {
        let source = &member.source;
        let bytes = source
            .window(0, source.len() as usize)
            .expect("it is all there");
        (source.name().to_owned(), member.is_whole, bytes.to_vec())
    });
    let troubles = contents.troubles().into_iter().map(ToString::to_string);
    (members.collect(), troubles.collect())
}

/// What the first bytes are those of.
fn known(head: &[u8]) -> Option<Container> {
    match head {
        [0x1f, 0x8b, ..] => Some(Container::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Container::Zstd),
        [b'B', b'Z', b'h', ..] => Some(Container::Bzip2),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Container::Xz),
        [0x04, 0x22, 0x4d, 0x18, ..] => Some(Container::Lz4),
        [b'P', b'K', 3, 4, ..] => Some(Container::Zip),
        _ if head.get(257..262) == Some(b"ustar") => Some(Container::Tar),
        _ => None,
    }
}
