//! Reading an archive.

use std::sync::Arc;

use stillframe_source::{Access, Memory, Source};

use crate::limits::{Limits, Meter};
use crate::run::{Input, Run};
use crate::{Container, Contents, Name};

/// What is to become of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Treatment {
    /// It is wanted.
    Keep,
    /// It is not.
    PassOver,
    /// It is an archive, whose members are asked for in its place.
    Open(Container),
}

/// Says what is to become of a member, by its name, its first bytes and its length.
pub(crate) type Treat<'t> = dyn FnMut(&Name, &[u8], Option<u64>) -> Treatment + 't;

/// Takes a look at a member, by its name, and gives it back.
type Look<'a> = dyn Fn(&Name, Source) -> Source + 'a;

/// Reads one archive.
pub struct Reader<'a> {
    pub(crate) archive: &'a Arc<Source>,
    pub(crate) memory: Memory,
    pub(crate) access: Access,
    pub(crate) limits: Limits,
    pub(crate) progress: &'a dyn Fn(u64),
    pub(crate) look: &'a Look<'a>,
}

impl<'a> Reader<'a> {
    /// Of `archive`, with `memory` for what is decoded, and temporary files that are read with `access` beyond it.
    #[must_use]
    pub fn new(archive: &'a Arc<Source>, memory: Memory, access: Access) -> Self {
        Self {
            archive,
            memory,
            access,
            limits: Limits::default(),
            progress: &|_| {},
            look: &|_, source| source,
        }
    }

    /// With somebody to be told of every run of bytes of the archive that was read to be decoded, by its length.
    #[must_use]
    pub fn with_progress(mut self, progress: &'a dyn Fn(u64)) -> Self {
        self.progress = progress;
        self
    }

    /// With somebody to take a look at each member that is wanted and had to be decoded, as soon as it is there whole, and to
    /// give it back: what stands behind it is decoded meanwhile.
    #[must_use]
    pub fn with_look(mut self, look: &'a dyn Fn(&Name, Source) -> Source) -> Self {
        self.look = look;
        self
    }

    /// With other limits than the usual ones.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Reads all of it, as the `container` that its first bytes say it is. `treat` is told the name of each file in it,
    /// its first bytes (4096, or as many as there are) and its length in bytes where the archive says it.
    #[must_use]
    pub fn read(
        &self,
        container: Container,
        mut treat: impl FnMut(&Name, &[u8], Option<u64>) -> Treatment,
    ) -> Contents {
        let meter = Meter::new(&self.limits, self.archive.len());
        let mut run = Run::new(self, &meter, &mut treat);
        let path = match self.archive.path() {
            Some(path) => path.to_path_buf(),
            None => self.archive.name().into(),
        };
        let input = Input::Placed(Arc::clone(self.archive));
        run.open(container, input, path, 0);
        run.follow_links();
        let mut contents = run.contents;
        contents.tell_apart();
        contents
    }
}
