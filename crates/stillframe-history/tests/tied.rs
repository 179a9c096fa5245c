//! Transactions over two and three databases that are killed at every moment, with all files and with one of them lost:
//! what we say of each database is what SQLite leaves of it, and that they agree we say where they do.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeMap;

use stillframe_history::{
    BackupSet, Child, Fate, Held, Input, Listing, Outcome, SuperJournalFile, SuperJournalName, Tie,
};
use stillframe_testkit::builder::{JournalStory, journal_stories};
use stillframe_testkit::recorder::{Device, Disk, open, record};

fn journal_of(name: &str) -> String {
    format!("{name}-journal")
}

/// A database of a disk, as it is told of to be tied to others.
fn child(disk: &Disk, name: &str) -> Child {
    let journal = journal_of(name);
    let input = |name: &str| Some(Input::new(name, disk.files.get(name)?.clone()));
    let mut set = BackupSet {
        database: input(name),
        journal: input(&journal),
        ..BackupSet::default()
    };
    if let Some(named) = SuperJournalName::of(&set).unwrap() {
        let named = String::from_utf8(named.name).unwrap();
        set.super_journal = match disk.files.get(&named).map(Vec::len) {
            None => SuperJournalFile::Missing,
            Some(0) => SuperJournalFile::Empty,
            Some(_) => SuperJournalFile::Present,
        };
        set.super_journal_list = input(&named);
    }
    Child::read(&set, journal.into_bytes(), &()).unwrap()
}

/// Has SQLite open each of the databases; the disk afterwards.
fn opened(disk: &Disk, names: &[&str]) -> Disk {
    let recording = record(disk, Device::default(), || {
        for name in names {
            let database = open(name).unwrap();
            let ask = "SELECT count(*) FROM sqlite_schema";
            let _one_that_is_malformed_is_rolled_back_all_the_same =
                database.query_row(ask, [], |row| row.get::<_, i64>(0));
        }
    });
    recording.after
}

/// Of which moments the databases are, by their bytes.
fn truth(story: &JournalStory, disk: &Disk) -> Option<Outcome> {
    let is_of = |moment: &Disk| {
        let mut names = story.databases.iter();
        names.all(|name| disk.files[*name] == moment.files[*name])
    };
    let before = story.recording.moments().next().unwrap();
    if is_of(&before) {
        Some(Outcome::Before)
    } else {
        is_of(&story.recording.after).then_some(Outcome::After)
    }
}

/// What is said of a disk, held against what SQLite makes of it; `None` where nothing ties the databases.
fn compare(story: &JournalStory, what: &str, disk: &Disk) -> Option<(Outcome, SuperJournalFile)> {
    let names = &story.databases;
    let children: Vec<Child> = names.iter().map(|name| child(disk, name)).collect();
    let ties = Tie::all(&children, &[]);
    assert!(ties.len() <= 1, "{what}");
    let tie = ties.first()?;
    let theirs = opened(disk, names);
    let before = story.recording.moments().next().unwrap();
    let after = &story.recording.after;
    for member in &tie.members {
        let name = names[member.child.unwrap()];
        let file = &theirs.files[name];
        let expected = match member.fate {
            Fate::RolledBack => &before,
            Fate::Kept(_) | Fate::Unsynced | Fate::NotHot | Fate::NoJournal => disk,
            other => panic!("{what}: {other:?}"),
        };
        let is_of = |moment: &Disk| disk.files[name] == moment.files[name];
        match member.fate {
            Fate::Kept(Held::Nothing) | Fate::Unsynced => {
                assert!(is_of(&before), "{what}: {member:?}");
            }
            Fate::Kept(Held::All) => assert!(is_of(after), "{what}: {member:?}"),
            Fate::Kept(Held::Unfinished) => assert!(!is_of(after), "{what}: {member:?}"),
            _ => {}
        }
        assert!(*file == expected.files[name], "{what}: {member:?}");
    }
    let (outcome, truth) = (tie.outcome(), truth(story, &theirs));
    match outcome {
        Outcome::Before | Outcome::After => assert_eq!(Some(outcome), truth, "{what}: {tie:?}"),
        Outcome::Different => assert_eq!(truth, None, "{what}: {tie:?}"),
        Outcome::Unknown => {}
    }
    // Where SQLite leaves them at different moments, something shows that this may be so.
    let casts_doubt = |fate| {
        let doubtful = Fate::Kept(Held::All) != fate && fate != Fate::NotHot;
        doubtful && fate != Fate::NoJournal && fate != Fate::Unsynced
    };
    let is_doubted = tie.members.iter().any(|member| casts_doubt(member.fate))
        || tie.file == SuperJournalFile::Present && tie.has(Fate::NoJournal);
    let is_told = outcome == Outcome::Different || is_doubted || tie.is_along_another();
    assert!(truth.is_some() || is_told, "{what}: {tie:?}");
    Some((outcome, tie.file))
}

/// A disk without one of its files; `None` where it has none of that name.
fn without(disk: &Disk, is: impl Fn(&str) -> bool) -> Option<Disk> {
    let mut without = disk.clone();
    without.files.retain(|name, _| !is(name));
    (without != *disk).then_some(without)
}

fn stories() -> Vec<JournalStory> {
    let mut stories = journal_stories();
    stories.retain(|story| story.name.contains("-databases-"));
    assert_eq!(stories.len(), 6);
    stories.extend([5, 2000].map(rewrites));
    stories
}

/// A transaction over two databases, each of which was made by the statements `before`; `within` changes the one of a schema.
fn over_two(
    name: &str,
    cache_size: u32,
    before: &str,
    within: impl Fn(&str) -> String,
) -> JournalStory {
    let names = &["app.db", "second.db"];
    let made = record(&Disk::default(), Device::default(), || {
        for name in names {
            open(name).unwrap().execute_batch(before).unwrap();
        }
    });
    let mut sql = "ATTACH 'second.db' AS second;".to_owned();
    for schema in ["main", "second"] {
        sql += &format!("PRAGMA {schema}.cache_size={cache_size};");
    }
    sql += "BEGIN;";
    sql.extend(["main", "second"].map(within));
    JournalStory {
        name: format!("{name}-{cache_size}"),
        recording: record(&made.after, Device::default(), || {
            let database = open("app.db").unwrap();
            database.execute_batch(&format!("{sql} COMMIT")).unwrap();
        }),
        databases: names.to_vec(),
    }
}

/// A transaction over two databases that takes free pages again, which are in no journal.
fn reuses_free_pages(cache_size: u32) -> JournalStory {
    let before = "PRAGMA page_size=512; CREATE TABLE kept (text); CREATE TABLE log (text); CREATE TABLE tail (text);
        INSERT INTO kept VALUES ('x');
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 60)
        INSERT INTO log SELECT printf('%.*c', 150, char(65 + i % 26)) FROM n;
        DELETE FROM log WHERE rowid > 20";
    over_two("reuses", cache_size, before, |schema| {
        format!(
            "INSERT INTO {schema}.kept SELECT text FROM {schema}.log LIMIT 12;
             UPDATE {schema}.kept SET text = lower(text);"
        )
    })
}

/// A transaction over two databases that writes some pages without changing them.
fn rewrites(cache_size: u32) -> JournalStory {
    let before = "PRAGMA page_size=512; CREATE TABLE log (text);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 60)
        INSERT INTO log SELECT printf('%.*c', 150, char(65 + i % 26)) FROM n;";
    over_two("rewrites", cache_size, before, |schema| {
        format!(
            "UPDATE {schema}.log SET text = lower(text) WHERE rowid % 7 = 1;
             UPDATE {schema}.log SET text = upper(text) WHERE rowid % 7 = 1;
             UPDATE {schema}.log SET text = lower(text) WHERE rowid IN (20, 40, 60);"
        )
    })
}

/// Once the super-journal is deleted, a page that was written and not changed casts no doubt on that all were.
#[test]
fn pages_that_were_not_changed_were_written_all_the_same() {
    let story = rewrites(2000);
    let mut told = 0;
    for (number, moment) in story.recording.moments().enumerate() {
        let names = &story.databases;
        let hot = |name: &&str| moment.files.get(&journal_of(name));
        let are_hot = names.iter().all(|name| {
            let journal = hot(name).filter(|it| it.len() > 512);
            journal
                .is_some_and(|it| it[0] != 0 && it.ends_with(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"))
        });
        let is_gone = !moment.files.keys().any(|name| name.contains("-mj"));
        if !are_hot || !is_gone {
            continue;
        }
        let what = format!("operation {number}");
        let found = compare(&story, &what, &moment).unwrap();
        assert_eq!(found, (Outcome::After, SuperJournalFile::Missing), "{what}");
        told += 1;
    }
    assert!(told > 0);
}

#[test]
fn with_all_files_the_databases_agree_at_every_moment() {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for story in stories() {
        for (number, moment) in story.recording.moments().enumerate() {
            let what = format!("{} at operation {number}", story.name);
            if let Some((outcome, file)) = compare(&story, &what, &moment) {
                // Without a super-journal nothing but the databases themselves can tell.
                let is_told = outcome != Outcome::Unknown || file != SuperJournalFile::Present;
                assert!(is_told && outcome != Outcome::Different, "{what}");
                *counts.entry(format!("{file:?}: {outcome:?}")).or_default() += 1;
            }
        }
    }
    println!("{counts:#?}");
    for (what, least) in [("Present: Before", 1000), ("Missing: After", 5)] {
        assert!(counts.get(what) >= Some(&least), "{what}");
    }
}

#[test]
fn without_the_super_journal_it_is_told_where_the_files_tell() {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for story in stories() {
        for (number, moment) in story.recording.moments().enumerate() {
            let what = format!("{} at operation {number}", story.name);
            let Some(disk) = without(&moment, |name| name.contains("-mj")) else {
                continue;
            };
            if let Some((outcome, _)) = compare(&story, &what, &disk) {
                *counts.entry(format!("{outcome:?}")).or_default() += 1;
            }
        }
    }
    println!("{counts:#?}");
    for (what, least) in [("Different", 5), ("After", 5)] {
        assert!(counts.get(what) >= Some(&least), "{what}");
    }
    assert_eq!(counts.get("Before"), None);
}

#[test]
fn without_a_journal_nothing_is_said_that_is_not_so() {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for story in stories() {
        for (number, moment) in story.recording.moments().enumerate() {
            for lost in &story.databases {
                let what = format!(
                    "{} at operation {number} without that of {lost}",
                    story.name
                );
                let Some(disk) = without(&moment, |name| name == journal_of(lost)) else {
                    continue;
                };
                if let Some((outcome, file)) = compare(&story, &what, &disk) {
                    let is_open = file != SuperJournalFile::Present || outcome == Outcome::Unknown;
                    assert!(is_open, "{what}");
                    *counts.entry(format!("{file:?}: {outcome:?}")).or_default() += 1;
                }
            }
        }
    }
    println!("{counts:#?}");
    assert!(counts.get("Present: Unknown") >= Some(&1000));
}

/// What is written to pages that were free the journal does not tell: that a file holds all is not said before it does.
#[test]
fn pages_that_were_free_are_waited_for() {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for story in [5, 2000].map(reuses_free_pages) {
        for (number, moment) in story.recording.moments().enumerate() {
            let Some(disk) = without(&moment, |name| name.contains("-mj")) else {
                continue;
            };
            let names = &story.databases;
            let children: Vec<Child> = names.iter().map(|name| child(&disk, name)).collect();
            for member in Tie::all(&children, &[]).iter().flat_map(|tie| &tie.members) {
                let name = names[member.child.unwrap()];
                let is_all = disk.files[name] == story.recording.after.files[name];
                let is_told = member.fate == Fate::Kept(Held::All);
                assert!(
                    is_all || !is_told,
                    "{} at operation {number}: {name}",
                    story.name
                );
                let what = format!("all {is_all}, told {is_told}");
                *counts.entry(what).or_default() += 1;
            }
        }
    }
    println!("{counts:#?}");
    assert!(counts["all false, told false"] > 20);
}

/// The super-journals of a disk.
fn listings(disk: &Disk) -> Vec<Listing> {
    let lists = disk.files.iter().filter(|(name, _)| name.contains("-mj"));
    let listing = |(name, bytes): (&String, &Vec<u8>)| {
        let list = Input::new(name.clone(), bytes.clone());
        Listing::read(&list, name.clone().into_bytes()).unwrap()
    };
    lists.filter_map(listing).collect()
}

/// A super-journal that is there says that the transaction was not committed, whichever journals are lost: where SQLite
/// does not leave all databases as they were before, one is listed whose journal is missing.
#[test]
fn a_super_journal_tells_of_journals_that_are_lost() {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for story in stories() {
        let names = &story.databases;
        for (number, moment) in story.recording.moments().enumerate() {
            let is_whole = |listing: &Listing| listing.journals.len() == names.len();
            if !listings(&moment).iter().any(is_whole) {
                continue;
            }
            for lost in 0..1_u32 << names.len() {
                let mut disk = moment.clone();
                for (bit, name) in names.iter().enumerate() {
                    if lost & (1 << bit) != 0 {
                        disk.files.remove(&journal_of(name));
                    }
                }
                let what = format!("{} at operation {number}, lost {lost:b}", story.name);
                let children: Vec<Child> = names.iter().map(|name| child(&disk, name)).collect();
                let ties = Tie::all(&children, &listings(&disk));
                let [tie] = ties.as_slice() else {
                    panic!("{what}: {ties:?}");
                };
                assert_eq!(tie.file, SuperJournalFile::Present, "{what}");
                assert!(tie.found.is_some() && tie.is_listed, "{what}");
                for (number, name) in names.iter().enumerate() {
                    let has_none = !disk.files.contains_key(&journal_of(name));
                    let member = tie.member(number).unwrap();
                    assert_eq!(member.fate == Fate::NoJournal, has_none, "{what}");
                }
                let truth = truth(&story, &opened(&disk, names));
                let is_before = truth == Some(Outcome::Before);
                assert!(is_before || tie.has(Fate::NoJournal), "{what}: {tie:?}");
                let is_told = tie.outcome() == Outcome::Before;
                assert!(is_before || !is_told, "{what}: {tie:?}");
                *counts
                    .entry(format!("before {is_before}, told {is_told}"))
                    .or_default() += 1;
            }
        }
    }
    println!("{counts:#?}");
    assert!(counts["before true, told true"] > 1000);
    assert!(counts["before false, told false"] > 1000);
}

/// Without the super-journal, a journal that was never synced tells that it was lost, and with it that of the database that
/// it was made beside.
#[test]
fn a_journal_that_was_not_synced_tells_of_the_database_beside() {
    let mut told = 0;
    for story in stories() {
        let names = &story.databases;
        for (number, moment) in story.recording.moments().enumerate() {
            let is_lost = |name: &str| name.contains("-mj") || name == journal_of(names[0]);
            let Some(disk) = without(&moment, is_lost) else {
                continue;
            };
            let children: Vec<Child> = names.iter().map(|name| child(&disk, name)).collect();
            let ties = Tie::all(&children, &[]);
            let tie = ties.iter().find(|tie| tie.has(Fate::Unsynced));
            if let Some(tie) = tie {
                let what = format!("{} at operation {number}", story.name);
                assert_eq!(tie.member(0).unwrap().fate, Fate::NoJournal, "{what}");
                // SQLite itself never leaves it so.
                let was_there = moment.files.keys().any(|name| name.contains("-mj"));
                assert!(was_there, "{what}");
                told += 1;
            }
        }
    }
    assert!(told >= 20, "{told}");
}

/// The journal of the database that the super-journal was made beside is deleted first: so it is never the only one left.
#[test]
fn the_first_journal_is_not_left_alone() {
    let mut told = 0;
    for story in stories() {
        let names = &story.databases;
        for (number, moment) in story.recording.moments().enumerate() {
            let what = format!("{} at operation {number}", story.name);
            let lacks_others = |disk: &Disk| {
                let children: Vec<Child> = names.iter().map(|name| child(disk, name)).collect();
                let ties = Tie::all(&children, &listings(disk));
                ties.iter()
                    .any(|tie| tie.file == SuperJournalFile::Missing && tie.lacks_others())
            };
            assert!(!lacks_others(&moment), "{what}");
            let is_lost = |name: &str| name.contains("-mj") || name == journal_of(names[1]);
            let is_lost = |name: &str| {
                is_lost(name) || Some(name) == names.get(2).map(|it| journal_of(it)).as_deref()
            };
            if let Some(disk) = without(&moment, is_lost) {
                told += u32::from(lacks_others(&disk));
            }
        }
    }
    assert!(told > 100, "{told}");
}

/// Two databases when the transaction over them is about to be committed.
fn committing() -> Disk {
    let is_committing = |moment: &Disk| moment.files.keys().any(|name| name.contains("-mj"));
    let story = stories().remove(0);
    let moments = story.recording.moments();
    moments.filter(is_committing).last().unwrap()
}

/// A database of `folder` with a journal that names a super-journal, which lists these.
fn copied(moment: &Disk, folder: &str, name: &str, lists: &[&str]) -> Child {
    let input = |name: &str| Some(Input::new(name, moment.files[name].clone()));
    let list: String = lists
        .iter()
        .map(|name| format!("/old/{name}-journal\0"))
        .collect();
    let set = BackupSet {
        database: input("app.db"),
        journal: input("app.db-journal"),
        super_journal: SuperJournalFile::Present,
        super_journal_list: Some(Input::new("list", list.into_bytes())),
        ..BackupSet::default()
    };
    let journal = format!("{folder}{name}-journal").into_bytes();
    Child::read(&set, journal, &()).unwrap()
}

fn members(tie: &Tie) -> Vec<(Option<usize>, Fate)> {
    let members = tie.members.iter();
    members.map(|member| (member.child, member.fate)).collect()
}

/// Two of one name, in folders that are called otherwise now, are two.
#[test]
fn no_database_is_two_that_are_listed() {
    let moment = committing();
    let lists = &["app.db", "sub/app.db"];
    let both = ["p/", "x/"].map(|folder| copied(&moment, folder, "app.db", lists));
    let ties = Tie::all(&both, &[]);
    let mut found: Vec<Option<usize>> = members(&ties[0]).iter().map(|it| it.0).collect();
    found.sort_unstable();
    assert_eq!(found, [Some(0), Some(1)]);
}

#[test]
fn a_list_is_matched_by_names_and_folders() {
    let moment = committing();
    let lists = &["app.db", "second.db", "third.db"];
    let alone = [copied(&moment, "", "app.db", lists)];
    let ties = Tie::all(&alone, &[]);
    let absent = (None, Fate::NotHere);
    assert_eq!(
        members(&ties[0]),
        [(Some(0), Fate::RolledBack), absent, absent]
    );
    assert_eq!(ties[0].outcome(), Outcome::Unknown);

    let lost = |journal: &str| Child::without_journal("x".to_owned(), 1, journal.into());
    // In its folder, and not the one of that name elsewhere; elsewhere, where there is one only.
    let several = [
        copied(&moment, "b/", "app.db", lists),
        lost("a/second.db-journal"),
        lost("b/second.db-journal"),
        lost("c/third.db-journal"),
    ];
    let ties = Tie::all(&several, &[]);
    let (gone, there) = (Fate::NoJournal, Fate::RolledBack);
    assert_eq!(
        members(&ties[0]),
        [(Some(0), there), (Some(2), gone), (Some(3), gone)]
    );

    // Copies of two days.
    let copies = [
        copied(&moment, "1/", "app.db", lists),
        copied(&moment, "1/", "second.db", lists),
        copied(&moment, "2/", "app.db", lists),
        copied(&moment, "2/", "second.db", lists),
    ];
    let ties = Tie::all(&copies, &[]);
    assert_eq!(ties.len(), 2);
    assert_eq!(
        members(&ties[0]),
        [(Some(0), there), (Some(1), there), absent]
    );
    assert_eq!(
        members(&ties[1]),
        [(Some(2), there), (Some(3), there), absent]
    );

    // More than SQLite lists is no list of it.
    let many = vec!["x.db"; 127];
    let ties = Tie::all(&[copied(&moment, "", "app.db", &many)], &[]);
    assert!(!ties[0].is_listed);
    assert_eq!(members(&ties[0]), [(Some(0), there)]);
}

/// A super-journal at `path` that lists these.
fn listing(path: &str, lists: &[&str]) -> Option<Listing> {
    let list: String = lists.iter().map(|name| format!("{name}\0")).collect();
    Listing::read(&Input::new(path, list.into_bytes()), path.into()).unwrap()
}

#[test]
fn a_super_journal_that_nothing_names_ties_the_databases_near_it() {
    let lists = &["/old/app.db-journal", "/old/second.db-journal"];
    let lost = |journal: &str| Child::without_journal("x".to_owned(), 1, journal.into());
    let children = [
        lost("a/app.db-journal"),
        lost("b/app.db-journal"),
        lost("b/second.db-journal"),
    ];
    let found = [listing("b/app.db-mj5711F49A3", lists).unwrap()];
    let ties = Tie::all(&children, &found);
    assert_eq!(ties.len(), 1);
    let gone = Fate::NoJournal;
    assert_eq!(members(&ties[0]), [(Some(1), gone), (Some(2), gone)]);
    assert_eq!(ties[0].outcome(), Outcome::Unknown);
    assert_eq!(ties[0].name, b"app.db-mj5711F49A3");

    // One that a journal names is that one, and not another: by its name, in another folder where nothing else tells.
    let moment = committing();
    let mut named = copied(&moment, "c/", "app.db", &[]);
    let unknown = Tie::all(std::slice::from_ref(&named), &[]);
    let name = String::from_utf8(unknown[0].name.clone()).unwrap();
    let elsewhere = [
        listing(&format!("d/{name}"), &["/old/app.db-journal"]).unwrap(),
        listing("d/app.db-mj000000900", &["/old/second.db-journal"]).unwrap(),
    ];
    let ties = Tie::all(std::slice::from_ref(&named), &elsewhere);
    let found = |tie: &Tie| tie.found.as_ref().map(|(name, _)| name.clone());
    // It was found in its folder, so that the other is none of it.
    assert_eq!(found(&ties[0]), None);
    assert_eq!(ties.len(), 3);
    let set = BackupSet {
        database: Some(Input::new("app.db", moment.files["app.db"].clone())),
        journal: Some(Input::new("j", moment.files["app.db-journal"].clone())),
        ..BackupSet::default()
    };
    named = Child::read(&set, b"c/app.db-journal".to_vec(), &()).unwrap();
    let ties = Tie::all(&[named], &elsewhere);
    assert_eq!(ties.len(), 2);
    assert_eq!(found(&ties[0]), Some(format!("d/{name}")));
    assert_eq!(members(&ties[0]), [(Some(0), Fate::RolledBack)]);
}

#[test]
fn what_is_no_list_of_journals_is_no_super_journal() {
    let path = "app.db-mj5711F49A3";
    assert!(listing(path, &["/srv/app.db-journal"]).is_some());
    let many = vec!["/srv/app.db-journal"; 127];
    for lists in [
        &[][..],
        &[""],
        &["/srv/app.db"],
        &["a-journal", "text"],
        &many,
    ] {
        assert!(listing(path, lists).is_none(), "{lists:?}");
    }
}
