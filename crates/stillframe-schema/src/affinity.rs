/// What a column prefers to store (SQLite's documentation of datatypes, section 3; `sqlite3AffinityType` in `build.c`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Affinity {
    /// What it is given.
    Blob,
    /// Text, NULL and blobs.
    Text,
    /// Numbers, where text looks like one.
    Numeric,
    /// As `Numeric`; a cast makes integers.
    Integer,
    /// As `Numeric`, and integers become floating-point numbers when they are read.
    Real,
}

impl Affinity {
    /// Of a declared type: the parts of words that stand in it tell.
    pub fn of_type(declared: &str) -> Self {
        let mut affinity = Self::Numeric;
        let mut last = [0u8; 4];
        for byte in declared.bytes() {
            last.rotate_left(1);
            last[3] = byte.to_ascii_lowercase();
            match &last {
                b"char" | b"clob" | b"text" => affinity = Self::Text,
                b"blob" if matches!(affinity, Self::Numeric | Self::Real) => affinity = Self::Blob,
                b"real" | b"floa" | b"doub" if affinity == Self::Numeric => affinity = Self::Real,
                [_, b'i', b'n', b't'] => return Self::Integer,
                _ => {}
            }
        }
        affinity
    }

    /// Whether text that looks like a number is stored as one.
    pub const fn is_numeric(self) -> bool {
        matches!(self, Self::Numeric | Self::Integer | Self::Real)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_types() {
        let cases = [
            ("INT", Affinity::Integer),
            ("tinyint", Affinity::Integer),
            ("CHARINT", Affinity::Integer),
            ("VARCHAR(10)", Affinity::Text),
            ("clob", Affinity::Text),
            ("BLOB", Affinity::Blob),
            ("REALBLOB", Affinity::Blob),
            ("TEXTBLOB", Affinity::Text),
            ("DOUBLE PRECISION", Affinity::Real),
            ("FLOATING POINT", Affinity::Integer),
            ("DECIMAL(10,5)", Affinity::Numeric),
            ("STRING", Affinity::Numeric),
            ("BLOBREAL", Affinity::Blob),
            ("", Affinity::Numeric),
        ];
        for (declared, affinity) in cases {
            assert_eq!(Affinity::of_type(declared), affinity, "{declared}");
        }
    }
}
