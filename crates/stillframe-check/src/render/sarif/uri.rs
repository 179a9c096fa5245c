/// The address of a file of that path, as RFC 3986 writes one: relative as the path is, or with `file://` before it.
/// Backslashes are taken for what Windows means by them where the path begins with a drive.
pub fn uri(path: &[u8]) -> String {
    let mut path = path;
    let has_drive = matches!(path, [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic());
    let mut uri = String::new();
    if has_drive {
        uri.push_str("file:///");
    } else if path.starts_with(b"/") {
        uri.push_str("file://");
    }
    while let Some(rest) = path.strip_prefix(b"./").filter(|rest| !rest.is_empty()) {
        path = rest;
    }
    for (at, &byte) in path.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            b':' if has_drive && at == 1 => uri.push(':'),
            b'\\' if has_drive || cfg!(windows) => uri.push('/'),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_addresses() {
        for (path, address) in [
            ("app.db", "app.db"),
            ("./a b/app.db-wal", "a%20b/app.db-wal"),
            ("./", "./"),
            ("/srv/app.db", "file:///srv/app.db"),
            (r"C:\my data\app.db", "file:///C:/my%20data/app.db"),
            ("a:b?#%", "a%3Ab%3F%23%25"),
            ("ü<\n", "%C3%BC%3C%0A"),
            ("-", "-"),
        ] {
            assert_eq!(uri(path.as_bytes()), address);
        }
        assert_eq!(uri(b"\xff.db"), "%FF.db");
    }
}
