//! The files in archives: tar, zip, and what gzip, zstd, bzip2, xz or lz4 has compressed, one in the other.
//!
//! Nothing is unpacked beside the archive, and no name in it is ever a path that is written: names are labels. Members of
//! an uncompressed tar and stored members of a zip are read where they lie; what is compressed is decoded once, in a
//! stream, into memory while there is room and from then on into temporary files without names.
//!
//! What an archive holds is told by the caller, from the name and the first bytes of each member: whether it is to be
//! kept, passed over, or is an archive itself. Every member that could be read is had, also from an archive that is cut
//! short or damaged; what could not be read is a [`Trouble`].
//!
//! ```
//! use std::sync::Arc;
//! use stillframe_archive::{Container, Reader, Treatment};
//! use stillframe_source::{Access, Memory, Source};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let mut builder = tar::Builder::new(Vec::new());
//! # let mut header = tar::Header::new_gnu();
//! # header.set_size(5);
//! # header.set_cksum();
//! # builder.append_data(&mut header, "data/app.db", &b"hello"[..])?;
//! # let bytes = builder.into_inner()?;
//! let archive = Arc::new(Source::from_bytes("backup.tar", bytes));
//! let reader = Reader::new(&archive, Memory::new(1 << 20), Access::Map);
//! let contents = reader.read(Container::Tar, |_name, _first_bytes, _length| Treatment::Keep);
//! let member = &contents.members[0];
//! assert_eq!(member.source.name(), "backup.tar!data/app.db");
//! assert_eq!(&*member.source.window(0, 5)?, b"hello");
//! # Ok(())
//! # }
//! ```

#![deny(unsafe_code)]

mod ahead;
mod coding;
mod compressed;
mod container;
mod contents;
mod limits;
mod links;
mod lz4;
mod name;
mod reader;
mod readers;
mod run;
mod seek;
mod streams;
mod tar_archive;
#[cfg(test)]
mod tests;
mod troubles;
mod zip_archive;
mod zip_around;
mod zip_directory;
mod zip_end;
mod zstd;

pub use container::Container;
pub use contents::{Contents, Member, Modified, Problem, Trouble};
pub use limits::Limits;
pub use name::Name;
pub use reader::{Reader, Treatment};
pub use zip_end::ends_as_zip;
