use std::sync::Arc;

use stillframe_source::{Access, Memory, Source};
use stillframe_testkit::archives::{CompressionMethod, zip};

use super::{assert_are, bytes, files, members};
use crate::zip_around::holds_member;
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
        // The bit of the flags that says that it is encrypted.
        fields.extend([local + 6, central + 8]);
        fields.extend(local + 8..local + 10);
        fields.extend(local + 14..local + 26);
        fields.extend(local + 30..local + 30 + name(local + 26));
        fields.extend(central + 10..central + 12);
        fields.extend(central + 16..central + 28);
        fields.extend(central + 46..central + 46 + name(central + 28));
        fields.extend(end + 8..end + 20);
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

/// Of archives that were joined, only the last is read, and of one whose end was lost, what stands before that.
#[test]
fn an_archive_in_front_of_another_is_told() {
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let first = zip(&[("old.db", bytes(20_000, 9))], method);
        let last = zip(&files(), method);
        let program = [&b"MZ"[..], &[7; 5000]].concat();
        for front in [
            first.clone(),
            first[..5000].to_vec(),
            first[..20].to_vec(),
            [&program[..], &first].concat(),
        ] {
            let contents = read_as_zip([&front[..], &last].concat());
            assert_eq!(contents.members.len(), files().len());
            let [problem] = &contents.problems[..] else {
                panic!("{:?}", contents.problems);
            };
            assert!(matches!(&problem.trouble, Trouble::Follows { name } if name == "b.zip"));
            assert_eq!(problem.range, 0..front.len() as u64);
        }
        // One that lists nothing has something in front of it all the same.
        let nothing = zip::<&str, &[u8]>(&[], method);
        let contents = read_as_zip([&first[..], &nothing].concat());
        assert!(matches!(
            &contents.troubles()[..],
            [Trouble::Follows { .. }]
        ));
        // A program has the signature of a header, as it looks for it.
        let looking = [&program[..], b"PK\x03\x04", &[0; 5000]].concat();
        assert_are(&read_as_zip([looking, last].concat()), "b.zip", &files());
    }
}

#[test]
fn an_archive_behind_another_that_has_no_end_is_told() {
    let first = zip(&files(), CompressionMethod::Deflated);
    let last = zip(&[("new.db", bytes(200_000, 9))], CompressionMethod::Stored);
    let contents = read_as_zip([&first, &last[..50_000]].concat());
    assert_eq!(contents.members.len(), files().len());
    let [problem] = &contents.problems[..] else {
        panic!("{:?}", contents.problems);
    };
    assert!(matches!(&problem.trouble, Trouble::Continues { name } if name == "b.zip"));
    assert_eq!(problem.range.start, first.len() as u64);
    // The end is looked for in the last 64 KiB.
    let contents = read_as_zip([&first, &last[..100_000]].concat());
    assert!(matches!(&contents.troubles()[..], [Trouble::Cut { .. }]));
    let signed = [&first[..], b"a signature", &[0; 5000]].concat();
    assert_are(&read_as_zip(signed), "b.zip", &files());
}

/// The signature of a header is found where the windows meet in which it is looked for.
#[test]
fn a_member_is_found_wherever_it_begins() {
    let member = zip(&[("old.db", bytes(200, 9))], CompressionMethod::Stored);
    for before in (8 << 20) - 5..(8 << 20) + 2 {
        let front = [&vec![7; before][..], &member].concat();
        let length = front.len() as u64;
        let source = Source::from_bytes("a", front);
        assert!(holds_member(&source, 0..length).unwrap(), "{before}");
        assert!(!holds_member(&source, 0..before as u64 + 10).unwrap());
        assert!(!holds_member(&source, 0..0).unwrap());
    }
}

#[test]
fn a_directory_of_another_length_is_told_with_its_place() {
    let whole = zip(&files(), CompressionMethod::Deflated);
    let (_, end) = places(&whole, b"PK\x05\x06");
    for at in end + 12..end + 16 {
        for bit in 0..8 {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << bit;
            let contents = read_as_zip(flipped);
            let [problem] = &contents.problems[..] else {
                panic!("{:?}", contents.problems);
            };
            assert_eq!(problem.range, end as u64 + 12..end as u64 + 16);
            assert!(matches!(&problem.trouble, Trouble::Damaged { reason, .. }
                if reason.to_string().contains("its directory is to have ")));
            assert_eq!(contents.members.len(), files().len());
        }
    }
}

/// The same in the record of an archive whose numbers may not fit.
#[test]
fn a_wide_end_is_compared_with_the_directory() {
    let whole = zip(&files(), CompressionMethod::Deflated);
    let (first, _) = places(&whole, b"PK\x01\x02");
    let (_, end) = places(&whole, b"PK\x05\x06");
    let count = files().len() as u64;
    let mut wide = whole[..end].to_vec();
    wide.extend(b"PK\x06\x06");
    wide.extend(44_u64.to_le_bytes());
    wide.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for number in [count, count, (end - first) as u64, first as u64] {
        wide.extend(number.to_le_bytes());
    }
    wide.extend(b"PK\x06\x07\0\0\0\0");
    wide.extend((end as u64).to_le_bytes());
    wide.extend([1, 0, 0, 0]);
    wide.extend(b"PK\x05\x06\0\0\0\0");
    wide.extend([0xff; 12]);
    wide.extend([0, 0]);
    assert_are(&read_as_zip(wide.clone()), "b.zip", &files());
    let joined = [&wide, &whole[..5000]].concat();
    assert!(matches!(
        &read_as_zip(joined).troubles()[..],
        [Trouble::Continues { .. }]
    ));
    for at in end + 40..end + 48 {
        let mut flipped = wide.clone();
        flipped[at] ^= 1;
        let contents = read_as_zip(flipped);
        let [problem] = &contents.problems[..] else {
            panic!("{:?}", contents.problems);
        };
        assert_eq!(problem.range, end as u64 + 40..end as u64 + 48);
    }
}
