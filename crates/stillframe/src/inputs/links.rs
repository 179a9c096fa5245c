//! Symbolic links below a folder.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use stillframe_check::render::LeftOverKind;

use super::folder::Files;
use super::paths::{database_of, looks_like_database};

/// What a symbolic link leads to.
enum LeadsTo {
    /// A file that is met under its own name, or by another link.
    Met,
    /// A file, or what has to be opened to be told of.
    File,
    Other(LeftOverKind),
}

/// Takes the files that links below a folder lead to, each once, under the names of the links; gives the links that are
/// of no database, and what they lead to. Links to folders are not followed, so that there are no circles.
pub fn take(folder: &Path, links: Vec<PathBuf>, files: &mut Files) -> Vec<(PathBuf, LeftOverKind)> {
    let below = fs::canonicalize(folder).ok();
    let mut met = HashSet::new();
    let mut left_over = Vec::new();
    // A database comes before what lies beside it.
    let (sidecars, others): (Vec<_>, Vec<_>) = links
        .into_iter()
        .partition(|link| database_of(link) != *link);
    for link in others.into_iter().chain(sidecars) {
        let database = database_of(&link);
        let is_beside_one = database != link && files.contains_key(&database);
        let leads_to = match leads_to(&link, below.as_deref(), &mut met) {
            _ if is_beside_one => LeadsTo::File,
            LeadsTo::Other(LeftOverKind::LinkToNothing)
                if database != link || looks_like_database(&link) =>
            {
                LeadsTo::File
            }
            leads_to => leads_to,
        };
        match leads_to {
            LeadsTo::Met => {}
            LeadsTo::File => files.entry(database).or_default().push(link),
            LeadsTo::Other(kind) => left_over.push((link, kind)),
        }
    }
    left_over
}

fn leads_to(link: &Path, below: Option<&Path>, met: &mut HashSet<PathBuf>) -> LeadsTo {
    let metadata = match fs::metadata(link) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return LeadsTo::File,
        Err(_) => return LeadsTo::Other(LeftOverKind::LinkToNothing),
    };
    if metadata.is_dir() {
        return LeadsTo::Other(LeftOverKind::LinkToFolder);
    } else if !metadata.is_file() {
        return LeadsTo::Other(LeftOverKind::LinkToNoFile);
    }
    let Ok(file) = fs::canonicalize(link) else {
        return LeadsTo::File;
    };
    let is_below = below.is_some_and(|below| file.starts_with(below));
    match is_below || !met.insert(file) {
        true => LeadsTo::Met,
        false => LeadsTo::File,
    }
}
