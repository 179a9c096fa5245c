//! Reports as text for people and as documents for machines.
//!
//! A [`Document`] is one format of what is said of all databases of a run. Several can be made from one check.

mod concise;
mod document;
pub mod escape;
mod full;
mod html;
mod json;
mod junit;
mod left_over;
mod markdown;
mod sarif;
pub mod text;

pub use concise::{Concise, concise};
pub use document::{Archive, Checked, Document, Examined, Run, Sums};
pub use full::{Full, MOST_NOT_CHECKED, full};
pub use html::{
    CommitGroup, CommitPicture, HEX_LINE_BYTES, HEX_WINDOW_BYTES, HexWindow, Html, SlotRun,
};
pub use json::{Json, JsonLines, SCHEMA_VERSION};
pub use junit::Junit;
pub use left_over::{LeftOver, LeftOverFile, LeftOverKind};
pub use markdown::Markdown;
pub use sarif::{Sarif, uri};
