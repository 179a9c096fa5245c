//! Rules of a set against the manifest that was made where the originals are.

pub(crate) mod as_recorded;
pub(crate) mod commits_missing;
pub(crate) mod database_differs;
pub(crate) mod database_missing;
pub(crate) mod newer_than_recorded;

use stillframe_format::PageNumber;
use stillframe_history::Role;
use stillframe_manifest::{Difference, WalDifference};

use crate::words::{many, page_runs};
use crate::{Evidence, Place};

/// How a set stands to what was recorded, where its database is not the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Older,
    Newer,
    Other,
}

fn standing(difference: &Difference) -> Option<Standing> {
    if difference.is_same_database() {
        return None;
    }
    Some(match difference.wal {
        _ if difference.is_older() => Standing::Older,
        Some(WalDifference::Longer(_) | WalDifference::Newer(_) | WalDifference::New(1..))
            if difference.same_image.is_some() =>
        {
            Standing::Newer
        }
        _ => Standing::Other,
    })
}

/// Where the database first differs from what was recorded, or the whole of it.
fn first_difference(evidence: &Evidence<'_>, difference: &Difference) -> Place {
    let image = evidence.image.as_ref();
    let first = difference.pages.first();
    let page = first.and_then(|&(first, _)| PageNumber::new(first));
    match (image, page) {
        (Some(image), Some(page)) if page.get() <= image.stored_pages() => {
            evidence.in_pages(page, page.get())
        }
        _ => evidence.whole(Role::Database),
    }
}

/// The pages that differ, in words.
fn pages(difference: &Difference) -> String {
    let Some((then, now)) = difference.page_counts else {
        return "SQLite does not show both, so that pages cannot be compared".to_owned();
    };
    let runs = page_runs(&difference.pages);
    let which = match difference.pages_each {
        0 | 1 => format!("what differs is {runs}"),
        _ => format!("what differs is among {runs}"),
    };
    let sizes = match then == now {
        true => String::new(),
        false => format!("; it has {}, and had {then}", many(now, "page")),
    };
    let schema = match difference.schema_cookies {
        Some((then, now)) => format!("; its schema cookie is {now}, and was {then}"),
        None => String::new(),
    };
    format!("{which}{sizes}{schema}")
}
