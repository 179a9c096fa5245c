use std::fmt::Write as _;

use crate::render::text;

/// Characters of a name that are shown at most.
const LONGEST_NAME: usize = 100;

/// A name out of a database as it can be printed: on one line, without what a terminal would obey, and cut off where it
/// has no end.
pub(crate) fn plain(name: &str) -> String {
    let mut text = String::new();
    for (place, character) in name.chars().enumerate() {
        if place == LONGEST_NAME {
            text.push_str("...");
            break;
        }
        if character.is_control() {
            let _never_fails = write!(text, "{}", character.escape_default());
        } else {
            text.push(character);
        }
    }
    text
}

/// So many of something: `1 page`, `2,000 pages`.
pub(crate) fn many(number: impl Into<u64>, one: &str) -> String {
    text::many(number.into(), one)
}

/// `is` or `are`, for so many.
pub(crate) fn are(number: impl Into<u64>) -> &'static str {
    if number.into() == 1 { "is" } else { "are" }
}
