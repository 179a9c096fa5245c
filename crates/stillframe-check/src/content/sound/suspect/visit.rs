//! The leaves of a batch and the entries between them, one after the other, as far as they can be read. What cannot is
//! told, and left to who looks.

use stillframe_database::btree::Page;
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
    fn leaf(&mut self, leaf: Leaf<'_, '_, P>) -> Result<bool, Fault<P::Error>>;

    /// An entry between leaves, and if it is one of the page above them, its cell there.
    fn between(&mut self, payload: &[u8], at: &At, cell: Option<u16>) -> bool;

    /// An entry between this batch and the next one.
    fn behind(&mut self, payload: &[u8]) -> bool;
}

/// A leaf of a batch.
pub(super) struct Leaf<'l, 'p, P> {
    /// Which of them it is, from 0.
    pub number: u32,
    /// `None` where it is none of this tree, or has no entry.
    pub page: Option<Page<'l>>,
    reader: &'l Reader<'p, P>,
    /// Room for an entry that is not all on the page.
    gathered: &'l mut Vec<u8>,
}

impl<P: Pages> Leaf<'_, '_, P> {
    /// Shows each entry, by its cell; false where there is none that can be read, or it is ended there.
    pub(super) fn entries(
        self,
        mut show: impl FnMut(u16, &At, &[u8]) -> bool,
    ) -> Result<bool, Fault<P::Error>> {
        let Some(page) = self.page else {
            return Ok(false);
        };
        for index in 0..page.cell_count() {
            let Ok(cell) = page.cell(index) else {
                return Ok(false);
            };
            let payload = match self.reader.sure_record(&page, &cell, self.gathered) {
                Ok(payload) => payload,
                Err(Fault::Corrupt | Fault::ShortRead) => return Ok(false),
                Err(fault) => return Err(fault),
            };
            if !show(index, &At::of(&page, &cell), payload) {
                return Ok(false);
            }
        }
        Ok(true)
    }
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
        visitor.leaf(Leaf {
            number: 0,
            page: Some(page),
            reader,
            gathered: &mut Vec::new(),
        })?
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
            let leaf = Leaf {
                number: index.into(),
                page: leaf,
                reader,
                gathered: &mut gathered,
            };
            if !visitor.leaf(leaf)? {
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
