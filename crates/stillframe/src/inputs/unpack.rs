//! The sets in archives, and in files that are compressed each for itself.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use stillframe_archive::{Contents, Problem, Trouble};
use stillframe_check::render::LeftOver;
use stillframe_source::Source;

use super::archive::{self, Unpacked, Wanted, archive_of, container};
use super::kinds::{kind, role_of_content};
use super::paths::{database_of, looks_like_database};
use super::{Found, Place, Search, is_stdin, left_over, packed};
use crate::names::shown;

impl Search<'_> {
    /// The archive that a path names, or of which it names a member.
    pub(super) fn archive(self, path: &Path) -> Option<Place> {
        if let Some(archive) = archive_of(path) {
            return Some(Place::Archive {
                path: archive,
                with: Vec::new(),
                member: Some(path.to_path_buf()),
                is_named: true,
            });
        }
        // What is called a database is judged as one.
        if looks_like_database(path) || database_of(path) != path {
            return None;
        }
        let kind = kind(&Source::open(path, self.access).ok()?).ok()?;
        container(kind).map(|_| self.packed(path.to_path_buf(), true))
    }

    /// The sets of an archive, or of files that are compressed each for itself; or the one that a member is of.
    pub(super) fn unpacked(
        self,
        path: &Path,
        with: &[PathBuf],
        member: Option<&Path>,
    ) -> anyhow::Result<Unpacked> {
        let wal = self.wal.map(|wal| self.wal_in(path, wal)).transpose()?;
        let wanted = Wanted { member, wal };
        let (mut contents, mut left_over) = self.contents(path, wanted)?;
        for part in with {
            let (part, left) = self.packed_contents(part, wanted)?;
            contents.members.extend(part.members);
            contents.problems.extend(part.problems);
            left_over::append(&mut left_over, left);
        }
        Unpacked::of(self, contents, left_over, wanted)
    }

    /// What is wanted of one archive.
    fn contents(self, path: &Path, wanted: Wanted<'_>) -> anyhow::Result<(Contents, LeftOver)> {
        let source = match is_stdin(path) {
            true => Source::stdin(self.access)?,
            false => Source::open(path, self.access)?,
        };
        let kind = kind(&source)?;
        let Some(container) = container(kind) else {
            bail!(
                "{} is {kind}, and no archive; name what is in it by itself",
                shown(path)
            );
        };
        Ok(archive::read(self, &Arc::new(source), container, wanted))
    }

    /// What is in a file that is called as compressed ones are, and lies beside others of its set.
    fn packed_contents(
        self,
        path: &Path,
        wanted: Wanted<'_>,
    ) -> anyhow::Result<(Contents, LeftOver)> {
        let source = Source::open(path, self.access)?;
        let kind = kind(&source)?;
        match container(kind) {
            Some(_) => self.contents(path, wanted),
            None => Err(archive::named(Problem {
                trouble: Trouble::Damaged {
                    name: path.to_string_lossy().into_owned(),
                    reason: io::Error::new(
                        io::ErrorKind::InvalidData,
                        format!("it is {kind}, and not what its name says"),
                    ),
                },
                archive: path.to_path_buf(),
                length: source.len(),
                range: 0..source.len(),
            })),
        }
    }

    /// The WAL that was named, as a member of the archive that the database is in.
    fn wal_in<'w>(self, archive: &Path, wal: &'w Path) -> anyhow::Result<&'w Path> {
        match archive_of(wal) {
            Some(other) if other == archive => Ok(wal),
            _ => bail!(
                "--wal {} is not in {}, as the database is; name a member of it, or unpack both",
                shown(wal),
                shown(archive)
            ),
        }
    }

    /// What comes on standard input: a file, or an archive.
    pub(super) fn stdin_sets(self) -> anyhow::Result<Unpacked> {
        let source = Source::stdin(self.access)?;
        if let (Some(container), None) = (container(kind(&source)?), self.wal) {
            let wanted = Wanted::default();
            let (contents, left_over) = archive::read(self, &Arc::new(source), container, wanted);
            return Unpacked::of(self, contents, left_over, wanted);
        }
        let role = role_of_content(&source)?;
        let mut found = Found::empty(self.names);
        found.add(role, source);
        self.add_wal(&mut found)?;
        Ok(Unpacked {
            sets: vec![Ok(found)],
            left_over: LeftOver::default(),
        })
    }

    /// Takes what of a set is compressed for itself beside what is not.
    pub(super) fn add_packed(self, found: &mut Found, named: &Path) -> anyhow::Result<()> {
        for (role, path) in packed::set_of(named) {
            if found.has(role) {
                continue;
            }
            let (contents, _) = self.packed_contents(&path, Wanted::default())?;
            if let Some(problem) = contents.problems.into_iter().next() {
                return Err(archive::named(problem));
            }
            let mut members = contents.members.into_iter();
            let is_it = |name: &Path| packed::unpacked(name) == packed::unpacked_on_disk(&path);
            if let Some(member) = members.find(|member| is_it(&member.name.path())) {
                found.add_member(role, member);
            }
        }
        Ok(())
    }
}
