use std::io::{self, Write};

use serde::Serialize;
use stillframe_check::render::text::field;
use stillframe_database::header::HEADER_BYTES;
use stillframe_database::{Header, JournalMode, TextEncoding};
use stillframe_format::FileKind;
use stillframe_history::{Error, Input};

use super::{File, read};
use crate::words::many;

/// The database file: what it is, and its header.
#[derive(Serialize)]
pub struct Database {
    #[serde(flatten)]
    pub file: File,
    pub header: Option<DatabaseHeader>,
}

/// The header of the database file, as it stands there.
#[derive(Serialize)]
pub struct DatabaseHeader {
    page_size: Option<u32>,
    reserved_bytes: u8,
    write_version: u8,
    read_version: u8,
    change_counter: u32,
    size_in_pages: u32,
    size_is_valid: bool,
    first_freelist_trunk: u32,
    freelist_count: u32,
    schema_cookie: u32,
    schema_format: u32,
    default_cache_size: u32,
    largest_root_page: u32,
    text_encoding: u32,
    user_version: i32,
    incremental_vacuum: u32,
    application_id: u32,
    version_valid_for: u32,
    sqlite_version: u32,
    #[serde(skip)]
    header: Header,
}

impl Database {
    pub fn new(input: &Input) -> Result<Self, Error> {
        let file = File::new(input)?;
        let is_database = file.kind == FileKind::Database.name();
        let start = read(input, input.bytes.len().min(HEADER_BYTES as u64) as usize)?;
        let header = Header::parse(&start).ok().filter(|_| is_database);
        Ok(Self {
            file,
            header: header.map(DatabaseHeader::new),
        })
    }
}

impl DatabaseHeader {
    fn new(header: Header) -> Self {
        Self {
            page_size: header.page_size().map(|size| size.get()),
            reserved_bytes: header.reserved_bytes,
            write_version: header.write_version,
            read_version: header.read_version,
            change_counter: header.change_counter,
            size_in_pages: header.size_in_pages,
            size_is_valid: header.size_is_valid(),
            first_freelist_trunk: header.first_freelist_trunk,
            freelist_count: header.freelist_count,
            schema_cookie: header.schema_cookie,
            schema_format: header.schema_format_field,
            default_cache_size: header.default_cache_size,
            largest_root_page: header.largest_root_page,
            text_encoding: header.text_encoding_field,
            user_version: header.user_version,
            incremental_vacuum: header.incremental_vacuum,
            application_id: header.application_id,
            version_valid_for: header.version_valid_for,
            sqlite_version: header.sqlite_version,
            header,
        }
    }

    pub fn print(&self, width: usize, out: &mut dyn Write) -> io::Result<()> {
        let header = &self.header;
        let lines = [
            ("page size", page_size(header)),
            ("journal mode", journal_mode(header)),
            ("size", size(header)),
            ("freelist", freelist(header)),
            ("change counter", change_counter(header)),
            ("schema", schema(header)),
            ("auto-vacuum", auto_vacuum(header)),
            ("user version", header.user_version.to_string()),
            ("application id", format!("0x{:08x}", header.application_id)),
            ("last writer", last_writer(header.sqlite_version)),
        ];
        lines
            .iter()
            .try_for_each(|(label, text)| field(out, 2, label, text, width))
    }
}

fn page_size(header: &Header) -> String {
    let bytes = match header.page_size() {
        Some(size) => many(size.get().into(), "byte"),
        None => format!("none: the field is {}", header.page_size_field),
    };
    match header.reserved_bytes {
        0 => bytes,
        reserved => format!("{bytes}, {reserved} of them reserved"),
    }
}

fn journal_mode(header: &Header) -> String {
    let mode = match header.journal_mode() {
        JournalMode::Wal => "WAL",
        JournalMode::Rollback => "rollback journal",
    };
    format!(
        "{mode} (write version {}, read version {})",
        header.write_version, header.read_version
    )
}

fn size(header: &Header) -> String {
    let pages = many(header.size_in_pages.into(), "page");
    match header.size_is_valid() {
        true => pages,
        false => format!("{pages}, not believed: the size of the file counts"),
    }
}

fn freelist(header: &Header) -> String {
    match header.freelist() {
        None => "none".to_owned(),
        Some(first) => format!(
            "{}, first trunk page {first}",
            many(header.freelist_count.into(), "page")
        ),
    }
}

fn change_counter(header: &Header) -> String {
    format!(
        "{}, version-valid-for {}",
        header.change_counter, header.version_valid_for
    )
}

fn schema(header: &Header) -> String {
    let encoding = match header.text_encoding() {
        TextEncoding::Utf8 => "UTF-8",
        TextEncoding::Utf16Le => "UTF-16LE",
        TextEncoding::Utf16Be => "UTF-16BE",
    };
    format!(
        "cookie {}, format {}, {encoding}",
        header.schema_cookie, header.schema_format_field
    )
}

fn auto_vacuum(header: &Header) -> String {
    let kind = match (header.auto_vacuum(), header.incremental_vacuum) {
        (false, _) => return "none".to_owned(),
        (true, 0) => "full",
        (true, _) => "incremental",
    };
    format!("{kind}, largest root page {}", header.largest_root_page)
}

/// The version of SQLite that wrote the database last, which stands there as one number.
fn last_writer(version: u32) -> String {
    let (major, minor) = (version / 1_000_000, version / 1000 % 1000);
    format!("SQLite {major}.{minor}.{}", version % 1000)
}
