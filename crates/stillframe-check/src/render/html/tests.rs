use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

use super::*;

#[test]
fn the_page_is_allowed_its_style() {
    let sum = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    assert_eq!(STYLE_SHA256, sum, "set STYLE_SHA256 to this");
    // It stands in the page as it is.
    assert!(!STYLE.contains(['<', '&']));
}

#[test]
fn code_is_marked_and_all_is_escaped() {
    assert_eq!(
        with_code("a `b<c` & `d"),
        "a <code>b&lt;c</code> &amp; <code>d</code>"
    );
}

#[test]
fn a_changed_input_shows_both_sums() {
    let sums = |before: &str, after: &str| Sums {
        before: Some(before.to_owned()),
        after: Some(after.to_owned()),
    };
    let print = |sums| {
        let mut out = Vec::new();
        file("a<b", "database", 1, &sums, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let same = print(sums("aa", "aa"));
    assert!(
        same.contains("before and after") && same.contains("a&lt;b"),
        "{same}"
    );
    let changed = print(sums("aa", "bb"));
    assert!(changed.contains("aa") && changed.contains("bb") && changed.contains("it changed"));
}
