//! Writes the database as it was after the fifth commit of a backup:
//! `cargo run -p stillframe-history --example state_after`

use std::error::Error;
use std::fs::{self, File};
use std::path::Path;

use stillframe_history::rebuild::{Start, rebuild};
use stillframe_history::{BackupSet, Image, Input, Timeline, exactness};
use stillframe_wal::CommitNumber;

/// Writes the database as it was after `commit` to `output`, and says whether it is known to be exactly that.
pub fn state_after(commit: u32, backup: &Path, output: &Path) -> Result<bool, Box<dyn Error>> {
    let read = |name: &str| fs::read(backup.join(name)).map(|bytes| Input::new(name, bytes));
    let set = BackupSet {
        database: Some(read("app.db")?),
        wal: Some(read("app.db-wal")?),
        ..BackupSet::default()
    };
    let timeline = Timeline::read(&set, &())?;
    let image = Image::at(&set, &timeline, CommitNumber::new(commit), &())?;
    let mut file = File::create_new(output)?;
    rebuild(&image, &mut file, Start::Empty, None, &())?;
    Ok(image.number() >= exactness(&set, &timeline)?.exact_from())
}

fn main() -> Result<(), Box<dyn Error>> {
    let backup = Path::new("fixtures/sets/orders");
    let exact = state_after(5, backup, Path::new("before.db"))?;
    println!("before.db is exact: {exact}");
    Ok(())
}
