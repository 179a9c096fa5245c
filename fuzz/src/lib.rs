//! What the fuzz targets do. Each is a function of bytes that panics where a crate is not as it should be, so that it runs
//! under libFuzzer, under `cargo test` and on a single file alike.
//!
//! ```
//! // A database of one page, a WAL that is empty, and no choices.
//! let material = stillframe_fuzz::material::Material {
//!     database: Some(vec![0; 512]),
//!     wal: Some(Vec::new()),
//!     ..Default::default()
//! };
//! stillframe_fuzz::image::run(&material.pack([0; 8]));
//! ```

pub mod archive;
pub mod check;
pub mod compact;
pub mod content;
mod counted;
mod damage;
pub mod database_header;
mod dormant;
pub mod dump;
pub mod expectation;
pub mod freelist;
pub mod image;
pub mod journal;
mod known;
mod long;
pub mod material;
pub mod page;
pub mod page_map;
pub mod playback;
mod reader;
mod rebuilt;
pub mod repair;
pub mod schema;
mod scratch;
pub mod seeds;
pub mod story;
pub mod structure;
#[cfg(test)]
mod tests;
pub mod wal;
pub mod wal_index;

/// A target: its name and what it does.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 18] = [
    ("database_header", database_header::run),
    ("wal", wal::run),
    ("journal", journal::run),
    ("playback", playback::run),
    ("image", image::run),
    ("repair", repair::run),
    ("compact", compact::run),
    ("check", check::run),
    ("page", page::run),
    ("freelist", freelist::run),
    ("structure", structure::run),
    ("content", content::run),
    ("schema", schema::run),
    ("dump", dump::run),
    ("page_map", page_map::run),
    ("wal_index", wal_index::run),
    ("archive", archive::run),
    ("expectation", expectation::run),
];
