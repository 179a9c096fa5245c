use crate::render::text;

/// So many of something: `1 page`, `2,000 pages`.
pub(crate) fn many(number: impl Into<u64>, one: &str) -> String {
    text::many(number.into(), one)
}

/// `is` or `are`, for so many.
pub(crate) fn are(number: impl Into<u64>) -> &'static str {
    if number.into() == 1 { "is" } else { "are" }
}
