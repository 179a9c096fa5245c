//! Files of a set that are compressed each for itself, as `app.db.gz` and `app.db-wal.gz` are.

use std::path::{Path, PathBuf};

use stillframe_history::Role;

use super::paths::{database_of, is_there, os_str, sidecar};

/// Endings of files that are compressed each for itself; the first is of those that are not.
const FORMS: [&str; 7] = ["", ".gz", ".zst", ".zstd", ".bz2", ".xz", ".lz4"];

/// The path that a file would have if what is compressed for itself were unpacked where it lies: `a.tar!app.db` of
/// `a.tar!app.db.gz!app.db`.
pub fn unpacked(path: &Path) -> PathBuf {
    let mut path = path.to_path_buf();
    while let Some(outer) = outer(&path) {
        path = outer;
    }
    path
}

/// The same of one compression.
fn outer(path: &Path) -> Option<PathBuf> {
    let bytes = path.as_os_str().as_encoded_bytes();
    let end = bytes.iter().rposition(|byte| *byte == b'!')?;
    let (archive, inside) = (&bytes[..end], &bytes[end + 1..]);
    let separators: &[u8] = if cfg!(windows) { b"!/\\" } else { b"!/" };
    let start = archive.iter().rposition(|byte| separators.contains(byte));
    let (folder, last) = archive.split_at(start.map_or(0, |at| at + 1));
    let ending = last.strip_prefix(inside)?;
    let mut forms = FORMS.iter().map(|form| form.as_bytes());
    // A folder is no compressed file.
    let is_file = !inside.is_empty() && !inside.contains(&b'/');
    (is_file && forms.any(|form| ending.eq_ignore_ascii_case(form)))
        .then(|| os_str(&[folder, inside].concat()).map(PathBuf::from))?
}

/// The path of a file without the ending of a compression; `None` where it has none.
fn without_ending(path: &Path) -> Option<PathBuf> {
    let bytes = path.as_os_str().as_encoded_bytes();
    let forms = FORMS.iter().skip(1);
    let mut plain = forms.filter_map(|form| bytes.strip_suffix(form.as_bytes()));
    let plain = plain.next().filter(|name| !name.ends_with(b"/"))?;
    os_str(plain).map(PathBuf::from)
}

/// The path that a file in a folder would have if it were unpacked where it lies.
pub fn unpacked_on_disk(path: &Path) -> PathBuf {
    without_ending(path).unwrap_or_else(|| path.to_path_buf())
}

/// Whether a file in a folder has the name of one that is compressed for itself.
pub fn is_called_so(path: &Path) -> bool {
    without_ending(path).is_some()
}

/// A file of a set, plain or compressed.
type Part = (Role, PathBuf);

/// The files that belong with the file at `path`, by their names, and itself. The database is the first.
pub fn set_of(path: &Path) -> Vec<Part> {
    let plain = unpacked_on_disk(path);
    let sets = sets_of(&database_of(&plain));
    let mut sets = sets.into_iter();
    sets.find(|set| set.iter().any(|(_, part)| part == path))
        .unwrap_or_default()
}

/// The sets that the files called as `database` and its sidecars are make.
fn sets_of(database: &Path) -> Vec<Vec<Part>> {
    let mut parts = Vec::new();
    for form in FORMS {
        for role in [Role::Database].into_iter().chain(Role::SIDECARS) {
            let mut path = sidecar(database, role).into_os_string();
            path.push(form);
            let path = PathBuf::from(path);
            if is_there(&path) {
                parts.push((role, form.as_bytes().to_vec(), path));
            }
        }
    }
    apart(parts)
}

/// How a member of an archive is compressed for itself: the ending of what it is in, or nothing.
pub fn form_of(path: &Path) -> Vec<u8> {
    let Some(outer) = outer(path) else {
        return Vec::new();
    };
    let bytes = path.as_os_str().as_encoded_bytes();
    let archive = bytes.rsplitn(2, |byte| *byte == b'!').nth(1);
    let plain = outer.as_os_str().len();
    archive
        .and_then(|archive| archive.get(plain..))
        .unwrap_or_default()
        .to_vec()
}

/// Makes sets of the files of one name, each of which has a role and a form. What has the same form belongs together. Where
/// there is one database only, a sidecar of another form is its, too, unless it has one.
pub fn apart<T>(parts: Vec<(Role, Vec<u8>, T)>) -> Vec<Vec<(Role, T)>> {
    let mut forms: Vec<Vec<u8>> = Vec::new();
    let mut sets: Vec<Vec<(Role, T)>> = Vec::new();
    for (role, form, part) in parts {
        match forms.iter().position(|other| *other == form) {
            Some(number) => sets[number].push((role, part)),
            None => {
                forms.push(form);
                sets.push(vec![(role, part)]);
            }
        }
    }
    let mut with_database = (0..sets.len()).filter(|&set| has(&sets[set], Role::Database));
    let (Some(only), None) = (with_database.next(), with_database.next()) else {
        return sets;
    };
    let mut whole = sets.remove(only);
    for role in Role::SIDECARS {
        let mut others = sets.iter_mut().filter(|set| has(set, role));
        if let (false, Some(other), None) = (has(&whole, role), others.next(), others.next()) {
            whole.extend(other.extract_if(.., |(part, _)| *part == role));
        }
    }
    sets.retain(|set| !set.is_empty());
    sets.insert(0, whole);
    sets
}

fn has<T>(set: &[(Role, T)], role: Role) -> bool {
    set.iter().any(|(other, _)| *other == role)
}
