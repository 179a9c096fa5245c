use std::io::{self, Write};

use serde::Serialize;
use stillframe_check::render::text::{BOLD, field};
use stillframe_database::Header;
use stillframe_database::header::MAGIC;
use stillframe_format::Pages as _;
use stillframe_history::Image;

use crate::words::{count, many};

/// The database at the moment that was asked for.
#[derive(Serialize)]
pub struct ImageFacts {
    at: u32,
    /// `None`, as for the pages, where what is there has no pages: it is no database.
    pub page_size: Option<u32>,
    page_count: Option<u32>,
    stored_pages: Option<u32>,
    /// Whether a rollback journal was played back before anything else.
    rolled_back: bool,
    pages_from_journal: usize,
    pages_from_wal: usize,
    pages_past_size: u32,
    refusal: Option<String>,
}

impl ImageFacts {
    pub fn new(image: &Image<'_>) -> Self {
        let names_a_size = |header: &&Header| header.magic == MAGIC && header.page_size().is_some();
        let has_pages = image.commit().is_some() || image.header().filter(names_a_size).is_some();
        let is_empty = image.stored_pages() == 0;
        let of_pages = |number: u32| (has_pages || is_empty).then_some(number);
        Self {
            at: image.number().get(),
            page_size: has_pages.then_some(image.page_size().get()),
            page_count: of_pages(image.page_count()),
            stored_pages: of_pages(image.stored_pages()),
            rolled_back: image.rollback().is_some(),
            pages_from_journal: image.pages_from_journal().count(),
            pages_from_wal: image.overlay().len(),
            pages_past_size: image.pages_past_size(),
            refusal: image.refusal().map(|refusal| refusal.to_string()),
        }
    }

    pub fn print(&self, width: usize, out: &mut dyn Write) -> io::Result<()> {
        let moment = match self.at {
            0 if self.rolled_back => "the database, rolled back".to_owned(),
            0 => "the database file alone".to_owned(),
            at if self.rolled_back => format!("the database, rolled back, after commit {at}"),
            at => format!("the database after commit {at}"),
        };
        writeln!(out, "{BOLD}{moment}{BOLD:#}")?;
        if let (Some(pages), Some(stored)) = (self.page_count, self.stored_pages) {
            let pages_in_words = many(pages.into(), "page");
            let text = match self.page_size {
                None => pages_in_words,
                Some(size) => format!(
                    "{pages_in_words} of {}, {}{} from the WAL",
                    many(size.into(), "byte"),
                    match self.rolled_back {
                        true => format!(
                            "{} from the journal, ",
                            count(self.pages_from_journal as u64)
                        ),
                        false => String::new(),
                    },
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
