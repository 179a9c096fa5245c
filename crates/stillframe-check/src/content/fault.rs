use super::key::Malformed;

/// Why the content of a database cannot be looked at any further.
#[derive(Debug)]
pub(super) enum Fault<E> {
    /// SQLite stops here, and says that the database is malformed.
    Corrupt,
    /// SQLite reads on past the end of a page, and what it finds there is not determined.
    PastPage,
    /// A record contradicts itself: SQLite stops here, too, and counts that among what it found.
    Record,
    /// SQLite stops here, and says that a value is too big.
    TooBig,
    /// SQLite stops here, and says that there was an error reading the file: it ends within a page.
    ShortRead,
    /// Pages of a damaged database lead to one another so often that looking at all of it has no end.
    Endless,
    /// A page could not be read.
    Read(E),
}

impl<E> From<Malformed> for Fault<E> {
    fn from(_: Malformed) -> Self {
        Self::Corrupt
    }
}
