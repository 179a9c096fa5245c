//! Numbers as people read them.

/// A number with its thousands set apart: 1,332,014.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many of something: `1 page`, `2 pages`.
pub fn many(number: u64, one: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{} {one}{s}", count(number))
}

/// A length in bytes, and from a megabyte on what it comes to.
pub fn bytes(number: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 40, "TB"), (1 << 30, "GB"), (1 << 20, "MB")];
    let exact = many(number, "byte");
    match UNITS.iter().find(|(unit, _)| number >= *unit) {
        Some((unit, name)) => format!("{exact} ({:.1} {name})", number as f64 / *unit as f64),
        None => exact,
    }
}

/// Numbers as runs: `1, 4-9, 12`.
pub fn runs(numbers: impl IntoIterator<Item = u32>) -> String {
    let mut text = String::new();
    let mut finish = |(first, last): (u32, u32)| {
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&first.to_string());
        if last > first {
            text.push_str(&format!("-{last}"));
        }
    };
    let mut run: Option<(u32, u32)> = None;
    for number in numbers {
        run = match run {
            Some((first, last)) if u64::from(number) == u64::from(last) + 1 => {
                Some((first, number))
            }
            Some(whole) => {
                finish(whole);
                Some((number, number))
            }
            None => Some((number, number)),
        };
    }
    if let Some(whole) = run {
        finish(whole);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_set_apart_by_thousands() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_332_014, "1,332,014"),
        ] {
            assert_eq!(count(number), text);
        }
        assert_eq!(many(1, "page"), "1 page");
        assert_eq!(many(0, "page"), "0 pages");
        assert_eq!(bytes(512), "512 bytes");
        assert_eq!(bytes(3 << 19), "1,572,864 bytes (1.5 MB)");
    }

    #[test]
    fn neighbours_are_one_run() {
        assert_eq!(runs([]), "");
        assert_eq!(runs([7]), "7");
        assert_eq!(runs([1, 4, 5, 6, 9, u32::MAX]), "1, 4-6, 9, 4294967295");
    }
}
