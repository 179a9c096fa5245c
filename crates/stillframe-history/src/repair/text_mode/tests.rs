use std::fmt::Write as _;

use super::{TextDamage, TextDoubt, Undone};
use crate::{BackupSet, Bytes as _, Input};

/// Pages of 512 bytes with every value in them, longer than a piece.
fn database() -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..512 * 300usize)
        .map(|at| (at * at / 7 + at / 512) as u8)
        .collect();
    bytes[..16].copy_from_slice(b"SQLite format 3\0");
    bytes[16..24].copy_from_slice(&[2, 0, 1, 1, 0, 64, 32, 32]);
    // Ends of lines over the end of a piece, as they were, and as they are made.
    bytes[65535] = b'\r';
    bytes[65536] = b'\n';
    bytes[131_060] = b'\n';
    bytes
}

fn with_carriage_returns(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().fold(Vec::new(), |mut text, &byte| {
        if byte == b'\n' {
            text.push(b'\r');
        }
        text.push(byte);
        text
    })
}

fn as_latin_1(bytes: &[u8]) -> Vec<u8> {
    let text = bytes.iter().fold(String::new(), |mut text, &byte| {
        write!(text, "{}", char::from(byte)).unwrap();
        text
    });
    text.into_bytes()
}

fn damage(bytes: &[u8]) -> Option<TextDamage> {
    let set = BackupSet {
        database: Some(Input::new("app.db", bytes.to_vec())),
        ..BackupSet::default()
    };
    TextDamage::of(&set, &()).unwrap()
}

fn undone(bytes: Vec<u8>, damage: TextDamage) -> Vec<u8> {
    let undone = Undone::new(Box::new(bytes), damage, &()).unwrap();
    let mut all = vec![0; undone.len() as usize];
    undone.read_exact_at(0, &mut all).unwrap();
    // And in parts, wherever they begin.
    for offset in (0..all.len()).step_by(4093) {
        let length = 5000.min(all.len() - offset);
        let window = undone.window(offset as u64, length).unwrap();
        assert_eq!(*window, all[offset..offset + length]);
    }
    assert!(undone.window(all.len() as u64, 1).is_err());
    all
}

#[test]
fn what_was_inserted_is_taken_out_again() {
    let database = database();
    for damaged in [with_carriage_returns(&database), as_latin_1(&database)] {
        let damage = damage(&damaged).unwrap();
        assert!(damage.can_be_undone());
        assert_eq!(undone(damaged, damage), database);
    }
}

#[test]
fn what_was_replaced_is_lost() {
    let text = String::from_utf8_lossy(&database()).into_owned();
    let found = damage(text.as_bytes()).unwrap();
    assert!(matches!(found, TextDamage::Replaced { .. }), "{found:?}");
    assert!(!found.can_be_undone());
}

/// A database that is whole, or was cut anywhere, was not damaged so.
#[test]
fn other_damage_is_none_of_this() {
    let database = database();
    assert_eq!(damage(&database), None);
    for length in (100..database.len()).step_by(509) {
        assert_eq!(damage(&database[..length]), None, "{length}");
    }
    // One line feed that came without.
    let mut damaged = with_carriage_returns(&database);
    let feed = damaged.iter().rposition(|&byte| byte == b'\n').unwrap();
    damaged.remove(feed - 1);
    assert_eq!(damage(&damaged), None);
    assert_eq!(damage(b"SQLite format 3\0 and no more"), None);
}

fn doubt(bytes: &[u8]) -> Option<TextDoubt> {
    let set = BackupSet {
        database: Some(Input::new("app.db", bytes.to_vec())),
        ..BackupSet::default()
    };
    TextDamage::or_doubt(&set, &()).unwrap().1
}

#[test]
fn what_is_not_proven_is_a_doubt() {
    // Without any line feed.
    let mut plain = database();
    plain
        .iter_mut()
        .filter(|byte| **byte == b'\n')
        .for_each(|byte| *byte = b'.');
    assert_eq!(doubt(&plain), None);
    let with = |ends: &[usize], text: &[u8]| {
        let mut bytes = plain.clone();
        for &at in ends {
            bytes[at..at + text.len()].copy_from_slice(text);
        }
        bytes
    };
    for count in 1..=3 {
        let ends: Vec<usize> = (1..=count).map(|end| 10_000 * end).collect();
        let expected = TextDoubt {
            longer: count as u64,
            line_feeds: count as u64,
        };
        let text = with_carriage_returns(&with(&ends, b"\n"));
        assert_eq!((damage(&text), doubt(&text)), (None, Some(expected)));
        // Carriage returns that were there before are kept by some programs, and doubled by others.
        let text = with_carriage_returns(&with(&ends, b"\r\n"));
        assert_eq!(doubt(&text), Some(expected));
    }
    let mut mixed = with(&[10_000, 20_000, 30_000, 40_000, 50_000], b"\r\n");
    mixed.insert(60_000, b'\n');
    mixed.insert(60_000, b'\r');
    mixed.remove(60_010);
    let expected = TextDoubt {
        longer: 1,
        line_feeds: 6,
    };
    assert_eq!((damage(&mixed), doubt(&mixed)), (None, Some(expected)));
    // One line feed stands alone; there are more bytes too many; none is too many.
    let mut alone = mixed.clone();
    alone[70_000] = b'\n';
    assert_eq!(doubt(&alone), None);
    assert_eq!(doubt(&[&mixed[..], &[0; 7]].concat()), None);
    mixed.pop();
    assert_eq!(doubt(&mixed), None);
}
