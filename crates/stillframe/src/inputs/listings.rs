//! Super-journals that lie beside databases, whether a journal names them or not.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use stillframe_archive::Member;
use stillframe_history::{Input, Listing, Role};

use super::Inputs;
use super::archive::Members;
use super::beside::Beside;
use super::found::Names;
use super::paths::{is_there, os_str, paths_in, sidecar_of};
use crate::names::harmless;
use crate::words::many;

/// A super-journal, and what it lists.
pub struct SuperJournal {
    /// What it is called.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Where it lies.
    pub path: PathBuf,
    /// What it lists, in its order.
    pub journals: Vec<Listed>,
}

/// A journal that a super-journal lists.
pub struct Listed {
    /// Its path, as it stands there.
    pub path: Vec<u8>,
    /// Where the journal and its database would lie beside the super-journal.
    journal: PathBuf,
    database: PathBuf,
    /// Whether it is what lies there. Of several of one name it is the first: the super-journal is made beside the main
    /// database, which comes first.
    is_beside: bool,
}

impl SuperJournal {
    /// The one at `path`.
    pub fn new(path: &Path, listing: &Listing) -> Self {
        let mut met = BTreeSet::new();
        let journals = listing.journals.iter().zip(listing.databases());
        let listed = |(journal, name): (&Vec<u8>, &[u8])| {
            let database = path.with_file_name(plain(name)?);
            let is_beside = met.insert(name.to_vec());
            Some(Listed {
                path: journal.clone(),
                journal: sidecar_of(&database, Role::Journal),
                database,
                is_beside,
            })
        };
        Self {
            name: listing.name.clone(),
            bytes: listing.bytes,
            path: path.to_path_buf(),
            journals: journals.filter_map(listed).collect(),
        }
    }

    /// The databases that lie beside it, or would if they were not missing beside their journals.
    pub fn databases_there(&self) -> impl Iterator<Item = PathBuf> {
        let listed = self.journals.iter();
        let there = listed.filter(|it| it.has_database() || it.has_journal());
        there.map(|it| it.database.clone())
    }
}

impl Listed {
    /// Whether the journal lies beside the super-journal.
    pub fn has_journal(&self) -> bool {
        self.is_beside && is_there(&self.journal)
    }

    /// Whether its database does.
    pub fn has_database(&self) -> bool {
        self.is_beside && is_there(&self.database)
    }

    /// What the database is called there.
    pub fn database(&self, names: Names) -> String {
        names.name(&self.database)
    }
}

impl Inputs<'_> {
    /// What there is to say of each super-journal that was named and that none of its databases is beside.
    pub fn lists_of_nothing(&self) -> impl Iterator<Item = anyhow::Error> {
        let lists = self.super_journals.iter();
        let of_nothing = lists.filter(|list| list.databases_there().next().is_none());
        of_nothing.map(|list| {
            anyhow!(
                "{} is a super-journal: it lists the journals of {} that one transaction changed, and none of these is beside it; \
                 stillframe inspect shows the list",
                harmless(&list.name),
                many(list.journals.len() as u64, "database")
            )
        })
    }
}

/// The name of a database, if it leads nowhere else.
fn plain(name: &[u8]) -> Option<&OsStr> {
    let is_plain = !matches!(name, b"" | b"." | b"..") && !name.contains(&b':');
    os_str(name).filter(|_| is_plain)
}

/// Whether a file is called as SQLite calls super-journals.
pub fn is_super_journal(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    name.rsplit_once("-mj").is_some_and(|(_, number)| {
        number.len() == 9 && number.chars().all(|c| c.is_ascii_hexdigit())
    })
}

/// What the file at `path` lists, where it is a super-journal by its name and by its content.
pub fn at(path: &Path, names: Names) -> Option<Listing> {
    let list = Beside::OnDisk.read_short(path).ok()??;
    of(&Input::new(names.name(path), list), path)
}

/// What `list`, whose path is `path`, lists.
pub fn of(list: &Input, path: &Path) -> Option<Listing> {
    let is_called_so = is_super_journal(path);
    let path = path.as_os_str().as_encoded_bytes().to_vec();
    Listing::read(list, path).ok()?.filter(|_| is_called_so)
}

/// Those that are members of an archive.
pub fn among(members: &Members, names: Names) -> Vec<Listing> {
    let listing = |(path, member): (&PathBuf, &Member)| {
        let list = Beside::InArchive(members, member.name.archive()).read_short(path);
        of(
            &Input::new(names.name(path), list.ok()??),
            member.name.member(),
        )
    };
    members.super_journals().filter_map(listing).collect()
}

/// Those in the folders of these journals.
pub fn beside<'a>(journals: impl Iterator<Item = &'a Path>, names: Names) -> Vec<Listing> {
    let folders: BTreeSet<&Path> = journals.filter_map(Path::parent).collect();
    let in_folder = |folder| {
        let mut paths: Vec<PathBuf> = paths_in(folder)
            .filter(|path| is_super_journal(path))
            .collect();
        paths.sort_unstable();
        paths
    };
    let paths = folders.into_iter().flat_map(in_folder);
    paths.filter_map(|path| at(&path, names)).collect()
}
