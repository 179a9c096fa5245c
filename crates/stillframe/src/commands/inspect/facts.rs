use std::io::{self, Write};

use serde::Serialize;
use stillframe_check::render::text::{BOLD, field};
use stillframe_database::header::{HEADER_BYTES, MAGIC};
use stillframe_database::{Header, JournalMode, TextEncoding};
use stillframe_format::{FileKind, Pages as _, identify, limits::IDENTIFY_BYTES};
use stillframe_history::{BackupSet, Error, Image, Input, Residue, Tally, Timeline, WalState};
use stillframe_wal::ByteOrder;

use crate::words::{bytes, count, many};

/// What the bytes of a set say.
#[derive(Serialize)]
pub struct Facts {
    database: Option<Database>,
    wal: Option<Wal>,
    wal_index: Option<File>,
    journal: Option<File>,
    image: Option<ImageFacts>,
}

/// What can be said of any file.
#[derive(Serialize)]
struct File {
    name: String,
    kind: &'static str,
    bytes: u64,
    #[serde(skip)]
    words: String,
}

#[derive(Serialize)]
struct Database {
    #[serde(flatten)]
    file: File,
    header: Option<DatabaseHeader>,
}

/// The header of the database file, as it stands there.
#[derive(Serialize)]
struct DatabaseHeader {
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

#[derive(Serialize)]
struct Wal {
    #[serde(flatten)]
    file: File,
    state: &'static str,
    reason: Option<String>,
    header: Option<WalHeader>,
    commits: u32,
    mx_frame: u32,
    size_after: u32,
    slots: Slots,
}

/// The header of the WAL, as it stands there.
#[derive(Serialize)]
struct WalHeader {
    magic: String,
    checksum_byte_order: &'static str,
    version: u32,
    page_size: u32,
    checkpoint_sequence: u32,
    salts: String,
    checksum: String,
}

/// How many slots there are for each reason.
#[derive(Serialize)]
struct Slots {
    committed: u32,
    uncommitted: u32,
    other_generation: u32,
    other_generation_chained: u32,
    zero_salt_spill: u32,
    checksum_mismatch: u32,
    page_number_zero: u32,
    header_ignored: u32,
    torn: u32,
    zero_filled: u32,
}

/// The database at the moment that was asked for.
#[derive(Serialize)]
struct ImageFacts {
    at: u32,
    /// `None`, as for the pages, where what is there has no pages: it is no database.
    page_size: Option<u32>,
    page_count: Option<u32>,
    stored_pages: Option<u32>,
    pages_from_wal: usize,
    pages_past_size: u32,
    refusal: Option<String>,
}

impl Facts {
    /// Gathers what there is to say.
    pub fn new(
        set: &BackupSet,
        timeline: &Timeline,
        residue: &Residue,
        image: Option<&Image<'_>>,
    ) -> Result<Self, Error> {
        let optional = |input: &Option<Input>| input.as_ref().map(File::new).transpose();
        Ok(Self {
            database: set.database.as_ref().map(Database::new).transpose()?,
            wal: match &set.wal {
                Some(wal) => Some(Wal::new(wal, timeline, residue)?),
                None => None,
            },
            wal_index: optional(&set.wal_index)?,
            journal: optional(&set.journal)?,
            image: image.map(ImageFacts::new),
        })
    }

    /// The names of the database and the WAL.
    pub fn names(&self) -> [String; 2] {
        let database = self.database.as_ref().map(|database| &database.file);
        let wal = self.wal.as_ref().map(|wal| &wal.file);
        [database, wal].map(|file| file.map_or_else(String::new, |file| file.name.clone()))
    }

    /// Whether it can be told what the pages of the image are.
    pub fn has_pages(&self) -> bool {
        let image = self.image.as_ref();
        image.is_some_and(|image| image.page_size.is_some())
    }

    /// Prints what there is to say, in lines of at most `width` columns.
    pub fn print(&self, width: usize, out: &mut dyn Write) -> io::Result<()> {
        if let Some(database) = &self.database {
            database.file.print(width, out)?;
            if let Some(header) = &database.header {
                header.print(width, out)?;
            }
        }
        if let Some(wal) = &self.wal {
            wal.print(width, out)?;
        }
        for file in [&self.wal_index, &self.journal].into_iter().flatten() {
            file.print(width, out)?;
        }
        self.image
            .as_ref()
            .map_or(Ok(()), |image| image.print(width, out))
    }
}

impl File {
    fn new(input: &Input) -> Result<Self, Error> {
        let length = input.bytes.len();
        let start = read(input, length.min(IDENTIFY_BYTES as u64) as usize)?;
        let kind = identify(&start, length);
        // A journal of a finished transaction keeps its pages behind a header of zeros.
        Ok(Self {
            name: input.name.clone(),
            kind: kind.name(),
            bytes: length,
            words: match kind {
                FileKind::Empty => "empty".to_owned(),
                _ => format!("{kind}, {}", bytes(length)),
            },
        })
    }

    fn print(&self, width: usize, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{BOLD}{}{BOLD:#}", self.name)?;
        field(out, 2, "is", &self.words, width)
    }
}

impl Database {
    fn new(input: &Input) -> Result<Self, Error> {
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

    fn print(&self, width: usize, out: &mut dyn Write) -> io::Result<()> {
        let header = &self.header;
        let mut line = |label: &str, text: String| field(out, 2, label, &text, width);
        let page_size = match header.page_size() {
            Some(size) => many(size.get().into(), "byte"),
            None => format!("none: the field is {}", header.page_size_field),
        };
        line(
            "page size",
            match header.reserved_bytes {
                0 => page_size,
                reserved => format!("{page_size}, {reserved} of them reserved"),
            },
        )?;
        let mode = match header.journal_mode() {
            JournalMode::Wal => "WAL",
            JournalMode::Rollback => "rollback journal",
        };
        line(
            "journal mode",
            format!(
                "{mode} (write version {}, read version {})",
                header.write_version, header.read_version
            ),
        )?;
        let believed = if header.size_is_valid() {
            ""
        } else {
            ", not believed: the size of the file counts"
        };
        line(
            "size",
            format!("{}{believed}", many(header.size_in_pages.into(), "page")),
        )?;
        line(
            "freelist",
            match header.freelist() {
                None => "none".to_owned(),
                Some(first) => format!(
                    "{}, first trunk page {first}",
                    many(header.freelist_count.into(), "page")
                ),
            },
        )?;
        line(
            "change counter",
            format!(
                "{}, version-valid-for {}",
                header.change_counter, header.version_valid_for
            ),
        )?;
        line(
            "schema",
            format!(
                "cookie {}, format {}, {}",
                header.schema_cookie,
                header.schema_format_field,
                match header.text_encoding() {
                    TextEncoding::Utf8 => "UTF-8",
                    TextEncoding::Utf16Le => "UTF-16LE",
                    TextEncoding::Utf16Be => "UTF-16BE",
                }
            ),
        )?;
        line(
            "auto-vacuum",
            match (header.auto_vacuum(), header.incremental_vacuum) {
                (false, _) => "none".to_owned(),
                (true, 0) => format!("full, largest root page {}", header.largest_root_page),
                (true, _) => format!(
                    "incremental, largest root page {}",
                    header.largest_root_page
                ),
            },
        )?;
        line("user version", header.user_version.to_string())?;
        line("application id", format!("0x{:08x}", header.application_id))?;
        let version = header.sqlite_version;
        line(
            "last writer",
            format!(
                "SQLite {}.{}.{}",
                version / 1_000_000,
                version / 1000 % 1000,
                version % 1000
            ),
        )
    }
}

impl Wal {
    fn new(input: &Input, timeline: &Timeline, residue: &Residue) -> Result<Self, Error> {
        let slots = |tally: Tally| tally.slots;
        let (state, reason) = match timeline.state() {
            WalState::Absent | WalState::Empty => ("empty", None),
            WalState::Ignored(error) => ("ignored", Some(error.to_string())),
            WalState::Refused(error) => ("refused", Some(error.to_string())),
            WalState::Read => ("read", None),
        };
        Ok(Self {
            file: File::new(input)?,
            state,
            reason,
            header: timeline.header().map(WalHeader::new),
            commits: timeline.last().get(),
            mx_frame: timeline.mx_frame(),
            size_after: timeline.last_commit().map_or(0, |commit| commit.size_after),
            slots: Slots {
                committed: timeline.mx_frame(),
                uncommitted: slots(residue.uncommitted),
                other_generation: slots(residue.other_generation),
                other_generation_chained: slots(residue.other_generation_chained),
                zero_salt_spill: slots(residue.zero_salt_spill),
                checksum_mismatch: slots(residue.checksum_mismatch),
                page_number_zero: slots(residue.page_number_zero),
                header_ignored: slots(residue.header_ignored),
                torn: slots(residue.torn),
                zero_filled: slots(residue.zero_filled),
            },
        })
    }

    fn print(&self, width: usize, out: &mut dyn Write) -> io::Result<()> {
        self.file.print(width, out)?;
        if let Some(header) = &self.header {
            field(
                out,
                2,
                "page size",
                &many(header.page_size.into(), "byte"),
                width,
            )?;
            field(out, 2, "salts", &header.salts, width)?;
            let sequence = header.checkpoint_sequence.to_string();
            field(out, 2, "checkpoint seq.", &sequence, width)?;
            let order = format!("over {} words", header.checksum_byte_order);
            field(out, 2, "checksums", &order, width)?;
        }
        if let Some(reason) = &self.reason {
            field(out, 2, self.state, &format!("by SQLite: {reason}"), width)?;
        }
        let commits = match self.commits {
            0 => "none".to_owned(),
            commits => format!(
                "{}, the last one leaves {}",
                count(commits.into()),
                many(self.size_after.into(), "page")
            ),
        };
        field(out, 2, "commits", &commits, width)?;
        field(out, 2, "slots", &self.slots.to_string(), width)
    }
}

impl WalHeader {
    fn new(header: &stillframe_wal::Header) -> Self {
        Self {
            magic: format!("{:08x}", header.magic),
            checksum_byte_order: match header.byte_order() {
                ByteOrder::Little => "little-endian",
                ByteOrder::Big => "big-endian",
            },
            version: header.version,
            page_size: header.page_size_field,
            checkpoint_sequence: header.checkpoint_sequence,
            salts: header.salts.to_string(),
            checksum: header.checksum.to_string(),
        }
    }
}

impl std::fmt::Display for Slots {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let chained = format!(
            "of another generation ({} chained)",
            count(self.other_generation_chained.into())
        );
        let parts = [
            (self.committed, "committed"),
            (self.uncommitted, "uncommitted"),
            (self.other_generation, chained.as_str()),
            (self.zero_salt_spill, "spilled without salts"),
            (self.checksum_mismatch, "with a checksum that does not hold"),
            (self.page_number_zero, "naming page 0"),
            (self.header_ignored, "behind a header that is not accepted"),
            (self.torn, "torn"),
            (self.zero_filled, "zero-filled"),
        ];
        let mut separator = "";
        for (slots, words) in parts.into_iter().filter(|&(slots, _)| slots > 0) {
            write!(f, "{separator}{} {words}", count(slots.into()))?;
            separator = ", ";
        }
        if separator.is_empty() {
            f.write_str("none")
        } else {
            Ok(())
        }
    }
}

impl ImageFacts {
    fn new(image: &Image<'_>) -> Self {
        let names_a_size = |header: &&Header| header.magic == MAGIC && header.page_size().is_some();
        let has_pages = image.commit().is_some() || image.header().filter(names_a_size).is_some();
        let is_empty = image.stored_pages() == 0;
        let of_pages = |number: u32| (has_pages || is_empty).then_some(number);
        Self {
            at: image.number().get(),
            page_size: has_pages.then_some(image.page_size().get()),
            page_count: of_pages(image.page_count()),
            stored_pages: of_pages(image.stored_pages()),
            pages_from_wal: image.overlay().len(),
            pages_past_size: image.pages_past_size(),
            refusal: image.refusal().map(|refusal| refusal.to_string()),
        }
    }

    fn print(&self, width: usize, out: &mut dyn Write) -> io::Result<()> {
        let moment = match self.at {
            0 => "the database file alone".to_owned(),
            at => format!("the database after commit {at}"),
        };
        writeln!(out, "{BOLD}{moment}{BOLD:#}")?;
        if let (Some(pages), Some(stored)) = (self.page_count, self.stored_pages) {
            let pages_in_words = many(pages.into(), "page");
            let text = match self.page_size {
                None => pages_in_words,
                Some(size) => format!(
                    "{pages_in_words} of {}, {} from the WAL",
                    many(size.into(), "byte"),
                    count(self.pages_from_wal as u64)
                ),
            };
            field(out, 2, "has", &text, width)?;
            let ignored = stored.saturating_sub(pages);
            if ignored > 0 {
                let text = format!("{} behind them", many(ignored.into(), "page"));
                field(out, 2, "and ignored", &text, width)?;
            }
        }
        if let Some(refusal) = &self.refusal {
            field(out, 2, "refused", refusal, width)?;
        }
        Ok(())
    }
}

fn read(input: &Input, length: usize) -> Result<stillframe_history::Window<'_>, Error> {
    input.bytes.window(0, length).map_err(|source| Error::Read {
        input: input.name.clone(),
        offset: 0,
        source,
    })
}
