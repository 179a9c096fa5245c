use super::fault::Fault;
use super::nowhere::Missing;
use super::{ContentProblem, Determined, EntryProblem, InvalidText};

/// Why it ends before all was looked at.
pub(super) enum Stop<E> {
    /// There are as many problems as were wanted.
    Most,
    Fault(Fault<E>),
}

impl<E> From<Fault<E>> for Stop<E> {
    fn from(fault: Fault<E>) -> Self {
        Self::Fault(fault)
    }
}

/// The problems, as they are found.
pub(super) struct Findings {
    pub problems: Vec<ContentProblem>,
    pub entries: Vec<EntryProblem>,
    pub determined: Option<Determined>,
    /// Whether SQLite may find more of an index than takes no SQL evaluator.
    pub is_uncertain: bool,
    pub texts: Vec<InvalidText>,
    /// How many are wanted.
    pub most: usize,
    /// How many more are wanted.
    pub left: usize,
    /// The table of the schema that is looked at.
    pub at: Option<usize>,
    /// The entries that were not found.
    pub missing: Missing,
}

impl Findings {
    pub(super) fn add<E>(&mut self, problem: ContentProblem) -> Result<(), Stop<E>> {
        self.problems.push(problem);
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return Err(Stop::Most);
        }
        Ok(())
    }

    /// That what SQLite prints from here on takes an SQL evaluator, unless it is certain to end here.
    pub(super) fn determined_to_here(&mut self, ends: bool) {
        let problems = self.problems.len();
        self.determined.get_or_insert(Determined { problems, ends });
    }

    /// The one with which SQLite's list ends.
    pub(super) fn add_last(&mut self, problem: ContentProblem) {
        self.problems.push(problem);
    }
}
