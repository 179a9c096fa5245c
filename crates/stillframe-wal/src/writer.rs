//! Making WALs: the headers of frames, with their checksums (`walEncodeFrame` in `wal.c`; the layout is in
//! [`crate::frame`]).

use stillframe_format::{PageNumber, PageSize};

use crate::checksum::Carry;
use crate::frame::FRAME_HEADER_BYTES;
use crate::{ByteOrder, Checksum, Error, FrameHeader, Header};

/// Makes the headers of a WAL that SQLite accepts, frame by frame. It does no I/O: the caller writes the header, and
/// then for every frame what [`Writer::frame`] returns, followed by the page.
///
/// ```
/// use stillframe_format::{PageNumber, PageSize};
/// use stillframe_wal::{ByteOrder, Header, Log, Salts, Writer};
///
/// let size = PageSize::new(512).unwrap();
/// let header = Header::new(size, ByteOrder::Little, 0, Salts { salt1: 1, salt2: 2 });
/// let mut writer = Writer::new(&header)?;
///
/// let page = [7u8; 512];
/// let mut wal = header.encode().to_vec();
/// wal.extend(writer.frame(PageNumber::FIRST, 1, &page));
/// wal.extend(page);
///
/// let log = Log::read(&wal)?;
/// assert_eq!(log.last_commit().unwrap().size_after, 1);
/// # Ok::<(), stillframe_wal::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Writer {
    header: Header,
    order: ByteOrder,
    over_page: Carry,
    sum: Checksum,
}

impl Writer {
    /// A WAL that begins with this header, of either byte order.
    ///
    /// # Errors
    /// SQLite would not accept the header.
    pub fn new(header: &Header) -> Result<Self, Error> {
        Ok(Self {
            header: *header,
            order: header.byte_order(),
            over_page: over_page(header.validate()?),
            sum: header.checksum,
        })
    }

    /// The header of the next frame, which holds `data` as `page`. `size_after` is 0, or for a frame that ends a commit
    /// the size of the database in pages after it. `data` must be one page.
    pub fn frame(
        &mut self,
        page: PageNumber,
        size_after: u32,
        data: &[u8],
    ) -> [u8; FRAME_HEADER_BYTES] {
        self.carried_frame(page, size_after, Checksum::of_page(self.order, data))
    }

    /// As [`Writer::frame`], for a page whose own part of the checksum is known already: that of a verified frame
    /// ([`page_contribution`]). So a frame is moved from one WAL to another without its page being summed anew,
    /// and a page that was damaged on the way cannot come out under a checksum that holds.
    pub fn carried_frame(
        &mut self,
        page: PageNumber,
        size_after: u32,
        contribution: Checksum,
    ) -> [u8; FRAME_HEADER_BYTES] {
        let mut header = FrameHeader {
            page: page.get(),
            size_after,
            salts: self.header.salts,
            checksum: self.sum,
        };
        self.sum = self
            .over_page
            .append(header.summed_after(self.sum, self.order), contribution);
        header.checksum = self.sum;
        header.encode()
    }

    /// The cumulative checksum of the last frame, or the header's.
    pub const fn checksum(&self) -> Checksum {
        self.sum
    }
}

/// How a checksum is carried over one page.
pub fn over_page(page_size: PageSize) -> Carry {
    Carry::over(page_size.as_len())
}

/// What the page of a verified frame adds to a checksum by itself, told from the frame's header and the checksum of the
/// frame before it, without the page.
pub fn page_contribution(
    header: &FrameHeader,
    before: Checksum,
    order: ByteOrder,
    over_page: Carry,
) -> Checksum {
    over_page.contribution(header.summed_after(before, order), header.checksum)
}
