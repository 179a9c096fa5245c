use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::{Error, Image};

/// Whole pages that are stored behind the last one that SQLite counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trailing {
    /// The first of them.
    pub first: PageNumber,
    /// The number of the last of them.
    pub last: u32,
    /// The first of them that holds anything but zeros.
    pub content: Option<PageNumber>,
}

impl Trailing {
    /// The trailing pages of an image. They are read until something is found in one.
    ///
    /// # Errors
    /// The set could not be read.
    pub(crate) fn of(image: &Image<'_>) -> Result<Option<Self>, Error> {
        let whole = image.bytes() / u64::from(image.page_size().get());
        let last = u32::try_from(whole).map_or(image.stored_pages(), |whole| {
            whole.min(image.stored_pages())
        });
        let counted = image.page_count();
        let first = counted.checked_add(1).and_then(PageNumber::new);
        let Some(first) = first.filter(|first| first.get() <= last) else {
            return Ok(None);
        };
        let mut content = None;
        for page in (first.get()..=last).filter_map(PageNumber::new) {
            if image.page(page)?.iter().any(|&byte| byte != 0) {
                content = Some(page);
                break;
            }
        }
        Ok(Some(Self {
            first,
            last,
            content,
        }))
    }

    /// How many they are.
    pub const fn pages(&self) -> u32 {
        self.last - self.first.get() + 1
    }
}
