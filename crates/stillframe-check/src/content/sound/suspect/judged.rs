use std::collections::{BTreeMap, BTreeSet};

use stillframe_format::PageNumber;

use crate::content::text::Texts;

/// What is known of the rows of a table before they are looked at one after the other.
#[derive(Default)]
pub(in crate::content) struct Judged {
    /// A bit for each page, in groups of 64: those whose rows are known to be as they should but for those named.
    pages: BTreeMap<u32, u64>,
    /// Rows on those pages that are to be looked at: the page, and the cell.
    rows: BTreeSet<(u32, u16)>,
    /// What text of all others on those pages is none.
    pub texts: Texts,
}

/// Rows that are named at most: with more of them all are looked at.
const MOST_ROWS: usize = 1 << 18;

impl Judged {
    /// Whether a row needs no look.
    pub(in crate::content) fn is_clean(&self, (page, cell): (PageNumber, u16)) -> bool {
        let page = page.get();
        let pages = self.pages.get(&(page / 64)).copied().unwrap_or_default();
        pages >> (page % 64) & 1 == 1 && !self.rows.contains(&(page, cell))
    }

    /// Takes a page, of which these rows are to be looked at, and the text of the others.
    pub(super) fn take(&mut self, page: u32, rows: &[u16], texts: &Texts) {
        *self.pages.entry(page / 64).or_default() |= 1 << (page % 64);
        self.rows.extend(rows.iter().map(|&row| (page, row)));
        self.texts.add(texts);
    }

    /// Adds what another thread has found.
    pub(super) fn add(&mut self, other: Self) {
        for (pages, bits) in other.pages {
            *self.pages.entry(pages).or_default() |= bits;
        }
        self.rows.extend(other.rows);
        self.texts.add(&other.texts);
    }

    /// Whether so many rows are named that it is no use.
    pub(super) fn is_too_much(&self) -> bool {
        self.rows.len() > MOST_ROWS
    }
}
