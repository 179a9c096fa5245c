use std::sync::Arc;

use stillframe_source::{Access, Memory, Source};

use crate::{Container, Contents, Limits, Reader, Treatment};

mod damaged;
mod frames;
mod limits;
mod links;
mod looked_at;
mod whole;
mod zips;

/// Bytes that compress, and of which each page is another.
fn bytes(length: usize, seed: usize) -> Vec<u8> {
    (0..length)
        .map(|i| (i / 64 + seed) as u8 ^ (i * i / 4099) as u8)
        .collect()
}

/// Two files, of which one is not a whole number of blocks long.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("data/app.db", bytes(300_000, 1)),
        ("data/app.db-wal", bytes(70_001, 2)),
        ("empty", Vec::new()),
    ]
}

/// What the first bytes say, as the tests' files have them.
fn container(head: &[u8]) -> Option<Container> {
    match head {
        [0x1f, 0x8b, ..] => Some(Container::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Container::Zstd),
        [b'B', b'Z', b'h', ..] => Some(Container::Bzip2),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => Some(Container::Xz),
        [0x04, 0x22, 0x4d, 0x18, ..] | [0x02, 0x21, 0x4c, 0x18, ..] => Some(Container::Lz4),
        [0x50, 0x2a, 0x4d, 0x18, length, 0, 0, 0, rest @ ..] => {
            container(rest.get(usize::from(*length)..)?)
        }
        [b'P', b'K', 3, 4, ..] => Some(Container::Zip),
        _ if head.get(257..262) == Some(b"ustar") => Some(Container::Tar),
        _ => None,
    }
}

fn read_with(name: &str, bytes: Vec<u8>, memory: u64, limits: Limits) -> Contents {
    let kind = container(&bytes).expect("the tests make archives");
    let archive = Arc::new(Source::from_bytes(name, bytes));
    let reader = Reader::new(&archive, Memory::new(memory), Access::Read).with_limits(limits);
    reader.read(kind, |_, head, _| match container(head) {
        Some(container) => Treatment::Open(container),
        None => Treatment::Keep,
    })
}

fn read(name: &str, bytes: Vec<u8>) -> Contents {
    read_with(name, bytes, 1 << 20, Limits::default())
}

/// The names and bytes of the members.
fn members(contents: &Contents) -> Vec<(String, Vec<u8>)> {
    contents
        .members
        .iter()
        .map(|member| {
            let source = &member.source;
            let bytes = source.window(0, source.len() as usize).unwrap().to_vec();
            (source.name().to_owned(), bytes)
        })
        .collect()
}

fn assert_are(contents: &Contents, prefix: &str, files: &[(&str, Vec<u8>)]) {
    assert!(contents.problems.is_empty(), "{:?}", contents.problems);
    let expected: Vec<_> = files
        .iter()
        .map(|(name, bytes)| (format!("{prefix}!{name}"), bytes.clone()))
        .collect();
    assert!(members(contents) == expected, "{prefix}");
    assert!(contents.members.iter().all(|member| member.is_whole));
}
