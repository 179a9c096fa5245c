use serde::Serialize;

/// Something that tells whether a WAL belongs to a database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Witness {
    /// What it is.
    pub kind: WitnessKind,
    /// What it speaks for.
    pub speaks: Speaks,
    /// What it says, in words.
    pub says: String,
}

impl Witness {
    pub(super) fn new(kind: WitnessKind, speaks: Speaks, says: impl Into<String>) -> Self {
        Self {
            kind,
            speaks,
            says: says.into(),
        }
    }
}

/// What a [`Witness`] speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Speaks {
    /// That the WAL belongs to the database.
    For,
    /// That it does not.
    Against,
    /// Neither.
    Neither,
}

/// What a [`Witness`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum WitnessKind {
    /// The page sizes of the two.
    PageSize,
    /// The journal mode in the database file.
    JournalMode,
    /// Page 1 of the two: change counter, schema cookie, size and what else stands in its header.
    Page1,
    /// Pages that stand in both.
    CheckpointedPages,
    /// Pages of the generation before the present one.
    GenerationBefore,
    /// Pages that a checkpoint came to, and did not write.
    PagesOvertaken,
    /// What makes it likely that the two are of different moments.
    OtherMoment,
    /// The wal-index.
    WalIndex,
    /// What is inside the database that the two make.
    Structure,
    /// What paired the two although their names do not.
    Pairing,
    /// That the two cannot be held against each other.
    NotComparable,
}
