use std::collections::HashMap;

use stillframe_database::schema::roots;
use stillframe_database::{Geometry, Header};
use stillframe_format::Pages as _;
use stillframe_history::{BackupSet, Error, Image, Progress, Rest};
use stillframe_schema::{Index, Schema, Table, TableKind};

use crate::content::{
    self, Content, ContentProblem, Counted, End, EntryProblem, InvalidText, Level, SchemaFault,
    Unchecked,
};
use crate::walk::{
    Context, MOST_PROBLEMS, PagePlace, Problem, References, Structure, first_references,
    whole_structure,
};
use crate::words::many;

/// Databases smaller than this, in bytes, are checked in full where nothing else is said.
pub const LEAST_LARGE_BYTES: u64 = 1 << 30;

/// Whether SQLite shows nothing but what is in the database file.
const fn is_database_alone(set: &BackupSet) -> bool {
    set.database.is_some() && set.wal.is_none() && set.journal.is_none()
}

/// What is found inside a database that SQLite opens: of its structure, its schema and its content.
#[derive(Debug)]
pub struct Inside {
    /// How much was looked at.
    pub level: Level,
    /// The structure.
    pub structure: Structure,
    /// From where pages that something else leads to as well are led to first.
    first_references: References,
    /// The tables and indexes, as SQLite reads them.
    pub schema: Result<Schema, SchemaFault>,
    /// The places of the rows of `sqlite_schema`, as far as they could be read.
    pub(crate) schema_rows: Vec<PagePlace>,
    /// The content of tables and indexes, where it was looked at.
    pub content: Option<Content>,
    /// What is wrong with entries of indexes: all that [`Content::entries`] has, and where what SQLite's check says of other
    /// indexes comes from.
    pub(crate) entries: Vec<EntryProblem>,
    /// The roots of all b-trees that were walked, in the order of [`Structure::rows`].
    roots: Vec<u32>,
}

impl Inside {
    /// Looks at the database of a set that has neither a WAL nor a rollback journal, for [`Evidence::gather_looked`]; `None`
    /// where SQLite would not open it, or there is nothing to look at.
    ///
    /// [`Evidence::gather_looked`]: crate::Evidence::gather_looked
    ///
    /// # Errors
    /// The set could not be read.
    pub fn of_database_alone(
        set: &BackupSet,
        level: Option<Level>,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Error> {
        if !is_database_alone(set) {
            return Ok(None);
        }
        let (_, image) = Image::read(set, None, progress)?;
        let image = match image {
            Ok(image) if image.refusal().is_none() => image,
            Ok(_) | Err(Error::Refused(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        match image.header() {
            Some(header) => Self::look(&image, header, level, progress),
            None => Ok(None),
        }
    }

    /// Whether this was seen in the database of this set, where it is of the same file, at that level.
    pub(crate) fn is_of(&self, set: &BackupSet, level: Option<Level>) -> bool {
        is_database_alone(set) && level.is_none_or(|level| level == self.level)
    }

    /// Looks at an image whose page 1 has this `header`, at a level that its size tells where none is said; `None` where
    /// there is nothing to look at.
    pub(crate) fn look(
        image: &Image<'_>,
        header: &Header,
        level: Option<Level>,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Error> {
        let geometry = Geometry::new(image.page_size(), header.reserved_bytes);
        let Some(geometry) = geometry.filter(|_| image.page_count() > 0) else {
            return Ok(None);
        };
        let bytes = u64::from(image.page_count()) * u64::from(image.page_size().get());
        let level = level.unwrap_or(if bytes < LEAST_LARGE_BYTES {
            Level::Full
        } else {
            Level::Structure
        });
        // The content is read once more.
        let passes = if level > Level::Structure { 2 } else { 1 };
        let rest = Rest::of(bytes * passes, progress);
        let (schema, schema_rows) = content::read_schema_and_places(image, header)?;
        let roots = match &schema {
            Ok(schema) if schema.refused.is_empty() => content::roots(schema),
            // What rows name that are not understood is there all the same.
            _ => roots(image, geometry)?,
        };
        let structure = whole_structure(image, header, &roots, &rest)?;
        let first_references = first_references(image, header, &roots, &structure.problems)?;
        let content = match &schema {
            Ok(schema) if level > Level::Structure => {
                let counted = Counted {
                    is_sound: structure.problems.is_empty(),
                    counts: &counts(schema, &roots, &structure),
                    damaged: &structure.damaged,
                };
                let most = MOST_PROBLEMS;
                Some(content::content(
                    image, header, schema, &counted, level, most, &rest,
                )?)
            }
            _ => None,
        };
        let mut entries = Vec::new();
        if let (Ok(schema), Some(content)) = (&schema, &content) {
            let counted = Counted {
                is_sound: structure.problems.is_empty(),
                counts: &[],
                damaged: &structure.damaged,
            };
            entries.clone_from(&content.entries);
            if level == Level::Full {
                let most = MOST_PROBLEMS.saturating_sub(entries.len());
                let found = content::located(image, header, schema, &counted, content, most)?;
                entries.extend(found);
            }
        }
        rest.advance(bytes * passes);
        Ok(Some(Self {
            level,
            structure,
            first_references,
            schema,
            schema_rows,
            content,
            entries,
            roots,
        }))
    }

    /// Whether the structure of some b-tree is damaged: what is said of its content may be a consequence of that.
    pub(crate) fn has_damaged_tree(&self) -> bool {
        !self.structure.damaged.is_empty()
    }

    /// Whether the structure of a b-tree is damaged.
    pub(crate) fn is_damaged(&self, root: u32) -> bool {
        self.structure.damaged.contains(&root)
    }

    /// What is wrong with the content of tables all of whose b-trees are in order. What is wrong with that of others
    /// follows from the damage, which other findings tell.
    pub(crate) fn content_problems(&self) -> impl Iterator<Item = &ContentProblem> {
        let problems = self.content.iter().flat_map(|content| &content.problems);
        problems.filter(|problem| !self.is_overshadowed(&problem.table))
    }

    /// Text that is none, of tables all of whose b-trees are in order.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &InvalidText> {
        let texts = self.content.iter().flat_map(|content| &content.texts);
        texts.filter(|text| !self.is_overshadowed(&text.table))
    }

    /// What is wrong with entries of indexes of tables all of whose b-trees are in order.
    pub(crate) fn entry_problems(&self) -> impl Iterator<Item = &EntryProblem> {
        let problems = self.entries.iter();
        problems.filter(|problem| !self.is_overshadowed(&problem.table))
    }

    /// Whether a b-tree of the table of this name is damaged.
    fn is_overshadowed(&self, table: &str) -> bool {
        let schema = self.schema.as_ref().ok();
        let table = schema.and_then(|schema| schema.table(table));
        table.is_some_and(|table| content::is_damaged(table, &self.structure.damaged))
    }

    /// From where the walk was first led to a page to which it was led twice.
    pub(crate) fn first_reference(&self, page: u32) -> Option<(Context, PagePlace)> {
        self.first_references.get(&page).copied()
    }

    /// How many rows a table has, and how many entries an index of it.
    pub(crate) fn counts(&self, table: &Table, index: &Index) -> Option<(u64, u64)> {
        let count = |root: u32| {
            let place = self.roots.iter().position(|&other| other == root)?;
            self.structure.rows.get(place).copied().flatten()
        };
        Some((count(table.root)?, count(index.root)?))
    }

    /// What of the database was not looked at, in words, although the level asks for it.
    pub(crate) fn unchecked(&self) -> Vec<String> {
        let Ok(schema) = &self.schema else {
            return vec!["tables and indexes: sqlite_schema cannot be read".to_owned()];
        };
        let refused = schema.refused.iter();
        let refused = refused.map(|it| format!("{}: {}", it.name, it.reason));
        let mut found: Vec<String> = refused.collect();
        if self.level > Level::Structure {
            let unchecked = content::unchecked(schema, self.level);
            found.extend(unchecked.iter().map(Unchecked::to_string));
        }
        let end = self
            .content
            .as_ref()
            .map_or(End::Whole, |content| content.end);
        found.extend(end.left_out().map(str::to_owned));
        if self.entries.len() >= MOST_PROBLEMS {
            let most = many(MOST_PROBLEMS as u64, "problem");
            found.push(format!(
                "entries of indexes behind the first {most}: there may be more"
            ));
        }
        found.extend(self.overshadowed());
        found
    }

    /// The tables of which findings are left out, as they follow from the damage of a b-tree.
    pub(crate) fn overshadowed(&self) -> Vec<String> {
        let schema = self.content.as_ref().and(self.schema.as_ref().ok());
        let tables = schema.map_or(&[][..], |schema| &schema.tables).iter();
        let damaged = tables
            .filter(|table| table.kind == TableKind::Ordinary)
            .filter(|table| content::is_damaged(table, &self.structure.damaged));
        let mut damaged = damaged.map(|table| table.name.as_str());
        let mut found: Vec<String> = damaged
            .by_ref()
            .take(MOST_OVERSHADOWED)
            .map(|table| format!("rows of {table}: one of its b-trees is damaged"))
            .collect();
        let others = damaged.count();
        if others > 0 {
            found.push(format!(
                "rows of {}, for the same",
                many(others as u64, "other table")
            ));
        }
        found
    }

    /// How many problems there are, whatever follows from what.
    pub(crate) fn count(&self) -> usize {
        let content = self
            .content
            .as_ref()
            .map_or(0, |content| content.problems.len());
        let structure = &self.structure;
        let others = usize::try_from(structure.others.problems).unwrap_or(usize::MAX);
        let found = structure.problems.len() + content + self.entries.len();
        found.saturating_add(others)
    }

    /// The problems of the structure, as far as they are kept.
    pub(crate) fn problems(&self) -> &[Problem] {
        &self.structure.problems
    }
}

/// So many tables are named whose rows were not looked at.
const MOST_OVERSHADOWED: usize = 20;

/// How many rows or entries each tree of a schema has, told from those of the roots that were walked.
fn counts(schema: &Schema, walked: &[u32], structure: &Structure) -> Vec<Option<u64>> {
    // Of a root that was walked twice the first walk counts.
    let found = walked.iter().zip(&structure.rows).rev();
    let found: HashMap<u32, Option<u64>> = found.map(|(&root, &rows)| (root, rows)).collect();
    let count = |root: u32| match root {
        0 => Some(0),
        root => found.get(&root).copied().flatten(),
    };
    content::roots(schema).into_iter().map(count).collect()
}
