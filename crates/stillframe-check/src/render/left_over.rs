//! Files among the inputs that are of no database.

use std::fmt;
use std::io::{self, Write};

use serde::{Serialize, Serializer};
use stillframe_format::FileKind;

use super::escape::harmless;
use super::text::many;

/// Files among the inputs that are of no database.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LeftOver {
    /// How many there are.
    pub count: u64,
    /// The first of them.
    pub files: Vec<LeftOverFile>,
}

/// A file that is of no database.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOverFile {
    /// What it is called.
    pub name: String,
    /// What it is.
    #[serde(serialize_with = "name_of_kind")]
    pub kind: LeftOverKind,
    /// Whether it is SQL text that begins a transaction and ends without its commit.
    #[serde(rename = "cut_off", skip_serializing_if = "is_not")]
    pub is_cut_off: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde hands it over")]
const fn is_not(it: &bool) -> bool {
    !*it
}

fn name_of_kind<S: Serializer>(kind: &LeftOverKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.name())
}

/// What a file is that is of no database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOverKind {
    /// By its content.
    Content(FileKind),
    /// By the name of a sidecar, `-tshm`: what connections of Turso share, in place of a wal-index.
    TursoWalIndex,
    /// A symbolic link to what is not there, or back to itself.
    LinkToNothing,
    /// A symbolic link to a folder, which is not followed.
    LinkToFolder,
    /// A symbolic link to a pipe, a socket or a device.
    LinkToNoFile,
}

impl LeftOverKind {
    /// A word for programs, as it stands in JSON.
    const fn name(self) -> &'static str {
        match self {
            Self::Content(kind) => kind.name(),
            Self::TursoWalIndex => "turso-wal-index",
            Self::LinkToNothing => "link-to-nothing",
            Self::LinkToFolder => "link-to-folder",
            Self::LinkToNoFile => "link-to-no-file",
        }
    }
}

impl fmt::Display for LeftOverKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Content(kind) => return kind.fmt(f),
            Self::TursoWalIndex => "a wal-index of Turso; do not open the database with SQLite",
            Self::LinkToNothing => "a symbolic link that leads nowhere",
            Self::LinkToFolder => "a symbolic link to a folder, which is not followed",
            Self::LinkToNoFile => "a symbolic link to what is no file",
        })
    }
}

/// Files that are named in text; JSON names more.
const MOST_NAMED: usize = 10;

/// Files that are named in reports for machines and for the record.
pub(super) const MOST_IN_REPORTS: usize = 1000;

impl LeftOver {
    /// How many there are, in words.
    pub(super) fn words(&self) -> Option<String> {
        let files = many(self.count, "file");
        (self.count > 0).then(|| format!("{files} of no database"))
    }

    /// What there is, a line each, and of the others how many.
    pub(super) fn lines(&self, most: usize) -> impl Iterator<Item = String> {
        let files = self.files.iter().take(most);
        let lines = files.map(|file| {
            let end = match file.is_cut_off {
                true => ", cut off: the transaction that it begins is not committed at its end",
                false => "",
            };
            format!("{}: {}{end}", harmless(&file.name), file.kind)
        });
        let more = self.count - self.files.len().min(most) as u64;
        lines.chain((more > 0).then(|| format!("and {more} more")))
    }
}

/// Says in text what there is.
pub(super) fn left_over(
    left_over: &LeftOver,
    is_behind_totals: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(words) = left_over.words() else {
        return Ok(());
    };
    if !is_behind_totals {
        writeln!(out)?;
    }
    writeln!(out, "left over: {words}")?;
    let mut lines = left_over.lines(MOST_NAMED);
    lines.try_for_each(|line| writeln!(out, "  {line}"))
}
