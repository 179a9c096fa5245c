//! Text that may hold anything, as what shows it takes it: names of files and of tables are made by whoever made the evidence.

use std::borrow::Cow;

/// What breaks a line, moves the cursor, or changes the order in which text is shown.
pub fn is_active(character: char) -> bool {
    let is_order = matches!(character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    character.is_control() || is_order || matches!(character, '\u{2028}' | '\u{2029}')
}

/// One line of text, with escapes in place of what a terminal would act upon.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(is_active) {
        return Cow::Borrowed(text);
    }
    let mut line = String::new();
    for character in text.chars() {
        if is_active(character) {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    Cow::Owned(line)
}

/// One line of text within XML, HTML or an attribute in double quotes, [`harmless`].
pub fn xml(text: &str) -> String {
    let mut escaped = String::new();
    for character in harmless(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // No XML holds them.
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// One line of text within Markdown, of which nothing is taken for a mark, a link, a mention or HTML, [`harmless`].
pub(super) fn markdown(text: &str) -> String {
    let mut escaped = String::new();
    for character in harmless(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '@' => escaped.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '!' | '$' => {
                escaped.extend(['\\', character]);
            }
            _ => escaped.push(character),
        }
    }
    // What is written as a number is never taken for a part of an address.
    escaped
        .replace("://", "&#58;//")
        .replace("www.", "www&#46;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_would_act_upon_is_escaped() {
        assert_eq!(harmless("a\nb\u{1b}[2J"), r"a\nb\u{1b}[2J");
        assert_eq!(harmless("plain ü 日本"), "plain ü 日本");
        assert_eq!(
            xml("<script>\"a\" & 'b'\0\u{202e}\u{ffff}"),
            "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;\\u{0}\\u{202e}\u{fffd}"
        );
        assert_eq!(
            markdown("a|b`*_[x](http://y) @me <b>\n#1: www.z"),
            "a\\|b\\`\\*\\_\\[x\\](http&#58;//y) &#64;me &lt;b&gt;\\\\n\\#1: www&#46;z"
        );
    }
}
