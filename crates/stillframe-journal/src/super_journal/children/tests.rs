use super::*;

/// As `pager_delsuper` goes through the bytes: as C strings, behind which there are zeros.
fn as_sqlite(bytes: &[u8]) -> Vec<&[u8]> {
    let mut names = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let length = rest.iter().position(|&byte| byte == 0);
        let name = &rest[..length.unwrap_or(rest.len())];
        names.push(name);
        at += name.len() + 1;
    }
    names
}

fn names(bytes: &[u8]) -> Vec<&[u8]> {
    children(bytes).map(|child| child.name).collect()
}

#[test]
fn what_was_written_is_read() {
    let written = [
        &b"/var/lib/app.db-journal"[..],
        b"second.db-journal",
        b"",
        b"\xff",
    ];
    let bytes = encode_children(written);
    assert_eq!(names(&bytes), written);
    for child in children(&bytes) {
        let (start, end) = (child.range.start as usize, child.range.end as usize);
        assert_eq!(&bytes[start..end], child.name);
        assert!(child.is_ended);
    }
    assert_eq!(encode_children(names(&bytes)), bytes);
    assert_eq!(names(b""), Vec::<&[u8]>::new());
}

#[test]
fn every_cut_and_every_flip_is_read_as_sqlite_does() {
    let bytes = encode_children([&b"a.db-journal"[..], b"/b/b.db-journal", b"c"]);
    for length in 0..=bytes.len() {
        let cut = &bytes[..length];
        assert_eq!(names(cut), as_sqlite(cut), "{length}");
        let ends = cut.last().is_none_or(|&byte| byte == 0);
        assert_eq!(children(cut).all(|child| child.is_ended), ends);
    }
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(names(&flipped), as_sqlite(&flipped), "{bit}");
    }
    for byte in 0..bytes.len() {
        let mut cleared = bytes.clone();
        cleared[byte] = 0;
        assert_eq!(names(&cleared), as_sqlite(&cleared), "{byte}");
    }
}

/// Whatever a file of that name holds, nothing of it is kept, and a name is looked at when it is asked for.
#[test]
fn a_large_file_is_read_as_far_as_it_is_asked_for() {
    let zeros = alloc::vec![0; 1 << 20];
    assert_eq!(children(&zeros).count(), zeros.len());
    let one = alloc::vec![b'x'; 1 << 20];
    assert_eq!(children(&one).count(), 1);
}
