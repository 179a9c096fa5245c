//! What `--repair` and `--past-damage` put into a database that SQLite would not show, and how that is told.

use anyhow::Context as _;
use serde::Serialize;
use stillframe_check::{Looked, WithOlder};
use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::{
    Image, Input, Mismatch, Origin, PastDamage, Refusal, RepairedPart, Residue, TextDamage,
    Timeline, Undone, WalRepair, WalRepairs,
};
use stillframe_wal::Header;
use stillframe_wal::repair::Part;

use super::mismatch;
use crate::args::{Common, Rebuild};
use crate::exit::say;
use crate::inputs::Found;
use crate::progress::Bar;
use crate::words::{Run, many, runs};

/// What was put right, and what is to be said of it.
#[derive(Debug, Default)]
pub struct Repaired {
    /// One for each place, or for what hangs together.
    pub repairs: Vec<Repair>,
    /// What is in doubt all the same.
    pub warnings: Vec<String>,
    /// Whether pages may be damaged, or of no one moment: evidence, and no database.
    pub is_evidence: bool,
    /// What was found in what is written, where it was looked at.
    pub looked: Option<Looked>,
    /// Whether a transfer as text was undone, so that the bytes of the database are not those of the file.
    pub is_file_undone: bool,
    /// Why it cannot be told whether the database file holds later pages.
    pub unknowable: Option<&'static str>,
}

/// Something that was put right.
#[derive(Debug, Serialize)]
pub struct Repair {
    /// The name of the input.
    input: String,
    /// Where it is there, in bytes.
    offset: u64,
    /// What was done.
    pub what: String,
}

/// Puts the files of a set right.
pub fn files(common: &Common, found: &mut Found) -> anyhow::Result<Repaired> {
    let mut repaired = wal(common, found)?;
    let bar = Bar::new(
        "looking for text",
        2 * found.set.database_bytes(),
        common.quiet,
    );
    let damage = TextDamage::of(&found.set, &bar)?;
    let damage = damage.filter(|damage| damage.can_be_undone());
    if let Some((damage, Input { name, bytes })) =
        damage.zip(found.set.database.take_if(|_| damage.is_some()))
    {
        let undone = Undone::new(bytes, damage, &bar).with_context(|| name.clone())?;
        let what = match damage {
            TextDamage::CarriageReturns { count } => {
                format!(
                    "{} taken out of {name}, each before a line feed",
                    many(count, "carriage return")
                )
            }
            TextDamage::Latin1ToUtf8 { count } | TextDamage::Replaced { count } => {
                format!(
                    "{} of {name} put back that had been written as UTF-8",
                    many(count, "byte")
                )
            }
        };
        repaired.repairs.push(Repair {
            input: name.clone(),
            offset: 0,
            what,
        });
        repaired.is_file_undone = true;
        found.set.database = Some(Input::new(name, undone));
    }
    Ok(repaired)
}

/// Puts the WAL of a set right where its checksums tell what stood there.
fn wal(common: &Common, found: &mut Found) -> anyhow::Result<Repaired> {
    let bytes = found.set.wal_bytes();
    let bar = Bar::new("looking for damage", 2 * bytes, common.quiet);
    let timeline = Timeline::read(&found.set, &bar)?;
    let Some(wal) = found.set.wal.take() else {
        return Ok(Repaired::default());
    };
    let repairs = WalRepairs::of(&wal, &timeline, &bar)?;
    let name = wal.name.clone();
    found.set.wal = Some(if repairs.is_empty() {
        wal
    } else {
        repairs.apply(wal)
    });
    let mut repaired = Repaired::default();
    for repair in repairs.repairs() {
        repaired.repairs.push(Repair {
            input: name.clone(),
            offset: repair.offset,
            what: words(repair, &name),
        });
        if repair.part == RepairedPart::Header && !sequence_was_there(repair) {
            repaired.warnings.push(format!(
                "the header of {name} was told from its first frame, so that nothing vouches for the page of that frame"
            ));
        }
    }
    Ok(repaired)
}

/// Whether the checkpoint sequence number of a header is what stood there: nothing else of it was told from the checksum of
/// the first frame.
fn sequence_was_there(repair: &WalRepair) -> bool {
    let sequence = |bytes: &[u8]| Header::parse(bytes).map(|header| header.checkpoint_sequence);
    matches!((sequence(&repair.found), sequence(&repair.bytes)), (Ok(found), Ok(told)) if found == told)
}

fn hex(bytes: &[u8]) -> String {
    let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}

fn words(repair: &WalRepair, name: &str) -> String {
    let (frame, part) = match repair.part {
        RepairedPart::Header => {
            return format!("the header of {name} made again from its first frame");
        }
        RepairedPart::Frame(frame, part) => (frame, part),
    };
    let what = match part {
        Part::Salts => "the salts",
        Part::Checksum => "the checksum",
        Part::Byte => "a byte",
    };
    format!(
        "{what} of frame {frame} of {name} at {:#x}: {} in place of {}",
        repair.offset,
        hex(&repair.bytes),
        hex(&repair.found)
    )
}

/// Lays what else there is over the database of the last commit, if no other is asked for, and looks at what comes of it;
/// `None` where that is not sound, which is said.
pub fn image<'a>(
    common: &Common,
    found: &'a Found,
    timeline: &Timeline,
    image: Image<'a>,
    options: &Rebuild,
    repaired: &mut Repaired,
) -> anyhow::Result<Option<Image<'a>>> {
    let set = &found.set;
    let bar = Bar::new("looking for pages", set.wal_bytes(), common.quiet);
    let past_damage = options.repair.past_damage;
    let past = match past_damage {
        true => PastDamage::of(set, timeline, &bar)?,
        false => None,
    };
    let (image, looked) = if let Some(past) = past {
        repaired.take_past(&past, found);
        let image = past.image(set, timeline, &bar)?;
        let looked = Looked::into(&image, &bar)?;
        (image, looked)
    } else if !options.at.is_given()
        && let Some(with) = older(found, timeline, &image, &bar)?
    {
        repaired.take_older(&with, found);
        if !with.is_sound() && !past_damage {
            say(&unsound(&with, found));
            return Ok(None);
        }
        (with.image, with.looked)
    } else {
        let looked = Looked::into(&image, &bar)?;
        (image, looked)
    };
    repaired.looked = looked;
    if let Some(Looked {
        problems: problems @ 1..,
        ..
    }) = looked
    {
        let problems = many(problems as u64, "problem");
        if !past_damage {
            say(&format!(
                "{}: what comes of it has {problems}, which nothing tells how to put right, so nothing was written (without --repair it is written as SQLite shows it, with --past-damage as evidence; stillframe check tells the problems)",
                found.name()
            ));
            return Ok(None);
        }
        repaired.is_evidence = true;
    }
    Ok(Some(image))
}

/// Why an image with more than SQLite would show is not written.
pub fn refused(found: &Found, image: &Image<'_>, refusal: Refusal) -> anyhow::Error {
    let what = format!("{}{}", found.name(), missing(image));
    anyhow::Error::new(refusal).context(what)
}

/// The database with pages from before the WAL was begun anew, where the WAL is its own.
fn older<'a>(
    found: &'a Found,
    timeline: &Timeline,
    image: &Image<'_>,
    bar: &Bar,
) -> anyhow::Result<Option<WithOlder<'a>>> {
    let mismatch = mismatch(image, timeline)?;
    if matches!(
        mismatch,
        Some(Mismatch::PageSize { .. } | Mismatch::RollbackMode(_) | Mismatch::Stale(_))
    ) {
        return Ok(None);
    }
    let residue = Residue::read(found.set.wal.as_ref(), timeline, bar)?;
    let with = WithOlder::of(&found.set, timeline, &residue, image, bar)?;
    Ok(with)
}

fn unsound(with: &WithOlder<'_>, found: &Found) -> String {
    let pages = many(with.older.lacking().len() as u64, "page");
    let why = match (with.image.refusal(), with.looked) {
        (Some(refusal), _) => format!("{refusal}; it would be{}", missing(&with.image)),
        (None, Some(looked)) => {
            let problems = many(looked.problems as u64, "problem");
            format!("it has {problems} (--past-damage writes it all the same, as evidence)")
        }
        (None, None) => "SQLite would not have it".to_owned(),
    };
    format!(
        "{}: the WAL still holds {pages} that the database file lacks, and with them it is not sound either: {why}",
        found.name()
    )
}

/// The pages that exist nowhere, in words.
fn missing(image: &Image<'_>) -> String {
    if !matches!(image.refusal(), Some(Refusal::MissingPages { .. })) {
        return String::new();
    }
    let pages = (1..=image.stored_pages()).filter(|&page| {
        PageNumber::new(page).is_some_and(|page| image.origin(page) == Origin::Missing)
    });
    let pages = Run::all(pages);
    format!(" without pages {}", runs(&pages, super::outcome::MOST_RUNS))
}

impl Repaired {
    fn take_older(&mut self, with: &WithOlder<'_>, found: &Found) {
        let older = &with.older;
        let lacking: Vec<u32> = older.lacking().iter().map(|(page, _)| page.get()).collect();
        let Some((_, first)) = older.lacking().iter().min_by_key(|(_, frame)| *frame) else {
            return;
        };
        let name = found.set.wal.as_ref().map_or("", |wal| &wal.name);
        let runs_of = Run::all(lacking.iter().copied());
        self.repairs.push(Repair {
            input: name.to_owned(),
            offset: first.page_offset(with.image.page_size()),
            what: format!(
                "{} that the database file lacks taken from {name} behind the log, from before it was begun anew: {}",
                many(lacking.len() as u64, "page"),
                runs(&runs_of, super::outcome::MOST_RUNS)
            ),
        });
        if let frames @ 1.. = older.overwritten() {
            self.warnings.push(format!(
                "{} of that time {} written over since: a page that was last written there is as old as the database file has it, and nothing shows which that are",
                many(frames.into(), "frame"),
                if frames == 1 { "is" } else { "are" },
            ));
        }
        if let Some((page, frame)) = older.unverified {
            self.warnings.push(format!(
                "page {page} is from frame {frame}, whose checksum cannot be verified: the frame before it is written over"
            ));
        }
        self.unknowable = Some("pages were taken from behind the log");
    }

    fn take_past(&mut self, past: &PastDamage, found: &Found) {
        let name = found.set.wal.as_ref().map_or("", |wal| &wal.name);
        self.repairs.push(Repair {
            input: name.to_owned(),
            offset: past.offset,
            what: format!(
                "{} behind frame {} of {name}, which does not hold",
                many(past.commits.into(), "commit"),
                past.first
            ),
        });
        if past.damaged > 0 {
            self.warnings.push(format!(
                "{} of {name} behind the log {} not hold: where the number of the page is what is damaged there, another page is older than the rest",
                many(past.damaged.into(), "frame"),
                if past.damaged == 1 { "does" } else { "do" },
            ));
        }
        if past.left_out > 0 {
            self.warnings.push(format!(
                "{} of {name} behind commit {} {} left out: no commit frame behind {} holds, and what was committed there is missing",
                many(past.left_out.into(), "frame"),
                past.commit.number,
                if past.left_out == 1 { "is" } else { "are" },
                if past.left_out == 1 { "it" } else { "them" },
            ));
        }
        let doubtful = past.doubtful();
        if !doubtful.is_empty() {
            let pages = Run::all(doubtful.iter().map(|(page, _)| page.get()));
            self.warnings.push(format!(
                "{} stand as a damaged frame holds them: {}",
                many(doubtful.len() as u64, "page"),
                runs(&pages, super::outcome::MOST_RUNS)
            ));
        }
        if past.unknown > 0 {
            self.warnings.push(format!(
                "{} of {name} cannot be read: it is not known which pages were there, and those may be older than the rest",
                many(past.unknown.into(), "frame")
            ));
        }
        self.is_evidence = true;
        self.unknowable = Some("commits were taken from behind damage");
    }
}
