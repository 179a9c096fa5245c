use std::thread;

use stillframe_testkit::archives::{bzip2, gzip, lz4, xz, zstd};

use super::*;

/// Bytes that hardly compress, of more than a few pieces.
fn bytes() -> Vec<u8> {
    let mut state = 7u64;
    let next = |_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 59) as u8
    };
    (0..3 * PIECE_BYTES + 1000).map(next).collect()
}

/// What a reader gives, and how it ends.
fn drained(mut reader: impl Read) -> (Vec<u8>, Option<io::ErrorKind>) {
    let mut bytes = Vec::new();
    let failed = reader.read_to_end(&mut bytes).err();
    (bytes, failed.map(|error| error.kind()))
}

fn drained_ahead(source: &Arc<Source>, coding: Coding) -> (Vec<u8>, Option<io::ErrorKind>, u64) {
    let taken = Cell::new(0);
    let count = |bytes| taken.set(taken.get() + bytes);
    let source = Arc::clone(source);
    let (bytes, failed) =
        thread::scope(|scope| drained(DecodedAhead::begin(scope, source, coding, &count)));
    (bytes, failed, taken.get())
}

#[test]
fn what_is_decoded_ahead_is_what_is_decoded() {
    let content = bytes();
    for (coding, whole) in [
        (Coding::Gzip, gzip(&content)),
        (Coding::Zstd, zstd(&content)),
        (Coding::Bzip2, bzip2(&content)),
        (Coding::Xz, xz(&content)),
        (Coding::Lz4, lz4(&content)),
    ] {
        // Whole, cut, and with other bytes behind the end or in the middle.
        let mut cases: Vec<Vec<u8>> = (0..=8)
            .map(|n| whole[..whole.len() * n / 8].to_vec())
            .collect();
        cases.push([whole.clone(), b"more".to_vec()].concat());
        let mut damaged = whole;
        let middle = damaged.len() / 2;
        damaged[middle] ^= 0x55;
        cases.push(damaged);
        for case in cases {
            let length = case.len() as u64;
            let source = Arc::new(Source::from_bytes("it", case));
            let direct = drained(coding.decoder(Cursor::new(&source)));
            let (bytes, failed, taken) = drained_ahead(&source, coding);
            // Before an error, it depends on how much is asked for at a time how much comes.
            assert_eq!(failed, direct.1, "{coding:?}, {length} bytes");
            assert!(bytes.starts_with(&direct.0), "{coding:?}, {length} bytes");
            assert!(failed.is_some() || bytes == direct.0);
            assert!(taken <= length);
            if failed.is_none() {
                assert_eq!(taken, length, "{coding:?}");
            }
        }
    }
}

#[test]
fn decoding_ends_where_nobody_reads_on() {
    let content = vec![0; (MOST_AHEAD + 10) * PIECE_BYTES];
    let source = Arc::new(Source::from_bytes("it", gzip(&content)));
    thread::scope(|scope| {
        let mut decoded = DecodedAhead::begin(scope, source, Coding::Gzip, &|_| {});
        let mut first = [1; 100];
        decoded.read_exact(&mut first).expect("there are more");
        assert_eq!(first, [0; 100]);
    });
}
