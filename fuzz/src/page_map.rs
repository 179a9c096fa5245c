//! What each page of any bytes is and to whom it belongs: every page has one place, what leads to it leads there, the sizes
//! of the b-trees are those of their pages, and no page is walked twice; the same from commit to commit.

use stillframe_database::page_map::{PageMap, PageUse};
use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::{AsFound, BackupSet, Image, Owners, Timeline, commits};

use crate::counted::Counted;
use crate::material::Material;

/// Rows of a hostile schema may read the same chains again, up to as many bytes as the database has.
const SCHEMA_READS: u64 = 4;

/// Makes the map of the last image of a set, whether SQLite would have it or not, and follows the commits of its WAL.
///
/// # Panics
/// A map contradicts itself, or more pages are read than there are.
pub fn run(bytes: &[u8]) {
    let (_, material) = Material::read(bytes);
    let set = material.set();
    let (timeline, image) = Image::read(&set, None, &()).unwrap_or_else(|error| panic!("{error}"));
    if let Ok(image) = image {
        last(&image);
    }
    follow(&set, &timeline);
}

fn last(image: &Image<'_>) {
    let Some(header) = image.header() else { return };
    let found = AsFound::new(image, &());
    let pages = Counted::new(&found);
    let map = PageMap::read(&pages, header).unwrap_or_else(|error| panic!("{error}"));
    let Some(map) = map else { return };
    assert_eq!(map.page_count(), found.page_count());
    let count = u64::from(map.page_count());
    let most = (1 + SCHEMA_READS) * count + 1;
    let reads = pages.reads();
    assert!(reads <= most, "{reads} reads of {count} pages");
    whole(&map);
    sizes(&map);
}

/// What leads to each page is a page that can.
fn whole(map: &PageMap) {
    for page in (1..=map.page_count()).filter_map(PageNumber::new) {
        let is = map.use_of(page);
        let parent = map.parent(page);
        let above = parent.map(|parent| map.use_of(parent));
        let is_right = match is {
            PageUse::Unused | PageUse::LockByte | PageUse::PointerMap => parent.is_none(),
            PageUse::FreelistTrunk => above.is_none_or(|above| above == is),
            PageUse::FreelistLeaf => above == Some(PageUse::FreelistTrunk),
            PageUse::Btree(kind) => above.is_none_or(|above| match above {
                PageUse::Btree(above) => !above.is_leaf() || kind == above,
                _ => false,
            }),
            PageUse::NoBtree => above.is_none_or(|above| matches!(above, PageUse::Btree(_))),
            PageUse::FirstOverflow => matches!(above, Some(PageUse::Btree(_))),
            PageUse::LaterOverflow => above == Some(PageUse::FirstOverflow),
        };
        assert!(is_right, "page {page}: {is:?} below {parent:?}, {above:?}");
        let is_owned = is.is_of_btree() || is.is_overflow();
        assert_eq!(map.owner(page).is_some(), is_owned, "page {page}: {is:?}");
    }
}

/// What the b-trees say that they take is what they have.
fn sizes(map: &PageMap) {
    let usable = u64::from(map.geometry().usable_size());
    let mut counted = vec![0; map.trees().len()];
    for page in (1..=map.page_count()).filter_map(PageNumber::new) {
        if let Some(tree) = map
            .owner(page)
            .filter(|_| map.use_of(page) != PageUse::NoBtree)
        {
            counted[tree] += 1;
        }
    }
    for (tree, counted) in map.trees().iter().zip(counted) {
        let all = tree.sizes.all();
        assert_eq!(all.pages, counted, "the b-tree at page {}", tree.root);
        assert!(u64::from(tree.sizes.depth) <= all.pages.into());
        assert!(all.unused <= u64::from(all.pages) * usable);
    }
}

/// Follows every commit. Whatever the pages are, the map can be asked, and it is given up before it takes long.
fn follow(set: &BackupSet, timeline: &Timeline) {
    let Some(page_size) = timeline.page_size() else {
        return;
    };
    let owners = Owners::new(set, page_size, &());
    let mut owners = owners.unwrap_or_else(|error| panic!("{error}"));
    commits(set, &(), |record| {
        owners
            .follow(record)
            .unwrap_or_else(|error| panic!("{error}"));
        let Some(map) = owners.map() else { return };
        for page in (1..=map.page_count()).filter_map(PageNumber::new) {
            let owner = map.owner(page);
            assert!(owner.is_none_or(|tree| tree < map.trees().len()));
            assert!(map.parent(page).is_none_or(|parent| parent != page));
        }
        let mut frames = 0;
        let each = owners.frames(record, |_, _| frames += 1);
        each.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(frames, record.commit.frames());
    })
    .unwrap_or_else(|error| panic!("{error}"));
}
