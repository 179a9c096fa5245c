//! What could not be read, told with its place.

use std::io;
use std::ops::Range;
use std::path::Path;

use crate::run::Run;
use crate::streams::is_behind;
use crate::{Problem, Trouble};

impl Run<'_> {
    /// Says what is wrong, where anything is.
    pub(crate) fn tell(&mut self, path: &Path, failed: Option<io::Error>) {
        let Some(reason) = failed else {
            return;
        };
        if let Some(limit) = self.meter.exceeded() {
            return self.too_much(path, format!("{limit} bytes"));
        }
        let name = path.to_string_lossy().into_owned();
        self.trouble(match reason.kind() {
            _ if is_behind(&reason) => Trouble::Continues { name },
            io::ErrorKind::UnexpectedEof => Trouble::Cut { name },
            io::ErrorKind::Unsupported => Trouble::Unsupported {
                name,
                found: reason.to_string(),
            },
            _ => Trouble::Damaged { name, reason },
        });
    }

    pub(crate) fn trouble(&mut self, trouble: Trouble) {
        let archive = self.reader.archive;
        let path = archive.path().unwrap_or_else(|| archive.name().as_ref());
        self.contents.problems.push(Problem {
            trouble,
            archive: path.to_path_buf(),
            length: archive.len(),
            range: self.range(),
        });
    }

    /// A member of the archive that is none itself stands there; or none, from here on.
    pub(crate) fn stand(&mut self, depth: u32, place: Option<Range<u64>>) {
        if depth == 0 {
            self.place = place;
        }
    }

    /// The bytes of the archive that stand for what is being read.
    pub(crate) fn range(&self) -> Range<u64> {
        let length = self.reader.archive.len();
        let place = self.place.clone();
        // A decoder reads ahead: where it has taken all there is, nothing is behind.
        let taken = Some(self.meter.taken()).filter(|taken| *taken < length);
        let Range { start, end } = place.unwrap_or_else(|| taken.unwrap_or(0)..length);
        let end = end.min(length);
        start.min(end)..end
    }

    pub(crate) fn cut(&mut self, path: &Path) {
        let name = path.to_string_lossy().into_owned();
        self.trouble(Trouble::Cut { name });
    }

    pub(crate) fn too_much(&mut self, path: &Path, limit: String) {
        if self.is_over {
            return;
        }
        self.is_over = true;
        let name = path.to_string_lossy().into_owned();
        self.trouble(Trouble::TooMuch { name, limit });
    }
}
