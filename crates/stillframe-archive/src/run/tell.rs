//! What is wrong, as it is told.

use std::io;
use std::path::Path;

use super::Run;
use crate::Trouble;
use crate::streams::is_behind;

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
        self.contents.troubles.push(trouble);
    }

    pub(crate) fn cut(&mut self, path: &Path) {
        let name = path.to_string_lossy().into_owned();
        self.trouble(Trouble::Cut { name });
    }

    pub(super) fn too_much(&mut self, path: &Path, limit: String) {
        if self.is_over {
            return;
        }
        self.is_over = true;
        let name = path.to_string_lossy().into_owned();
        self.trouble(Trouble::TooMuch { name, limit });
    }
}
