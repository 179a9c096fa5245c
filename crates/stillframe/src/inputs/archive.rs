//! The sets in an archive.

mod wanted;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use stillframe_archive::{Container, Contents, Member, Name, Problem, Reader, Treatment};
use stillframe_check::render::LeftOver;
use stillframe_format::{FileKind, identify};
use stillframe_history::{Progress as _, Role};
use stillframe_source::{Memory, Source};

use super::beside::Beside;
use super::kinds::{is_called_beside, is_part_of_a_set, kind, role_of_kind};
use super::left_over::Other;
use super::listings::is_super_journal;
use super::packed::{apart, form_of, unpacked};
use super::pairing::pair;
use super::paths::{database_of, looks_like_database};
use super::super_journal;
use super::tied::Ties;
use super::{Found, Look, Search, is_stdin, left_over};
use crate::exit::say;
use crate::names::{argument, harmless, shown};
use crate::progress::Bar;
use crate::words::many;
pub use wanted::{Wanted, is_called};
use wanted::{chosen, treatment};

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
    let whole = member.as_os_str().as_encoded_bytes();
    let inside = whole
        .get(path.as_encoded_bytes().len()..)
        .unwrap_or_default();
    match member.parent() {
        Some(folder) if inside.contains(&b'/') => folder.join(name),
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
    pub left_over: LeftOver,
}

/// Reads what is wanted of an archive.
pub fn read(
    search: Search<'_>,
    archive: &Arc<Source>,
    container: Container,
    wanted: Wanted<'_>,
) -> (Contents, LeftOver) {
    let memory = Memory::new(search.max_memory);
    let bar = Bar::new("unpacking", archive.len(), search.is_quiet);
    let advance = |bytes| bar.advance(bytes);
    let look = |name: &Name, source| match (search.ahead, search.look) {
        (Some(ahead), Look::Inside(level)) => ahead.look(level, name, source),
        _ => source,
    };
    let reader = Reader::new(archive, memory, search.access)
        .with_progress(&advance)
        .with_look(&look);
    let mut left_over = LeftOver::default();
    let contents = reader.read(container, |name, head, length| {
        let kind = identify(head, length.unwrap_or(head.len() as u64));
        let treatment = treatment(name, kind, length, wanted);
        // A link to what is not there is no file.
        let is_file = length.is_some() || !head.is_empty();
        if treatment == Treatment::PassOver && is_file {
            left_over::add(&mut left_over, search.names, &name.path(), kind.into());
        }
        treatment
    });
    (contents, left_over)
}

impl Unpacked {
    /// Makes sets of what was read of one archive, or of several that are one file each.
    pub fn of(
        search: Search<'_>,
        mut contents: Contents,
        mut left_over: LeftOver,
        wanted: Wanted<'_>,
    ) -> anyhow::Result<Self> {
        let wal = wanted
            .wal
            .map(|wal| take_wal(&mut contents, wal))
            .transpose()?;
        let mut members = Members::default();
        let mut groups: BTreeMap<PathBuf, Vec<Member>> = BTreeMap::new();
        let mut twice = BTreeSet::new();
        for member in contents.members {
            if is_undecoded_database(&member) {
                continue;
            }
            let path = member.name.path();
            if member.of_name > 1 {
                twice.insert(member.name.archive().to_path_buf());
            }
            if is_super_journal(&path) {
                members.super_journals.insert(path, member);
            } else {
                let place = database_of(&unpacked(&path));
                members.paths.insert(path);
                groups.entry(place).or_default().push(member);
            }
        }
        tell_of_members_met_twice(search, &twice);
        let mut sets = Vec::new();
        for (database, group) in groups {
            for group in apart(
                group
                    .into_iter()
                    .map(|it| with_form(&database, it))
                    .collect(),
            ) {
                match set(search, &database, group, &members) {
                    Ok(Ok(found)) => sets.push((database.clone(), found)),
                    Ok(Err((name, other))) => {
                        left_over::add(&mut left_over, search.names, &name, other)
                    }
                    Err(error) => members.failures.push(error),
                }
            }
        }
        left_over
            .files
            .sort_by(|one, other| one.name.cmp(&other.name));
        let mut sets = chosen(sets, wanted);
        match wal {
            Some(wal) => add_wal(&mut sets, wal)?,
            None => sets = pair(sets, search.is_quiet),
        }
        let ties = Ties::among(search, &sets, &members);
        for (number, found) in sets.iter_mut().enumerate() {
            found.tied = ties.tied(number, &mut found.set);
        }
        let troubles = contents.problems.into_iter().map(named);
        let failures = members.failures.into_iter().chain(troubles).map(Err);
        Ok(Self {
            sets: sets.into_iter().map(Ok).chain(failures).collect(),
            left_over,
        })
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
            // What cannot be read of the archive may be a part of the set.
            (_, Some(error)) => Err(error),
            (Some(found), None) => Ok(found),
            (None, None) => Err(nothing(archive, member, self.left_over.count)),
        }
    }
}

/// What could not be read, under the name as it is shown, quoted as a whole where it has to be.
pub fn named(mut problem: Problem) -> anyhow::Error {
    if let Some(name) = problem.trouble.name_mut() {
        *name = shown(Path::new(name.as_str()));
    }
    problem.into()
}

/// That there is nothing of the kind in an archive.
pub fn nothing(archive: &Path, member: Option<&Path>, passed_over: u64) -> anyhow::Error {
    let name = shown(archive);
    match member {
        Some(member) if is_super_journal(member) => anyhow!(
            "{} is called as super-journals are, which are read with the databases that they tie: stillframe check {}",
            shown(member),
            argument(archive)
        ),
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
    super_journals: BTreeMap<PathBuf, Member>,
    failures: Vec<anyhow::Error>,
}

impl Members {
    /// Whether a database or a sidecar of that path was read.
    pub fn has(&self, path: &Path) -> bool {
        self.paths.contains(path)
    }

    /// The super-journal of that path.
    pub fn super_journal(&self, path: &Path) -> Option<&Source> {
        self.super_journals.get(path).map(|member| &member.source)
    }

    /// The super-journals, by their paths.
    pub fn super_journals(&self) -> impl Iterator<Item = (&PathBuf, &Member)> {
        self.super_journals.iter()
    }
}

/// Whether that is a database of which no byte could be decoded: nothing is known of it, and why is said of its archive.
fn is_undecoded_database(member: &Member) -> bool {
    let path = unpacked(&member.name.path());
    let is_all_that_was_compressed = member.declared.is_none();
    !member.is_whole
        && member.source.is_empty()
        && is_all_that_was_compressed
        && database_of(&path) == path
}

/// Takes the WAL out that was named.
fn take_wal(contents: &mut Contents, wal: &Path) -> anyhow::Result<Member> {
    let mut numbers = 0..contents.members.len();
    let number = numbers.find(|&number| is_called(&contents.members[number].name, wal));
    let number = number.ok_or_else(|| anyhow!("there is no {}", shown(wal)))?;
    Ok(contents.members.remove(number))
}

/// Gives the one set that is wanted the WAL that was named for it.
fn add_wal(sets: &mut [Found], mut wal: Member) -> anyhow::Result<()> {
    let [found] = sets else {
        bail!("--wal goes with one database; name a member of the archive as PATH");
    };
    found.wal = Some(wal.name.path());
    let name = found.names().name(&wal.name.path());
    wal.source.rename(name);
    found.add_member(Role::Wal, wal);
    Ok(())
}

/// Says where names are not those that files have in the archive.
fn tell_of_members_met_twice(search: Search<'_>, archives: &BTreeSet<PathBuf>) {
    for archive in archives.iter().filter(|_| !search.is_quiet) {
        let archive = search.names.name(archive);
        say(&format!(
            "{}: holds files of one name more than once; unpacking it would leave the last of each, the earlier ones are called NAME#1 and so on",
            harmless(&archive)
        ));
    }
}

/// A member of the group of `database`, with the role that its name gives it.
fn with_form(database: &Path, member: Member) -> (Role, Vec<u8>, Member) {
    let path = member.name.path();
    let mut roles = Role::SIDECARS.into_iter();
    let role = roles.find(|role| super::paths::sidecar(database, *role) == unpacked(&path));
    (role.unwrap_or(Role::Database), form_of(&path), member)
}

/// The set of `database`, or the file that is none.
fn set(
    search: Search<'_>,
    database: &Path,
    group: Vec<(Role, Member)>,
    members: &Members,
) -> anyhow::Result<Result<Found, (PathBuf, Other)>> {
    let mut found = Found::empty(search.names);
    let is_single = group.len() == 1;
    let is_alone = is_single && group.iter().all(|(_, member)| member.of_name == 1);
    let archive = group
        .first()
        .map(|(_, member)| member.name.archive().to_path_buf());
    for (role, mut member) in group {
        let path = member.name.path();
        member.source.rename(search.names.name(&path));
        let kind = kind(&member.source)?;
        let is_other = !looks_like_database(database) && !is_part_of_a_set(kind);
        let is_beside = kind == FileKind::AppleDouble && is_called_beside(member.name.member());
        // It was taken out for its end alone.
        let is_dump = is_single && is_other && kind == FileKind::SqlDump;
        if is_dump || is_alone && (is_other || is_beside) {
            return Ok(Err((path, Other::of(kind, member.source)?)));
        }
        let role = match role {
            Role::Database => role_of_kind(kind),
            role => role,
        };
        if member.of_name > 1 {
            found.met_twice.push((role, member.of_name));
        }
        found.add_member(role, member);
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
