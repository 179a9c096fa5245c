//! How a WAL was paired whose name does not tell of which database it is.

use stillframe_history::Fit;

use crate::words::many;

/// How a WAL was paired whose name does not tell of which database it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pairing {
    /// With the database of the set.
    Paired {
        /// What shows that the two belong together.
        fit: Fit,
        /// Whether their names say so, too: they differ by `-wal` alone.
        is_alike: bool,
    },
    /// With none: it could be of these databases.
    Fits(Vec<(String, Fit)>),
}

impl Pairing {
    /// What shows that the WAL is of the database of the set, in words.
    pub fn shown_by(&self) -> Option<String> {
        match self {
            Self::Paired { fit, is_alike } => Some(shown_by(fit, *is_alike)),
            Self::Fits(_) => None,
        }
    }
}

/// What shows that a WAL is of a database, in words.
pub(crate) fn shown_by(fit: &Fit, is_alike: bool) -> String {
    let mut parts = Vec::new();
    if fit.has_salts {
        parts.push("the wal-index of the database has its salts".to_owned());
    }
    if fit.compared > 0 {
        let same = match fit.equal_left {
            0 => String::new(),
            left if left == fit.equal => ", from before the WAL was last begun anew".to_owned(),
            left => format!(", {left} of them from before the WAL was last begun anew"),
        };
        parts.push(format!(
            "of {} compared, {} the same in both{same}",
            many(fit.compared, "page"),
            match fit.equal {
                1 => "1 is".to_owned(),
                equal => format!("{equal} are"),
            }
        ));
    }
    if fit.akin > 0 {
        parts.push(match fit.akin {
            1 => "1 is an older or newer version".to_owned(),
            akin => format!("{akin} are older or newer versions"),
        });
    }
    if fit.continues {
        parts.push("page 1 in the WAL follows from the one in the database".to_owned());
    }
    if is_alike {
        parts.push("the names differ by the mark of a WAL alone".to_owned());
    }
    parts.join("; ")
}
