//! The SHA-256 of inputs, whatever their size.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};
use stillframe_history::{Error, Input, Progress};

/// Bytes that are read at once.
const PIECE_BYTES: usize = 1 << 20;

/// That of an input.
pub fn sha256(input: &Input, progress: &dyn Progress) -> Result<String, Error> {
    progress.expect(input.bytes.len());
    stillframe_manifest::sha256(input, progress)
}

/// That of a file, and how long it is.
pub fn sha256_of_file(path: &Path, progress: &dyn Progress) -> io::Result<(String, u64)> {
    let mut file = File::open(path)?;
    progress.expect(file.metadata()?.len());
    let mut sum = Sha256::new();
    let mut buffer = vec![0; PIECE_BYTES];
    let mut length = 0;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok((hexadecimal(&sum.finalize()), length)),
            Ok(read) => {
                sum.update(buffer.get(..read).unwrap_or_default());
                progress.advance(read as u64);
                length += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn sums_are_those_of_the_standard() {
        let input = Input::new("a", b"abc".to_vec());
        assert_eq!(sha256(&input, &()).unwrap(), ABC);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"abc").unwrap();
        let sum = sha256_of_file(file.path(), &()).unwrap();
        assert_eq!(sum, (ABC.to_owned(), 3));
    }

    #[test]
    fn pieces_are_summed_as_one() {
        let bytes = vec![7; 5 * PIECE_BYTES + 5];
        let whole = hexadecimal(&Sha256::digest(&bytes));
        assert_eq!(sha256(&Input::new("a", bytes), &()).unwrap(), whole);
    }
}
