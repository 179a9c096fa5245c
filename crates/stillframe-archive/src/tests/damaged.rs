use std::io::{self, Read};
use std::sync::Arc;

use stillframe_source::{Access, Memory, Source};
use stillframe_testkit::archives::{
    COMPRESSIONS, CompressionMethod, bzip2, gzip, lz4, tar, xz, zip, zstd,
};

use super::{assert_are, bytes, container, files, members, read};
use crate::{Reader, Treatment, Trouble};

/// Whatever is cut off, nothing is made up, what is whole is whole, and what is missing is told.
#[test]
fn an_archive_cut_at_any_length_gives_what_is_there() {
    let files = vec![("app.db", bytes(3000, 5)), ("app.db-wal", bytes(1500, 6))];
    let mut packed: Vec<(String, Vec<u8>)> = vec![
        ("b.tar".into(), tar(&files)),
        ("b.zip".into(), zip(&files, CompressionMethod::Stored)),
        ("d.zip".into(), zip(&files, CompressionMethod::Deflated)),
    ];
    for (ending, compress) in COMPRESSIONS {
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
                is_all || !contents.problems.is_empty(),
                "{name} of {length} bytes: nothing is said"
            );
            for trouble in contents.troubles() {
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
                assert!(is_same || !contents.problems.is_empty(), "{name} at {at}");
            }
        }
    }
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
            matches!(&contents.troubles()[..], [Trouble::Cut { .. }]),
            "{:?}",
            contents.problems
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
            matches!(&contents.troubles()[..], [Trouble::Continues { .. }]),
            "{:?}",
            contents.problems
        );
    }
    let mut padded = tar(&files());
    padded.resize(padded.len() + 100_000, 0);
    assert_are(&read("b.tar", padded), "b.tar", &files());
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
        matches!(&contents.troubles()[..], [Trouble::Encrypted { name }] if name == "b.zip!data/app.db")
    );
    assert_eq!(contents.members.len(), 2);
}

#[test]
fn a_reader_that_fails_is_told_once() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
    let mut decoder = crate::coding::Coding::Zstd.decoder(Failing);
    assert!(decoder.read(&mut [0; 8]).is_err());
    let whole = gzip(&tar(&files()));
    let contents = read("b.tar.gz", whole[..whole.len() / 2].to_vec());
    assert!(
        matches!(&contents.troubles()[..], [Trouble::Cut { .. }]),
        "{:?}",
        contents.problems
    );
}

/// Tapes and block devices leave zeros behind what was written to them.
#[test]
fn zeros_behind_a_stream_are_passed_over() {
    for (ending, compress) in COMPRESSIONS {
        let mut packed = compress(&bytes(100_000, 3));
        packed.resize(packed.len() + 100_000, 0);
        let name = format!("app.db.{ending}");
        let expected = [("app.db", bytes(100_000, 3))];
        assert_are(&read(&name, packed), &name, &expected);
    }
}

#[test]
fn what_follows_a_stream_is_told_and_the_stream_is_whole() {
    let content = bytes(100_000, 3);
    for (ending, compress) in COMPRESSIONS {
        let whole = compress(&content);
        let padded = [&whole, &[0; 512][..]].concat();
        for behind in [&b"other"[..], b"x", &whole[1..]] {
            for begin in [&whole, &padded] {
                let name = format!("app.db.{ending}");
                let contents = read(&name, [begin, behind].concat());
                let [Trouble::Continues { name: told }] = &contents.troubles()[..] else {
                    panic!("{name}: {:?}", contents.problems);
                };
                assert_eq!(*told, name);
                assert!(contents.members[0].is_whole);
                assert!(members(&contents)[0].1 == content);
            }
        }
        // The same around a tar.
        let packed = [compress(&tar(&files())), b"other".to_vec()].concat();
        let contents = read(&format!("b.tar.{ending}"), packed);
        assert_eq!(contents.members.len(), 3);
        assert!(matches!(
            &contents.troubles()[..],
            [Trouble::Continues { .. }]
        ));
    }
}

#[test]
fn a_compressed_file_that_cannot_be_read_has_its_own_name() {
    for (ending, compress) in COMPRESSIONS {
        let name = format!("b.tar.{ending}");
        let mut whole = compress(&tar(&files()));
        whole.truncate(20);
        let contents = read(&name, whole);
        assert!(
            matches!(&contents.troubles()[..], [Trouble::Cut { name: told }] if *told == name),
            "{:?}",
            contents.problems
        );
    }
}

/// Entries of a directory for one and the same member make an archive of any size from a small one.
#[test]
fn members_of_a_zip_that_overlap_are_told_before_anything_is_decoded() {
    let mut whole = zip(
        &[("a.db", bytes(5000, 1)), ("b.db", bytes(5000, 2))],
        CompressionMethod::Deflated,
    );
    let entries: Vec<usize> = (0..whole.len() - 4)
        .filter(|at| whole[*at..].starts_with(b"PK\x01\x02"))
        .collect();
    // The second entry has the place of the first one's header, and its lengths and sum.
    let (first, second) = (entries[0], entries[1]);
    whole.copy_within(first + 16..first + 28, second + 16);
    whole.copy_within(first + 42..first + 46, second + 42);
    let contents = read("b.zip", whole);
    assert_eq!(contents.members.len(), 1);
    assert!(
        matches!(&contents.troubles()[..], [Trouble::Damaged { reason, .. }]
            if reason.to_string().contains("begins within another")),
        "{:?}",
        contents.problems
    );
}
