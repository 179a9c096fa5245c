use stillframe_database::schema::roots;
use stillframe_database::{Geometry, Header};
use stillframe_format::Pages as _;
use stillframe_history::{Error, Image, Progress, Rest};
use stillframe_schema::Schema;

use crate::content::{self, Content, Counted, End, Level, SchemaFault, Unchecked};
use crate::walk::{MOST_PROBLEMS, Problem, Structure, structure};

/// Databases smaller than this, in bytes, are checked in full where nothing else is said.
pub const LEAST_LARGE_BYTES: u64 = 1 << 30;

/// What is found inside a database that SQLite opens: of its structure, its schema and its content.
#[derive(Debug)]
pub struct Inside {
    /// How much was looked at.
    pub level: Level,
    /// The structure.
    pub structure: Structure,
    /// The tables and indexes, as SQLite reads them.
    pub schema: Result<Schema, SchemaFault>,
    /// The content of tables and indexes, where it was looked at.
    pub content: Option<Content>,
}

impl Inside {
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
        let schema = content::read_schema(image, header)?;
        let roots = match &schema {
            Ok(schema) if schema.refused.is_empty() => content::roots(schema),
            // What rows name that are not understood is there all the same.
            _ => roots(image, geometry)?,
        };
        let structure = structure(image, header, &roots, MOST_PROBLEMS, &rest)?;
        let content = match &schema {
            Ok(schema) if level > Level::Structure => {
                let counts = counts(schema, &roots, &structure);
                let most = MOST_PROBLEMS;
                {
                    let counted = Counted {
                        is_sound: structure.problems.is_empty(),
                        counts: &counts,
                    };
                    let found =
                        content::content(image, header, schema, &counted, level, most, &rest)?;
                    Some(found)
                }
            }
            _ => None,
        };
        rest.advance(bytes * passes);
        Ok(Some(Self {
            level,
            structure,
            schema,
            content,
        }))
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
            let unchecked = content::unchecked(schema);
            found.extend(unchecked.iter().map(Unchecked::to_string));
        }
        let end = self
            .content
            .as_ref()
            .map_or(End::Whole, |content| content.end);
        found.extend(end.left_out().map(str::to_owned));
        found
    }

    /// The problems of the structure.
    pub(crate) fn problems(&self) -> &[Problem] {
        &self.structure.problems
    }
}

/// How many rows or entries each tree of a schema has, told from those of the roots that were walked.
fn counts(schema: &Schema, walked: &[u32], structure: &Structure) -> Vec<Option<u64>> {
    let count = |root: u32| {
        if root == 0 {
            return Some(0);
        }
        let place = walked.iter().position(|&other| other == root)?;
        structure.rows.get(place).copied().flatten()
    };
    content::roots(schema).into_iter().map(count).collect()
}
