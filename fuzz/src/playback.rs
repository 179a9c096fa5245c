//! A journal played back: the image of every moment of a set is that of the set whose database file the naive twin has rolled
//! back, and which has no journal.

use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::{BackupSet, Image, JournalState, Origin, Refusal, Rollback, Timeline};
use stillframe_testkit::naive;
use stillframe_wal::CommitNumber;

use crate::dormant;
use crate::known::available;
use crate::material::Material;
use crate::reader::Reader;
use crate::rebuilt;

/// Of more commits than this the first are looked at.
const MAX_COMMITS: u32 = 5;

/// Of more pages than this the first are looked at.
const MAX_PAGES: u32 = 300;

/// A file that is larger than this once it is rolled back is not made.
const MAX_BYTES: u64 = 16 << 20;

/// Holds the images of a set with a journal against those of one without.
///
/// # Panics
/// They do not agree.
pub fn run(bytes: &[u8]) {
    let (mut choices, material) = Material::read(bytes);
    let database = material.database_bytes();
    let journal = material.journal.as_deref().unwrap_or_default();
    let set = material.set();
    dormant::run(&set, database, journal);
    let rollback = available(Rollback::read(&set, &()));
    let is_hot = database.len() > 1 && material.has_journal_to_play();
    assert_eq!(rollback.state() == JournalState::Hot, is_hot);
    let played = naive::played_back(database, journal);
    assert_eq!(rollback.initial_size(), played.as_ref().map(|twin| twin.0));
    if played.is_some_and(|(size, page, _)| u64::from(size) * page as u64 > MAX_BYTES) {
        return;
    }
    let twin = Material {
        database: material
            .database
            .is_some()
            .then(|| naive::roll_back(database, journal)),
        wal: material.wal.clone(),
        ..Material::default()
    };
    let twin_set = twin.set();
    let timeline = available(Timeline::read(&set, &()));
    let last = timeline.last().get();
    for commit in 1..=last.min(MAX_COMMITS) {
        let number = CommitNumber::new(commit);
        let ours = available(Image::at(&set, &timeline, number, &()));
        let theirs = available(Image::at(&twin_set, &timeline, number, &()));
        compare(&ours, &theirs, journal, &mut choices);
        written(&ours, &twin, &mut choices);
    }
    at_last(&set, &twin_set, journal, &mut choices);
    alone(&set, &twin, is_hot, &mut choices);
    // As it lies there.
    if let Ok(image) = Image::at(&set, &timeline, CommitNumber::DATABASE, &()) {
        assert_eq!(image.bytes(), database.len() as u64);
        assert!(image.rollback().is_none());
    }
}

/// The last moment, as it is by default.
fn at_last(set: &BackupSet, twin: &BackupSet, journal: &[u8], choices: &mut Reader<'_>) {
    let (_, ours) = available(Image::read(set, None, &()));
    let (_, theirs) = available(Image::read(twin, None, &()));
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => compare(&ours, &theirs, journal, choices),
        (Err(ours), Err(theirs)) => assert_eq!(ours.to_string(), theirs.to_string()),
        (ours, theirs) => panic!("{:?}, {:?}", ours.is_ok(), theirs.is_ok()),
    }
}

/// The database rolled back, without the WAL.
fn alone(set: &BackupSet, twin: &Material, is_hot: bool, choices: &mut Reader<'_>) {
    let Ok(ours) = Image::rolled_back(set, &()) else {
        return;
    };
    assert!(is_hot);
    let twin_set = twin.set();
    let timeline = available(Timeline::read(&twin_set, &()));
    let theirs = Image::at(&twin_set, &timeline, CommitNumber::DATABASE, &());
    compare(&ours, &available(theirs), &[], choices);
    written(&ours, twin, choices);
}

fn written(ours: &Image<'_>, twin: &Material, choices: &mut Reader<'_>) {
    if ours.refusal().is_none() {
        rebuilt::is_image_of(ours, ours.set(), twin, choices);
    }
}

fn compare(ours: &Image<'_>, theirs: &Image<'_>, journal: &[u8], choices: &mut Reader<'_>) {
    assert_eq!(ours.bytes(), theirs.bytes());
    // Records that are summed in clear hold by what a page could come to, of which the twin knows nothing.
    if ours.rollback().is_some_and(Rollback::are_sums_sealed) {
        return;
    }
    // Page 1 names no size, and so tells the twin of none.
    if ours.page_size() != theirs.page_size() {
        let layout = ours.rollback().and_then(Rollback::layout);
        assert_eq!(layout.map(|it| it.page_size), Some(ours.page_size()));
        assert!(ours.commit().is_none());
        return;
    }
    assert_eq!(ours.stored_pages(), theirs.stored_pages());
    assert!(ours.overlay().iter().eq(theirs.overlay().iter()));
    // The twin has zeros where SQLite makes the file longer.
    let is_missing = matches!(ours.refusal(), Some(Refusal::MissingPages { .. }));
    if !is_missing {
        assert_eq!(ours.refusal(), theirs.refusal());
        assert_eq!(ours.page_count(), theirs.page_count());
    }
    if matches!(ours.refusal(), Some(Refusal::Encrypted(_))) {
        return;
    }
    let pages = ours.stored_pages().min(MAX_PAGES);
    let mut nowhere = 0;
    for number in (1..=pages).filter_map(PageNumber::new) {
        let held = theirs.page(number);
        match (ours.page(number), held) {
            (Ok(ours), Ok(held)) => assert_eq!(ours, held, "page {number}"),
            (Err(_), held) => {
                nowhere += 1;
                assert_eq!(ours.origin(number), Origin::Missing);
                let is_zero = |page: &[u8]| page.iter().all(|&byte| byte == 0);
                assert!(
                    held.is_ok_and(|page| is_zero(&page))
                        || theirs.page(number).is_err()
                        || is_missing
                );
            }
            (Ok(_), Err(error)) => panic!("page {number}: {error}"),
        }
        if let (Origin::Journal { offset, .. }, false) = (ours.origin(number), journal.is_empty()) {
            let page = available(ours.page(number));
            let there = journal.len().min(offset as usize + page.len()) - offset as usize;
            let held = &journal[offset as usize..offset as usize + there.min(512)];
            assert!(page.starts_with(held), "page {number}");
        }
    }
    assert!(nowhere == 0 || is_missing || ours.refusal().is_some());
    runs(ours, pages, choices);
}

/// Pages read together are the pages read one by one.
fn runs(image: &Image<'_>, pages: u32, choices: &mut Reader<'_>) {
    if pages == 0 {
        return;
    }
    let first = 1 + choices.below(pages as usize) as u32;
    let last = first + choices.below((pages - first + 1) as usize) as u32;
    let size = image.page_size().as_len();
    let mut expected = Vec::new();
    for number in (first..=last).filter_map(PageNumber::new) {
        match image.page(number) {
            Ok(page) => expected.extend_from_slice(&page),
            Err(_) => return,
        }
    }
    let mut buffer = vec![7; (last - first + 1) as usize * size - choices.below(size)];
    let first = PageNumber::new(first).unwrap_or(PageNumber::FIRST);
    available(image.read(first, &mut buffer));
    assert_eq!(buffer, expected[..buffer.len()]);
}
