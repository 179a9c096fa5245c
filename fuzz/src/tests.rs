//! Every target on stable: over the fixtures, over changed ones, over stories, and over what a fuzzer once found.

use std::env::temp_dir;
use std::fs;
use std::panic::{catch_unwind, resume_unwind};

use crate::material::Material;
use crate::seeds::{
    Random, archives, expectations_to_begin_with, fixtures, pages, schemas_to_begin_with, set_in,
    sets, sorted, wal_indexes,
};
use crate::{
    TARGETS, archive, check, compact, content, database_header, dump, expectation, freelist, image,
    journal, page, page_map, playback, repair, schema, structure, wal, wal_index,
};

const STORIES: usize = 2000;
const CHANGED: usize = 1500;

/// Runs a target over stories and over fixtures, as they are and changed.
fn smoke(run: fn(&[u8]), seed: u64) {
    let run = |input: &[u8]| told(run, input);
    let mut random = Random::new(seed);
    let mut stories: Vec<Vec<u8>> = (0..STORIES).map(|_| random.story(40)).collect();
    let sets = sets().unwrap();
    assert!(sets.len() > 40);
    for set in &sets {
        run(&set.pack(random.choices()));
    }
    for length in [0, 1, 2, 17, 18, 99, 100, 101, 511, 512, 513, 1500] {
        let mut set = sets[random.below(sets.len())].clone();
        let database = set.database.get_or_insert_default();
        database.resize(length, b'x');
        for _ in 0..8 {
            run(&set.pack(random.choices()));
        }
    }
    for _ in 0..CHANGED {
        let set = &sets[random.below(sets.len())];
        let packed = set.pack(random.choices());
        stories.push(random.mutate(&packed));
    }
    stories.iter().for_each(|story| run(story));
}

/// Runs a target, and leaves the input where it can be found if it panics.
fn told(run: fn(&[u8]), input: &[u8]) {
    if let Err(panic) = catch_unwind(|| run(input)) {
        let file = temp_dir().join(format!("stillframe-fuzz-{:08x}", fingerprint(input)));
        fs::write(&file, input).unwrap();
        println!("the input is in {}", file.display());
        resume_unwind(panic);
    }
}

fn fingerprint(input: &[u8]) -> u32 {
    input.iter().fold(1, |sum, &byte| {
        (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[test]
fn database_headers() {
    let mut random = Random::new(1);
    for set in sets().unwrap() {
        let header = [&[0], set.database_bytes()].concat();
        for _ in 0..40 {
            database_header::run(&random.mutate(&header[..header.len().min(130)]));
        }
    }
    for length in 0..2000 {
        database_header::run(&random.bytes(length % 140));
    }
}

#[test]
fn wals() {
    smoke(wal::run, 2);
}

#[test]
fn repairs() {
    smoke(repair::run, 41);
}

/// Journals, over databases and under the WALs of stories.
fn with_journals(run: fn(&[u8]), seed: u64) {
    let mut random = Random::new(seed);
    for number in 0..3 * STORIES {
        let mut set = random.journal();
        if number % 3 == 0 {
            let story = random.story(20);
            let (_, other) = Material::read(&story);
            set.wal = other.wal;
            if number % 2 == 0 {
                set.database = other.database;
            }
        }
        let packed = set.pack(random.choices());
        told(run, &packed);
        told(run, &random.mutate(&packed));
    }
}

#[test]
fn journals() {
    smoke(journal::run, 12);
    with_journals(journal::run, 13);
}

#[test]
fn playbacks() {
    smoke(playback::run, 14);
    with_journals(playback::run, 15);
}

#[test]
fn images() {
    smoke(image::run, 3);
}

#[test]
fn compactions() {
    smoke(compact::run, 4);
}

#[test]
fn checks() {
    smoke(check::run, 5);
}

#[test]
fn structures() {
    smoke(structure::run, 8);
}

#[test]
fn single_pages() {
    let mut random = Random::new(9);
    let pages = pages().unwrap();
    assert!(pages.len() > 200);
    for input in &pages {
        for run in [page::run, freelist::run] {
            told(run, input);
            for _ in 0..20 {
                told(run, &random.mutate(input));
            }
        }
    }
    for length in 0..4000 {
        let input = random.bytes(length % 700);
        told(page::run, &input);
        told(freelist::run, &input);
    }
}

#[test]
fn wal_indexes_of_any_bytes() {
    let mut random = Random::new(14);
    let indexes = wal_indexes().unwrap();
    assert!(indexes.len() > 15);
    for input in &indexes {
        told(wal_index::run, input);
        for _ in 0..50 {
            told(wal_index::run, &random.mutate(input));
        }
    }
    for length in 0..6000 {
        let mut input = random.bytes(length % 500);
        // Most are stories.
        if let (Some(choices), 0..9) = (input.first_mut(), length % 10) {
            *choices &= 1;
        }
        told(wal_index::run, &input);
    }
}

#[test]
fn archives_of_any_bytes() {
    let mut random = Random::new(16);
    for input in archives() {
        told(archive::run, &input);
        for _ in 0..300 {
            told(archive::run, &random.mutate(&input));
        }
    }
    for length in 0..3000 {
        told(archive::run, &random.bytes(length % 900));
    }
}

#[test]
fn contents() {
    smoke(content::run, 10);
}

#[test]
fn dumps() {
    smoke(dump::run, 12);
}

#[test]
fn page_maps() {
    smoke(page_map::run, 13);
}

#[test]
fn expectations() {
    let mut random = Random::new(14);
    for text in &expectations_to_begin_with() {
        told(expectation::run, text);
        for _ in 0..2000 {
            told(expectation::run, &random.mutate(text));
        }
    }
}

#[test]
fn schemas() {
    let statements = schemas_to_begin_with();
    let mut random = Random::new(11);
    for statement in &statements {
        told(schema::run, statement);
        for _ in 0..300 {
            told(schema::run, &random.mutate(statement));
        }
    }
}

/// A story whose files are not damaged tells the truth about every commit that is called exact, and most stories are such.
#[test]
fn stories_have_commits_and_truths() {
    let mut random = Random::new(6);
    let (mut commits, mut truths, mut copied) = (0, 0, 0);
    for _ in 0..STORIES {
        let (_, material) = Material::read(&random.story(40));
        commits += stillframe_testkit::naive::commits(material.wal_bytes()).len();
        if let Some(before) = &material.before_checkpoints {
            truths += 1;
            copied += usize::from(before != material.database_bytes());
        }
    }
    println!("{commits} commits, {truths} truths, {copied} of them with pages copied");
    assert!(commits > 2 * STORIES && truths > STORIES / 3 && copied > STORIES / 10);
}

#[test]
fn a_packed_set_is_unpacked() {
    for set in sets().unwrap() {
        let packed = set.pack([7; 8]);
        if packed.len() <= crate::material::MAX_INPUT_BYTES {
            assert_eq!(Material::read(&packed).1, set);
        }
    }
}

/// What a fuzzer once found lies in `fixtures/fuzzed/`: as a folder with a set, as the file that it is about, or as the
/// input of a target. Every target gets each in every form.
#[test]
fn everything_that_was_fuzzed() {
    let fuzzed = sorted(&fixtures().join("fuzzed")).unwrap_or_default();
    for path in fuzzed {
        let mut inputs = Vec::new();
        let mut sets = vec![set_in(&path)];
        if let Ok(bytes) = fs::read(&path) {
            inputs.extend([bytes.clone(), [&[0], &bytes[..]].concat()]);
            let database = Material {
                database: Some(bytes.clone()),
                ..Material::default()
            };
            let wal = Material {
                wal: Some(bytes),
                ..Material::default()
            };
            sets.extend([database, wal]);
        }
        let mut random = Random::new(7);
        for set in sets {
            inputs.extend((0..10).map(|_| set.pack(random.choices())));
        }
        for (_, run) in TARGETS {
            inputs.iter().for_each(|input| told(run, input));
        }
    }
}
