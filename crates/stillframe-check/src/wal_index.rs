use std::collections::BTreeMap;

use stillframe_database::page_map::PageMap;
use stillframe_format::Pages as _;
use stillframe_history::{
    Backfill, BackupSet, BegunAnew, Error, Hidden, Image, Lacking, PagesDiffer, Relation, Residue,
    Timeline, WalIndex,
};

use stillframe_wal::wal_index::IndexHeader;

use crate::words::{many, plain};

/// What the wal-index of a set says, and how that goes together with the rest of the set.
#[derive(Debug)]
pub struct IndexEvidence {
    /// What it says.
    pub index: WalIndex,
    /// How it goes together with the WAL.
    pub relation: Relation,
    /// Frames of which it names another page than the WAL.
    pub pages_differ: PagesDiffer,
    /// Committed frames that it knows and the set lacks.
    pub lacking: Option<Lacking>,
    /// Pages that were copied into the database file of frames that are lacking, and that older ones hide.
    pub hidden: Option<Hidden>,
    /// What is in the database file of what it says was copied there.
    pub backfill: Option<Backfill>,
    /// What is not in the database file although the WAL was begun anew.
    pub begun_anew: Option<BegunAnew>,
    /// To what the pages of the frames belong that are lacking, as far as the set tells, and how many they are.
    pub(crate) owners: Vec<(String, u32)>,
}

impl IndexEvidence {
    /// Looks at the wal-index of a set, where it has one. `image` is that of the last moment, where the WAL is the
    /// database's own, as far as can be told.
    pub(crate) fn gather(
        set: &BackupSet,
        timeline: &Timeline,
        residue: &Residue,
        image: Option<&Image<'_>>,
    ) -> Result<Option<Self>, Error> {
        let Some(input) = &set.wal_index else {
            return Ok(None);
        };
        let index = WalIndex::read(input)?;
        let relation = Relation::of(&index, set, timeline, residue)?;
        let lacking = Lacking::of(&index, relation, set, timeline)?;
        let is_foreign = image.is_none() && timeline.last_commit().is_some();
        let lacking = match is_foreign {
            true => lacking.map(Lacking::in_doubt),
            false => lacking,
        };
        let (backfill, hidden) = match image {
            Some(image) => {
                let backfill = Backfill::of(&index, relation, set, timeline, image)?;
                let hidden = Hidden::of(&index, relation, set, timeline, image, backfill.as_ref())?;
                (backfill, hidden)
            }
            None => (None, None),
        };
        let begun_anew = match image {
            Some(image) => BegunAnew::of(&index, relation, set, timeline, image)?,
            None => None,
        };
        let owners = match (lacking, image) {
            (Some(lacking), Some(image)) => owners(&index, lacking, image)?,
            _ => Vec::new(),
        };
        Ok(Some(Self {
            pages_differ: PagesDiffer::of(&index, relation, set, timeline)?,
            index,
            relation,
            lacking,
            hidden,
            backfill,
            begun_anew,
            owners,
        }))
    }

    /// Whether it is the witness that no WAL is missing: there is none, and all frames that there were are in the
    /// database file of `image`, which has the size that they left.
    pub(crate) fn shows_nothing_missing(&self, image: &Image<'_>) -> bool {
        let known = self
            .index
            .header()
            .filter(|_| self.index.refusal().is_none());
        let Some(known) = known.filter(|_| self.relation == Relation::NoWal) else {
            return false;
        };
        let has_its_size = known.mx_frame == 0 || known.page_count == image.page_count();
        let is_all_copied = self.index.backfilled() == known.mx_frame;
        has_its_size && is_all_copied && self.other_size(image).is_none()
    }

    /// The header, where it says that all frames are in a database file, and that of `image` has neither in its header nor
    /// in its length the size that it had then. There must be no WAL, or one without frames or of a generation before.
    pub(crate) fn other_size(&self, image: &Image<'_>) -> Option<&IndexHeader> {
        let known = self.index.header()?;
        let is_alone = matches!(
            self.relation,
            Relation::NoWal | Relation::EmptyWal | Relation::Newer
        );
        let is_all_copied = self.index.backfilled() == known.mx_frame;
        // It was made anew from a WAL without frames.
        let says_nothing = known.page_count == 0;
        let sizes = [image.page_count(), image.stored_pages()];
        let is_same = sizes.contains(&known.page_count)
            && known
                .page_size()
                .is_none_or(|size| size == image.page_size());
        let is_it = is_alone && is_all_copied && self.lacking.is_none();
        (is_it && !says_nothing && !is_same).then_some(known)
    }

    /// What is lacking: pages, and whose they are.
    pub(crate) fn lacking_pages(&self, lacking: Lacking) -> String {
        let pages = self.index.pages_behind(lacking.first.get() - 1);
        let pages: Vec<u32> = pages.map(|page| page.get()).collect();
        let mut text = crate::words::pages(&pages);
        if !self.owners.is_empty() {
            let shown = self.owners.iter().take(MOST_OWNERS);
            let shown: Vec<String> = shown
                .map(|(owner, pages)| format!("{owner} {}", many(*pages, "page")))
                .collect();
            text += &format!(" ({}", shown.join(", "));
            let more = self.owners.len().saturating_sub(MOST_OWNERS);
            if more > 0 {
                text += &format!(", and {more} others");
            }
            text.push(')');
        }
        text
    }
}

/// So many tables and indexes are named.
const MOST_OWNERS: usize = 6;

/// What a page belongs to that is lacking, in the image that there is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    /// A b-tree: its place among those of the map.
    Tree(usize),
    /// The freelist, or the pointer map.
    Nothing,
    /// It is not in the image: whatever the lacking transactions made of it.
    NotHere,
}

/// To what the pages belong that are lacking, in the image that there is; those with most pages first.
fn owners(
    index: &WalIndex,
    lacking: Lacking,
    image: &Image<'_>,
) -> Result<Vec<(String, u32)>, Error> {
    let header = image.header().filter(|_| image.refusal().is_none());
    let Some(header) = header.filter(|_| image.page_count() > 0) else {
        return Ok(Vec::new());
    };
    let Some(map) = PageMap::read(image, header)? else {
        return Ok(Vec::new());
    };
    let mut counts: BTreeMap<Owner, u32> = BTreeMap::new();
    for page in index.pages_behind(lacking.first.get() - 1) {
        let owner = match page.get() <= map.page_count() {
            true => map.owner(page).map_or(Owner::Nothing, Owner::Tree),
            false => Owner::NotHere,
        };
        *counts.entry(owner).or_default() += 1;
    }
    let encoding = header.text_encoding();
    let name = |owner: Owner| {
        let tree = match owner {
            Owner::Tree(tree) => map.trees().get(tree),
            Owner::Nothing => None,
            Owner::NotHere => return "past the end of the database".to_owned(),
        };
        match tree.map(|tree| &tree.object) {
            None => "no table or index".to_owned(),
            Some(None) => "sqlite_schema".to_owned(),
            Some(Some(object)) => format!(
                "{} {}",
                plain(&encoding.text(&object.kind)),
                plain(&encoding.text(&object.name))
            ),
        }
    };
    let mut owners: Vec<(String, u32)> = counts
        .into_iter()
        .map(|(owner, pages)| (name(owner), pages))
        .collect();
    owners.sort_by_key(|&(_, pages)| std::cmp::Reverse(pages));
    Ok(owners)
}
