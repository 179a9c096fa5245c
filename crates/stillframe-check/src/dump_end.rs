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
    pub(crate) fn of(dump: &Input) -> Result<Option<Self>, Error> {
        let length = dump.bytes.len();
        let part = |start: u64| {
            let mut bytes = vec![0; (length - start).min(LOOKED_AT) as usize];
            let read = dump.bytes.read_exact_at(start, &mut bytes);
            read.map(|()| String::from_utf8_lossy(&bytes).to_ascii_uppercase())
                .map_err(|source| Error::Read {
                    input: dump.name.clone(),
                    offset: start,
                    source,
                })
        };
        let begins = statements(&part(0)?)
            .any(|line| ["BEGIN;", "BEGIN TRANSACTION;"].contains(&line.as_str()));
        if !begins {
            return Ok(None);
        }
        let end = part(length.saturating_sub(LOOKED_AT))?;
        Ok(Some(match statements(&end).last().as_deref() {
            Some("COMMIT;" | "COMMIT TRANSACTION;" | "END;" | "END TRANSACTION;") => {
                Self::Committed
            }
            Some("ROLLBACK;") => Self::RolledBack,
            _ => Self::CutOff,
        }))
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
}
