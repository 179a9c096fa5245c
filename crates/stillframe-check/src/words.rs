use std::fmt::Write as _;

use crate::render::escape::is_active;
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
        if is_active(character) {
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

/// So many runs of pages are named one by one.
const MOST_RUNS: usize = 8;

/// Pages, which are sorted: `page 7`, `pages 4 to 9 and 12`.
pub(crate) fn pages(sorted: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for &page in sorted {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(page) => *last = page,
            _ => runs.push((page, page)),
        }
    }
    page_runs(&runs)
}

/// Runs of pages, each by its first and its last, which are sorted.
pub(crate) fn page_runs(runs: &[(u32, u32)]) -> String {
    let named = |&(first, last): &(u32, u32)| match first == last {
        true => first.to_string(),
        false => format!("{first} to {last}"),
    };
    let (shown, hidden) = runs.split_at(runs.len().min(MOST_RUNS));
    let mut parts: Vec<String> = shown.iter().map(named).collect();
    if !hidden.is_empty() {
        let rest: u64 = hidden
            .iter()
            .map(|(first, last)| u64::from(last - first) + 1)
            .sum();
        parts.push(format!("{} more", text::count(rest)));
    }
    let one = match runs {
        [(first, last)] if first == last => "page",
        _ => "pages",
    };
    match parts.pop() {
        Some(last) if !parts.is_empty() => format!("{one} {} and {last}", parts.join(", ")),
        Some(last) => format!("{one} {last}"),
        None => "no page".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_on_one_line_and_in_the_order_that_they_have() {
        assert_eq!(plain("a b"), "a b");
        assert_eq!(plain("a\n\u{1b}[31mb"), "a\\n\\u{1b}[31mb");
        assert_eq!(plain("x\u{202e}fdp.exe"), "x\\u{202e}fdp.exe");
        assert_eq!(plain(&"x".repeat(200)).len(), 103);
    }

    #[test]
    fn pages_are_named_in_runs() {
        assert_eq!(pages(&[]), "no page");
        assert_eq!(pages(&[7]), "page 7");
        assert_eq!(pages(&[4, 5, 6, 12]), "pages 4 to 6 and 12");
        let odd: Vec<u32> = (0..20).map(|step| 2 * step + 1).collect();
        assert_eq!(pages(&odd), "pages 1, 3, 5, 7, 9, 11, 13, 15 and 12 more");
        assert_eq!(
            pages(&[u32::MAX - 1, u32::MAX]),
            "pages 4294967294 to 4294967295"
        );
    }
}
