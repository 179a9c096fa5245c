//! What files are, by their content.

use std::path::Path;

use stillframe_archive::ends_as_zip;
use stillframe_format::{FileKind, identify, limits::IDENTIFY_BYTES};
use stillframe_history::Role;
use stillframe_source::Source;

/// What a file is, by its content.
pub fn kind(source: &Source) -> anyhow::Result<FileKind> {
    let length = source.len().min(IDENTIFY_BYTES as u64) as usize;
    let kind = identify(&source.window(0, length)?, source.len());
    // A zip that unpacks itself begins with a program.
    let may_be_zip = matches!(
        kind,
        FileKind::Other | FileKind::Text | FileKind::EncryptedLooking | FileKind::Unstructured
    );
    Ok(match may_be_zip && ends_as_zip(source) {
        true => FileKind::Zip,
        false => kind,
    })
}

/// The role of a file whose name gives it none.
pub fn role_of_content(source: &Source) -> anyhow::Result<Role> {
    Ok(role_of_kind(kind(source)?))
}

/// The role of a file of that content whose name gives it none.
pub fn role_of_kind(kind: FileKind) -> Role {
    match kind {
        FileKind::Wal => Role::Wal,
        FileKind::WalIndex => Role::WalIndex,
        FileKind::Journal => Role::Journal,
        _ => Role::Database,
    }
}

/// Whether it has the name that macOS gives to what it keeps beside a file: the file's own behind `._`.
pub fn is_called_beside(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.as_encoded_bytes().starts_with(b"._")
}

/// Whether a file is of a set, by whatever name.
pub fn is_part_of_a_set(kind: FileKind) -> bool {
    matches!(
        kind,
        FileKind::Database | FileKind::Wal | FileKind::WalIndex | FileKind::Journal
    )
}
