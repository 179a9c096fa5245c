//! Any bytes at all end in a finding, in a refusal or in a line that says why not. Mutations of the fixtures go through
//! every verb; what is mutated, and how, follows from a seed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::fs;
use std::time::{Duration, Instant};

use stillframe_testkit::builder::Seed;
use stillframe_testkit::naive::Writer;
use support::{Ran, Room, fixtures};

mod support;

/// No run takes a tenth of this; more would be a hang.
const LONGEST: Duration = Duration::from_secs(5);

/// Mutations of each fixture.
const ROUNDS: u64 = 6;

type Files = Vec<(String, Vec<u8>)>;

fn files(fixture: &str) -> Files {
    let entries = fs::read_dir(support::root().join("fixtures").join(fixture)).unwrap();
    let mut files: Files = entries
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// Changes the files of a set, and says how.
fn mutate(files: &mut Files, seed: &mut Seed) -> String {
    let index = seed.below(files.len() as u64) as usize;
    let kind = seed.below(11);
    if kind == 10 {
        return exchange(files);
    }
    let (name, bytes) = &mut files[index];
    let length = bytes.len() as u64;
    let what = match kind {
        0 => {
            let places = flip(bytes, length, 1, seed);
            format!("a bit flipped at {places:?}")
        }
        1 => {
            let places = flip(bytes, length.min(200), 3, seed);
            format!("bits of the headers flipped at {places:?}")
        }
        2 => {
            let places = flip(bytes, length, 20, seed);
            format!("bits flipped at {places:?}")
        }
        3 => {
            bytes.truncate(seed.below(length + 1) as usize);
            format!("cut to {}", bytes.len())
        }
        4 => {
            let more = seed.below(5000) as usize;
            bytes.extend(seed.bytes(more));
            format!("{more} bytes longer")
        }
        5 => {
            bytes.fill(0);
            "all zero".to_owned()
        }
        6 => {
            bytes.fill(0xff);
            "all 0xff".to_owned()
        }
        7 => {
            *bytes = seed.bytes(bytes.len());
            "random".to_owned()
        }
        8 => {
            let short = seed.below(201) as usize;
            *bytes = seed.bytes(short);
            format!("{short} random bytes")
        }
        _ => {
            let offset = 4 * seed.below(25) as usize;
            if let Some(field) = bytes.get_mut(offset..offset + 4) {
                field.fill(0xff);
            }
            format!("the field at {offset} as large as can be")
        }
    };
    format!("{name}: {what}")
}

fn flip(bytes: &mut [u8], within: u64, times: u64, seed: &mut Seed) -> Vec<u64> {
    let times = if within == 0 { 0 } else { times };
    let place = |_| {
        let place = seed.below(within);
        bytes[place as usize] ^= 1 << seed.below(8);
        place
    };
    (0..times).map(place).collect()
}

/// Gives the first file the content of the last one, and the other way round.
fn exchange(files: &mut Files) -> String {
    if let [(_, first), .., (_, last)] = &mut files[..] {
        std::mem::swap(first, last);
    }
    "files exchanged".to_owned()
}

/// Runs every verb on a set, and says what must not be.
fn try_all(room: &Room, what: &str, wrong: &mut Vec<String>) {
    for line in [
        "check --format json app.db",
        "inspect --frames --pages --sizes --map --page 2 --format json app.db",
        "inspect --cell 2/0 --at 0 --svg out/map.svg --force --format json app.db",
        "log --pages --format jsonl app.db",
        "log --tables --format jsonl app.db-wal",
        "rebuild app.db -o out/new.db --force --format json",
        "compact app.db-wal -o out/new.db-compact --force --format json",
        "compact app.db --keep 1,last --tables --dry-run --format json",
    ] {
        let start = Instant::now();
        let ran = room.run(line);
        let fault = if start.elapsed() > LONGEST {
            "took too long"
        } else if !matches!(ran.status, Some(0..=3)) {
            "ended otherwise than documented"
        } else if ran.stderr.contains("panicked") || ran.stderr.lines().any(is_no_complaint) {
            "said what it should not"
        } else if !is_json(&ran) {
            "printed what is no JSON"
        } else {
            continue;
        };
        wrong.push(format!("{what}: {fault}: {ran}"));
    }
}

fn is_no_complaint(line: &str) -> bool {
    !line.starts_with("stillframe: ")
}

fn is_json(ran: &Ran) -> bool {
    let is_json = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
    if ran.line.contains("jsonl") {
        ran.stdout.lines().all(is_json)
    } else {
        is_json(&ran.stdout) || ran.stdout.is_empty() && !matches!(ran.status, Some(0))
    }
}

fn place(files: &Files) -> Room {
    let room = Room::new();
    for (name, bytes) in files {
        room.write(name, bytes);
    }
    fs::create_dir(room.at("out")).unwrap();
    room
}

fn mutations_of(kind: &str) {
    let mut wrong = Vec::new();
    for (number, fixture) in fixtures().iter().enumerate() {
        if !fixture.starts_with(kind) {
            continue;
        }
        for round in 0..ROUNDS {
            let mut seed = Seed(number as u64 * ROUNDS + round);
            let mut files = files(fixture);
            let what = format!("{fixture}, {}", mutate(&mut files, &mut seed));
            try_all(&place(&files), &what, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn mutations_of_bad_fixtures() {
    mutations_of("bad/");
}

#[test]
fn mutations_of_good_fixtures() {
    mutations_of("good/");
    mutations_of("sets/");
}

/// WALs whose sums are right and whose fields are at their ends.
#[test]
fn fields_at_their_ends() {
    let database = files("good/live-wal").remove(0).1;
    let mut wrong = Vec::new();
    for page in [1, 2, u32::MAX - 1, u32::MAX] {
        for size_after in [1, 2, 4, 1 << 16, i32::MAX as u32, u32::MAX] {
            for first in [database[..512].to_vec(), vec![0xff; 512]] {
                let mut wal = Writer::new(512, (u32::MAX, 0), u32::MAX);
                wal.frame(page, &first, 0);
                wal.frame(page.wrapping_add(1), &database[512..1024], size_after);
                wal.frame(page, &database[..512], size_after);
                let files = vec![
                    ("app.db".to_owned(), database.clone()),
                    ("app.db-wal".to_owned(), wal.into_bytes()),
                ];
                let what = format!("page {page}, {size_after} pages after");
                try_all(&place(&files), &what, &mut wrong);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
