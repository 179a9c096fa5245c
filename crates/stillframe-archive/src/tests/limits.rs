use stillframe_testkit::archives::{COMPRESSIONS, CompressionMethod, gzip, tar, xz, zip};

use super::{bytes, files, read, read_with};
use crate::{Limits, Trouble};

#[test]
fn a_bomb_ends_at_a_limit() {
    let limits = Limits {
        bytes: 1 << 20,
        ..Limits::default()
    };
    let zeros = vec![0; 8 << 20];
    let file = vec![("zeros", zeros.clone())];
    let mut packed = vec![zip(&file, CompressionMethod::Deflated), gzip(&gzip(&zeros))];
    packed.extend(COMPRESSIONS.map(|(_, compress)| compress(&tar(&file))));
    for bytes in packed {
        let contents = read_with("bomb", bytes, 1 << 30, limits);
        assert!(
            matches!(&contents.troubles()[..], [Trouble::TooMuch { .. }]),
            "{:?}",
            contents.problems
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
    assert!(matches!(
        &contents.troubles()[..],
        [Trouble::TooMuch { .. }]
    ));

    let names: Vec<String> = (0..30).map(|number| format!("{number}.db")).collect();
    let many: Vec<(&str, Vec<u8>)> = names.iter().map(|name| (&name[..], vec![1])).collect();
    let limits = Limits {
        members: 10,
        ..Limits::default()
    };
    for packed in [tar(&many), zip(&many, CompressionMethod::Stored)] {
        let contents = read_with("many", packed, 1 << 20, limits);
        assert_eq!(contents.members.len(), 10);
        assert!(matches!(
            &contents.troubles()[..],
            [Trouble::TooMuch { .. }]
        ));
    }
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
    assert!(matches!(
        &contents.troubles()[..],
        [Trouble::Damaged { .. }]
    ));
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
        assert!(contents.problems.is_empty());
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

/// What takes too much memory to decode is sound, and is called so.
#[test]
fn what_looks_back_too_far_is_not_called_damaged() {
    // A frame with a window descriptor: 128 MiB is what zstd decodes unasked, 256 MiB is not.
    let frame = |descriptor: u8| [&[0x28, 0xb5, 0x2f, 0xfd, 0, descriptor, 1, 0, 0][..]].concat();
    let exponent = |log: u8| (log - 10) << 3;
    let contents = read("app.db.zst", frame(exponent(27)));
    assert!(contents.problems.is_empty(), "{:?}", contents.problems);
    let mut dictionary = xz(b"something");
    // The block header: its size, flags, the filter, the size of its properties, the dictionary of 1.5 GiB.
    assert_eq!(&dictionary[12..16], [2, 0, 0x21, 1]);
    dictionary[16] = 37;
    let sum = crc32fast::hash(&dictionary[12..20]);
    dictionary[20..24].copy_from_slice(&sum.to_le_bytes());
    for (name, packed) in [("a.zst", frame(exponent(28))), ("a.xz", dictionary)] {
        let contents = read(name, packed);
        let [Trouble::Unsupported { name: told, .. }] = &contents.troubles()[..] else {
            panic!("{:?}", contents.problems);
        };
        assert_eq!(told, name);
    }
}
