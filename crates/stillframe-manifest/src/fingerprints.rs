use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::{Error, Image, Input, Progress};

/// The pages of a database, by their SHA-256: of so many at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprints {
    /// How many pages each of them is of: a power of two, so that there are 4,096 of them at most.
    pub pages_each: u32,
    /// The first 8 bytes of each, as hexadecimal digits, in the order of the pages.
    pub sums: Vec<String>,
}

/// So many fingerprints of a database are taken at most.
pub(crate) const MOST: u32 = 4096;

/// Bytes that are read at a time.
const PIECE_BYTES: usize = 4 << 20;

impl Fingerprints {
    /// How many pages a fingerprint is of in a database of so many.
    pub(crate) fn pages_each(pages: u32) -> u32 {
        pages.div_ceil(MOST).max(1).next_power_of_two()
    }

    /// The fingerprints of an image, and its SHA-256 as a whole.
    pub(crate) fn of(
        image: &Image<'_>,
        pages_each: u32,
        progress: &dyn Progress,
    ) -> Result<(Self, String), Error> {
        let mut whole = Sha256::new();
        let mut part = Sha256::new();
        let mut sums = Vec::new();
        let pages = image.page_count();
        for number in 1..=pages {
            let Some(page) = PageNumber::new(number) else {
                continue;
            };
            let bytes = image.page(page)?;
            whole.update(&bytes);
            part.update(&bytes);
            progress.advance(bytes.len() as u64);
            if number % pages_each.max(1) == 0 || number == pages {
                let sum = part.finalize_reset();
                sums.push(hex(sum.get(..8).unwrap_or_default()));
            }
        }
        Ok((Self { pages_each, sums }, hex(&whole.finalize())))
    }

    /// The pages of which these fingerprints differ, as the first and the last of each run, where the databases have so
    /// many pages.
    pub(crate) fn differing(&self, pages: u32, other: &Self, other_pages: u32) -> Vec<(u32, u32)> {
        let mut runs: Vec<(u32, u32)> = Vec::new();
        let most = self.sums.len().max(other.sums.len());
        for index in 0..most {
            if self.sums.get(index) == other.sums.get(index) {
                continue;
            }
            let first = (index as u32).saturating_mul(self.pages_each) + 1;
            let last = first.saturating_add(self.pages_each - 1);
            let last = last.min(pages.max(other_pages));
            match runs.last_mut() {
                Some(run) if run.1.checked_add(1) == Some(first) => run.1 = last,
                _ => runs.push((first, last)),
            }
        }
        runs
    }
}

/// The SHA-256 of an input of any size, as hexadecimal digits.
///
/// # Errors
/// The input could not be read.
pub fn sha256(input: &Input, progress: &dyn Progress) -> Result<String, Error> {
    let mut sum = Sha256::new();
    let length = input.bytes.len();
    let mut offset = 0;
    while offset < length {
        let piece = (length - offset).min(PIECE_BYTES as u64) as usize;
        let window = input.bytes.window(offset, piece);
        let window = window.map_err(|source| Error::Read {
            input: input.name.clone(),
            offset,
            source,
        })?;
        sum.update(&window[..]);
        progress.advance(piece as u64);
        offset += piece as u64;
    }
    Ok(hex(&sum.finalize()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes what is written");
        text
    })
}
