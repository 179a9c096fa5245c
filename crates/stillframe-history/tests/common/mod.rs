//! What the proofs share: sets of the testkit as `history` takes them, and images as bytes.
#![allow(dead_code, reason = "each proof uses a part of it")]

use std::io::{Read as _, Seek as _, Write as _};

use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::compact::{Keep, Plan};
use stillframe_history::rebuild::{Start, rebuild};
use stillframe_history::{BackupSet, Error, Image, Input};
use stillframe_wal::CommitNumber;

/// A database and a WAL in memory.
pub fn set(database: &[u8], wal: &[u8]) -> BackupSet {
    BackupSet {
        database: Some(Input::new("app.db", database.to_vec())),
        wal: Some(Input::new("app.db-wal", wal.to_vec())),
        ..BackupSet::default()
    }
}

/// The image of a commit as it is rebuilt, from nothing and from a clone of the database, which must not differ.
pub fn rebuilt(set: &BackupSet, image: &Image<'_>) -> Vec<u8> {
    let from = |start: Start, content: &[u8]| {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        file.rewind().unwrap();
        rebuild(image, &mut file, start, None, &()).unwrap();
        let mut bytes = Vec::new();
        file.rewind().unwrap();
        file.read_to_end(&mut bytes).unwrap();
        bytes
    };
    let bytes = from(Start::Empty, &[]);
    if let Some(database) = &set.database {
        let whole = database.bytes.window(0, database.bytes.len() as usize);
        assert!(from(Start::Clone, &whole.unwrap()) == bytes);
    }
    bytes
}

/// The pages that SQLite would show, one after the other.
pub fn shown(image: &Image<'_>) -> Vec<u8> {
    (1..=image.page_count())
        .flat_map(|page| {
            let page = PageNumber::new(page).unwrap();
            image.page(page).unwrap().into_owned()
        })
        .collect()
}

/// The compacted WAL, verified, or why there is none.
pub fn compacted(wal: &[u8], keep: &Keep) -> Result<Vec<u8>, Error> {
    let wal = Input::new("app.db-wal", wal.to_vec());
    let plan = Plan::read(&wal, keep, &())?;
    let mut output = Vec::new();
    plan.write(&wal, &mut output, &())?;
    assert_eq!(output.len() as u64, plan.summary().bytes_after);
    plan.verify(&Input::new("small.db-wal", output.clone()), &())?;
    if *keep == Keep::Last {
        assert!(written_verified(&plan, &wal)? == output);
    }
    Ok(output)
}

/// The same, written to a file and read back meanwhile.
fn written_verified(plan: &Plan, wal: &Input) -> Result<Vec<u8>, Error> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let mut back = file.reopen().unwrap();
    plan.write_verified(wal, file.as_file_mut(), &mut back, &())?;
    Ok(std::fs::read(file.path()).unwrap())
}

/// The commits with these numbers.
pub fn keep(numbers: &[u32]) -> Keep {
    Keep::Commits(
        numbers
            .iter()
            .map(|&number| CommitNumber::new(number))
            .collect(),
    )
}
