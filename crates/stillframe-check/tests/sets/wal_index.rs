//! What a wal-index proves of its set: the fixtures that have one, with a part of the set taken away or damaged.

use std::path::Path;

use stillframe_testkit::builder::{Plan, SetBuilder};

use super::*;

/// The files of a fixture.
pub(super) fn fixture(name: &str) -> BackupSet {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    support::set(&folder.join(name), "app.db")
}

pub(super) fn bytes(input: &Option<Input>) -> Vec<u8> {
    let input = input.as_ref().unwrap();
    let length = input.bytes.len() as usize;
    input.bytes.window(0, length).unwrap().to_vec()
}

pub(super) fn wal_index(bytes: Vec<u8>) -> Option<Input> {
    Some(Input::new("app.db-shm", bytes))
}

fn message<'a>(report: &'a Report, code: &str) -> &'a str {
    let mut findings = report.findings.iter();
    &findings.find(|it| it.rule.code == code).unwrap().message
}

/// Of 6 committed frames in the WAL.
const WHOLE: &str = "good/wal-index-beside-wal";

/// `*-wal` was left out of the backup.
#[test]
fn a_wal_that_was_left_behind_is_proven_missing() {
    let report = support::report(&fixture("bad/SHM206-frames-missing"));
    assert_eq!(report.verdict.kind, VerdictKind::ProvenIncomplete);
    let message = message(&report, "SHM206");
    assert!(
        message.contains("12 frames that were committed, 1 to 12"),
        "{message}"
    );
    assert!(
        message.contains("pages 1 to 3, 6 to 7, 10, 13 and 15 to 19 (index orders_by_customer 5"),
        "{message}"
    );
    // What they are of which made the database larger nothing here tells.
    assert!(
        message.contains("past the end of the database 4 pages"),
        "{message}"
    );
    // The salts lead to the WAL.
    let wal = bytes(&fixture(WHOLE).wal);
    let salts: Vec<String> = wal[16..24]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let help = report.findings[0].help.as_ref().unwrap();
    assert!(help.contains(&salts.join(" ")), "{help}");

    // A database leaves WAL mode only once all of its WAL is checkpointed.
    let mut set = fixture("bad/SHM206-frames-missing");
    let mut database = bytes(&set.database);
    database[18..20].fill(1);
    set.database = Some(Input::new("app.db", database));
    let codes = support::codes(&support::report(&set), Severity::Warning);
    assert_eq!(codes, ["SHM207"]);

    let report = support::report(&fixture("bad/SHM207-frames-may-be-missing"));
    let kind = report.verdict.kind;
    assert_eq!(kind, VerdictKind::ConsistentCompletenessUnknown);
}

/// All frames are in the database file, or there were none: no WAL is missing.
#[test]
fn a_wal_index_can_show_that_nothing_is_missing() {
    let visited = support::report(&fixture("good/wal-index-after-a-visit"));
    assert_eq!(visited.verdict.kind, VerdictKind::Complete);
    let mut set = fixture("good/wal-index-all-checkpointed");
    assert_eq!(support::report(&set).verdict.kind, VerdictKind::Complete);
    let index = bytes(&set.wal_index);
    set.wal_index = wal_index(vec![0; 32768]);
    let unknown = VerdictKind::ConsistentCompletenessUnknown;
    assert_eq!(support::report(&set).verdict.kind, unknown);
    for length in [0, 3] {
        set.wal_index = wal_index(index[..length].to_vec());
        let report = support::report(&set);
        assert_eq!(report.verdict.kind, unknown);
        assert!(support::codes(&report, Severity::Warning).is_empty());
    }
    // The database file has not the size that the last frame left.
    let database = bytes(&set.database);
    set.wal_index = wal_index(index);
    let mut smaller = database[..database.len() - 512].to_vec();
    smaller[31] -= 1;
    set.database = Some(Input::new("app.db", smaller));
    assert_ne!(support::report(&set).verdict.kind, VerdictKind::Complete);
}

/// As after the WAL-reset bug: the WAL still has what the checkpoint skipped, and so has the image.
#[test]
fn a_checkpoint_that_skipped_frames_is_named_and_its_pages_are_in_the_image() {
    let mut set = fixture("bad/SHM204-checkpoint-skipped-frames");
    let report = support::report(&set);
    assert_eq!(report.verdict.kind, VerdictKind::CheckpointSkippedFrames);
    assert!(message(&report, "SHM204").contains("pages 4 to 5"));
    assert!(
        report.findings[0]
            .help
            .as_ref()
            .unwrap()
            .contains("rebuild")
    );
    assert!(
        report
            .verdict
            .next
            .as_ref()
            .unwrap()
            .starts_with("stillframe rebuild")
    );
    let evidence = Evidence::gather(&set, &()).unwrap();
    assert!(evidence.inside.unwrap().structure.problems.is_empty());
    // Without the wal-index it is a note.
    set.wal_index = None;
    let report = support::report(&set);
    assert_eq!(report.verdict.kind, VerdictKind::CompleteWithWal);
    assert!(message(&report, "SET906").contains("lacks pages 4 to 5"));
}

#[test]
fn a_wal_that_ends_before_the_wal_index_does() {
    let wal = bytes(&fixture(WHOLE).wal);
    for frames in 0..=6 {
        let mut set = fixture(WHOLE);
        let cut = wal[..32 + frames * SLOT].to_vec();
        set.wal = Some(Input::new("app.db-wal", cut));
        let report = support::report(&set);
        let codes = support::codes(&report, Severity::Warning);
        match frames {
            // A checkpoint may have emptied it.
            0 => assert_eq!(codes, ["SHM207"]),
            6 => assert!(codes.is_empty(), "{codes:?}"),
            frames => {
                assert_eq!(codes, ["SHM206"], "{frames} frames");
                assert_eq!(report.verdict.kind, VerdictKind::ProvenIncomplete);
                let range = format!("ends after frame {frames}: ");
                assert!(message(&report, "SHM206").contains(&range));
            }
        }
    }
    // What is there and damaged is not missing.
    let mut damaged = wal;
    damaged[32 + 2 * SLOT + 100] ^= 1;
    let mut set = fixture(WHOLE);
    set.wal = Some(Input::new("app.db-wal", damaged));
    let report = support::report(&set);
    assert_eq!(support::codes(&report, Severity::Warning), ["WAL101"]);
}

/// Pages that the WAL adds must be in the file as well once they were checkpointed.
#[test]
fn a_checkpoint_that_lost_pages_which_made_the_database_larger() {
    let mut set = fixture("bad/SHM205-backfilled-pages-differ");
    let mut database = bytes(&set.database);
    let pages = database.len() / 512;
    database[(pages - 2) * 512..(pages - 1) * 512].fill(0);
    set.database = Some(Input::new("app.db", database));
    let said = message(&support::report(&set), "SHM205").to_owned();
    assert!(said.contains(&format!(" and {}", pages - 1)), "{said}");
}

/// The pages of all frames are there, and the hash table is not.
#[test]
fn a_wal_index_that_ends_within_its_hash_table() {
    for length in [16_384, 32_767, 32_768] {
        let mut set = fixture(WHOLE);
        set.wal_index = wal_index(bytes(&set.wal_index)[..length].to_vec());
        let is_said = all(&support::report(&set)).contains(&"SHM001");
        assert_eq!(is_said, length < 32_768, "{length}");
    }
}

/// A checkpoint copied all, and the WAL lost the last commit: it lies over a file that is newer.
#[test]
fn a_wal_that_hides_what_was_checkpointed_behind_older_frames() {
    let set = fixture("bad/SHM210-backfilled-pages-hidden");
    let report = support::report(&set);
    assert_eq!(report.verdict.kind, VerdictKind::ProvenIncomplete);
    let said = message(&report, "SHM210");
    assert!(
        said.contains("frames that were committed, 3 to 4"),
        "{said}"
    );
    assert!(said.contains("hide 1 page of them there"), "{said}");
    let next = report.verdict.next.as_ref().unwrap();
    assert!(next.ends_with("--at 0 -o rebuilt.db"), "{next}");
    let timeline = stillframe_history::Timeline::read(&set, &()).unwrap();
    let exactness = stillframe_history::exactness(&set, &timeline).unwrap();
    assert!(exactness.exact_from() > timeline.last());

    // Without frames there is nothing to hide behind.
    let mut one = fixture("bad/SHM210-backfilled-pages-hidden");
    let wal = bytes(&one.wal);
    one.wal = Some(Input::new("app.db-wal", wal[..32].to_vec()));
    assert!(!all(&support::report(&one)).contains(&"SHM210"));
}

/// The wal-index is all that is left.
#[test]
fn a_wal_index_alone_says_what_it_knew() {
    let set = BackupSet {
        wal_index: wal_index(bytes(&fixture(WHOLE).wal_index)),
        ..BackupSet::default()
    };
    let report = support::report(&set);
    assert_eq!(all(&report), ["SET103", "SET903", "SHM206"]);
    assert_eq!(report.verdict.kind, VerdictKind::ProvenIncomplete);
    assert!(message(&report, "SHM206").contains("pages 4 to 5, 8 to 9, 12 and 14 are missing"));
    assert!(message(&report, "SET903").contains("a database of 15 pages"));
}

/// Whatever is wrong with a wal-index, SQLite does not use it: the image stays, and all that is said is of the family.
#[test]
fn damage_in_a_wal_index_is_said_of_the_wal_index_only() {
    let whole = bytes(&fixture(WHOLE).wal_index);
    let shows = support::report(&fixture(WHOLE)).verdict.sqlite_shows;
    let slots = (16384..32768).filter(|&offset| whole[offset & !1] != 0);
    for offset in (0..160).chain(slots) {
        for bit in [0, 3, 7] {
            let mut damaged = whole.clone();
            damaged[offset] ^= 1 << bit;
            let mut set = fixture(WHOLE);
            set.wal_index = wal_index(damaged);
            let report = support::report(&set);
            assert_eq!(report.verdict.sqlite_shows, shows);
            let codes = support::codes(&report, Severity::Warning);
            assert!(
                codes.iter().all(|code| code.starts_with("SHM")),
                "{codes:?}"
            );
            let means_nothing = (100..128).contains(&offset) || (132..136).contains(&offset);
            let may_be_right = (96..100).contains(&offset) || (128..132).contains(&offset);
            if !means_nothing && !may_be_right {
                assert!(!codes.is_empty(), "bit {bit} of byte {offset}");
            }
        }
    }
}

/// A new database with a table, whose WAL was never checkpointed.
fn unchecked() -> SetBuilder {
    let mut set = SetBuilder::new("indexed", &Plan::with_page_size(512));
    set.commit("CREATE TABLE t(id INTEGER PRIMARY KEY, v)");
    set.commit("INSERT INTO t VALUES(1, 'one')");
    set
}

/// The database file and the wal-index, without the WAL.
fn without_wal(database: Vec<u8>, index: Vec<u8>) -> Report {
    support::report(&BackupSet {
        database: Some(Input::new("app.db", database)),
        wal_index: wal_index(index),
        ..BackupSet::default()
    })
}

/// Nothing shows whether the database file was copied before a checkpoint that came after the wal-index was, or after it,
/// unless the number of pages does.
#[test]
fn a_database_as_large_as_the_wal_index_knows_it_does_not_lack_its_frames_for_certain() {
    let mut set = unchecked();
    set.checkpoint("TRUNCATE");
    set.commit("INSERT INTO t VALUES(2, 'two')");
    let (before, index) = (set.file(""), set.file("-shm"));
    set.checkpoint("TRUNCATE");
    let same_size = set.file("");
    set.commit("INSERT INTO t VALUES(3, zeroblob(2000))");
    let larger_index = set.file("-shm");
    set.checkpoint("TRUNCATE");
    let larger = set.file("");
    let codes = |database: &Vec<u8>, index: &Vec<u8>| -> Vec<&'static str> {
        let report = without_wal(database.clone(), index.clone());
        support::codes(&report, Severity::Warning)
    };
    for database in [&before, &same_size, &larger] {
        assert_eq!(codes(database, &index), ["SHM207"]);
    }
    assert_eq!(codes(&same_size, &larger_index), ["SHM206"]);
    assert_eq!(codes(&larger, &larger_index), ["SHM207"]);
    let report = without_wal(same_size, larger_index);
    let help = report.findings[0].help.as_ref().unwrap();
    assert!(help.contains("exclusive locking mode"), "{help}");
}

/// Of a WAL that ends before frames that the wal-index knows: a page that it still holds and the file lacks shows that no
/// checkpoint came by.
#[test]
fn a_page_that_is_only_in_the_wal_shows_that_no_checkpoint_came_by() {
    let mut set = unchecked();
    set.checkpoint("TRUNCATE");
    set.commit("CREATE TABLE u(v); INSERT INTO u VALUES('one')");
    set.commit("UPDATE u SET v = 'two'");
    let (before, wal) = (set.file(""), set.file("-wal"));
    set.commit("UPDATE t SET v = 'two'");
    let index = set.file("-shm");
    set.checkpoint("PASSIVE");
    let after = set.file("");
    let codes = |database: &[u8]| {
        let report = support::report(&BackupSet {
            database: Some(Input::new("app.db", database.to_vec())),
            wal: Some(Input::new("app.db-wal", wal.clone())),
            wal_index: wal_index(index.clone()),
            ..BackupSet::default()
        });
        support::codes(&report, Severity::Warning)
    };
    assert_eq!(codes(&before), ["SHM206"]);
    assert_eq!(codes(&after), ["SHM207"]);
}

/// The wal-index is copied when all was checkpointed, and the database file before that or after.
#[test]
fn a_database_of_another_size_than_when_all_was_checkpointed_is_of_another_moment() {
    let mut set = unchecked();
    set.checkpoint("TRUNCATE");
    let before = set.file("");
    set.commit("INSERT INTO t VALUES(2, zeroblob(2000))");
    set.checkpoint("PASSIVE");
    let copied = set.file("-shm");
    set.checkpoint("TRUNCATE");
    let (then, emptied) = (set.file(""), set.file("-shm"));
    set.commit("INSERT INTO t VALUES(3, zeroblob(2000))");
    set.checkpoint("TRUNCATE");
    let after = set.file("");
    for index in [&copied, &emptied] {
        for has_wal in [false, true] {
            let report = |database: &[u8]| {
                support::report(&BackupSet {
                    database: Some(Input::new("app.db", database.to_vec())),
                    wal: has_wal.then(|| Input::new("app.db-wal", Vec::new())),
                    wal_index: wal_index(index.clone()),
                    ..BackupSet::default()
                })
            };
            let whole = report(&then);
            assert_eq!(whole.verdict.kind, VerdictKind::Complete);
            assert_eq!(support::codes(&whole, Severity::Warning), [""; 0]);
            for other in [&before, &after] {
                let report = report(other);
                let unknown = VerdictKind::ConsistentCompletenessUnknown;
                assert_eq!(report.verdict.kind, unknown);
                // A page that was copied is behind the end of the file: its frame is missing.
                let is_cut = index == &copied && other == &before;
                let expected = if is_cut { "SHM207" } else { "SHM208" };
                assert_eq!(support::codes(&report, Severity::Warning), [expected]);
            }
        }
    }
}

/// The wal-index is of a generation after the WAL's, and all of it was checkpointed: WAL and database are of before.
#[test]
fn a_wal_that_was_begun_before_the_wal_index_is_of_another_moment() {
    let mut set = unchecked();
    let (database, wal) = (set.file(""), set.file("-wal"));
    set.checkpoint("TRUNCATE");
    set.commit("INSERT INTO t VALUES(2, zeroblob(2000))");
    set.checkpoint("TRUNCATE");
    let report = support::report(&BackupSet {
        database: Some(Input::new("app.db", database)),
        wal: Some(Input::new("app.db-wal", wal)),
        wal_index: wal_index(set.file("-shm")),
        ..BackupSet::default()
    });
    assert_eq!(support::codes(&report, Severity::Warning), ["SHM208"]);
    assert!(message(&report, "SHM208").contains("with the WAL, which was begun before that"));
    assert_eq!(
        report.verdict.kind,
        VerdictKind::ConsistentCompletenessUnknown
    );
}

#[test]
fn what_a_wal_index_holds_when_its_wal_was_emptied_is_of_before() {
    let set = unchecked();
    set.checkpoint("TRUNCATE");
    let report = without_wal(set.file(""), set.file("-shm"));
    assert!(message(&report, "SHM905").contains("from before the WAL was begun anew"));
}

#[test]
fn a_database_that_was_never_checkpointed_beside_the_wal_index_of_its_wal() {
    let mut set = unchecked();
    let database = set.file("");
    let report = without_wal(database.clone(), set.file("-shm"));
    assert!(message(&report, "SET905").contains("the wal-index knows 3 committed frames"));
    assert_eq!(support::codes(&report, Severity::Warning), ["SHM206"]);

    let reader = set.reader();
    set.commit("INSERT INTO t VALUES(2, 'two')");
    set.checkpoint("PASSIVE");
    drop(reader);
    let report = without_wal(database.clone(), set.file("-shm"));
    assert!(message(&report, "SHM903").starts_with("when the wal-index was copied"));
    assert!(message(&report, "SHM206").contains("frame 4, which was committed, was not"));
    // The checkpoint came after the database was copied: it lacks what was copied, too.
    set.checkpoint("PASSIVE");
    let report = without_wal(database, set.file("-shm"));
    assert_eq!(support::codes(&report, Severity::Warning), ["SHM207"]);
}

/// A page that is the same by chance is no sign that a checkpoint came by.
#[test]
fn a_database_from_before_a_checkpoint_of_pages_that_were_not_changed() {
    let mut set = unchecked();
    set.commit("INSERT INTO t SELECT value, zeroblob(200) FROM json_each('[2,3,4,5,6,7,8,9]')");
    set.checkpoint("TRUNCATE");
    let database = set.file("");
    set.commit("UPDATE t SET v = 'x' WHERE id = 2");
    set.commit("UPDATE t SET v = 'y' WHERE id = 9");
    set.commit("UPDATE t SET v = zeroblob(200) WHERE id = 9");
    set.checkpoint("PASSIVE");
    let copy = set.copy();
    let report = support::report(&BackupSet {
        database: Some(Input::new("app.db", database)),
        wal: Some(Input::new("app.db-wal", copy.wal)),
        wal_index: wal_index(copy.shm.unwrap()),
        ..BackupSet::default()
    });
    assert_eq!(support::codes(&report, Severity::Warning), [""; 0]);
    assert!(message(&report, "SHM904").contains("before the end of that checkpoint"));
}
