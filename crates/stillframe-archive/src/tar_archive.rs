//! tar: ustar, GNU and pax.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use stillframe_source::Source;
use tar::{Archive, Entry as TarEntry};

use crate::limits::Ration;
use crate::name::{Name, of_bytes};
use crate::run::{Bytes, Entry, Run};
use crate::seek::Cursor;
use crate::{Modified, Trouble};

impl Run<'_> {
    /// A tar whose bytes are all there to be read: so are those of its members.
    pub(crate) fn tar_in_place(&mut self, source: &Arc<Source>, path: &Path, depth: u32) {
        let ration = Ration::new();
        let mut archive = Archive::new(ration.over(Cursor::new(source)));
        let entries = match archive.entries_with_seek() {
            Ok(entries) => entries,
            Err(error) => return self.tell(path, Some(error)),
        };
        self.tar_entries(entries, Some(source), &ration, path, depth);
        self.behind_the_end(archive.into_inner(), &ration, path);
    }

    /// A tar that comes as a stream.
    pub(crate) fn tar_stream(&mut self, reader: &mut dyn Read, path: &Path, depth: u32) {
        let ration = Ration::new();
        let mut archive = Archive::new(ration.over(reader));
        match archive.entries() {
            Ok(entries) => self.tar_entries(entries, None, &ration, path, depth),
            Err(error) => return self.tell(path, Some(error)),
        }
        self.behind_the_end(archive.into_inner(), &ration, path);
    }

    /// Looks at what stands behind the end of a tar, which is zeros.
    fn behind_the_end(&mut self, mut rest: impl Read, ration: &Ration, path: &Path) {
        if self.is_over() || !ration.is_at_end_of_tar() {
            return;
        }
        ration.for_content();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match rest.read(&mut buffer) {
                Ok(0) => return,
                Ok(count) if buffer[..count].iter().all(|byte| *byte == 0) => {}
                Ok(_) => {
                    let name = path.to_string_lossy().into_owned();
                    return self.trouble(Trouble::Continues { name });
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return self.tell(path, Some(error)),
            }
        }
    }

    fn tar_entries<R: Read>(
        &mut self,
        entries: tar::Entries<'_, R>,
        place: Option<&Arc<Source>>,
        ration: &Ration,
        path: &Path,
        depth: u32,
    ) {
        let mut is_told = false;
        for entry in entries {
            match entry {
                Ok(entry) => {
                    ration.for_content();
                    let troubles = self.contents.problems.len();
                    let header = entry.raw_header_position();
                    let end = entry.raw_file_position().saturating_add(entry.size());
                    self.stand(depth, place.map(|_| header..end));
                    self.tar_entry(entry, place, path, depth);
                    self.stand(depth, None);
                    is_told = self.contents.problems.len() > troubles;
                }
                // Where a member was cut short, so is what it is in.
                Err(_) if is_told => return,
                Err(_) if ration.has_ended() => return self.cut(path),
                Err(error) => return self.tell(path, Some(error)),
            }
            if self.is_over() {
                return;
            }
            ration.for_headers();
        }
        // Zeros stand behind the last member. A tar that was cut between two has none.
        if !ration.has_ended() {
            ration.tar_has_ended();
        } else if !is_told {
            self.cut(path);
        }
    }

    fn tar_entry<R: Read>(
        &mut self,
        mut entry: TarEntry<'_, R>,
        place: Option<&Arc<Source>>,
        path: &Path,
        depth: u32,
    ) {
        let kind = entry.header().entry_type();
        let is_sparse = kind.is_gnu_sparse();
        let name = Name::new(path.to_path_buf(), of_bytes(&entry.path_bytes()));
        if kind.is_hard_link() {
            let target = entry.link_name_bytes();
            return self.hard_link(&name, &of_bytes(&target.unwrap_or_default()));
        }
        if kind.is_symlink() {
            let target = entry.link_name_bytes();
            return self.symbolic_link(name, of_bytes(&target.unwrap_or_default()));
        }
        if !kind.is_file() && !kind.is_contiguous() && !is_sparse {
            return;
        }
        match is_sparse_in_pax(&mut entry) {
            Ok(false) => {}
            Ok(true) => {
                return self.trouble(Trouble::Unsupported {
                    name: name.path().to_string_lossy().into_owned(),
                    found: "a sparse file in the form of pax".to_owned(),
                });
            }
            Err(error) => return self.tell(&name.path(), Some(error)),
        }
        let declared = Some(entry.size());
        let modified = modified(&entry);
        match place {
            Some(source) if !is_sparse => {
                let start = entry.raw_file_position().min(source.len());
                let length = entry.size().min(source.len() - start);
                let shown = name.path();
                let part = Source::part_of(source, shown.to_string_lossy(), start, length);
                match part {
                    Ok(part) => self.member(Entry {
                        name,
                        declared,
                        modified,
                        bytes: Bytes::Placed(part, None),
                        depth,
                        is_compressed: false,
                    }),
                    Err(error) => self.trouble(error.into()),
                }
            }
            // What is compressed is counted where it is decoded; holes are made here.
            _ => {
                let meter = self.meter;
                let mut metered;
                let reader: &mut dyn Read = if is_sparse {
                    metered = meter.over(&mut entry);
                    &mut metered
                } else {
                    &mut entry
                };
                self.member(Entry {
                    name,
                    declared,
                    modified,
                    bytes: Bytes::Stream(reader),
                    depth,
                    is_compressed: false,
                });
            }
        }
    }
}

/// When a member was last changed. What is made to be the same each time has the time 0, which says nothing.
fn modified<R: Read>(entry: &TarEntry<'_, R>) -> Option<Modified> {
    let seconds = entry.header().mtime().ok().filter(|seconds| *seconds > 0)?;
    Modified::since_1970(seconds)
}

/// Whether the holes of a file are told in pax records, so that its bytes are not those that stand there.
fn is_sparse_in_pax<R: Read>(entry: &mut TarEntry<'_, R>) -> io::Result<bool> {
    let Some(extensions) = entry.pax_extensions()? else {
        return Ok(false);
    };
    for extension in extensions {
        if extension?.key_bytes().starts_with(b"GNU.sparse.") {
            return Ok(true);
        }
    }
    Ok(false)
}
