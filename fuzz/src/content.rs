//! What `PRAGMA integrity_check` and `quick_check` would print of any bytes: it says something, within SQLite's number of
//! rows, and comes to an end however pages lead to one another.

use stillframe_check::content::Level;
use stillframe_check::pragma::{MOST_ROWS, pragma};
use stillframe_format::Pages as _;
use stillframe_history::Image;

use crate::counted::Counted;
use crate::material::Material;

/// Checks the last image of a set at every level.
///
/// # Panics
/// It says nothing or too much, or reads the same pages again and again.
pub fn run(bytes: &[u8]) {
    let (_, material) = Material::read(bytes);
    let set = material.set();
    let Ok((_, Ok(image))) = Image::read(&set, None, &()) else {
        return;
    };
    let header = image.header().copied();
    let Some(header) = header.filter(|_| image.refusal().is_none()) else {
        return;
    };
    for level in [Level::Structure, Level::Quick, Level::Full] {
        let counted = Counted::new(&image);
        let printed = pragma(&counted, &header, level, MOST_ROWS, &())
            .unwrap_or_else(|error| panic!("{error}"));
        assert!(!printed.rows.is_empty() || printed.error.is_some());
        assert!(printed.rows.len() <= MOST_ROWS + 1);
        assert!(printed.rows.iter().all(|row| !row.is_empty()));
        let reads = counted.reads();
        assert!(reads <= most_reads(&image), "{reads} reads");
    }
}

/// Each row is looked for in each index from its root on; no page holds more rows than a quarter of its bytes.
fn most_reads(image: &Image<'_>) -> u64 {
    let entries = u64::from(image.page_count()) * u64::from(image.page_size().get()) / 4;
    64 * entries + (1 << 17)
}
