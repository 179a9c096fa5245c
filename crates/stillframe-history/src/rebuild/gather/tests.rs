use std::io::Read as _;

use super::*;
use crate::Window;

const INPUT_BYTES: u64 = 3 * CALL_BYTES;

/// A database and a WAL, of which each byte tells where it is.
fn set() -> BackupSet {
    let input = |name: &str, step: u32| {
        let bytes = (0..INPUT_BYTES as u32).map(|at| (at.wrapping_mul(step) >> 7) as u8);
        Some(Input::new(name, bytes.collect::<Vec<u8>>()))
    };
    BackupSet {
        database: input("app.db", 31),
        wal: input("app.db-wal", 77),
        ..BackupSet::default()
    }
}

fn piece(of: Of, offset: u64, length: u64) -> Piece {
    Piece {
        of,
        offset,
        length,
        stamp: false,
    }
}

fn bytes<'a>(set: &'a BackupSet, piece: &Piece) -> Window<'a> {
    let input = piece.of.input(set).expect("the set has it");
    window(input, piece.offset, piece.length as usize).expect("the input has them")
}

#[test]
fn pieces_of_several_inputs_are_written_one_behind_the_other() {
    let (set, mut gather) = (set(), Gather::default());
    let pieces = [
        piece(Of::Wal, 56, 512),
        piece(Of::Wal, 56 + 536, 512),
        // Back, and far away: read on their own.
        piece(Of::Wal, 8, 512),
        piece(Of::Wal, INPUT_BYTES - 512, 512),
        piece(Of::Database, 1000, 100),
        piece(Of::Database, 1100, 412),
    ];
    let mut at = 4096;
    for piece in pieces {
        assert!(gather.add(piece, at));
        at += piece.length;
    }
    let together: Vec<usize> = gather.together().map(<[Piece]>::len).collect();
    assert_eq!(together, [2, 1, 1, 2]);

    let mut file = tempfile::tempfile().expect("a file");
    let written = gather.write(&set, &mut file).expect("it can be written");
    assert_eq!(written, (at - 4096, at));
    let mut output = Vec::new();
    file.seek(SeekFrom::Start(4096)).expect("a file");
    file.read_to_end(&mut output).expect("a file");
    let expected: Vec<u8> = pieces
        .iter()
        .flat_map(|piece| bytes(&set, piece).to_vec())
        .collect();
    assert_eq!(output, expected);
    // What is written is not written again.
    assert_eq!(gather.write(&set, &mut file).expect("nothing").0, 0);
}

#[test]
fn a_call_ends_at_a_multiple_of_what_a_call_takes() {
    let mut gather = Gather::default();
    let start = CALL_BYTES - 8192;
    assert!(gather.add(piece(Of::Wal, 0, 4096), start));
    // What does not follow must wait.
    assert!(!gather.add(piece(Of::Wal, 4096, 4096), start + 8192));
    assert!(gather.add(piece(Of::Wal, 4096, 4096), start + 4096));
    assert!(!gather.add(piece(Of::Wal, 8192, 4096), CALL_BYTES));
    gather.pieces.clear();
    assert!(gather.add(piece(Of::Wal, 8192, 4096), CALL_BYTES));
}

#[test]
fn an_input_that_ends_too_early_is_named() {
    let (set, mut gather) = (set(), Gather::default());
    assert!(gather.add(piece(Of::Database, INPUT_BYTES - 512, 1024), 0));
    let mut file = tempfile::tempfile().expect("a file");
    let error = gather
        .write(&set, &mut file)
        .expect_err("bytes are missing");
    assert!(error.to_string().contains("app.db"), "{error}");
}
