use std::io::{self, Cursor, Read, Write};
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use stillframe_source::{Access, Memory, Source};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::{Container, Contents, Limits, Reader, Treatment, Trouble};

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

fn tar(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append_data(&mut header, name, &bytes[..]).unwrap();
    }
    builder.into_inner().unwrap()
}

fn zip(files: &[(&str, Vec<u8>)], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut writer = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Every compression, with the ending of its files.
type Compress = fn(&[u8]) -> Vec<u8>;
const COMPRESSIONS: [(Container, &str, Compress); 5] = [
    (Container::Gzip, "gz", gzip),
    (Container::Zstd, "zst", zstd),
    (Container::Bzip2, "bz2", bzip2),
    (Container::Xz, "xz", xz),
    (Container::Lz4, "lz4", lz4),
];

/// What the first bytes say, as the tests' files have them.
fn container(head: &[u8]) -> Option<Container> {
    match head {
        [0x1f, 0x8b, ..] => Some(Container::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Container::Zstd),
        [b'B', b'Z', b'h', ..] => Some(Container::Bzip2),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => Some(Container::Xz),
        [0x04, 0x22, 0x4d, 0x18, ..] => Some(Container::Lz4),
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
    assert!(contents.troubles.is_empty(), "{:?}", contents.troubles);
    let expected: Vec<_> = files
        .iter()
        .map(|(name, bytes)| (format!("{prefix}!{name}"), bytes.clone()))
        .collect();
    assert!(members(contents) == expected, "{prefix}");
    assert!(contents.members.iter().all(|member| member.is_whole));
}

#[test]
fn members_are_what_was_packed() {
    let files = files();
    assert_are(&read("b.tar", tar(&files)), "b.tar", &files);
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        assert_are(&read("b.zip", zip(&files, method)), "b.zip", &files);
    }
    for (_, ending, compress) in COMPRESSIONS {
        let name = format!("b.tar.{ending}");
        let packed = compress(&tar(&files));
        assert_are(&read(&name, packed.clone()), &name, &files);
        // Into temporary files.
        let contents = read_with(&name, packed, 0, Limits::default());
        assert_are(&contents, &name, &files);
    }
}

#[test]
fn a_compressed_file_has_the_name_that_it_had() {
    let content = bytes(100_000, 3);
    for (_, ending, compress) in COMPRESSIONS {
        let name = format!("backups/app.db.{ending}");
        let contents = read(&name, compress(&content));
        assert_are(&contents, &name, &[("app.db", content.clone())]);
        // By whatever name.
        let contents = read("old", compress(&content));
        assert_are(&contents, "old", &[("old", content.clone())]);
    }
}

#[test]
fn archives_in_archives_are_read() {
    let files = files();
    let inner = gzip(&tar(&files));
    let outer = tar(&[("note", b"hello".to_vec()), ("homeassistant.tar.gz", inner)]);
    let note = ("b.tar!note".to_owned(), b"hello".to_vec());
    for (name, packed) in [("b.tar", outer.clone()), ("b.tar.zst", zstd(&outer))] {
        let contents = read(name, packed);
        assert!(contents.troubles.is_empty());
        let members = members(&contents);
        assert_eq!(members[0].0.replace(name, "b.tar"), note.0);
        assert_eq!(
            members[1].0,
            format!("{name}!homeassistant.tar.gz!data/app.db")
        );
        assert!(members[1].1 == files[0].1);
        assert!(members[2].1 == files[1].1);
    }
    // A zip in a stream is taken out first: its directory stands at its end.
    let zipped = zip(&files, CompressionMethod::Deflated);
    let contents = read("b.tar.gz", gzip(&tar(&[("in.zip", zipped)])));
    assert_are(&contents, "b.tar.gz!in.zip", &files);
}

#[test]
fn what_is_plain_is_read_in_place() {
    let files = files();
    let packed = [tar(&files), zip(&files, CompressionMethod::Stored)];
    for bytes in packed {
        // No room in memory: what is taken out would be in a file.
        let contents = read_with("b", bytes, 0, Limits::default());
        for member in &contents.members {
            let window = member
                .source
                .window(0, member.source.len() as usize)
                .unwrap();
            assert!(matches!(window, stillframe_source::Window::Borrowed(_)));
        }
    }
}

#[test]
fn several_frames_are_one_file() {
    let content = bytes(100_000, 4);
    let (first, second) = content.split_at(40_000);
    for (_, ending, compress) in COMPRESSIONS {
        let packed = [compress(first), compress(second)].concat();
        let name = format!("app.db.{ending}");
        assert_are(&read(&name, packed), &name, &[("app.db", content.clone())]);
    }
    // Frames between them that are to be skipped, as pzstd writes them.
    let skipped = [&[0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0][..], b"size"].concat();
    let packed = [zstd(first), skipped, zstd(second)].concat();
    assert_are(
        &read("app.db.zst", packed),
        "app.db.zst",
        &[("app.db", content)],
    );
}

/// Whatever is cut off, nothing is made up, what is whole is whole, and what is missing is told.
#[test]
fn an_archive_cut_at_any_length_gives_what_is_there() {
    let files = vec![("app.db", bytes(3000, 5)), ("app.db-wal", bytes(1500, 6))];
    let mut packed: Vec<(String, Vec<u8>)> = vec![
        ("b.tar".into(), tar(&files)),
        ("b.zip".into(), zip(&files, CompressionMethod::Stored)),
        ("d.zip".into(), zip(&files, CompressionMethod::Deflated)),
    ];
    for (_, ending, compress) in COMPRESSIONS {
        packed.push((format!("b.tar.{ending}"), compress(&tar(&files))));
    }
    for (name, whole) in packed {
        for length in 600..whole.len() {
            let contents = read(&name, whole[..length].to_vec());
            let mut is_all = contents.members.len() == files.len();
            for (member, (_, found)) in contents.members.iter().zip(members(&contents)) {
                let path = member.name.member().to_str().unwrap();
                let Some((_, expected)) = files.iter().find(|(name, _)| *name == path) else {
                    // Too little of a tar to be known as one.
                    assert!(
                        found.len() < 512 && !member.is_whole,
                        "{name} of {length}: {path}"
                    );
                    is_all = false;
                    continue;
                };
                assert!(expected.starts_with(&found), "{name} of {length}: {path}");
                assert!(
                    !member.is_whole || found == *expected,
                    "{name} of {length}: {path}"
                );
                is_all &= member.is_whole;
            }
            assert!(
                is_all || !contents.troubles.is_empty(),
                "{name} of {length} bytes: nothing is said"
            );
            for trouble in &contents.troubles {
                assert!(
                    matches!(trouble, Trouble::Cut { .. }),
                    "{name} of {length}: {trouble}"
                );
            }
        }
    }
}

/// What has a checksum has no flipped byte that goes unnoticed; nothing panics anywhere.
#[test]
fn a_flipped_byte_is_noticed_where_there_are_checksums() {
    let files = vec![("app.db", bytes(2000, 7))];
    let summed = [
        ("d.zip", zip(&files, CompressionMethod::Deflated)),
        ("b.gz", gzip(&files[0].1)),
        ("b.bz2", bzip2(&files[0].1)),
        ("b.xz", xz(&files[0].1)),
        ("b.zst", zstd(&files[0].1)),
        ("b.tar", tar(&files)),
        ("b.zip", zip(&files, CompressionMethod::Stored)),
        ("b.lz4", lz4(&files[0].1)),
    ];
    for (name, whole) in summed {
        let kind = container(&whole).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x55;
            let archive = Arc::new(Source::from_bytes(name, flipped));
            let reader = Reader::new(&archive, Memory::new(1 << 20), Access::Read);
            let contents = reader.read(kind, |_, _, _| Treatment::Keep);
            if matches!(name, "b.gz" | "b.xz" | "b.bz2") {
                let is_same = members(&contents)
                    .iter()
                    .any(|(_, found)| *found == files[0].1);
                assert!(is_same || !contents.troubles.is_empty(), "{name} at {at}");
            }
        }
    }
}

#[test]
fn a_bomb_ends_at_a_limit() {
    let limits = Limits {
        bytes: 1 << 20,
        ..Limits::default()
    };
    let zeros = vec![0; 8 << 20];
    let file = vec![("zeros", zeros.clone())];
    let mut packed = vec![zip(&file, CompressionMethod::Deflated), gzip(&gzip(&zeros))];
    packed.extend(COMPRESSIONS.map(|(_, _, compress)| compress(&tar(&file))));
    for bytes in packed {
        let contents = read_with("bomb", bytes, 1 << 30, limits);
        assert!(
            matches!(&contents.troubles[..], [Trouble::TooMuch { .. }]),
            "{:?}",
            contents.troubles
        );
        let kept: u64 = contents
            .members
            .iter()
            .map(|member| member.source.len())
            .sum();
        assert!(kept <= 1 << 20);
        assert!(contents.members.iter().all(|member| !member.is_whole));
    }
}

#[test]
fn depth_and_number_are_limited() {
    let mut nested = gzip(b"something");
    for _ in 0..20 {
        nested = gzip(&nested);
    }
    let contents = read("deep.gz", nested);
    assert!(matches!(&contents.troubles[..], [Trouble::TooMuch { .. }]));

    let names: Vec<String> = (0..30).map(|number| format!("{number}.db")).collect();
    let many: Vec<(&str, Vec<u8>)> = names.iter().map(|name| (&name[..], vec![1])).collect();
    let limits = Limits {
        members: 10,
        ..Limits::default()
    };
    for packed in [tar(&many), zip(&many, CompressionMethod::Stored)] {
        let contents = read_with("many", packed, 1 << 20, limits);
        assert_eq!(contents.members.len(), 10);
        assert!(matches!(&contents.troubles[..], [Trouble::TooMuch { .. }]));
    }
}

#[test]
fn members_of_one_name_are_told_apart() {
    let files = vec![
        ("app.db", b"first".to_vec()),
        ("app.db", b"second".to_vec()),
        ("app.db", b"third".to_vec()),
    ];
    let contents = read("b.tar", tar(&files));
    let members = members(&contents);
    let names: Vec<_> = members.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["b.tar!app.db#1", "b.tar!app.db#2", "b.tar!app.db"]);
    assert_eq!(members[2].1, b"third");
    assert!(contents.members.iter().all(|member| member.of_name == 3));
}

#[test]
fn a_size_that_lies_is_told() {
    let mut lying = tar(&[("app.db", bytes(1000, 8))]);
    // The size, in octal, and the checksum of the header.
    let header = tar::Header::from_byte_slice(&lying[..512]);
    let mut header = header.clone();
    header.set_size(1 << 40);
    header.set_cksum();
    lying[..512].copy_from_slice(header.as_bytes());
    for (name, packed) in [("b.tar", lying.clone()), ("b.tar.gz", gzip(&lying))] {
        let contents = read(name, packed);
        assert_eq!(contents.members.len(), 1);
        assert!(!contents.members[0].is_whole);
        assert!(contents.members[0].source.len() < 4096);
        assert!(
            matches!(&contents.troubles[..], [Trouble::Cut { .. }]),
            "{:?}",
            contents.troubles
        );
    }
}

#[test]
fn what_follows_the_end_of_a_tar_is_not_passed_over_in_silence() {
    let joined = [tar(&files()), tar(&files())].concat();
    for (name, packed) in [("b.tar", joined.clone()), ("b.tar.gz", gzip(&joined))] {
        let contents = read(name, packed);
        assert_eq!(contents.members.len(), 3);
        assert!(
            matches!(&contents.troubles[..], [Trouble::Continues { .. }]),
            "{:?}",
            contents.troubles
        );
    }
    let mut padded = tar(&files());
    padded.resize(padded.len() + 100_000, 0);
    assert_are(&read("b.tar", padded), "b.tar", &files());
}

#[test]
fn progress_is_told() {
    let packed = gzip(&tar(&files()));
    let archive = Arc::new(Source::from_bytes("b.tar.gz", packed));
    let told = std::cell::Cell::new(0);
    let tell = |bytes| told.set(told.get() + bytes);
    let reader = Reader::new(&archive, Memory::new(0), Access::Read).with_progress(&tell);
    let contents = reader.read(Container::Gzip, |_, _, _| Treatment::PassOver);
    assert_eq!(contents.passed_over, 1);
    assert_eq!(told.get(), archive.len());
}

#[test]
fn headers_that_never_end_are_given_up() {
    // A long name of many MiB.
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::GNULongName);
    header.set_size(64 << 20);
    header.set_cksum();
    let mut archive = header.as_bytes().to_vec();
    archive.resize(archive.len() + (64 << 20), b'a');
    archive.extend(tar(&files()));
    let contents = read("b.tar.gz", gzip(&archive));
    assert!(contents.members.is_empty());
    assert!(matches!(&contents.troubles[..], [Trouble::Damaged { .. }]));
}

#[test]
fn a_sparse_member_has_its_holes() {
    // One block of data at 1 MiB of a file of 2 MiB.
    let mut header = tar::Header::new_gnu();
    header.set_path("sparse.db").unwrap();
    header.set_entry_type(tar::EntryType::GNUSparse);
    header.set_size(512);
    {
        let gnu = header.as_gnu_mut().unwrap();
        gnu.set_real_size(2 << 20);
        let octal = |field: &mut [u8; 12], value: u64| {
            field.copy_from_slice(format!("{value:011o}\0").as_bytes());
        };
        octal(&mut gnu.sparse[0].offset, 1 << 20);
        octal(&mut gnu.sparse[0].numbytes, 512);
        octal(&mut gnu.sparse[1].offset, 2 << 20);
        octal(&mut gnu.sparse[1].numbytes, 0);
    }
    header.set_cksum();
    let mut archive = header.as_bytes().to_vec();
    archive.extend([7; 512]);
    archive.extend([0; 1024]);
    let mut expected = vec![0; 2 << 20];
    expected[1 << 20..][..512].fill(7);
    for (name, packed) in [("b.tar", archive.clone()), ("b.tar.gz", gzip(&archive))] {
        let contents = read(name, packed);
        assert_are(&contents, name, &[("sparse.db", expected.clone())]);
    }
}

#[test]
fn an_encrypted_member_is_told_and_the_others_are_read() {
    let mut whole = zip(&files(), CompressionMethod::Stored);
    // The lowest bit of the flags: of the first member's header, and of its entry in the directory.
    whole[6] |= 1;
    let directory = whole
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap();
    whole[directory + 8] |= 1;
    let contents = read("b.zip", whole);
    assert!(
        matches!(&contents.troubles[..], [Trouble::Encrypted { name }] if name == "b.zip!data/app.db")
    );
    assert_eq!(contents.members.len(), 2);
}

#[test]
fn names_are_labels() {
    for name in ["../../etc/passwd", "a\u{1b}[2Jb", "/absolute"] {
        let mut header = tar::Header::new_gnu();
        header.set_size(1);
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        let mut archive = header.as_bytes().to_vec();
        archive.extend([9; 512]);
        archive.extend([0; 1024]);
        let contents = read("b.tar", archive);
        assert_eq!(contents.members[0].name.member().to_str(), Some(name));
    }
}

#[test]
fn what_is_passed_over_is_not_kept() {
    let archive = Arc::new(Source::from_bytes("b.tar.gz", gzip(&tar(&files()))));
    let reader = Reader::new(&archive, Memory::new(0), Access::Read);
    let mut asked = Vec::new();
    let contents = reader.read(Container::Gzip, |name, head, length| {
        asked.push((name.member().to_path_buf(), head.len(), length));
        match container(head) {
            Some(container) => Treatment::Open(container),
            None => Treatment::PassOver,
        }
    });
    assert!(contents.members.is_empty());
    assert_eq!(contents.passed_over, 3);
    assert_eq!(asked[1], ("data/app.db".into(), 4096, Some(300_000)));
    assert_eq!(asked[3], ("empty".into(), 0, Some(0)));
}

#[test]
fn a_reader_that_fails_is_told_once() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
    let mut decoder = crate::container::Coding::Zstd.decoder(Failing);
    assert!(decoder.read(&mut [0; 8]).is_err());
    let whole = gzip(&tar(&files()));
    let contents = read("b.tar.gz", whole[..whole.len() / 2].to_vec());
    assert!(
        matches!(&contents.troubles[..], [Trouble::Cut { .. }]),
        "{:?}",
        contents.troubles
    );
}

#[test]
fn many_links_to_one_file_are_read() {
    const LINKS: usize = 50_000;
    let mut builder = tar::Builder::new(Vec::new());
    let content = bytes(5000, 9);
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_cksum();
    builder
        .append_data(&mut header, "0.db", &content[..])
        .unwrap();
    for number in 1..LINKS {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Link);
        header.set_size(0);
        builder
            .append_link(&mut header, format!("{number}.db"), "0.db")
            .unwrap();
    }
    let packed = builder.into_inner().unwrap();
    for (name, packed) in [("b.tar", packed.clone()), ("b.tar.gz", gzip(&packed))] {
        let contents = read(name, packed);
        assert!(contents.troubles.is_empty());
        assert_eq!(contents.members.len(), LINKS);
        let ends = [&contents.members[0], &contents.members[LINKS - 1]];
        for member in ends {
            assert_eq!(
                &*member.source.window(0, content.len()).unwrap(),
                &content[..]
            );
        }
    }
}
