//! Writes inputs to begin with: `cargo run --example seeds -- FOLDER` makes a corpus for every target below FOLDER.

use std::io;
use std::path::Path;
use std::{env, fs};

use stillframe_fuzz::TARGETS;
use stillframe_fuzz::material::MAX_INPUT_BYTES;
use stillframe_fuzz::seeds::{
    Random, archives, expectations_to_begin_with, pages, schemas_to_begin_with, sets, wal_indexes,
};

const STORIES: usize = 300;

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).unwrap_or_else(|| "corpus".into());
    for (target, _) in TARGETS {
        let folder = Path::new(&folder).join(target);
        fs::create_dir_all(&folder)?;
        let mut random = Random::new(1);
        if ["page", "freelist"].contains(&target) {
            for (number, page) in pages()?.iter().enumerate() {
                let page = page.get(..MAX_INPUT_BYTES).unwrap_or(page);
                fs::write(folder.join(format!("page-{number:03}")), page)?;
            }
            continue;
        }
        if target == "archive" {
            for (number, archive) in archives().iter().enumerate() {
                fs::write(folder.join(format!("archive-{number:03}")), archive)?;
            }
            continue;
        }
        if target == "wal_index" {
            for (number, index) in wal_indexes()?.iter().enumerate() {
                let index = index.get(..MAX_INPUT_BYTES).unwrap_or(index);
                fs::write(folder.join(format!("index-{number:03}")), index)?;
            }
            for number in 0..STORIES {
                let length = 4 + random.below(400);
                let input = [&[0], random.bytes(length).as_slice()].concat();
                fs::write(folder.join(format!("story-{number:03}")), input)?;
            }
            continue;
        }
        for (number, set) in sets()?.iter().enumerate() {
            let input = match target {
                "database_header" => [&[0], set.database_bytes()].concat(),
                _ => set.pack(random.choices()),
            };
            let input = input.get(..MAX_INPUT_BYTES).unwrap_or(&input);
            fs::write(folder.join(format!("set-{number:03}")), input)?;
        }
        if ["journal", "playback"].contains(&target) {
            for number in 0..STORIES {
                let set = random.journal();
                let input = set.pack(random.choices());
                fs::write(folder.join(format!("journal-{number:03}")), input)?;
            }
        }
        if target == "expectation" {
            for (number, input) in expectations_to_begin_with().iter().enumerate() {
                fs::write(folder.join(format!("text-{number}")), input)?;
            }
        }
        if target == "schema" {
            for (number, input) in schemas_to_begin_with().iter().enumerate() {
                fs::write(folder.join(format!("statement-{number}")), input)?;
            }
        }
        for number in 0..STORIES {
            fs::write(folder.join(format!("story-{number:03}")), random.story(40))?;
        }
    }
    Ok(())
}
