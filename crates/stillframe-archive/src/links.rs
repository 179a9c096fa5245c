//! Links: files of the archive under another name.

use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use stillframe_source::Source;

use crate::name::Name;
use crate::run::Run;
use crate::{Treatment, Trouble};

/// Links that are followed from one to the next, as on Linux (`path_resolution(7)`).
const MOST_FOLLOWED: usize = 40;

/// A symbolic link whose file was not met before it.
pub(crate) struct SymbolicLink {
    name: Name,
    /// What it leads to, as it stands in the archive.
    target: PathBuf,
    /// Where the link stands.
    place: Range<u64>,
}

impl Run<'_> {
    /// A hard link: it leads to a file before it in the same archive.
    pub(crate) fn hard_link(&mut self, name: &Name, target: &Path) {
        if !self.is_one_too_many(name) && !self.is_linked(name, target.to_path_buf()) {
            self.leads_nowhere(name, target, "which is not in the archive before it");
        }
    }

    /// A symbolic link: it leads to a file anywhere in the archive, if to one at all.
    pub(crate) fn symbolic_link(&mut self, name: Name, target: PathBuf) {
        if !self.is_one_too_many(&name) && !self.is_linked(&name, resolved(&name, &target)) {
            let place = self.range();
            self.links.push(SymbolicLink {
                name,
                target,
                place,
            });
        }
    }

    /// Follows the symbolic links that stand before their files, or before the links that they lead to.
    pub(crate) fn follow_links(&mut self) {
        let mut links = std::mem::take(&mut self.links);
        for _ in 0..MOST_FOLLOWED {
            let before = links.len();
            links.retain(|link| {
                self.place = Some(link.place.clone());
                !self.is_linked(&link.name, resolved(&link.name, &link.target))
            });
            if links.len() == before {
                break;
            }
        }
        for link in links {
            self.place = Some(link.place);
            self.leads_nowhere(&link.name, &link.target, "which is not in the archive");
        }
    }

    /// Keeps the file that a link leads to under the name of the link, too, where it is there.
    fn is_linked(&mut self, name: &Name, target: PathBuf) -> bool {
        let linked = Name::new(name.archive().to_path_buf(), target);
        let number = self.kept.get(&linked).copied();
        let Some(member) = number.and_then(|number| self.contents.members.get_mut(number)) else {
            return false;
        };
        let (length, was) = (member.source.len(), member.source.name().to_owned());
        let shown = name.path().to_string_lossy().into_owned();
        let nothing = Source::from_bytes("", Vec::new());
        let shared = Arc::new(std::mem::replace(&mut member.source, nothing));
        let parts = (
            Source::part_of(&shared, was, 0, length),
            Source::part_of(&shared, shown, 0, length),
        );
        // The whole of it is within it.
        if let (Ok(own), Ok(linked)) = parts {
            member.source = own;
            let (declared, is_whole) = (member.declared, member.is_whole);
            let (modified, is_summed) = (member.modified, member.is_summed);
            let name = name.clone();
            let keep = |run: &mut Self| run.keep(name, declared, linked, is_whole);
            self.dated(modified, |run| run.summed(is_summed, keep));
        }
        true
    }

    /// Tells of a link to what is not there, where that is a file that was wanted.
    fn leads_nowhere(&mut self, name: &Name, target: &Path, why: &str) {
        if (self.treat)(name, &[], None) == Treatment::Keep {
            self.trouble(Trouble::Unsupported {
                name: name.path().to_string_lossy().into_owned(),
                found: format!("a link to {}, {why}", target.to_string_lossy()),
            });
        } else {
            self.contents.passed_over += 1;
        }
    }
}

/// The name of the file that a symbolic link leads to, which is told from the folder that the link is in.
fn resolved(name: &Name, target: &Path) -> PathBuf {
    let mut path = PathBuf::new();
    for part in name.member().with_file_name("").join(target).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if path.file_name().is_some() => {
                path.pop();
            }
            part => path.push(part),
        }
    }
    path
}
