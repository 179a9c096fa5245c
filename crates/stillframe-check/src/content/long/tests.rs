use super::*;

fn validity(encoding: TextEncoding, text: &[u8], piece: usize) -> bool {
    let mut validity = Validity {
        encoding,
        is_valid: true,
        rest: Vec::new(),
    };
    for piece in text.chunks(piece) {
        validity.add(piece);
    }
    validity.finish()
}

#[test]
fn text_in_pieces_is_as_valid_as_whole() {
    let sound = "aé€😀z".repeat(3);
    let units: Vec<u16> = sound.encode_utf16().collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    for (encoding, bytes) in [
        (TextEncoding::Utf8, sound.as_bytes()),
        (TextEncoding::Utf16Le, &little),
        (TextEncoding::Utf16Be, &big),
    ] {
        for piece in 1..9 {
            assert!(validity(encoding, bytes, piece));
            // Cut anywhere, and with any byte changed.
            for at in 0..bytes.len() {
                let cut = &bytes[..at];
                assert_eq!(validity(encoding, cut, piece), encoding.is_valid(cut));
                for byte in [0x80, 0xd8, 0xdc, 0xe2, 0xff, b'a'] {
                    let mut changed = bytes.to_vec();
                    changed[at] = byte;
                    let expected = encoding.is_valid(&changed);
                    assert_eq!(
                        validity(encoding, &changed, piece),
                        expected,
                        "{encoding:?} {at}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_value_in_pieces_has_the_hash_of_the_whole() {
    let state = RandomState::default();
    let value: Vec<u8> = (0..30_000u32).map(|at| at as u8).collect();
    for length in [0, 1, LONG_VALUE, LONG_VALUE + 1, 2 * LONG_VALUE, 30_000] {
        for piece in [1, 508, 4096, 65_532] {
            let mut digest = Digest::new(&state);
            for piece in value[..length].chunks(piece) {
                digest.add(piece);
            }
            assert_eq!(digest.finish(), Digest::of(&state, &value[..length]));
        }
    }
}
