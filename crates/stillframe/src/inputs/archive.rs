//! The sets in an archive.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use stillframe_archive::{Container, Contents, Member, Name, Reader, Treatment};
use stillframe_format::{FileKind, identify};
use stillframe_history::{Progress as _, Role};
use stillframe_journal::super_journal::MAX_CHILDREN_BYTES;
use stillframe_source::{Memory, Source};

use super::beside::Beside;
use super::paths::{database_of, looks_like_database};
use super::super_journal;
use super::tied::Ties;
use super::{Found, Search, is_part_of_a_set, is_stdin, role_of_kind};
use crate::exit::say;
use crate::names::{argument, harmless, shown};
use crate::progress::Bar;
use crate::words::many;

/// What an archive is, by its first bytes; none for what is read as it stands.
pub fn container(kind: FileKind) -> Option<Container> {
    match kind {
        FileKind::Tar => Some(Container::Tar),
        FileKind::Zip => Some(Container::Zip),
        FileKind::Gzip => Some(Container::Gzip),
        FileKind::Zstd => Some(Container::Zstd),
        FileKind::Bzip2 => Some(Container::Bzip2),
        FileKind::Xz => Some(Container::Xz),
        FileKind::Lz4 => Some(Container::Lz4),
        _ => None,
    }
}

/// The archive that `path` names a member of, as `backup.tar!data/app.db` does, where no file has that name itself.
pub fn archive_of(path: &Path) -> Option<PathBuf> {
    if path.symlink_metadata().is_ok() {
        return None;
    }
    let text = path.to_str()?;
    let ends = text.match_indices('!').map(|(at, _)| at);
    let mut archives = ends.map(|end| PathBuf::from(&text[..end]));
    archives.find(|archive| archive.is_file() || is_stdin(archive))
}

/// The path that a file called `name` has beside a member of an archive.
pub fn beside(archive: &Path, member: &Path, name: &OsStr) -> PathBuf {
    let mut path = archive.as_os_str().to_owned();
    path.push("!");
    let inside = member.as_os_str().as_encoded_bytes().get(path.len()..);
    let folder = inside.and_then(|inside| inside.iter().rposition(|byte| *byte == b'/'));
    match (folder, member.parent()) {
        (Some(_), Some(folder)) => folder.join(name),
        _ => {
            path.push(name);
            path.into()
        }
    }
}

/// The sets of an archive, and what could not be read of it.
pub struct Unpacked {
    /// The sets, in the order of their names, and an error for each thing that could not be read.
    pub sets: Vec<anyhow::Result<Found>>,
    /// Files that are no part of any set.
    pub passed_over: u64,
}

impl Unpacked {
    /// Reads an archive; of `member`, where it is named, only the set that it is of.
    pub fn read(
        search: Search<'_>,
        archive: &Arc<Source>,
        container: Container,
        member: Option<&Path>,
    ) -> Self {
        let memory = Memory::new(search.max_memory);
        let bar = Bar::new("unpacking", archive.len(), search.is_quiet);
        let advance = |bytes| bar.advance(bytes);
        let reader = Reader::new(archive, memory, search.access).with_progress(&advance);
        let wanted = member.map(database_of);
        let contents = reader.read(container, |name, head, length| {
            treatment(name, head, length, wanted.as_deref())
        });
        Self::of(search, contents)
    }

    fn of(search: Search<'_>, contents: Contents) -> Self {
        let mut members = Members::default();
        let mut passed_over = contents.passed_over;
        let mut groups: BTreeMap<PathBuf, Vec<Member>> = BTreeMap::new();
        let mut twice = BTreeSet::new();
        for member in contents.members {
            let path = member.name.path();
            if member.of_name > 1 {
                twice.insert(member.name.archive().to_path_buf());
            }
            if is_super_journal(&path) {
                members.super_journals.insert(path, member.source);
            } else {
                members.paths.insert(path.clone());
                groups.entry(database_of(&path)).or_default().push(member);
            }
        }
        for archive in twice.into_iter().filter(|_| !search.is_quiet) {
            let archive = search.names.name(&archive);
            say(&format!(
                "{}: holds files of one name more than once; unpacking it would leave the last of each, the earlier ones are called NAME#1 and so on",
                harmless(&archive)
            ));
        }
        let mut sets = Vec::new();
        for (database, group) in groups {
            match set(search, &database, group, &members) {
                Ok(Ok(found)) => sets.push(found),
                Ok(Err(count)) => passed_over += count,
                Err(error) => members.failures.push(error),
            }
        }
        let ties = Ties::among(&sets);
        for (number, found) in sets.iter_mut().enumerate() {
            found.tied = ties.tied(number, &mut found.set);
        }
        let troubles = contents.troubles.into_iter().map(anyhow::Error::from);
        let failures = members.failures.into_iter().chain(troubles).map(Err);
        Self {
            sets: sets.into_iter().map(Ok).chain(failures).collect(),
            passed_over,
        }
    }

    /// The one set that there is, or that was asked for.
    pub fn one(self, archive: &Path, member: Option<&Path>) -> anyhow::Result<Found> {
        let mut failures = Vec::new();
        let mut sets = Vec::new();
        for set in self.sets {
            match set {
                Ok(found) => sets.push(found),
                Err(error) => failures.push(error),
            }
        }
        let name = shown(archive);
        if sets.len() > 1 {
            let names: Vec<String> = sets.iter().take(5).map(Found::arguments).collect();
            let more = sets.len().saturating_sub(names.len());
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            return Err(anyhow!(
                "{name} holds {}; name one of them: {}{more}",
                many(sets.len() as u64, "database"),
                names.join(", ")
            ));
        }
        match (sets.pop(), failures.into_iter().next()) {
            // What is wrong with the archive may be wrong with the set.
            (Some(_), Some(error)) if member.is_none() => Err(error),
            (Some(found), _) => Ok(found),
            (None, Some(error)) => Err(error),
            (None, None) => Err(nothing(archive, member, self.passed_over)),
        }
    }
}

/// That there is nothing of the kind in an archive.
pub fn nothing(archive: &Path, member: Option<&Path>, passed_over: u64) -> anyhow::Error {
    let name = shown(archive);
    match member {
        Some(member) => anyhow!(
            "{name} has no {}; stillframe check {} names what it has",
            shown(member),
            argument(archive)
        ),
        None => anyhow!(
            "there is no database and no WAL in {name}, among {}",
            many(passed_over, "file")
        ),
    }
}

/// The members that sets were not made of.
#[derive(Default)]
pub struct Members {
    paths: BTreeSet<PathBuf>,
    super_journals: BTreeMap<PathBuf, Source>,
    failures: Vec<anyhow::Error>,
}

impl Members {
    /// Whether a database or a sidecar of that path was read.
    pub fn has(&self, path: &Path) -> bool {
        self.paths.contains(path)
    }

    /// The super-journal of that path.
    pub fn super_journal(&self, path: &Path) -> Option<&Source> {
        self.super_journals.get(path)
    }
}

/// What is to become of a file in an archive.
fn treatment(name: &Name, head: &[u8], length: Option<u64>, wanted: Option<&Path>) -> Treatment {
    let path = name.path();
    let kind = identify(head, length.unwrap_or(head.len() as u64));
    let is_named = looks_like_database(&path) || database_of(&path) != path;
    match container(kind) {
        Some(container) if !is_named => return Treatment::Open(container),
        _ => {}
    }
    if is_super_journal(&path) && length.is_none_or(|length| length <= MAX_CHILDREN_BYTES as u64) {
        return Treatment::Keep;
    }
    if wanted.is_some_and(|wanted| wanted != database_of(&path)) {
        return Treatment::PassOver;
    }
    match is_named || is_part_of_a_set(kind) || wanted.is_some() {
        true => Treatment::Keep,
        false => Treatment::PassOver,
    }
}

/// Whether a file is called as SQLite calls super-journals.
fn is_super_journal(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    name.rsplit_once("-mj").is_some_and(|(_, number)| {
        number.len() == 9 && number.chars().all(|c| c.is_ascii_hexdigit())
    })
}

/// The set of `database`, or how many files are none.
fn set(
    search: Search<'_>,
    database: &Path,
    group: Vec<Member>,
    members: &Members,
) -> anyhow::Result<Result<Found, u64>> {
    let mut found = Found::empty(search.names);
    let is_alone = group.len() == 1 && group.iter().all(|member| member.of_name == 1);
    let archive = group
        .first()
        .map(|member| member.name.archive().to_path_buf());
    for member in group {
        let path = member.name.path();
        let mut source = member.source;
        source.rename(search.names.name(&path));
        let kind = super::kind(&source)?;
        if is_alone && !looks_like_database(database) && !is_part_of_a_set(kind) {
            return Ok(Err(1));
        }
        let role = match Role::SIDECARS
            .into_iter()
            .find(|role| super::paths::sidecar(database, *role) == path)
        {
            Some(role) => role,
            None => role_of_kind(kind),
        };
        found.add_member(role, source, member.name);
    }
    super_journal::look_for(
        &mut found.set,
        database,
        search.names,
        &Beside::InArchive(members, &archive.unwrap_or_default()),
    )
    .with_context(|| format!("cannot read the super-journal of {}", shown(database)))?;
    Ok(Ok(found))
}
