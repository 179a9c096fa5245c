//! Where things are: a page in the inputs, and what leads to it.

use serde::Serialize;
use stillframe_database::Error;
use stillframe_database::btree::Page;
use stillframe_database::freelist::next_page;
use stillframe_database::page_map::{PageMap, PageUse};
use stillframe_format::{ByteRange, PageNumber, Pages as _};
use stillframe_history::{AsFound, Image, Origin};

/// Where the bytes of a page are.
#[derive(Clone, Serialize)]
pub struct Place {
    /// The input; `None` for a page that is nowhere.
    pub input: Option<String>,
    /// Offset of the page in it.
    pub offset: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<u32>,
}

impl Place {
    /// Of a page of an image of these inputs.
    pub fn new(
        image: &Image<'_>,
        [database, wal, journal]: &[String; 3],
        page: PageNumber,
    ) -> Self {
        let mut in_journal = None;
        let (input, offset, frame) = match image.origin(page) {
            Origin::Journal { offset, record } => {
                in_journal = Some(record.get());
                (Some(journal), offset, None)
            }
            Origin::Wal { offset, frame } => (Some(wal), offset, Some(frame.get())),
            Origin::Database { offset } => (Some(database), offset, None),
            Origin::LockByte | Origin::Missing => (None, 0, None),
        };
        Self {
            input: input.cloned(),
            offset,
            frame,
            record: in_journal,
        }
    }

    /// In words.
    pub fn words(&self) -> String {
        match (&self.input, self.frame, self.record) {
            (Some(input), Some(frame), _) => {
                format!("{input} at 0x{:x} (frame {frame})", self.offset)
            }
            (Some(input), None, Some(record)) => {
                format!("{input} at 0x{:x} (record {record})", self.offset)
            }
            (Some(input), None, None) => format!("{input} at 0x{:x}", self.offset),
            _ => "nowhere: it reads as zeros".to_owned(),
        }
    }

    /// What is wrong with the page, and where in the input.
    pub fn damage(&self, error: &Error) -> String {
        let start = self.range(error.range).start;
        format!("{} (at 0x{start:x})", error.kind)
    }

    /// Bytes of the page as bytes of the input.
    pub fn range(&self, range: ByteRange) -> ByteRange {
        range.offset_by(self.offset)
    }
}

/// Bytes from `start` to `end`, as they are printed.
pub fn hex(start: u64, end: u64) -> String {
    format!("0x{start:x}..0x{end:x}")
}

/// The page with this number, in words.
pub fn or_none(page: u32) -> String {
    match page {
        0 => "none".to_owned(),
        page => format!("page {page}"),
    }
}

/// The cell that leads to a page of a b-tree, or to the chain that a page is a part of.
pub fn parent_cell(
    pages: &AsFound<'_>,
    map: &PageMap,
    page: PageNumber,
) -> anyhow::Result<Option<String>> {
    let child = match map.use_of(page) {
        PageUse::LaterOverflow => map.parent(page),
        _ => Some(page),
    };
    let parent = child.and_then(|child| map.parent(child));
    let (Some(child), Some(parent)) = (child, parent) else {
        return Ok(None);
    };
    let bytes = pages.page(parent)?;
    let Ok(content) = Page::parse(parent, map.geometry(), &bytes) else {
        return Ok(None);
    };
    let is_chain = map.use_of(child).is_overflow();
    let mut cells =
        (0..content.cell_count()).filter_map(|at| Some((at, content.cell_as_read(at)?)));
    let leads = cells.find(|(_, cell)| {
        let to = if is_chain {
            cell.overflow
        } else {
            cell.left_child
        };
        to == Some(child.get())
    });
    Ok(leads.map(|(index, _)| format!("{parent}/{index}")))
}

/// Where in its chain an overflow page is, from 1.
pub fn page_of_chain(
    pages: &AsFound<'_>,
    map: &PageMap,
    page: PageNumber,
) -> anyhow::Result<Option<u32>> {
    let mut at = match map.use_of(page) {
        PageUse::FirstOverflow => return Ok(Some(1)),
        PageUse::LaterOverflow => map.parent(page),
        _ => return Ok(None),
    };
    for place in 1..=map.page_count() {
        match at {
            Some(at) if at == page => return Ok(Some(place)),
            Some(before) => at = PageNumber::new(next_page(&pages.page(before)?)),
            None => break,
        }
    }
    Ok(None)
}
