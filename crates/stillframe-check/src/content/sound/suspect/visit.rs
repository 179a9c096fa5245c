//! The leaves of a batch and the entries between them, one after the other, as far as they can be read. What cannot is
//! told, and left to who looks.

use stillframe_database::btree::{Cell, Page};
use stillframe_format::{PageNumber, Pages};

use crate::content::fault::Fault;
use crate::content::reader::Reader;
use crate::content::sound::batches::Batch;
use crate::content::sound::plan::Tree;
use crate::content::sound::worker::children;
use crate::content::text::At;
use crate::workers;

/// What looks at a batch. False ends it.
pub(super) trait Visitor<P: Pages> {
    /// A leaf; `None` where it is none of this tree, or has no entry.
    fn leaf(
        &mut self,
        reader: &Reader<'_, P>,
        leaf: Option<&Page<'_>>,
    ) -> Result<bool, Fault<P::Error>>;

    /// An entry between leaves, and if it is one of the page above them, its cell there.
    fn between(&mut self, payload: &[u8], at: &At, cell: Option<u16>) -> bool;

    /// An entry between this batch and the next one.
    fn behind(&mut self, payload: &[u8]) -> bool;
}

/// Whether all of a batch could be shown to who looks at it, who ended it nowhere.
pub(super) fn visit<P: Pages>(
    reader: &Reader<'_, P>,
    tree: &Tree<'_>,
    batch: &Batch,
    visitor: &mut impl Visitor<P>,
) -> Result<bool, Fault<P::Error>> {
    if let Some(before) = &batch.before
        && !visitor.between(&before.bytes, &before.at, None)
    {
        return Ok(false);
    }
    let (number, bytes) = reader.page(batch.page)?;
    let Ok(page) = Page::parse(number, reader.geometry, &bytes) else {
        return Ok(false);
    };
    if page.kind().is_table() == tree.is_index {
        return Ok(false);
    }
    let is_whole = if page.kind().is_leaf() {
        visitor.leaf(reader, Some(&page))?
    } else {
        leaves(reader, tree, &page, visitor)?
    };
    Ok(is_whole
        && batch
            .behind
            .as_ref()
            .is_none_or(|behind| visitor.behind(&behind.bytes)))
}

fn leaves<P: Pages>(
    reader: &Reader<'_, P>,
    tree: &Tree<'_>,
    above: &Page<'_>,
    visitor: &mut impl Visitor<P>,
) -> Result<bool, Fault<P::Error>> {
    let Some(children) = children(above, reader) else {
        return Ok(false);
    };
    let size = reader.geometry.page_size().as_len();
    let most = workers::pages_at_once(reader.geometry.page_size());
    let follows = |one: &PageNumber, next: &PageNumber| one.get() + 1 == next.get();
    let (mut buffer, mut gathered) = (Vec::new(), Vec::new());
    let mut index = 0;
    for run in children.chunk_by(follows).flat_map(|run| run.chunks(most)) {
        let Some(&first) = run.first() else { continue };
        reader.count(run.len())?;
        let bytes = workers::run(reader.pages, first, run.len() * size, &mut buffer);
        let bytes = bytes.map_err(Fault::Read)?;
        for (&number, bytes) in run.iter().zip(bytes.chunks_exact(size)) {
            let leaf = Page::parse(number, reader.geometry, bytes).ok();
            let leaf = leaf.filter(|leaf| {
                let kind = leaf.kind();
                kind.is_leaf() && kind.is_table() != tree.is_index && leaf.cell_count() > 0
            });
            if !visitor.leaf(reader, leaf.as_ref())? {
                return Ok(false);
            }
            // In an index the entry behind a leaf is on the page above.
            if index < above.cell_count() && tree.is_index {
                let Ok(cell) = above.cell(index) else {
                    return Ok(false);
                };
                let payload = reader.sure_record(above, &cell, &mut gathered)?;
                if !visitor.between(payload, &At::of(above, &cell), Some(index)) {
                    return Ok(false);
                }
            }
            index += 1;
        }
    }
    Ok(true)
}

/// Shows each entry of a leaf, by its cell; false where one of them cannot be read, or it is ended there.
pub(super) fn entries<P: Pages>(
    reader: &Reader<'_, P>,
    leaf: &Page<'_>,
    gathered: &mut Vec<u8>,
    mut show: impl FnMut(u16, &Cell<'_>, &[u8]) -> bool,
) -> Result<bool, Fault<P::Error>> {
    for index in 0..leaf.cell_count() {
        let Ok(cell) = leaf.cell(index) else {
            return Ok(false);
        };
        let payload = match reader.sure_record(leaf, &cell, gathered) {
            Ok(payload) => payload,
            Err(Fault::Corrupt | Fault::ShortRead) => return Ok(false),
            Err(fault) => return Err(fault),
        };
        if !show(index, &cell, payload) {
            return Ok(false);
        }
    }
    Ok(true)
}
