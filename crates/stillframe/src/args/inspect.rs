use std::path::PathBuf;

use clap::Args as Group;
use stillframe_format::PageNumber;

use super::{At, TextOrJson, WalFile};

pub(super) const EXAMPLES: &str = "\
Examples:
  stillframe inspect app.db                a database, with its WAL if there is one
  stillframe inspect --frames app.db-wal   every slot of the WAL, with its reason
  stillframe inspect --pages app.db        what every page is, whose, and where it comes from
  stillframe inspect --cell 7/0 app.db     the first cell of page 7, value by value
  stillframe inspect --sizes app.db        what each table and index takes
  stillframe inspect --map app.db          who has which pages, as a picture

Exit status:
  0    done
  2    wrong usage, or FILE could not be written
  3    some inputs could not be read
  130  interrupted";

/// Options of `inspect`.
#[derive(Debug, Group)]
pub struct Inspect {
    /// Files, folders, archives, ARCHIVE!MEMBER, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub wal: WalFile,
    /// List every slot of the WAL, with its reason and the CRC-32 of its page, and so every record of a rollback journal
    #[arg(long)]
    pub frames: bool,
    /// List what every page of the database is, the table or index it belongs to, and where it comes from
    #[arg(long)]
    pub pages: bool,
    /// Show one page: its header, its cells, its freeblocks
    #[arg(long, value_name = "PAGE", value_parser = page_number)]
    pub page: Option<PageNumber>,
    /// Show one cell and its record: PAGE/CELL, or CELL with --page; cells are counted from 0
    #[arg(long, value_name = "CELL")]
    pub cell: Option<CellPlace>,
    /// Show what each table and index takes: entries, payload, pages, depth, bytes unused
    #[arg(long)]
    pub sizes: bool,
    /// Draw which pages belong to which table or index
    #[arg(long)]
    pub map: bool,
    /// Draw that into a file: a picture (SVG) that needs nothing else
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Replace FILE if it exists
    #[arg(long, requires = "svg")]
    pub force: bool,
    #[command(flatten)]
    pub at: At,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "full")]
    pub format: TextOrJson,
}

impl Inspect {
    /// Whether something of the pages is asked for that the bytes of the headers are no part of.
    pub const fn is_narrow(&self) -> bool {
        let of_one = self.page.is_some() || self.cell.is_some();
        of_one || self.sizes || self.map || self.svg.is_some()
    }

    /// Whether it has to be known what each page is.
    pub const fn needs_map(&self) -> bool {
        self.pages || self.is_narrow()
    }

    /// The cell that is asked for, and its page.
    pub fn cell(&self) -> anyhow::Result<Option<(PageNumber, u16)>> {
        let Some(cell) = self.cell else {
            return Ok(None);
        };
        match (cell.page, self.page) {
            (Some(page), None) => Ok(Some((page, cell.index))),
            (None, Some(page)) => Ok(Some((page, cell.index))),
            (Some(_), Some(_)) => anyhow::bail!("--cell names its page itself; leave --page out"),
            (None, None) => anyhow::bail!(
                "--cell {index} is on no page; say --cell PAGE/{index}",
                index = cell.index
            ),
        }
    }
}

/// A cell, as it is given: of a page, or of the page that is given elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellPlace {
    page: Option<PageNumber>,
    index: u16,
}

impl std::str::FromStr for CellPlace {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (page, index) = match text.split_once('/') {
            Some((page, index)) => (Some(page_number(page)?), index),
            None => (None, text),
        };
        let index = index.parse();
        let index = index.map_err(|_| "expected PAGE/CELL, as in 7/0; cells are counted from 0")?;
        Ok(Self { page, index })
    }
}

/// The number of a page.
fn page_number(text: &str) -> Result<PageNumber, &'static str> {
    let number = text.parse().ok().and_then(PageNumber::new);
    number.ok_or("expected the number of a page; pages are counted from 1")
}
