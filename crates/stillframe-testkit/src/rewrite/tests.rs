use super::*;
use crate::naive::{Writer, accept};

/// Three frames of the newest generation over five of the one before.
fn with_slack() -> Vec<u8> {
    let mut older = Writer::new(512, (6, 70), 2);
    let mut newer = Writer::new(512, (7, 80), 3);
    for page in 1..=5_u8 {
        older.frame(page.into(), &[page; 512], 5);
        if page <= 3 {
            newer.frame(page.into(), &[page + 10; 512], 5);
        }
    }
    let (older, mut newer) = (older.into_bytes(), newer.into_bytes());
    newer.extend_from_slice(&older[newer.len()..]);
    newer
}

fn continues(wal: &[u8], frame: usize) -> bool {
    let mut sealed = wal.to_vec();
    seal_frames(&mut sealed, frame..=frame);
    sealed == wal
}

#[test]
fn new_salts_leave_every_frame_as_verifiable_as_before() {
    let wal = resalt(&with_slack(), 1000, 2000);
    let accepted = accept(&wal).unwrap();
    assert_eq!((accepted.salts, accepted.frames.len()), ((1000, 2000), 3));
    assert!(
        !continues(&wal, 4),
        "the first frame of the older generation has lost its predecessor"
    );
    assert!(continues(&wal, 5));
    assert_eq!(be32(&wal, frame_offset(&wal, 5) + 8), 999);
    let older_salts = stored(&wal[frame_offset(&wal, 5) + 8..]);
    let mut older = Writer::new(512, older_salts, 2);
    for page in 1..=5_u8 {
        older.frame(page.into(), &[page; 512], 5);
    }
    let older = older.into_bytes();
    assert_eq!(
        wal[frame_offset(&wal, 4)..],
        older[frame_offset(&wal, 4)..],
        "as SQLite would have written it"
    );
}

#[test]
fn salts_can_be_changed_back() {
    let wal = resalt(&with_slack(), 7, 80);
    assert_eq!(resalt(&resalt(&wal, 1000, 2000), 7, 80), wal);
}

#[test]
fn the_other_byte_order_verifies_as_far() {
    let wal = rechecksum(&with_slack(), true);
    let accepted = accept(&wal).unwrap();
    assert!(accepted.big_endian);
    assert_eq!(accepted.frames.len(), 3);
    assert!(!continues(&wal, 4) && continues(&wal, 5));
    assert_eq!(rechecksum(&wal, false), with_slack());
}
