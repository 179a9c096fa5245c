//! What is judged where there is no set to look at.

use stillframe_format::ByteRange;

/// What there is in place of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instead {
    /// An archive that could not be read as a whole.
    Archive(UnreadArchive),
    /// A database that a manifest records, and that is not here.
    Missing(MissingDatabase),
    /// A database that something is expected of, and that is not here.
    Expected(ExpectedDatabase),
}

/// An archive that could not be read as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadArchive {
    /// Its name.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// What could not be read.
    pub problems: Vec<ArchiveProblem>,
}

/// Something in an archive that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveProblem {
    /// Why.
    pub kind: ArchiveProblemKind,
    /// The bytes of the archive that stand for it.
    pub range: ByteRange,
    /// What it is, and what to do, in a sentence.
    pub message: String,
}

/// Why something in an archive could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArchiveProblemKind {
    /// It ends too early.
    Cut,
    /// It is damaged.
    Damaged,
    /// Something stands behind its end, or an archive before it.
    Continues,
    /// It is encrypted.
    Encrypted,
    /// There is no decoder here for it.
    Unsupported,
    /// It holds more than is read.
    TooMuch,
}

/// A database that a manifest records, and that is not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingDatabase {
    /// What the manifest calls it.
    pub name: String,
    /// The name of the manifest.
    pub manifest: String,
    /// Where the manifest names it, in bytes.
    pub range: ByteRange,
}

/// A database that something is expected of, and that is not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedDatabase {
    /// What the expectations call it: the end of a path.
    pub name: String,
    /// What is expected of it; at least one thing.
    pub expectations: Vec<ExpectedWords>,
}

/// Something that is expected, and where that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedWords {
    /// As it was written.
    pub text: String,
    /// The name of the policy, and the bytes of it that say so; `None` where the command line does.
    pub place: Option<(String, ByteRange)>,
}
