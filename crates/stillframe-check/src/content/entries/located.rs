use std::collections::BTreeSet;

use stillframe_database::Header;
use stillframe_format::Pages;
use stillframe_schema::{Index, Schema, Table};

use super::{EntryProblem, look};
use crate::content::sound::MOST_READS_A_PAGE;
use crate::content::sound::suspect::summed;
use crate::content::tables::Job;
use crate::content::unchecked::is_apart;
use crate::content::{
    Content, ContentProblem, ContentProblemKind, Counted, End, Level, is_damaged, is_own,
};

/// What is wrong with the entries of those indexes of which SQLite's check says that something is, without saying which
/// entry: no more than `most` problems. Indexes that take an SQL evaluator were looked at before.
///
/// # Errors
/// A page could not be read.
pub(crate) fn located<P: Pages<Error: Send> + Sync>(
    pages: &P,
    header: &Header,
    schema: &Schema,
    structure: &Counted<'_>,
    content: &Content,
    most: usize,
) -> Result<Vec<EntryProblem>, P::Error> {
    let job = Job::new(pages, header, schema, structure, Level::Full);
    let Some(job) = job else {
        return Ok(Vec::new());
    };
    let named: BTreeSet<(&str, &str)> = content.problems.iter().filter_map(named).collect();
    // A search that ends with an error does not say which index it was.
    let ended = content.at.filter(|_| content.end == End::Malformed);
    let ended = ended.and_then(|table| schema.tables.get(table));
    let is_meant = |table: &Table, index: &Index| {
        named.contains(&(table.name.as_str(), index.name.as_str()))
            || ended.is_some_and(|ended| std::ptr::eq(ended, table))
    };
    let mut found: Vec<EntryProblem> = Vec::new();
    for table in &schema.tables {
        let indexes = table.indexes.iter();
        let indexes = indexes.filter(|index| !is_own(table, index) && !is_apart(table, index));
        let mut indexes = indexes
            .filter(|index| is_meant(table, index))
            .filter(|_| !is_damaged(table, structure.damaged))
            .peekable();
        if indexes.peek().is_none() {
            continue;
        }
        let reads = MOST_READS_A_PAGE * job.page_reads() + 1000;
        let summed = summed(&job, table, reads)?;
        for index in indexes {
            let (entries, rows) = (job.reader(job.page_reads()), job.reader(job.most_reads()));
            let left = most.saturating_sub(found.len());
            let of = (table, index);
            let looked = look(&entries, &rows, of, job.encoding, left, summed.as_ref())?;
            found.extend(looked.problems);
        }
    }
    Ok(found)
}

/// The table and the index that a problem is about.
fn named(problem: &ContentProblem) -> Option<(&str, &str)> {
    match &problem.kind {
        ContentProblemKind::EntryCount { index }
        | ContentProblemKind::MissingEntry { index }
        | ContentProblemKind::RowidNotAtEnd { index }
        | ContentProblemKind::NotUnique { index } => Some((&problem.table, index)),
        _ => None,
    }
}
