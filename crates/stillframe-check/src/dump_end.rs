use stillframe_history::{Error, Input};

/// How a dump ends: SQL text that begins a transaction, as the shell's `.dump` writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DumpEnd {
    /// With the commit: it is all there.
    Committed,
    /// With a rollback: the shell met errors in the database, and what it could read is above.
    RolledBack,
    /// With neither: it was cut off.
    CutOff,
}

/// Bytes at the end that are looked at.
const LOOKED_AT: u64 = 4096;

impl DumpEnd {
    /// Looks at the beginning and the end of a dump; `None` of one that begins no transaction.
    ///
    /// # Errors
    /// It could not be read.
    pub fn of(dump: &Input) -> Result<Option<Self>, Error> {
        let length = dump.bytes.len();
        let part = |start: u64| {
            let mut bytes = vec![0; (length - start).min(LOOKED_AT) as usize];
            let read = dump.bytes.read_exact_at(start, &mut bytes);
            read.map(|()| bytes).map_err(|source| Error::Read {
                input: dump.name.clone(),
                offset: start,
                source,
            })
        };
        let start = part(0)?;
        let encoding = Encoding::of(&start);
        let text = |bytes: &[u8]| encoding.text(bytes).to_ascii_uppercase();
        let begins = statements(&text(&start))
            .any(|line| ["BEGIN;", "BEGIN TRANSACTION;"].contains(&line.as_str()));
        if !begins {
            return Ok(None);
        }
        // A character of UTF-16 begins at each even place.
        let end = text(&part(length.saturating_sub(LOOKED_AT).next_multiple_of(2))?);
        Ok(Some(match statements(&end).last().as_deref() {
            Some("COMMIT;" | "COMMIT TRANSACTION;" | "END;" | "END TRANSACTION;") => {
                Self::Committed
            }
            Some("ROLLBACK;") => Self::RolledBack,
            _ => Self::CutOff,
        }))
    }
}

/// How a dump is written.
#[derive(Clone, Copy)]
enum Encoding {
    /// UTF-8, or any other that has ASCII in it.
    Bytes,
    /// UTF-16, as PowerShell writes what a command prints.
    Utf16(fn([u8; 2]) -> u16),
}

impl Encoding {
    /// By the byte order mark at the beginning.
    fn of(start: &[u8]) -> Self {
        match start {
            [0xff, 0xfe, ..] => Self::Utf16(u16::from_le_bytes),
            [0xfe, 0xff, ..] => Self::Utf16(u16::from_be_bytes),
            _ => Self::Bytes,
        }
    }

    fn text(self, bytes: &[u8]) -> String {
        let text = match self {
            Self::Bytes => String::from_utf8_lossy(bytes).into_owned(),
            Self::Utf16(from_bytes) => {
                let units = bytes.chunks_exact(2);
                let units =
                    units.filter_map(|unit| unit.first_chunk().map(|unit| from_bytes(*unit)));
                char::decode_utf16(units)
                    .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect()
            }
        };
        text.trim_start_matches('\u{feff}').to_owned()
    }
}

/// The lines that hold something, without comments behind it.
fn statements(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines()
        .map(|line| {
            line.split("--")
                .next()
                .unwrap_or_default()
                .trim()
                .to_owned()
        })
        .filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::DumpEnd;
    use stillframe_history::Input;

    const DUMP: &str = "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE t(a);\nINSERT INTO t VALUES('COMMIT;');\nCOMMIT;\n";

    fn end(text: &str) -> Option<DumpEnd> {
        DumpEnd::of(&Input::new("app.sql", text.as_bytes().to_vec())).unwrap()
    }

    #[test]
    fn a_dump_that_is_cut_anywhere_is_told() {
        assert_eq!(end(DUMP), Some(DumpEnd::Committed));
        let begun = DUMP.find("CREATE").unwrap();
        let whole = DUMP.trim_end().len();
        for length in begun..whole {
            assert_eq!(end(&DUMP[..length]), Some(DumpEnd::CutOff), "{length}");
        }
    }

    #[test]
    fn errors_that_the_shell_met_are_told() {
        let text = DUMP.replace("\nCOMMIT;\n", "\nROLLBACK; -- due to errors\n");
        assert_eq!(end(&text), Some(DumpEnd::RolledBack));
        let text = DUMP.replace('\n', "\r\n");
        assert_eq!(end(&text), Some(DumpEnd::Committed));
        assert_eq!(end("CREATE TABLE t(a);\n"), None);
    }

    #[test]
    fn a_dump_in_utf_16_is_told_as_one_in_utf_8_is() {
        let comment = format!("-- {}\r\n", "x".repeat(5000));
        for dump in [
            DUMP.to_owned(),
            DUMP.replace("COMMIT;\n", &format!("{comment}COMMIT;\n")),
        ] {
            for from in [u16::to_le_bytes, u16::to_be_bytes] {
                let text = format!("\u{feff}{dump}");
                let bytes: Vec<u8> = text.encode_utf16().flat_map(from).collect();
                let end =
                    |bytes: &[u8]| DumpEnd::of(&Input::new("app.sql", bytes.to_vec())).unwrap();
                assert_eq!(end(&bytes), Some(DumpEnd::Committed));
                for cut in 3..60 {
                    let cut = &bytes[..bytes.len() - cut];
                    assert_eq!(end(cut), Some(DumpEnd::CutOff));
                }
            }
        }
    }
}
