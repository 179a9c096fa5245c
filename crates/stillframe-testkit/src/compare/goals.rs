//! The goals, and whether each was met in this run.

/// What is told of every goal, and at the end of all together.
#[derive(Debug, Default)]
pub struct Goals {
    /// What is measured.
    of: String,
    met: usize,
    /// Those that were not, in words.
    missed: Vec<String>,
}

impl Goals {
    /// Begins with another thing to be measured, and prints what it is.
    pub fn begin(&mut self, of: String) {
        println!("\n{of}");
        self.of = of;
    }

    /// Takes a goal in `words`, of which `what` was measured; says whether it is met, to be printed beside the measure.
    pub fn take(&mut self, what: &str, words: &str, is_met: bool) -> &'static str {
        if is_met {
            self.met += 1;
            return "met";
        }
        let of = &self.of;
        self.missed.push(format!("{of}: {what}, {words}"));
        "NOT MET"
    }

    /// Prints how many were met, and which were not.
    pub fn print(&self) {
        let all = self.met + self.missed.len();
        println!("\n{} of {all} goals were met in this run", self.met);
        for missed in &self.missed {
            println!("  not met  {missed}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_met_is_named() {
        let mut goals = Goals::default();
        goals.begin("a file".to_owned());
        assert_eq!(goals.take("speed 3.1", "at least 3", true), "met");
        assert_eq!(goals.take("speed 2.9", "at least 3", false), "NOT MET");
        assert_eq!((goals.met, goals.missed.len()), (1, 1));
        assert_eq!(goals.missed[0], "a file: speed 2.9, at least 3");
    }
}
