use stillframe_database::btree::Page;

use super::PagePlace;

/// What stands where nothing uses the bytes of b-tree pages: what is left of content that was deleted or moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Remains {
    /// How many pages have any.
    pub pages: u64,
    /// How many bytes there are that are not 0.
    pub bytes: u64,
    /// The first page that has any, and the unused bytes of it from the first that is not 0 to their end.
    pub first: Option<PagePlace>,
}

impl Remains {
    /// Looks at the free bytes of a page: those between the cell pointers and the cells, and those of freeblocks.
    pub(super) fn look(&mut self, page: &Page<'_>, bytes: &[u8]) {
        let mut found = 0;
        let gap = (page.pointers_end(), page.content_start() as usize);
        let blocks = page.freeblocks().filter_map(Result::ok);
        let blocks = blocks.map(|block| {
            (
                block.offset as usize + 4,
                (block.offset + block.size) as usize,
            )
        });
        let mut first = None;
        for (start, end) in std::iter::once(gap).chain(blocks) {
            let free = bytes.get(start..end).unwrap_or_default();
            let count = not_zero(free);
            if count > 0 && first.is_none() {
                let zeros = free.iter().take_while(|&&byte| byte == 0).count();
                first = Some((start + zeros, end));
            }
            found += count;
        }
        let Some((start, end)) = first else { return };
        self.pages += 1;
        self.bytes += found;
        let number = page.number();
        if self.first.is_none_or(|place| number < place.page) {
            let place = PagePlace::new(number.get(), start as u64, (end - start) as u64);
            self.first = Some(place);
        }
    }

    /// Adds what was found elsewhere.
    pub(super) fn add(&mut self, other: &Self) {
        self.pages += other.pages;
        self.bytes += other.bytes;
        let both = [self.first, other.first].into_iter().flatten();
        self.first = both.min_by_key(|place| place.page);
    }
}

/// How many bytes are not 0. Of so many at a time a byte can count them.
fn not_zero(bytes: &[u8]) -> u64 {
    let count = |part: &[u8]| part.iter().map(|&byte| u8::from(byte != 0)).sum::<u8>();
    bytes.chunks(128).map(|part| u64::from(count(part))).sum()
}

#[cfg(test)]
mod tests {
    use stillframe_database::Geometry;
    use stillframe_format::{ByteRange, PageNumber, PageSize};

    use super::*;

    /// A leaf whose one cell begins at 500, with a freeblock of 20 bytes at 480.
    fn page() -> Vec<u8> {
        let mut bytes = vec![0; 512];
        bytes[..10].copy_from_slice(&[0x0d, 1, 0xe0, 0, 1, 1, 0xe0, 0, 1, 0xf4]);
        bytes[480..484].copy_from_slice(&[0, 0, 0, 20]);
        bytes[500..].fill(7);
        bytes
    }

    fn looked(remains: &mut Remains, number: u32, bytes: &[u8]) {
        let geometry = Geometry::new(PageSize::new(512).unwrap(), 0).unwrap();
        let number = PageNumber::new(number).unwrap();
        remains.look(&Page::parse(number, geometry, bytes).unwrap(), bytes);
    }

    #[test]
    fn what_nothing_uses_is_counted_and_the_first_of_it_named() {
        let mut remains = Remains::default();
        looked(&mut remains, 5, &page());
        assert_eq!(remains, Remains::default());
        let mut bytes = page();
        // The last byte of the freeblock, and the first and the last byte between pointers and cells.
        bytes[499] = 1;
        looked(&mut remains, 5, &bytes);
        let place = |page, start, length| Some(PagePlace::new(page, start, length));
        assert_eq!((remains.pages, remains.bytes), (1, 1));
        assert_eq!(remains.first, place(5, 499, 1));
        [bytes[10], bytes[479]] = [2, 3];
        looked(&mut remains, 4, &bytes);
        assert_eq!((remains.pages, remains.bytes), (2, 4));
        let first = remains.first.unwrap();
        assert_eq!(
            (first.page.get(), first.range),
            (4, ByteRange::new(10, 470))
        );
        let mut other = Remains::default();
        bytes[10..480].fill(0xff);
        looked(&mut other, 9, &bytes);
        assert_eq!(other.bytes, 471);
        other.add(&remains);
        assert_eq!(
            (other.pages, other.bytes, other.first),
            (3, 475, remains.first)
        );
    }
}
