use foldhash::quality::RandomState;

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
    /// How many rows were come to, of all tables.
    pub rows: u64,
    /// The entries that were not found.
    pub missing: Missing,
}

/// How far the findings had come, but for texts and entries of indexes.
pub(super) struct Mark {
    problems: usize,
    left: usize,
    determined: Option<Determined>,
    missing: Missing,
}

impl Findings {
    /// For so many problems. Values are hashed with `state`.
    pub(super) fn new(most: usize, state: &RandomState) -> Self {
        Self {
            problems: Vec::new(),
            entries: Vec::new(),
            determined: None,
            is_uncertain: false,
            texts: Vec::new(),
            most,
            left: most,
            at: None,
            rows: 0,
            missing: Missing::new(state),
        }
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            problems: self.problems.len(),
            left: self.left,
            determined: self.determined,
            missing: self.missing.clone(),
        }
    }

    /// Forgets what was found since.
    pub(super) fn go_back_to(&mut self, mark: Mark) {
        self.problems.truncate(mark.problems);
        self.left = mark.left;
        self.determined = mark.determined;
        self.missing = mark.missing;
    }

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
