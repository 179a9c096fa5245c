use stillframe_database::Header;
use stillframe_database::page_checksum::{SUM_BYTES, holds};
use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::{Error, Image, Origin, Progress};

/// The sums that `cksumvfs` keeps at the end of pages, of a database that has them.
///
/// Looked at are the pages of the database file that the image has from there. Frames of a WAL have none, and what a
/// journal rolls back is summed anew as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageChecksums {
    /// Pages that were looked at. Those of zeros are left out: they hold in any database.
    pub examined: u32,
    /// How many of them do not hold.
    pub differing: u32,
    /// The first runs of these: the first page and the last of each.
    pub runs: Vec<(PageNumber, PageNumber)>,
}

/// Runs that are kept.
const MOST_RUNS: usize = 20;

impl PageChecksums {
    /// Looks at the pages of an image whose page 1 has this `header`. `None` where no page has a sum that holds: the bytes
    /// are reserved for something else, or nothing has written the sums.
    pub(crate) fn of(
        image: &Image<'_>,
        header: &Header,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Error> {
        if header.reserved_bytes != SUM_BYTES {
            return Ok(None);
        }
        let mut sums = Self {
            examined: 0,
            differing: 0,
            runs: Vec::new(),
        };
        let size = u64::from(image.page_size().get());
        progress.expect(u64::from(image.page_count()) * size);
        for number in (1..=image.page_count()).filter_map(PageNumber::new) {
            progress.advance(size);
            if !matches!(image.origin(number), Origin::Database { .. }) {
                continue;
            }
            let page = image.page(number)?;
            if page.iter().all(|&byte| byte == 0) {
                continue;
            }
            sums.examined += 1;
            if !holds(&page) {
                sums.differs(number);
            }
        }
        Ok((sums.differing < sums.examined).then_some(sums))
    }

    fn differs(&mut self, number: PageNumber) {
        self.differing += 1;
        let is_room = self.runs.len() < MOST_RUNS;
        match self.runs.last_mut() {
            Some((_, last)) if last.get() + 1 == number.get() => *last = number,
            _ if is_room => self.runs.push((number, number)),
            _ => {}
        }
    }
}
