//! Journals of databases that are encrypted: the page that a record has is another one than its checksum is of, and than the
//! database file has.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use stillframe_format::Pages as _;
use stillframe_history::rebuild::{Start, rebuild};
use stillframe_history::{BackupSet, Dormant, Image, Input, JournalState, Refusal, Rollback};
use stillframe_testkit::builder::{JournalStory, journal_stories};
use stillframe_testkit::rewrite::encrypt_beneath;

fn set(database: &[u8], journal: &[u8]) -> BackupSet {
    BackupSet {
        database: Some(Input::new("app.db", database.to_vec())),
        journal: Some(Input::new("app.db-journal", journal.to_vec())),
        ..BackupSet::default()
    }
}

/// The database at the last moment, or why there is none.
fn image(set: &BackupSet) -> Result<Vec<u8>, Refusal> {
    let (_, image) = Image::read(set, None, &()).unwrap();
    let image = image.unwrap();
    match image.refusal() {
        None | Some(Refusal::Encrypted(_)) => {}
        Some(refusal) => return Err(refusal),
    }
    let mut file = tempfile::tempfile().unwrap();
    rebuild(&image, &mut file, Start::Empty, None, &()).unwrap();
    let mut bytes = Vec::new();
    std::io::Seek::rewind(&mut file).unwrap();
    std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
    Ok(bytes)
}

fn encrypted(database: &[u8], journal: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (mut database, mut journal) = (database.to_vec(), journal.to_vec());
    encrypt_beneath(&mut database, &mut journal);
    (database, journal)
}

/// Every moment at which a kill leaves a hot journal: with the pages encrypted beneath SQLite, the image is that of the pages
/// in clear, encrypted.
#[test]
fn a_journal_is_played_back_as_with_the_key() {
    let (mut compared, mut by_chance) = (0, 0);
    for story in journal_stories() {
        for (database, journal) in pairs(&story) {
            let clear = set(&database, &journal);
            let rollback = Rollback::read(&clear, &()).unwrap();
            // What a VACUUM makes of page 1 names another page size than the journal's records have.
            let is_vacuumed = journal.get(26..28) != database.get(16..18);
            let is_hot = JournalState::of(&clear).unwrap() == JournalState::Hot;
            if is_vacuumed || !is_hot || rollback.pages() == 0 || rollback.stop().is_some() {
                continue;
            }
            let Ok(mut expected) = image(&clear) else {
                continue;
            };
            assert!(!rollback.are_sums_sealed());
            encrypt_beneath(&mut expected, &mut []);
            let (database, journal) = encrypted(&database, &journal);
            let sealed = set(&database, &journal);
            let rollback = Rollback::read(&sealed, &()).unwrap();
            // Of a record or two, of small pages, the checksums may hold by chance.
            if !rollback.are_sums_sealed() {
                by_chance += 1;
                continue;
            }
            assert!(rollback.damage().is_none() && rollback.contradiction().is_none());
            assert_eq!(image(&sealed).as_ref(), Ok(&expected), "{}", story.name);
            let size = rollback.layout().unwrap().page_size;
            let (_, image) = Image::read(&sealed, None, &()).unwrap();
            assert_eq!(image.unwrap().page_size(), size, "{}", story.name);
            compared += 1;
        }
    }
    assert!(
        compared > 100 && by_chance * 50 < compared,
        "{by_chance} of {compared}"
    );
}

/// A journal that was never synced says nothing against a database file that has the same pages encrypted otherwise.
#[test]
fn an_unsynced_journal_contradicts_nothing() {
    let mut compared = 0;
    for story in journal_stories() {
        for (mut database, mut journal) in pairs(&story) {
            if journal.first() != Some(&0) || database.len() < 1024 || journal.len() < 1024 {
                continue;
            }
            encrypt_beneath(&mut database, &mut []);
            journal[512..].iter_mut().for_each(|byte| *byte ^= 0x5a);
            let found = Dormant::read(&set(&database, &journal), &()).unwrap();
            let is_contradicted = matches!(found, Some((Dormant::Contradicted(_), _)));
            assert!(!is_contradicted, "{}", story.name);
            compared += 1;
        }
    }
    assert!(compared > 20, "{compared}");
}

/// The databases with their journals, of every moment of a story.
fn pairs(story: &JournalStory) -> Vec<(Vec<u8>, Vec<u8>)> {
    let moments = story.recording.moments();
    let pairs = moments.flat_map(|moment| {
        let of = |name: &&str| {
            let journal = moment.files.get(&format!("{name}-journal"))?;
            Some((moment.files.get(*name)?.clone(), journal.clone()))
        };
        story.databases.iter().filter_map(of).collect::<Vec<_>>()
    });
    pairs.collect()
}
