use std::sync::Arc;

use stillframe_source::{Access, Memory, Source};
use stillframe_testkit::archives::{CompressionMethod, zip};

use super::{assert_are, files, members};
use crate::{Container, Contents, Reader, Treatment, Trouble, ends_as_zip};

/// Where these bytes stand, from each end.
fn places(whole: &[u8], signature: &[u8]) -> (usize, usize) {
    let mut at = whole
        .windows(4)
        .enumerate()
        .filter(|(_, four)| *four == signature);
    let first = at.next().unwrap().0;
    (first, at.next_back().map_or(first, |last| last.0))
}

fn read_as_zip(bytes: Vec<u8>) -> Contents {
    let archive = Arc::new(Source::from_bytes("b.zip", bytes));
    let reader = Reader::new(&archive, Memory::new(1 << 20), Access::Read);
    reader.read(Container::Zip, |_, _, _| Treatment::Keep)
}

/// Names, methods, sums, sizes and the number of members stand twice, in the directory and elsewhere: a byte of one that is
/// another one is told.
#[test]
fn what_stands_twice_in_a_zip_is_compared() {
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let whole = zip(&files(), method);
        assert!(read_as_zip(whole.clone()).problems.is_empty());
        let (local, _) = places(&whole, b"PK\x03\x04");
        let (_, central) = places(&whole, b"PK\x01\x02");
        let (_, end) = places(&whole, b"PK\x05\x06");
        let name = |at: usize| usize::from(u16::from_le_bytes([whole[at], whole[at + 1]]));
        let mut fields = Vec::new();
        fields.extend(local + 8..local + 10);
        fields.extend(local + 14..local + 26);
        fields.extend(local + 30..local + 30 + name(local + 26));
        fields.extend(central + 10..central + 12);
        fields.extend(central + 16..central + 28);
        fields.extend(central + 46..central + 46 + name(central + 28));
        fields.extend(end + 8..end + 12);
        for at in fields {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            assert!(!read_as_zip(flipped).problems.is_empty(), "at {at}");
        }
    }
}

#[test]
fn a_name_that_stands_otherwise_before_the_member_is_told_with_its_place() {
    let mut whole = zip(&files(), CompressionMethod::Deflated);
    let (_, central) = places(&whole, b"PK\x01\x02");
    let name = usize::from(whole[central + 28]);
    whole[central + 46 + name - 1] = b'?';
    let contents = read_as_zip(whole);
    let [problem] = &contents.problems[..] else {
        panic!("{:?}", contents.problems);
    };
    assert_eq!(problem.range.start, central as u64);
    let Trouble::Damaged { reason, .. } = &problem.trouble else {
        panic!("{problem}");
    };
    assert!(
        reason.to_string().contains("the directory calls it"),
        "{reason}"
    );
    // The member is judged by its bytes all the same.
    assert_eq!(contents.members.len(), files().len());
    assert!(contents.members.iter().all(|member| member.is_whole));
}

/// What the directory lists behind as many as it counts is a member, too.
#[test]
fn members_that_are_not_counted_are_read() {
    let mut whole = zip(&files(), CompressionMethod::Deflated);
    let (_, end) = places(&whole, b"PK\x05\x06");
    let counted = files().len() as u8 - 1;
    (whole[end + 8], whole[end + 10]) = (counted, counted);
    let contents = read_as_zip(whole);
    assert_eq!(contents.members.len(), files().len());
    assert!(
        members(&contents)
            .iter()
            .zip(files())
            .all(|((_, found), (_, file))| *found == file)
    );
    assert!(
        matches!(&contents.troubles()[..], [Trouble::Damaged { name, reason }]
            if name == "b.zip" && reason.to_string() == "its directory counts 2, and lists 3"),
        "{:?}",
        contents.problems
    );
}

/// A program in front of the archive does not move what the directory says, but in one that was told of it.
#[test]
fn an_archive_that_unpacks_itself_is_read() {
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let whole = zip(&files(), method);
        let program = [&b"MZ"[..], &[7; 5000]].concat();
        let packed = [program, whole.clone()].concat();
        assert!(ends_as_zip(&Source::from_bytes("a.exe", packed.clone())));
        assert_are(&read_as_zip(packed.clone()), "b.zip", &files());
        let script = [&b"#!/bin/sh\nexec unzip $0\n"[..], &whole].concat();
        assert!(ends_as_zip(&Source::from_bytes("a.sh", script)));
        for cut in [1, 20, 200] {
            let cut = packed[..packed.len() - cut].to_vec();
            assert!(!ends_as_zip(&Source::from_bytes("a.exe", cut)));
        }
    }
    for other in [&b""[..], b"PK\x05\x06", &[0; 22], &[b'P'; 70_000]] {
        assert!(!ends_as_zip(&Source::from_bytes("a", other.to_vec())));
    }
}
