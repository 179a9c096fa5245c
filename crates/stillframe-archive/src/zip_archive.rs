//! zip.

use std::collections::HashSet;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use crc32fast::Hasher;
use jiff::civil;
use jiff::tz::Offset;
use stillframe_source::Source;
use zip::read::ZipFile;
use zip::{CompressionMethod, ExtraField, ZipArchive};

use crate::coding::Coding;
use crate::limits::Meter;
use crate::name::{Name, of_bytes};
use crate::readers::mismatch;
use crate::run::{Bytes, Entry, Run};
use crate::seek::Cursor;
use crate::zip_around::holds_member;
use crate::zip_directory::Directory;
use crate::{Modified, Trouble};

/// Bytes that a symbolic link leads to at most (`PATH_MAX` of Linux). What is longer is a file, whatever it is said to be.
pub(crate) const LONGEST_TARGET: u64 = 4096;

/// What a member's entry in the directory says.
pub(crate) struct Listed {
    pub(crate) name: Name,
    /// Where the header before its bytes begins.
    pub(crate) header: u64,
    pub(crate) start: u64,
    pub(crate) compressed: u64,
    pub(crate) length: u64,
    pub(crate) checksum: u32,
    pub(crate) modified: Option<Modified>,
    pub(crate) coding: Coding,
    /// Whether it is a symbolic link, of which what it leads to is stored.
    pub(crate) is_link: bool,
}

impl Run<'_> {
    /// A zip archive, by the directory at its end, or, where that is lost, by the headers before its members.
    pub(crate) fn zip(&mut self, source: &Arc<Source>, path: &Path, depth: u32) {
        let mut archive = match ZipArchive::new(Cursor::new(source)) {
            Ok(archive) => archive,
            Err(_) => return self.zip_without_directory(source, path, depth),
        };
        // Nothing is decoded before all of the directory was looked at.
        let mut members = Vec::new();
        for number in 0..archive.len() {
            match listed(&mut archive, number, path) {
                Ok(Some(listed)) => members.push(listed),
                Ok(None) => {}
                Err(trouble) => self.trouble(trouble),
            }
        }
        let (start, shift) = (archive.central_directory_start(), archive.offset());
        match Directory::read(source, start, shift, self.reader.limits.members) {
            Ok(directory) => {
                self.contradictions(&directory, source, path, depth);
                let not_shown = directory.not_shown();
                let is_in_order = not_shown.is_empty();
                for entry in not_shown {
                    match entry.listed(source, path) {
                        Ok(listed) => members.push(listed),
                        Err(trouble) => self.trouble(trouble),
                    }
                }
                if !is_in_order {
                    // In the order of the archive, of which the last of a name is what unpacking would leave.
                    members.sort_by_key(|listed| listed.header);
                }
            }
            Err(error) => self.tell(path, Some(error)),
        }
        let overlapping = overlapping(&members);
        for (number, listed) in members.into_iter().enumerate() {
            if self.is_over() {
                return;
            }
            let end = listed.start.saturating_add(listed.compressed);
            self.stand(depth, Some(listed.header..end));
            match overlapping.contains(&number) {
                true => self.tell(&listed.name.path(), Some(overlap())),
                false if listed.is_link => self.zip_link(source, listed),
                false => self.zip_member(source, listed, depth),
            }
            self.stand(depth, None);
        }
    }

    /// Tells what contradicts itself, and what was not read as it stands around the archive.
    fn contradictions(
        &mut self,
        directory: &Directory,
        source: &Arc<Source>,
        path: &Path,
        depth: u32,
    ) {
        for found in directory.contradictions(source, path) {
            let name = found
                .name
                .map_or_else(|| path.to_path_buf(), |it| it.path());
            self.stand(depth, Some(found.range));
            self.tell(&name, Some(found.reason));
        }
        let name = || path.to_string_lossy().into_owned();
        let [before, behind] = directory.around(source.len());
        for (range, trouble) in [
            (before, Trouble::Follows { name: name() }),
            (behind, Trouble::Continues { name: name() }),
        ] {
            match holds_member(source, range.clone()) {
                Ok(false) => {}
                Ok(true) => {
                    self.stand(depth, Some(range));
                    self.trouble(trouble);
                }
                Err(error) => self.trouble(error.into()),
            }
        }
        self.stand(depth, None);
    }

    fn zip_member(&mut self, source: &Arc<Source>, listed: Listed, depth: u32) {
        let shown = listed.name.path();
        if listed.coding == Coding::Stored && listed.compressed == listed.length {
            let length = listed.length.min(source.len().saturating_sub(listed.start));
            let start = listed.start.min(source.len());
            return match Source::part_of(source, shown.to_string_lossy(), start, length) {
                Ok(part) => self.member(Entry {
                    name: listed.name,
                    declared: Some(listed.length),
                    modified: listed.modified,
                    bytes: Bytes::Placed(part, Some(listed.checksum)),
                    depth,
                    is_compressed: false,
                }),
                Err(error) => self.trouble(error.into()),
            };
        }
        let mut decoded = decoded(self.meter, source, &listed);
        self.member(Entry {
            name: listed.name,
            declared: Some(listed.length),
            modified: listed.modified,
            bytes: Bytes::Stream(&mut decoded),
            depth,
            is_compressed: false,
        });
    }

    fn zip_link(&mut self, source: &Arc<Source>, listed: Listed) {
        let mut target = Vec::new();
        let read = decoded(self.meter, source, &listed).read_to_end(&mut target);
        match read {
            Ok(_) => self.symbolic_link(listed.name, of_bytes(&target)),
            Err(error) => self.tell(&listed.name.path(), Some(error)),
        }
    }

    /// Where the end of the archive is missing, with the directory in it.
    fn zip_without_directory(&mut self, source: &Arc<Source>, path: &Path, depth: u32) {
        let mut reader = Cursor::new(source);
        let meter = self.meter;
        while !self.is_over() {
            let troubles = self.contents.problems.len();
            match zip::read::read_zipfile_from_stream(&mut reader) {
                Ok(Some(file)) if file.is_file() => {
                    let name = Name::new(path.to_path_buf(), of_bytes(file.name_raw()));
                    let declared = Some(file.size());
                    let modified = modified(&file);
                    let mut metered = meter.over(file);
                    self.member(Entry {
                        name,
                        declared,
                        modified,
                        bytes: Bytes::Stream(&mut metered),
                        depth,
                        is_compressed: false,
                    });
                }
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => break,
            }
            if self.contents.problems.len() > troubles {
                // Its checksum does not hold, as it is not all there.
                if let Some(problem) = self.contents.problems.last_mut()
                    && let Trouble::Damaged { name, .. } = &mut problem.trouble
                    && reader.is_at_end()
                {
                    let name = std::mem::take(name);
                    problem.trouble = Trouble::Cut { name };
                }
                return;
            }
        }
        self.cut(path);
    }
}

fn listed(
    archive: &mut ZipArchive<Cursor>,
    number: usize,
    path: &Path,
) -> Result<Option<Listed>, Trouble> {
    let archive_name = || path.to_string_lossy().into_owned();
    let file = archive
        .by_index_raw(number)
        .map_err(|error| Trouble::Damaged {
            name: archive_name(),
            reason: error.into(),
        })?;
    if file.is_dir() {
        return Ok(None);
    }
    let name = Name::new(path.to_path_buf(), of_bytes(file.name_raw()));
    let shown = || name.path().to_string_lossy().into_owned();
    if file.encrypted() {
        return Err(Trouble::Encrypted { name: shown() });
    }
    let coding = coding(file.compression()).ok_or_else(|| Trouble::Unsupported {
        name: shown(),
        found: format!("compressed by a method of its own ({})", file.compression()),
    })?;
    let Some(start) = file.data_start() else {
        return Err(Trouble::Damaged {
            name: shown(),
            reason: io::ErrorKind::InvalidData.into(),
        });
    };
    Ok(Some(Listed {
        modified: modified(&file),
        header: file.header_start(),
        start,
        compressed: file.compressed_size(),
        length: file.size(),
        checksum: file.crc32(),
        coding,
        is_link: file.is_symlink() && file.size() <= LONGEST_TARGET,
        name,
    }))
}

/// The members, by their numbers, that begin within another one: one run of bytes that is listed many times decodes to
/// any length.
fn overlapping(members: &[Listed]) -> HashSet<usize> {
    let mut in_order: Vec<usize> = (0..members.len()).collect();
    in_order.sort_by_key(|&number| members[number].header);
    let mut overlapping = HashSet::new();
    let mut end = 0;
    for number in in_order {
        let member = &members[number];
        if member.header < end {
            overlapping.insert(number);
        }
        end = end.max(member.start.saturating_add(member.compressed));
    }
    overlapping
}

/// That the bytes of a member are those of another, too.
fn overlap() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "it begins within another member, so that the same bytes stand for both",
    )
}

/// When a member was last changed, in UTC where the archive says that (the extended timestamp), and else by the clock on the
/// wall where it was made. The first moment of 1980 stands for none.
fn modified<R: Read>(file: &ZipFile<'_, R>) -> Option<Modified> {
    let exact = file.extra_data_fields().find_map(|field| match field {
        ExtraField::ExtendedTimestamp(times) => times.mod_time(),
        _ => None,
    });
    if let Some(seconds) = exact.filter(|seconds| *seconds > 0) {
        return Modified::since_1970(seconds.into());
    }
    let time = file.last_modified()?;
    let (year, month, day) = (time.year() as i16, time.month() as i8, time.day() as i8);
    let (hour, minute, second) = (time.hour() as i8, time.minute() as i8, time.second() as i8);
    let moment = civil::DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    let is_told = moment > civil::date(1980, 1, 1).at(0, 0, 0, 0);
    let moment = Offset::UTC.to_timestamp(moment).ok().filter(|_| is_told)?;
    Some(Modified {
        time: moment.into(),
        is_local: true,
    })
}

/// How a member is compressed; the library has names for two of the numbers.
fn coding(method: CompressionMethod) -> Option<Coding> {
    match method {
        CompressionMethod::Stored => numbered(0),
        CompressionMethod::Deflated => numbered(8),
        #[expect(
            deprecated,
            reason = "the number of a method that the library does not decode itself"
        )]
        CompressionMethod::Unsupported(number) => numbered(number),
        _ => None,
    }
}

/// How a member is compressed, by the number in the file format (APPNOTE, section 4.4.5).
pub(crate) const fn numbered(method: u16) -> Option<Coding> {
    match method {
        0 => Some(Coding::Stored),
        8 => Some(Coding::Deflate),
        12 => Some(Coding::Bzip2),
        93 => Some(Coding::Zstd),
        95 => Some(Coding::Xz),
        _ => None,
    }
}

/// The bytes of a member.
fn decoded<'m>(
    meter: &'m Meter,
    source: &'m Arc<Source>,
    listed: &Listed,
) -> Summed<impl Read + use<'m>> {
    let place = Cursor::at(source, listed.start).take(listed.compressed);
    Summed {
        reader: meter.over(listed.coding.decoder(place)).take(listed.length),
        sum: Hasher::new(),
        expected: listed.checksum,
    }
}

/// A member as it is decoded, whose checksum is looked at where it ends.
struct Summed<R> {
    reader: R,
    sum: Hasher,
    expected: u32,
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.sum.update(&buffer[..count]);
        if count == 0 && !buffer.is_empty() && self.sum.clone().finalize() != self.expected {
            return Err(mismatch());
        }
        Ok(count)
    }
}
