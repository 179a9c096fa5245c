//! Images: the database of every commit is that of the naive twin, is refused where SQLite would not have it or a page is nowhere,
//! is called exact only where it is, and is written as it is read.

use stillframe_history::{Error, Image, Input, Timeline, exactness};
use stillframe_testkit::naive::{self, LOCK_BYTE};
use stillframe_wal::CommitNumber;

use crate::known::{Known, available};
use crate::long::Long;
use crate::material::Material;
use crate::reader::Reader;
use crate::rebuilt;

/// Of more commits than this the first and the last are looked at.
const MAX_COMMITS: usize = 10;

/// Holds the images of a set against those of the naive twin.
///
/// # Panics
/// They do not agree.
pub fn run(bytes: &[u8]) {
    let (mut choices, mut material) = Material::read(bytes);
    // What a journal does is held against the same images: see `playback`.
    material.journal = None;
    let set = material.set();
    let known = Known::of(&material, material.database_bytes().len() as u64);
    let timeline = known.timeline(&set);
    let exact = available(exactness(&set, &timeline));
    // What a wal-index knows of frames that are lost is none of the twin's.
    let mut without_index = material.set();
    without_index.wal_index = None;
    known.log(&without_index, &timeline);
    known.exactness(&available(exactness(&without_index, &timeline)));
    let commits = known.commits.len();
    let asked = choices.below(commits + 1);
    for commit in (0..=commits).filter(|commit| {
        *commit < MAX_COMMITS / 2 || commit + MAX_COMMITS / 2 > commits || *commit == asked
    }) {
        let number = CommitNumber::new(commit as u32);
        let image = match Image::at(&set, &timeline, number, &()) {
            Ok(image) => image,
            Err(error) => {
                assert!(commit == 0 && material.database.is_none(), "{error}");
                continue;
            }
        };
        known.image(&image, commit);
        if image.refusal().is_none()
            && exact
                .later_pages(number, image.stored_pages())
                .next()
                .is_none()
        {
            known.is_true(&image, commit);
        }
        if commit == asked {
            known.read_at_once(&set, &image);
            rebuilt::is_image(&image, &material, &mut choices);
        }
    }
    let past = CommitNumber::new(commits as u32 + 1);
    assert!(matches!(
        Image::at(&set, &timeline, past, &()),
        Err(Error::NoSuchCommit { .. })
    ));
    with_lock_byte_page(&material, &mut choices);
}

/// The same images, were the database file so long that it ends about the lock-byte page.
fn with_lock_byte_page(material: &Material, choices: &mut Reader<'_>) {
    let Some(size) = naive::accept(material.wal_bytes()).map(|accepted| accepted.page_size) else {
        return;
    };
    let length = LOCK_BYTE - 3 * u64::from(size) + choices.below(256) as u64 * u64::from(size / 32);
    let known = Known::of(material, length);
    let start = material.database_bytes().to_vec();
    let mut set = material.set();
    set.database = Some(Input::new("app.db", Long { start, length }));
    let timeline = available(Timeline::read(&set, &()));
    for commit in 1..=known.commits.len().min(MAX_COMMITS) {
        let number = CommitNumber::new(commit as u32);
        known.image(&available(Image::at(&set, &timeline, number, &())), commit);
    }
}
