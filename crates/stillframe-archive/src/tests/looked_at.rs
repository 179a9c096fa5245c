use std::cell::RefCell;

use stillframe_testkit::archives::{gzip, tar};

use super::*;

#[test]
fn what_is_decoded_is_looked_at_once_it_is_whole() {
    // The archive is long enough to be decoded on a thread of its own.
    let files = [
        ("first", bytes(400_000, 1)),
        ("left", bytes(1000, 2)),
        ("second", bytes(5000, 3)),
        ("cut", bytes(300_000, 4)),
    ];
    let plain = tar(&files);
    let whole = plain.len() - 250_000;
    for is_compressed in [true, false] {
        let archive = match is_compressed {
            true => gzip(&plain[..whole]),
            false => plain[..whole].to_vec(),
        };
        let kind = container(&archive).expect("it is one");
        let archive = Arc::new(Source::from_bytes("a", archive));
        let seen = RefCell::default();
        let look = |name: &crate::Name, source: Source| {
            let length = source.len();
            RefCell::<Vec<_>>::borrow_mut(&seen).push((name.member().to_path_buf(), length));
            source
        };
        let reader = Reader::new(&archive, Memory::new(1 << 20), Access::Read).with_look(&look);
        let contents = reader.read(kind, |name, head, _| match container(head) {
            Some(container) => Treatment::Open(container),
            None if name.member().ends_with("left") => Treatment::PassOver,
            None => Treatment::Keep,
        });
        assert_eq!(contents.members.len(), 3);
        let expected: Vec<(std::path::PathBuf, u64)> = match is_compressed {
            true => vec![("first".into(), 400_000), ("second".into(), 5000)],
            // What stands there as it is is not decoded.
            false => Vec::new(),
        };
        assert_eq!(seen.into_inner(), expected);
    }
}
