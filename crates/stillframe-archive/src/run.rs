//! One reading of an archive, layer by layer.

use std::collections::HashMap;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use stillframe_source::Source;

use crate::limits::Meter;
use crate::links::SymbolicLink;
use crate::name::Name;
use crate::reader::Treat;
use crate::readers::{Resumed, sum};
use crate::streams::is_behind;
use crate::{Container, Contents, Member, Modified, Reader, Treatment};

/// First bytes of a member that are shown to the caller.
const HEAD: usize = 4096;

/// The bytes of a layer: somewhere in the archive, or as they come.
pub(crate) enum Input<'i> {
    Placed(Arc<Source>),
    Stream(&'i mut dyn Read),
}

/// The bytes of a file that was met.
pub(crate) enum Bytes<'i> {
    /// They stand there as they are, under this checksum where there is one.
    Placed(Source, Option<u32>),
    Stream(&'i mut dyn Read),
}

/// A file that was met in an archive.
pub(crate) struct Entry<'i> {
    pub(crate) name: Name,
    pub(crate) declared: Option<u64>,
    /// When it was last changed, where the archive says so.
    pub(crate) modified: Option<Modified>,
    pub(crate) bytes: Bytes<'i>,
    pub(crate) depth: u32,
    /// Whether it is all that a compressed file holds.
    pub(crate) is_compressed: bool,
}

/// One reading of an archive.
pub(crate) struct Run<'r> {
    pub(crate) reader: &'r Reader<'r>,
    pub(crate) meter: &'r Meter,
    pub(crate) treat: &'r mut Treat<'r>,
    pub(crate) contents: Contents,
    /// The number of the last member of each name.
    pub(crate) kept: HashMap<Name, usize>,
    /// Symbolic links whose file was not met before them.
    pub(crate) links: Vec<SymbolicLink>,
    seen: u64,
    /// When the member was last changed that is looked at, or what it is in.
    modified: Option<Modified>,
    /// Whether a checksum is over what is looked at, or over what it is in.
    is_summed: bool,
    /// Where the member stands that is being read, in the archive that is none itself.
    pub(crate) place: Option<Range<u64>>,
    /// Whether a limit was reached.
    pub(crate) is_over: bool,
}

impl<'r> Run<'r> {
    pub(crate) fn new(reader: &'r Reader<'r>, meter: &'r Meter, treat: &'r mut Treat<'r>) -> Self {
        Self {
            reader,
            meter,
            treat,
            contents: Contents::default(),
            kept: HashMap::new(),
            links: Vec::new(),
            seen: 0,
            modified: None,
            is_summed: false,
            place: None,
            is_over: false,
        }
    }
}

impl Run<'_> {
    /// Reads a layer, which has the name `path`.
    pub(crate) fn open(
        &mut self,
        container: Container,
        input: Input<'_>,
        path: PathBuf,
        depth: u32,
    ) {
        if depth >= self.reader.limits.depth {
            let limit = format!("{depth} archives in one another");
            return self.too_much(&path, limit);
        }
        match (container, input) {
            (Container::Tar, Input::Placed(source)) => self.tar_in_place(&source, &path, depth),
            (Container::Tar, Input::Stream(reader)) => self.tar_stream(reader, &path, depth),
            (Container::Zip, Input::Placed(source)) => {
                self.summed(true, |run| run.zip(&source, &path, depth));
            }
            (Container::Zip, Input::Stream(reader)) => {
                // Its directory stands at its end.
                if let Some((source, failed)) = self.take_out(&path, reader) {
                    self.summed(true, |run| run.zip(&Arc::new(source), &path, depth));
                    self.tell(&path, failed);
                }
            }
            (container, input) => {
                if let Some(coding) = container.coding() {
                    self.compressed(container, coding, input, path, depth);
                }
            }
        }
    }

    /// A file that was met, in what is `depth` deep.
    pub(crate) fn member(&mut self, entry: Entry<'_>) {
        if self.is_one_too_many(&entry.name) {
            return;
        }
        self.dated(entry.modified, |run| run.read(entry));
    }

    /// Reads what was last changed then, where that is told.
    pub(crate) fn dated(&mut self, modified: Option<Modified>, read: impl FnOnce(&mut Self)) {
        let outer = self.modified;
        self.modified = modified.or(outer);
        read(self);
        self.modified = outer;
    }

    /// Reads what a checksum is over where it `is_summed`.
    pub(crate) fn summed(&mut self, is_summed: bool, read: impl FnOnce(&mut Self)) {
        let outer = self.is_summed;
        self.is_summed |= is_summed;
        read(self);
        self.is_summed = outer;
    }

    fn read(&mut self, entry: Entry<'_>) {
        match entry.bytes {
            Bytes::Placed(source, checksum) => {
                let mut head = vec![0; source.len().min(HEAD as u64) as usize];
                if let Err(error) = source.read_exact_at(0, &mut head) {
                    return self.trouble(error.into());
                }
                let Entry {
                    name,
                    declared,
                    depth,
                    ..
                } = entry;
                self.placed(name, (declared, checksum), source, &head, depth);
            }
            Bytes::Stream(reader) => {
                let mut head = Vec::new();
                let resumed = Resumed::begin(reader, &mut head, HEAD);
                let Entry {
                    name,
                    declared,
                    depth,
                    is_compressed,
                    ..
                } = entry;
                self.streamed(name, declared, resumed, depth, is_compressed);
            }
        }
    }

    fn placed(
        &mut self,
        name: Name,
        (declared, checksum): (Option<u64>, Option<u32>),
        source: Source,
        head: &[u8],
        depth: u32,
    ) {
        let length = source.len();
        let treatment = (self.treat)(&name, head, Some(length));
        let path = name.path();
        let is_long_enough = declared.is_none_or(|declared| declared <= length);
        let failed = match checksum {
            Some(expected) if is_long_enough && treatment != Treatment::PassOver => {
                sum(&source, expected).err()
            }
            _ => None,
        };
        let is_whole = is_long_enough && failed.is_none();
        match treatment {
            Treatment::PassOver => self.contents.passed_over += 1,
            Treatment::Open(container) => {
                self.open(
                    container,
                    Input::Placed(Arc::new(source)),
                    path.clone(),
                    depth + 1,
                );
            }
            Treatment::Keep => self.keep(name, declared, source, is_whole),
        }
        if !is_long_enough {
            self.cut(&path);
        }
        self.tell(&path, failed);
    }

    /// Counts a file, and says where there are too many.
    pub(crate) fn is_one_too_many(&mut self, name: &Name) -> bool {
        let most = self.reader.limits.members;
        self.seen += 1;
        if self.seen > most {
            self.too_much(name.archive(), format!("{most} members"));
        }
        self.seen > most
    }

    fn streamed(
        &mut self,
        name: Name,
        declared: Option<u64>,
        mut reader: Resumed<'_>,
        depth: u32,
        is_compressed: bool,
    ) {
        let path = name.path();
        // What is wrong with all that a compressed file holds is wrong with that file.
        let told = match is_compressed {
            true => name.archive().to_path_buf(),
            false => path.clone(),
        };
        match (self.treat)(&name, reader.head, declared) {
            Treatment::Open(container) => {
                // The tar in a tar.gz has no name of its own.
                let is_nameless = container == Container::Tar && is_compressed;
                let path = if is_nameless {
                    name.archive().to_path_buf()
                } else {
                    path
                };
                self.open(container, Input::Stream(&mut reader), path, depth + 1);
            }
            Treatment::Keep => {
                let Some((source, failed)) = self.take_out(&path, &mut reader) else {
                    return;
                };
                let length = source.len();
                let is_short = declared.is_some_and(|declared| length < declared);
                let has_ended = failed.as_ref().is_none_or(is_behind);
                let is_whole = has_ended && !is_short;
                let source = match is_whole {
                    true => (self.reader.look)(&name, source),
                    false => source,
                };
                self.keep(name, declared, source, is_whole);
                if failed.is_none() && is_short {
                    self.cut(&told);
                }
                self.tell(&told, failed);
            }
            Treatment::PassOver => {
                self.contents.passed_over += 1;
                let failed = io::copy(&mut reader, &mut io::sink()).err();
                self.tell(&told, failed);
            }
        }
    }

    /// Keeps what a reader gives, with why it gave no more.
    fn take_out(
        &mut self,
        path: &Path,
        reader: &mut dyn Read,
    ) -> Option<(Source, Option<io::Error>)> {
        let Reader {
            archive,
            memory,
            access,
            ..
        } = self.reader;
        let taken = Source::taken_out(archive, &path.to_string_lossy(), reader, memory, *access);
        match taken {
            Ok((source, Some(stillframe_source::Error::Read { source: failed, .. }))) => {
                Some((source, Some(failed)))
            }
            Ok((source, Some(error))) => Some((source, Some(io::Error::other(error)))),
            Ok((source, None)) => Some((source, None)),
            Err(error) => {
                self.trouble(error.into());
                self.is_over = true;
                None
            }
        }
    }

    pub(crate) fn keep(
        &mut self,
        name: Name,
        declared: Option<u64>,
        source: Source,
        is_whole: bool,
    ) {
        let range = self.range();
        self.kept.insert(name.clone(), self.contents.members.len());
        self.contents.members.push(Member {
            name,
            source,
            declared,
            is_whole,
            modified: self.modified,
            is_summed: self.is_summed,
            of_name: 1,
            range,
        });
    }

    /// Whether nothing more is to be read.
    pub(crate) const fn is_over(&self) -> bool {
        self.is_over
    }
}
