use stillframe_database::TextEncoding;
use stillframe_database::page_map::PageMap;
use stillframe_format::PageNumber;
use stillframe_format::Pages as _;
use stillframe_history::{AsFound, Image, Progress};

use crate::owners::{Key, Owner};

/// The map of an image, and the names of those to whom its pages belong.
pub struct Mapped {
    pub map: PageMap,
    encoding: TextEncoding,
    trees: Vec<Owner>,
}

impl Mapped {
    /// Walks an image; `None` where it has no page 1 that says how its pages are read.
    pub fn new(image: &Image<'_>, progress: &dyn Progress) -> anyhow::Result<Option<Self>> {
        let Some(header) = image.header().copied() else {
            return Ok(None);
        };
        let is_database = header.page_size() == Some(image.page_size());
        if !is_database {
            return Ok(None);
        }
        let map = PageMap::read(&AsFound::new(image, progress), &header)?;
        let encoding = header.text_encoding();
        Ok(map.map(|map| Self {
            trees: (0..map.trees().len())
                .map(|tree| Key::Tree(tree).owner(&map, encoding))
                .collect(),
            encoding,
            map,
        }))
    }

    /// The owners that are b-trees, in the order of the map.
    pub fn trees(&self) -> &[Owner] {
        &self.trees
    }

    /// To whom a page belongs.
    pub fn owner(&self, page: PageNumber) -> Owner {
        self.owner_of(Key::of(&self.map, page))
    }

    /// For whom a key stands.
    pub fn owner_of(&self, key: Key) -> Owner {
        key.owner(&self.map, self.encoding)
    }

    /// Columns that the longest name of an owner takes.
    pub fn longest_name(&self) -> usize {
        let names = self.trees.iter().map(Owner::shown);
        let longest = names.map(|name| name.chars().count()).max();
        longest.unwrap_or_default()
    }
}
