//! Names of files, which may hold any bytes: as they are shown, and as a shell takes them.

use std::borrow::Cow;
use std::ffi::OsString;
use std::path::Path;

pub use stillframe_check::render::escape::{harmless, is_active};

/// A name as it is shown in text: as it is, or quoted for a shell where a terminal would act upon what is in it, or
/// where it is no text.
pub fn shown(path: &Path) -> String {
    match path.to_str() {
        Some(name) if !name.contains(is_active) && !name.starts_with("$'") => name.to_owned(),
        _ => escaped(path),
    }
}

/// A name as it stands in JSON: as it is, or quoted as [`shown`] does it where it is no text, or looks quoted. No two
/// names are written alike.
pub fn raw(path: &Path) -> String {
    match path.to_str() {
        Some(name) if !name.starts_with("$'") => name.to_owned(),
        _ => escaped(path),
    }
}

/// A name as [`raw`] gives it, as [`shown`] gives it.
pub fn shown_of_raw(name: &str) -> String {
    match name.starts_with("$'") {
        true => name.to_owned(),
        false => shown(Path::new(name)),
    }
}

/// A name as a word of a command line, as the shells of this system read one.
pub fn argument(path: &Path) -> String {
    argument_for(path, cfg!(windows))
}

fn argument_for(path: &Path, is_windows: bool) -> String {
    // What begins with a dash would be taken for an option, but for standard input and its members.
    let bytes = path.as_os_str().as_encoded_bytes();
    if bytes.starts_with(b"-") && bytes != b"-" && !bytes.starts_with(b"-!") {
        let mut inside = OsString::from(if is_windows { r".\" } else { "./" });
        inside.push(path);
        return argument_for(Path::new(&inside), is_windows);
    }
    let plain = |c: char| {
        let is_separator = is_windows && c == '\\';
        c.is_ascii_alphanumeric() || "-_./:@+,".contains(c) || is_separator
    };
    match path.to_str() {
        Some(name) if !name.is_empty() && name.chars().all(plain) => name.to_owned(),
        // No name there has a double quote in it, and cmd.exe knows no other.
        Some(name) if is_windows && !name.contains(is_active) => format!("\"{name}\""),
        Some(name) if !name.contains(is_active) => quoted(name),
        _ => printed(path),
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// As in `"$(printf 'line\012break')"`, which every shell of POSIX takes, as `$'line\nbreak'` is not known to all. Line
/// breaks at the end, which the shell would drop, stand behind that as they are.
fn printed(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    let breaks = bytes
        .iter()
        .rev()
        .take_while(|&&byte| byte == b'\n')
        .count();
    let name = bytes.get(..bytes.len() - breaks).unwrap_or_default();
    let mut text = String::from("\"$(printf '");
    for chunk in name.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '%' => text.push_str("%%"),
                '\'' | '\\' => octal(&[character as u8], &mut text),
                _ if is_active(character) => {
                    octal(character.encode_utf8(&mut [0; 4]).as_bytes(), &mut text);
                }
                _ => text.push(character),
            }
        }
        octal(chunk.invalid(), &mut text);
    }
    text.push_str("')\"");
    if breaks > 0 {
        text.push_str(&quoted(&"\n".repeat(breaks)));
    }
    text
}

/// A name in at most `most` columns, with dots in the middle where there is no room for it: it is told by its end as well
/// as by its start.
pub fn shortened(name: &str, most: usize) -> Cow<'_, str> {
    let length = name.chars().count();
    if length <= most {
        return Cow::Borrowed(name);
    }
    let kept = most.saturating_sub(1);
    let (start, end) = (kept.div_ceil(2), kept / 2);
    let start = name.chars().take(start);
    let end = name.chars().skip(length - end);
    Cow::Owned(start.chain(['…']).chain(end).collect())
}

/// As in `$'line\nbreak'`, with the bytes that are not shown in octal: what follows cannot be taken for a part of them.
fn escaped(path: &Path) -> String {
    let mut text = String::from("$'");
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\n' => text.push_str(r"\n"),
                '\'' | '\\' => text.extend(['\\', character]),
                _ if is_active(character) => {
                    octal(character.encode_utf8(&mut [0; 4]).as_bytes(), &mut text);
                }
                _ => text.push(character),
            }
        }
        octal(chunk.invalid(), &mut text);
    }
    text.push('\'');
    text
}

fn octal(bytes: &[u8], text: &mut String) {
    for byte in bytes {
        text.push_str(&format!("\\{byte:03o}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_names_are_shown_as_they_are() {
        for name in [
            "app.db",
            "-",
            "with space",
            "it's",
            r"back\slash",
            "ü",
            "日本",
        ] {
            assert_eq!(shown(Path::new(name)), name);
        }
    }

    #[test]
    fn arguments_are_quoted_where_a_shell_wants_it() {
        for (name, word) in [
            ("a/app.db", "a/app.db"),
            ("-", "-"),
            ("-dash", "./-dash"),
            ("-!app.db", "'-!app.db'"),
            ("b.tar!app.db", "'b.tar!app.db'"),
            ("with space", "'with space'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
            ("line\nbreak", r#""$(printf 'line\012break')""#),
            ("it's 5 %\r", r#""$(printf 'it\047s 5 %%\015')""#),
            ("ends\n\n", "\"$(printf 'ends')\"'\n\n'"),
            (r"back\and\tab", r"'back\and\tab'"),
        ] {
            assert_eq!(argument_for(Path::new(name), false), word);
        }
    }

    #[test]
    fn arguments_on_windows_keep_their_backslashes() {
        for (name, word) in [
            (r"C:\backup\app.db", r"C:\backup\app.db"),
            (r"C:\my backup\app.db", r#""C:\my backup\app.db""#),
            ("it's", r#""it's""#),
            ("-dash", r".\-dash"),
            ("", r#""""#),
        ] {
            assert_eq!(argument_for(Path::new(name), true), word);
        }
    }

    /// The shells that there are take the words for the names.
    #[cfg(unix)]
    #[test]
    fn every_shell_takes_the_arguments_for_the_names() {
        use std::os::unix::ffi::OsStrExt as _;
        use std::process::Command;
        let names: [&[u8]; 9] = [
            b"with space",
            b"it's",
            b"line\nbreak",
            b"ends\n\n",
            b"-dash\x1b[31m",
            b"100%d\r\\n",
            b"\xff\xfe7.db",
            b"$(id) `id` $HOME \"\t",
            "\u{202e}\u{9b}".as_bytes(),
        ];
        let mut ran = 0;
        for shell in ["sh", "dash", "bash", "busybox"] {
            for name in names {
                let name = Path::new(std::ffi::OsStr::from_bytes(name));
                let line = format!("printf '%s|' {}", argument(name));
                let mut command = Command::new(shell);
                if shell == "busybox" {
                    command.arg("sh");
                }
                let Ok(output) = command.arg("-c").arg(line).output() else {
                    continue;
                };
                let mut expected = name.as_os_str().as_bytes().to_vec();
                if expected.starts_with(b"-") {
                    expected.splice(..0, *b"./");
                }
                expected.push(b'|');
                assert_eq!(output.stdout, expected, "{shell}: {name:?}");
                ran += 1;
            }
        }
        assert!(ran >= names.len());
    }

    #[test]
    fn what_a_terminal_would_act_upon_is_escaped() {
        for (name, word) in [
            ("red\u{1b}[31m", r"$'red\033[31m'"),
            ("it's\r\\", r"$'it\'s\015\\'"),
            ("one\u{9b}csi", r"$'one\302\233csi'"),
            ("gpj.\u{202e}bd", r"$'gpj.\342\200\256bd'"),
            (r"$'looks\nso'", r"$'$\'looks\\nso\''"),
        ] {
            assert_eq!(shown(Path::new(name)), word);
        }
    }

    #[test]
    fn a_name_of_json_can_be_shown() {
        for name in [
            "app.db",
            "red\u{1b}[31m",
            "it's\r\\",
            r"$'looks\nso'",
            "\u{202e}",
        ] {
            let path = Path::new(name);
            assert_eq!(shown_of_raw(&raw(path)), shown(path));
        }
    }

    #[test]
    fn no_two_names_are_alike_in_json() {
        for name in ["app.db", "line\nbreak", r"back\slash", "it's", "\u{202e}"] {
            assert_eq!(raw(Path::new(name)), name);
        }
        assert_eq!(raw(Path::new(r"$'\377.db'")), r"$'$\'\\377.db\''");
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_are_escaped() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt as _;
        let name = OsStr::from_bytes(b"\xff\xfe7.db");
        assert_eq!(shown(Path::new(name)), r"$'\377\3767.db'");
        assert_eq!(raw(Path::new(name)), r"$'\377\3767.db'");
        assert_eq!(argument(Path::new(name)), r#""$(printf '\377\3767.db')""#);
    }
}
