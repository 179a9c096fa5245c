use std::io::{self, Write};

use serde::Serialize;
use stillframe_check::render::text::DIM;
use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::{Image, Origin};
use stillframe_wal::FrameNumber;

/// Pages that follow one another and come from places that do.
#[derive(Serialize)]
struct Run {
    first: u32,
    last: u32,
    origin: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_frame: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    /// Whether SQLite ignores the pages: they lie past the size that page 1 counts.
    ignored: bool,
}

/// Prints where the pages of an image come from, runs of them in one line.
pub fn print(
    image: &Image<'_>,
    [database, wal]: &[String; 2],
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    writeln!(out, "{DIM}{:>21}  from{DIM:#}", "pages")?;
    runs(image, |run| {
        let pages = match run.first == run.last {
            true => run.first.to_string(),
            false => format!("{}-{}", run.first, run.last),
        };
        let frames = |first: u32| match run.first == run.last {
            true => format!("frame {first}"),
            false => format!("frames {first}-{}", first + (run.last - run.first)),
        };
        let from = match (run.origin, run.first_frame, run.offset) {
            ("wal", Some(first), Some(offset)) => {
                format!("{wal} at 0x{offset:x} ({})", frames(first))
            }
            (_, _, Some(offset)) => format!("{database} at 0x{offset:x}"),
            ("lock-byte", ..) => "nowhere: the lock-byte page is never written".to_owned(),
            _ => "nowhere: missing".to_owned(),
        };
        let ignored = if run.ignored {
            ", ignored: past the size of the database"
        } else {
            ""
        };
        writeln!(out, "{pages:>21}  {from}{ignored}")
    })?;
    Ok(())
}

/// Writes the runs of pages as the elements of a JSON array.
pub fn json(
    image: &Image<'_>,
    [database, wal]: &[String; 2],
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let mut separator = "";
    runs(image, |mut run| {
        run.input = match run.origin {
            "wal" => Some(wal.clone()),
            "database" => Some(database.clone()),
            _ => None,
        };
        let text = serde_json::to_string(&run)?;
        write!(out, "{separator}\n        {text}")?;
        separator = ",";
        Ok(())
    })?;
    Ok(())
}

/// Hands the runs of an image to `each`. Their number is bounded by that of the pages in the WAL, not by that of all
/// pages.
fn runs(image: &Image<'_>, mut each: impl FnMut(Run) -> io::Result<()>) -> io::Result<()> {
    let stored = u64::from(image.stored_pages());
    let mut current: Option<Run> = None;
    let mut next = 1u64;
    let mut overlay = image.overlay().iter().peekable();
    while next <= stored {
        // The next page from the WAL ends a run of pages that are not.
        let (first, last, frame) = match overlay.peek() {
            Some(&(page, frame)) if u64::from(page.get()) == next => {
                overlay.next();
                (next, next, Some(frame))
            }
            Some(&(page, _)) => (next, u64::from(page.get()) - 1, None),
            None => (next, stored, None),
        };
        next = last + 1;
        for run in split(image, first as u32, last as u32, frame) {
            current = Some(match current.take() {
                Some(before) if continues(&before, &run) => Run {
                    last: run.last,
                    ..before
                },
                Some(before) => {
                    each(before)?;
                    run
                }
                None => run,
            });
        }
    }
    current.map_or(Ok(()), each)
}

fn continues(before: &Run, run: &Run) -> bool {
    before.origin == run.origin
        && before.ignored == run.ignored
        && match (before.first_frame, run.first_frame) {
            (Some(first), Some(frame)) => frame == first + (run.first - before.first),
            (first, frame) => first == frame,
        }
}

/// Cuts pages that are not from the WAL, or one that is, where their origin changes: at the end of the database file,
/// at the lock-byte page and at the size that page 1 counts.
fn split(image: &Image<'_>, first: u32, last: u32, frame: Option<FrameNumber>) -> Vec<Run> {
    let in_file = image.page_size().pages_in(image.set().database_bytes());
    let lock = image.page_size().lock_byte_page().get();
    let mut cuts = vec![in_file, image.page_count(), lock - 1, lock];
    cuts.retain(|&cut| cut >= first && cut < last);
    cuts.push(last);
    cuts.sort_unstable();
    cuts.dedup();
    let mut start = first;
    cuts.into_iter()
        .filter_map(|end| {
            let page = PageNumber::new(start)?;
            let (origin, offset) = match image.origin(page) {
                Origin::Wal { offset, .. } => ("wal", Some(offset)),
                Origin::Database { offset } => ("database", Some(offset)),
                Origin::LockByte => ("lock-byte", None),
                Origin::Missing => ("missing", None),
            };
            let run = Run {
                first: start,
                last: end,
                origin,
                input: None,
                first_frame: frame.map(FrameNumber::get),
                offset,
                ignored: start > image.page_count(),
            };
            // Nothing begins behind the last page that there can be.
            start = end.saturating_add(1);
            Some(run)
        })
        .collect()
}
