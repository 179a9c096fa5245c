use stillframe_wal::{Checksum, CommitNumber, FrameNumber};

use super::*;

fn frame(number: u32) -> FrameNumber {
    FrameNumber::new(number).unwrap()
}

/// Of two frames each.
fn commits(count: u32) -> CommitPicture {
    let mut picture = CommitPicture::default();
    for number in 1..=count {
        picture.commit(&Commit {
            number: CommitNumber::new(number),
            first_frame: frame(number * 2 - 1),
            last_frame: frame(number * 2),
            size_after: number,
            checksum: Checksum::default(),
        });
    }
    picture
}

#[test]
fn many_commits_are_taken_together() {
    for count in [1, 255, 256, 257, 511, 512, 513, 100_000] {
        let picture = commits(count);
        assert!(picture.groups.len() <= MOST, "{count}");
        assert!(count < 256 || picture.groups.len() >= MOST / 2, "{count}");
        // Nothing is left out, and nothing is there twice.
        let mut next = (1, 1);
        for group in &picture.groups {
            assert_eq!((group.first, group.first_frame), next);
            assert_eq!(group.size_after, group.last);
            next = (group.last + 1, group.last_frame + 1);
        }
        assert_eq!(next, (count + 1, count * 2 + 1));
    }
}

#[test]
fn slots_are_taken_together_by_their_reason() {
    let mut picture = commits(1);
    picture.uncommitted(3, 2);
    picture.uncommitted(3, 4);
    let slot = |number, reason| Slot {
        number: frame(number),
        header: None,
        reason,
    };
    for number in 5..8 {
        picture.slot(&slot(
            number,
            SlotReason::OtherGeneration {
                chains: number % 2 == 0,
            },
        ));
    }
    picture.slot(&slot(8, SlotReason::Torn { present: 3 }));
    let runs: Vec<_> = picture
        .runs
        .iter()
        .map(|run| (run.first, run.last))
        .collect();
    assert_eq!(runs, [(3, 4), (5, 7), (8, 8)]);
    for number in 9..10_000 {
        let reason = match number % 2 {
            0 => SlotReason::ZeroFilled,
            _ => SlotReason::PageNumberZero,
        };
        picture.slot(&slot(number, reason));
    }
    assert_eq!(picture.runs.len(), MOST);
    assert_eq!(picture.runs.last().unwrap().kind, Kind::Several);
    assert_eq!(picture.runs.last().unwrap().last, 9_999);
    let mut out = Vec::new();
    picture.write(&mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("1 commit in 9,999 slots"), "{text}");
    assert!(text.contains("of several kinds"), "{text}");
}
