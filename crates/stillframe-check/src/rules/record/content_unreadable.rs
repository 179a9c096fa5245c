use stillframe_database::Geometry;
use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::Role;
use stillframe_schema::TableKind;

use crate::content::{End, EntryProblem, EntryProblemKind};
use crate::rule::rule;
use crate::rules::problem::ANOTHER_COPY;
use crate::walk::PagePlace;
use crate::words::plain;
use crate::{Evidence, Findings, Inside, Place};

rule! {
    /// Rows or entries cannot be read to their end, and every page is in order.
    ///
    /// # What it means
    /// Each b-tree by itself is as it should be. But where its rows are read one after the other something leads
    /// nowhere: the root of a table is a page of an index or the other way round, a page has no cell where one is
    /// needed, or a value is said to be longer than any can be.
    ///
    /// # Why it matters
    /// SQLite stops there with an error, and so does its own check: it looks at nothing behind it.
    ///
    /// # How it is checked
    /// Every row is read in the order of its table, through the WAL where there is one, as SQLite's own check does
    /// (`pragma.c`), and each row is looked for in every index from its root on: from `--level quick` on. Where the
    /// structure of a b-tree is damaged this rule is silent: what is wrong there is said by the rules about b-trees.
    ///
    /// # Example
    /// In `sqlite_schema` the root pages of a table and of its index changed places. `PRAGMA integrity_check` ends
    /// with `database disk image is malformed`.
    ///
    /// # What to do
    /// Look for another copy. Otherwise copy out what can be read with `.recover` of SQLite's shell, on a copy of the
    /// file.
    ///
    /// # When it is normal
    /// Never.
    "RC103" "content_unreadable" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(inside) = &evidence.inside else {
        return;
    };
    // Where a b-tree is damaged that is why, and other rules say so.
    if inside.has_damaged_tree() {
        return;
    }
    let is_unreadable = |problem: &EntryProblem| problem.kind == EntryProblemKind::Unreadable;
    let index = inside
        .entry_problems()
        .find(|problem| is_unreadable(problem));
    let sqlite_ends_with = match inside.content.as_ref().map(|content| content.end) {
        Some(End::Malformed | End::PastPage) => "database disk image is malformed (11)",
        // The page that is cut off is why: DB103 says so.
        Some(End::ShortRead) => return,
        Some(End::TooBig) => "string or blob too big (18)",
        Some(End::Endless) => "pages that lead to one another without an end",
        // SQLite does, if it looks for an entry there.
        _ if index.is_some() => "database disk image is malformed (11)",
        _ => return,
    };
    let of_index = || {
        let name = plain(&index?.index);
        let message = format!("the entries of index {name} cannot be read to their end");
        Some((evidence.in_page(index?.at.place), message))
    };
    let (place, message) = match root_of_other_kind(evidence, inside) {
        Some(found) => found,
        None => of_index()
            .or_else(|| table_that_ended(evidence, inside))
            .unwrap_or_else(|| {
                let words =
                    "the rows of a table, or the entries of an index, cannot be read to their end";
                (evidence.whole(Role::Database), words.to_owned())
            }),
    };
    findings
        .report(&RULE, place, message)
        .values(
            sqlite_ends_with,
            "rows and entries that can be read to their end",
        )
        .help(ANOTHER_COPY);
}

/// The root page of the table that could not be looked at to its end, with its indexes.
fn table_that_ended(evidence: &Evidence<'_>, inside: &Inside) -> Option<(Place, String)> {
    let at = inside.content.as_ref()?.at?;
    let table = inside.schema.as_ref().ok()?.tables.get(at)?;
    let (image, _) = evidence.accepted_image()?;
    let place = PagePlace::new(table.root, 0, image.page_size().get().into());
    let name = plain(&table.name);
    let words = match table.root {
        0 => format!("sqlite_schema names page 0 as the root of table {name}"),
        _ => format!(
            "the rows of table {name}, or the entries of an index of it, cannot be read to their end"
        ),
    };
    Some((evidence.in_page(place), words))
}

/// The first root that a table has and that is a page of an index, or the other way round.
fn root_of_other_kind(evidence: &Evidence<'_>, inside: &Inside) -> Option<(Place, String)> {
    let schema = inside.schema.as_ref().ok()?;
    let tables = schema
        .tables
        .iter()
        .filter(|table| table.kind == TableKind::Ordinary);
    for table in tables {
        let name = plain(&table.name);
        let own = (!table.is_without_rowid).then(|| (table.root, false, format!("table {name}")));
        let indexes = table.indexes.iter().map(|index| {
            let words = format!("index {} of {name}", plain(&index.name));
            (index.root, true, words)
        });
        for (root, is_index, words) in own.into_iter().chain(indexes) {
            if let Some(place) = not_of_kind(evidence, root, is_index) {
                let other = if is_index { "a table" } else { "an index" };
                let message = format!("page {root}, the root of {words}, is a page of {other}");
                return Some((place, message));
            }
        }
    }
    None
}

/// The byte of a root page that says of what kind it is, if that is not the one it should be of.
fn not_of_kind(evidence: &Evidence<'_>, root: u32, is_index: bool) -> Option<Place> {
    let (image, header) = evidence.accepted_image()?;
    Geometry::new(image.page_size(), header.reserved_bytes)?;
    let page = PageNumber::new(root).filter(|page| page.get() <= image.page_count())?;
    let start = if page == PageNumber::FIRST { 100 } else { 0 };
    let bytes = image.page(page).ok()?;
    let is_of_index = matches!(bytes.get(start)?, 2 | 10);
    let place = PagePlace::new(root, start as u64, 1);
    (is_of_index != is_index).then(|| evidence.in_page(place))
}
