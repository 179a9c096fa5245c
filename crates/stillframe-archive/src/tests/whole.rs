use std::sync::Arc;

use stillframe_source::{Access, Memory, Source};
use stillframe_testkit::archives::{COMPRESSIONS, CompressionMethod, gzip, tar, zip, zstd};

use super::{assert_are, bytes, container, files, members, read, read_with};
use crate::{Container, Limits, Modified, Reader, Treatment};

#[test]
fn members_are_what_was_packed() {
    let files = files();
    assert_are(&read("b.tar", tar(&files)), "b.tar", &files);
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        assert_are(&read("b.zip", zip(&files, method)), "b.zip", &files);
    }
    for (ending, compress) in COMPRESSIONS {
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
    for (ending, compress) in COMPRESSIONS {
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
        assert!(contents.problems.is_empty());
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
    for (ending, compress) in COMPRESSIONS {
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

/// The time of a file that was compressed alone stands in a gzip file, where it is not 0; it stands for what says nothing itself.
#[test]
fn a_gzip_file_tells_when_what_it_holds_was_changed() {
    let told = |packed: Vec<u8>| {
        let contents = read("b.gz", packed);
        assert!(contents.problems.is_empty(), "{:?}", contents.problems);
        let times = contents.members.iter().map(|member| member.modified);
        times.collect::<Vec<_>>()
    };
    let dated = |bytes: &[u8], seconds: u32| {
        let mut packed = gzip(bytes);
        packed[4..8].copy_from_slice(&seconds.to_le_bytes());
        packed
    };
    // Of 2020 and of 2100.
    for seconds in [1_600_000_000, 4_102_444_800] {
        let time = Modified::since_1970(seconds.into());
        // What is long is decoded ahead.
        for length in [0, 1000, 8 << 20] {
            let content = (0..length).map(|i: u32| (i.wrapping_mul(i) >> 7) as u8);
            let content: Vec<u8> = content.collect();
            let packed = dated(&content, seconds);
            let is_ahead = packed.len() as u64 >= crate::ahead::LEAST_BYTES;
            assert_eq!(is_ahead, length > 1000);
            assert_eq!(told(packed), [time]);
            assert_eq!(told(gzip(&content)), [None]);
        }
        let content = bytes(5000, 1);
        let inner = dated(&content, seconds);
        // In what tells no time, and in what tells another.
        let files = [("a.gz", inner.clone()), ("b", content.clone())];
        assert_eq!(told(tar(&files)), [time, None]);
        assert_eq!(told(dated(&inner, 7)), [time]);
        assert_eq!(told(dated(&gzip(&content), seconds)), [time]);
        assert_eq!(told(zstd(&inner)), [time]);
        let mut header = tar::Header::new_gnu();
        header.set_path("a.gz").unwrap();
        header.set_size(inner.len() as u64);
        header.set_mtime(7);
        header.set_cksum();
        let mut outer = tar::Builder::new(Vec::new());
        outer.append(&header, &inner[..]).unwrap();
        assert_eq!(told(outer.into_inner().unwrap()), [time]);
    }
    // The same bytes say nothing in other compressions.
    for (_, compress) in COMPRESSIONS.iter().filter(|(ending, _)| *ending != "gz") {
        assert_eq!(told(compress(&bytes(5000, 1))), [None]);
    }
}
