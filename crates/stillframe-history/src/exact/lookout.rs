use stillframe_format::{PageNumber, PageSize};
use stillframe_wal::writer::{over_page, page_contribution};
use stillframe_wal::{ByteOrder, Carry, Checksum, CommitNumber, FrameSummary, Header, Salts};

/// Bytes at the start of a page that are compared first.
pub(super) const PROBE_BYTES: usize = 32;

/// The start of a page.
pub(crate) type Probe = [u8; PROBE_BYTES];

/// The start of this page.
pub(crate) fn probe(page: &[u8]) -> Probe {
    page.first_chunk().copied().unwrap_or_default()
}

/// What is kept of a frame to compare it with the database file.
pub(crate) struct Sighting {
    pub(super) frame: FrameSummary,
    /// The commit that the frame belongs to: one past the last where it was never committed.
    pub(super) commit: CommitNumber,
    pub(super) fingerprint: Fingerprint,
    pub(super) probe: Probe,
}

impl Sighting {
    pub(super) const fn page(&self) -> PageNumber {
        self.frame.page
    }
}

/// Makes sightings of verified frames, in order. What a page adds to the checksum is a fingerprint of it, and is told
/// from the checksums alone.
pub(crate) struct Lookout {
    order: ByteOrder,
    salts: Salts,
    over_page: Carry,
    before: Checksum,
    commit: CommitNumber,
}

impl Lookout {
    pub(crate) fn new(header: &Header, page_size: PageSize) -> Self {
        Self {
            order: header.byte_order(),
            salts: header.salts,
            over_page: over_page(page_size),
            before: header.checksum,
            commit: CommitNumber::new(1),
        }
    }

    pub(crate) fn sight(&mut self, frame: FrameSummary, probe: Probe) -> Sighting {
        let header = frame.header(self.salts);
        let own = page_contribution(&header, self.before, self.order, self.over_page);
        self.before = frame.checksum;
        let commit = self.commit;
        if frame.is_commit() {
            self.commit = CommitNumber::new(commit.get().saturating_add(1));
        }
        Sighting {
            frame,
            commit,
            fingerprint: Fingerprint::of(own),
            probe,
        }
    }
}

/// Of what a page adds to a checksum by itself; or what stands in its place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Fingerprint(u32);

impl Fingerprint {
    /// The page was looked at and differed; its fingerprint was not taken.
    pub(super) const NOT_TAKEN: Self = Self(0);
    /// The page is just as a frame has it.
    pub(super) const MATCHED: Self = Self(1);

    pub(super) fn of(contribution: Checksum) -> Self {
        Self(contribution.s0.max(2))
    }
}
