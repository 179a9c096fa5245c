use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use same_file::is_same_file;
use stillframe_archive::{Member, Modified, Name};
use stillframe_check::{Pairing, Tied};
use stillframe_history::{BackupSet, Input, Progress, Role};
use stillframe_source::{Access, Source};

use super::archive::is_called;
use super::aside::Aside;
use super::opened::Opened;
use super::packed::{form_of, unpacked};
use super::paths::{database_of, sidecar};
use crate::exit::say;
use crate::names::{argument, raw, shown};

/// A backup set, and the files that it is read from.
pub struct Found {
    /// The set.
    pub set: BackupSet,
    parts: Vec<Part>,
    names: Names,
    /// The WAL that was named for it.
    pub(super) wal: Option<PathBuf>,
    aside: Aside,
    /// What ties it to other sets of its archive, or to others in its folder where it was named alone.
    pub(super) tied: Option<Tied>,
    /// How its WAL was paired, where that was not by its name.
    pub(super) pairing: Option<Pairing>,
    /// Whether a file of it is a member of an archive that has no checksum of what it holds.
    pub lacks_checksum: bool,
    /// The files of which the archive holds several of one name, and how many.
    pub met_twice: Vec<(Role, usize)>,
    /// The number of the place where it was found, if it is not in an archive.
    pub(super) place: Option<usize>,
}

/// A file of a set.
struct Part {
    role: Role,
    source: Arc<Source>,
    /// What it is called as a member of an archive.
    member: Option<Name>,
    /// What it is called on a command line, where it can be named there.
    path: Option<PathBuf>,
    /// When it was last changed, where that is known.
    modified: Option<Modified>,
}

impl Part {
    fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }
}

/// How inputs are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// As text for people shows them: see [`shown`].
    Shown,
    /// For JSON, which has escapes of its own: see [`raw`].
    Raw,
}

impl Names {
    /// What a file is called.
    pub fn name(self, path: &Path) -> String {
        match self {
            Self::Shown => shown(path),
            Self::Raw => raw(path),
        }
    }
}

impl Found {
    /// The inputs that changed since they were opened, and how.
    pub fn changes(&self) -> Vec<(String, String)> {
        self.parts
            .iter()
            .filter_map(|part| match part.source.changed() {
                Ok(None) => None,
                Ok(Some(change)) => Some((self.name_of(part), change.to_string())),
                Err(error) => Some((self.name_of(part), error.to_string())),
            })
            .collect()
    }

    /// When the newest file of the set was last changed; `None` where that is known of none. The wal-index does not count: who
    /// only reads the database writes it, too.
    pub fn modified(&self) -> Option<Modified> {
        let parts = self.parts.iter().filter(|part| part.role != Role::WalIndex);
        parts.filter_map(|part| part.modified).max()
    }

    /// The files of the set, or those that it is in.
    pub fn paths(&self) -> Vec<&Path> {
        let parts = self.parts.iter();
        parts.filter_map(|part| part.source.file()).collect()
    }

    /// What the set is called: by its database or, where there is none, by its WAL, or by what else there is.
    pub fn name(&self) -> &str {
        self.set.name()
    }

    /// Where the database is, or would be, as it is named on a command line; `None` where it cannot be.
    pub fn database_path(&self) -> Option<PathBuf> {
        let part = self.part(Role::Database).or(self.parts.first())?;
        part.path().map(database_of)
    }

    /// What names the set on a command line.
    pub fn arguments(&self) -> String {
        let named = self.part(Role::Database).or(self.part(Role::Wal));
        let part = named.or(self.parts.first());
        let path = part.and_then(Part::path).unwrap_or(Path::new("-"));
        let mut arguments = argument(path);
        if let Some(wal) = self.wal.as_ref().filter(|wal| **wal != path) {
            arguments.push_str(" --wal ");
            arguments.push_str(&argument(wal));
        }
        arguments
    }

    /// Whether SQLite finds the WAL by the name of the database: it is `X-wal`, beside the `X` that is here or not.
    pub fn wal_is_beside(&self) -> bool {
        let Some(wal) = self.part(Role::Wal).and_then(Part::path) else {
            return false;
        };
        match self.part(Role::Database) {
            None => sidecar(&database_of(wal), Role::Wal) == wal,
            // Once both are unpacked, where they are compressed each for itself.
            Some(database) => database.path().is_some_and(|database| {
                if form_of(database) != form_of(wal) {
                    return false;
                }
                let (database, wal) = (unpacked(database), unpacked(wal));
                // SQLite follows links.
                let itself = fs::canonicalize(&database).unwrap_or_else(|_| database.clone());
                let place = sidecar(&itself, Role::Wal);
                is_same_file(&place, &wal).unwrap_or_else(|_| place == wal)
            }),
        }
    }

    /// How the WAL was paired, where that was not by its name.
    pub const fn pairing(&self) -> Option<&Pairing> {
        self.pairing.as_ref()
    }

    /// What is to be said of a WAL that was not paired by its name.
    pub fn pairing_in_words(&self) -> Option<String> {
        let shown = self.pairing.as_ref()?.shown_by()?;
        let wal = &self.set.wal.as_ref()?.name;
        Some(format!(
            "{wal} was paired with {} although SQLite would not look for it under that name: {shown}; to take another WAL, name it with --wal",
            self.name()
        ))
    }

    /// What ties it to other sets, as far as that was looked for.
    pub fn tied(&self) -> Option<&Tied> {
        self.tied.as_ref()
    }

    /// Says it on standard error.
    pub fn tell_of_pairing(&self) {
        if let Some(words) = self.pairing_in_words() {
            say(&words);
        }
    }

    /// Leaves the rollback journal aside, as if it were not there. With `look` it is found out whether the database is sound
    /// without it, and not with it.
    pub fn ignore_journal(&mut self, look: Option<&dyn Progress>) -> anyhow::Result<()> {
        self.aside = Aside::of(&self.set, look)?;
        self.set.journal = None;
        Ok(())
    }

    /// Whether a rollback journal was left aside that SQLite would play back.
    pub const fn is_journal_ignored(&self) -> bool {
        self.aside.is_hot()
    }

    /// The rollback journal that was left aside.
    pub const fn aside(&self) -> &Aside {
        &self.aside
    }

    /// Where the file of that role is: its path or, of a member of an archive, the path of the archive, the names of those in
    /// it that hold the member, and its own. Where a name has a `!` in it, one archive more is told.
    pub fn location(&self, role: Role) -> Vec<PathBuf> {
        let Some(part) = self.part(role) else {
            return Vec::new();
        };
        let Some(name) = &part.member else {
            return vec![part.path().unwrap_or(Path::new("-")).to_path_buf()];
        };
        let archive = name.archive().as_os_str().as_encoded_bytes();
        let file = part.source.file().unwrap_or(Path::new("-"));
        let inside = archive.strip_prefix(file.as_os_str().as_encoded_bytes());
        let mut location = vec![file.to_path_buf()];
        let inside = inside.and_then(|inside| inside.strip_prefix(b"!"));
        for name in inside
            .into_iter()
            .flat_map(|inside| inside.split(|byte| *byte == b'!'))
        {
            location.push(String::from_utf8_lossy(name).into_owned().into());
        }
        location.push(name.member().to_path_buf());
        location
    }

    /// The source of the database file.
    pub fn database(&self) -> Option<&Source> {
        self.part(Role::Database).map(|part| part.source.as_ref())
    }

    /// Whether it has a file of that role.
    pub(super) fn has(&self, role: Role) -> bool {
        self.part(role).is_some()
    }

    /// What the file of that role is called on a command line.
    pub(super) fn path(&self, role: Role) -> Option<&Path> {
        self.part(role)?.path()
    }

    /// The files of a set without its database.
    pub(super) fn sidecars(&self) -> Vec<(Role, PathBuf)> {
        let parts = self.parts.iter().filter(|part| part.role != Role::Database);
        let both = parts.filter_map(|part| Some((part.role, part.path()?.to_path_buf())));
        both.collect()
    }

    fn part(&self, role: Role) -> Option<&Part> {
        self.parts.iter().find(|part| part.role == role)
    }

    /// What the file of that role is called as a member of an archive.
    pub(super) fn member(&self, role: Role) -> Option<&Name> {
        self.part(role)?.member.as_ref()
    }

    /// Whether it has the member of an archive that is called so.
    pub(super) fn has_member(&self, path: &Path) -> bool {
        let mut members = self.parts.iter().filter_map(|part| part.member.as_ref());
        members.any(|name| is_called(name, path))
    }

    pub(super) const fn names(&self) -> Names {
        self.names
    }

    /// What an input is called. Names reach text and JSON from here alone.
    fn name_of(&self, part: &Part) -> String {
        match part.path() {
            Some(path) => self.names.name(path),
            None => part.source.name().to_owned(),
        }
    }

    /// Takes a file, in place of one of that role that may be there.
    pub(super) fn add(&mut self, role: Role, source: Source) {
        let modified = source.modified().map(Modified::from);
        self.add_part(role, source, None, modified);
    }

    /// Takes a member of an archive.
    pub(super) fn add_member(&mut self, role: Role, member: Member) {
        let Member {
            source,
            name,
            modified,
            is_summed,
            ..
        } = member;
        self.lacks_checksum |= !is_summed;
        let of_archive = || source.file()?.metadata().ok()?.modified().ok();
        let modified = modified.or_else(|| of_archive().map(Modified::from));
        self.add_part(role, source, Some(name), modified);
    }

    fn add_part(
        &mut self,
        role: Role,
        source: Source,
        member: Option<Name>,
        modified: Option<Modified>,
    ) {
        let path = match &member {
            Some(name) => Some(name.path()),
            None => source.path().map(Path::to_path_buf),
        };
        let part = Part {
            role,
            source: Arc::new(source),
            member,
            path,
            modified,
        };
        self.push(part);
    }

    /// Takes the files of another set that it has none of itself.
    pub(super) fn absorb(&mut self, other: Self) {
        for part in other.parts {
            if self.has(part.role) {
                continue;
            }
            if part.role == Role::Wal {
                self.wal = part.path.clone();
            }
            self.push(part);
        }
    }

    /// Takes a file of another name than its own.
    pub(super) fn take(&mut self, role: Role, path: &Path, access: Access) -> anyhow::Result<()> {
        self.add(role, Source::open(path, access)?);
        if role == Role::Wal {
            self.wal = Some(path.to_path_buf());
        }
        Ok(())
    }

    fn push(&mut self, part: Part) {
        let role = part.role;
        let input = Input::new(self.name_of(&part), Opened::new(&part.source));
        self.parts.retain(|part| part.role != role);
        self.parts.push(part);
        let place = match role {
            Role::Database => &mut self.set.database,
            Role::Wal => &mut self.set.wal,
            Role::WalIndex => &mut self.set.wal_index,
            Role::Journal => &mut self.set.journal,
        };
        *place = Some(input);
    }

    pub(super) fn empty(names: Names) -> Self {
        Self {
            set: BackupSet::default(),
            parts: Vec::new(),
            names,
            wal: None,
            aside: Aside::default(),
            tied: None,
            pairing: None,
            lacks_checksum: false,
            met_twice: Vec::new(),
            place: None,
        }
    }
}
