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
        _ => differing_member(evidence, difference).unwrap_or_else(|| first_member(evidence)),
    }
}

/// Where only members were recorded, the first of those here that is not as it was.
fn differing_member(evidence: &Evidence<'_>, difference: &Difference) -> Option<Place> {
    let roles = [Role::Database, Role::Wal, Role::WalIndex, Role::Journal];
    let here = difference.members.iter().filter(|it| it.found.is_some());
    let mut here = here.filter(|_| difference.only_members);
    let suffix = &here.next()?.suffix;
    let role = roles.into_iter().find(|role| role.suffix() == suffix)?;
    Some(evidence.whole(role))
}

/// The database file, or what is there without one.
fn first_member(evidence: &Evidence<'_>) -> Place {
    let set = evidence.set;
    evidence.whole(match (&set.database, &set.wal, &set.journal) {
        (None, Some(_), _) => Role::Wal,
        (None, None, Some(_)) => Role::Journal,
        (None, None, None) => Role::WalIndex,
        (Some(_), ..) => Role::Database,
    })
}

/// The files that are not as they were, in words; `None` where all are.
fn files(difference: &Difference) -> Option<String> {
    let others = difference.members.iter().map(|member| {
        let name = match member.suffix.as_str() {
            "" => "the database file".to_owned(),
            suffix => format!("the {suffix}"),
        };
        match (member.recorded, member.found) {
            (Some(_), None) => format!("{name} is not here"),
            (None, _) => format!("{name} was not there"),
            (Some(_), Some(_)) => format!("{name} is another file"),
        }
    });
    let others: Vec<String> = others.collect();
    (!others.is_empty()).then(|| others.join(", "))
}

/// The pages that differ, or the files where only these were recorded, in words.
fn pages(difference: &Difference) -> String {
    if let Some(files) = files(difference).filter(|_| difference.only_members) {
        return files;
    }
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
