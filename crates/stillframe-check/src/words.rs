/// So many of something: `1 page`, `2 pages`.
pub(crate) fn many(number: impl Into<u64>, one: &str) -> String {
    let number = number.into();
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {one}{s}")
}

/// `is` or `are`, for so many.
pub(crate) fn are(number: impl Into<u64>) -> &'static str {
    if number.into() == 1 { "is" } else { "are" }
}
