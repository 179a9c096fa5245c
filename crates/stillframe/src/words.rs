//! Numbers as people read them, and runs of them as programs do.

use serde::Serialize;
pub use stillframe_check::render::text::{count, many};

/// A length in bytes, and from a mebibyte on what it comes to.
pub fn bytes(number: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB")];
    let exact = many(number, "byte");
    match UNITS.iter().find(|(unit, _)| number >= *unit) {
        Some((unit, name)) => format!("{exact} ({:.1} {name})", number as f64 / *unit as f64),
        None => exact,
    }
}

/// Numbers that follow one another: how lists of pages stand in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Run {
    /// The first of them.
    pub first: u32,
    /// The last of them, or the first again.
    pub last: u32,
}

impl Run {
    /// The runs of numbers that go up.
    pub fn all(numbers: impl IntoIterator<Item = u32>) -> Vec<Self> {
        let mut runs: Vec<Self> = Vec::new();
        for number in numbers {
            match runs.last_mut() {
                Some(run) if u64::from(number) == u64::from(run.last) + 1 => run.last = number,
                _ => runs.push(Self {
                    first: number,
                    last: number,
                }),
            }
        }
        runs
    }

    /// How many numbers there are in some runs.
    pub fn count(runs: &[Self]) -> u64 {
        let counts = runs.iter().map(|run| u64::from(run.last - run.first) + 1);
        counts.sum()
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.first == self.last {
            true => write!(f, "{}", self.first),
            false => write!(f, "{}-{}", self.first, self.last),
        }
    }
}

/// Runs of pages in words, at most `most` of them: `1, 4-9, 12`.
pub fn runs(runs: &[Run], most: usize) -> String {
    let shown: Vec<String> = runs.iter().take(most).map(Run::to_string).collect();
    let mut text = shown.join(", ");
    if let Some(rest) = runs.get(most..).filter(|rest| !rest.is_empty()) {
        text.push_str(&format!(" and {} more", count(Run::count(rest))));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_say_what_they_come_to() {
        assert_eq!(bytes(512), "512 bytes");
        assert_eq!(bytes(1_000_000), "1,000,000 bytes");
        assert_eq!(bytes(3 << 19), "1,572,864 bytes (1.5 MiB)");
        assert_eq!(bytes(5 << 30), "5,368,709,120 bytes (5.0 GiB)");
    }

    #[test]
    fn neighbours_are_one_run() {
        let text = |numbers: &[u32], most| runs(&Run::all(numbers.iter().copied()), most);
        assert_eq!(text(&[], 9), "");
        assert_eq!(text(&[7], 9), "7");
        let numbers = [1, 4, 5, 6, 9, u32::MAX];
        assert_eq!(text(&numbers, 4), "1, 4-6, 9, 4294967295");
        assert_eq!(text(&numbers, 1), "1 and 5 more");
        assert_eq!(Run::count(&Run::all(numbers)), 6);
    }
}
