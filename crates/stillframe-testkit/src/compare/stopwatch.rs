use std::io;
use std::time::{Duration, Instant};

use super::goals::Goals;

/// Takes times by name and compares their medians.
pub struct Stopwatch {
    bytes: u64,
    times: Vec<(&'static str, Vec<Duration>)>,
}

impl Stopwatch {
    /// For work on `bytes`; 0 where speed is not a matter of bytes.
    pub const fn new(bytes: u64) -> Self {
        let times = Vec::new();
        Self { bytes, times }
    }

    /// Takes the time of `work`.
    pub fn time<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> io::Result<T>,
    ) -> io::Result<T> {
        let start = Instant::now();
        let result = work()?;
        self.take(name, start.elapsed());
        Ok(result)
    }

    /// Takes a time that was measured already.
    fn take(&mut self, name: &'static str, time: Duration) {
        match self.times.iter_mut().find(|(known, _)| *known == name) {
            Some((_, times)) => times.push(time),
            None => self.times.push((name, vec![time])),
        }
    }

    /// Takes for `name` what `parts` took together the last time.
    pub fn sum(&mut self, name: &'static str, parts: [&str; 2]) {
        let last = |part: &str| {
            let (_, times) = self.times.iter().find(|(known, _)| *known == part)?;
            times.last().copied()
        };
        let sum = parts.into_iter().filter_map(last).sum();
        self.take(name, sum);
    }

    /// The median of a time in milliseconds.
    pub fn median(&self, name: &str) -> Option<f64> {
        let (_, times) = self.times.iter().find(|(known, _)| *known == name)?;
        let [_, median, _] = spread(times);
        Some(milliseconds(median))
    }

    /// Prints the medians, and the fastest and slowest of each.
    pub fn print(&self) {
        for (name, times) in &self.times {
            let [fastest, median, slowest] = spread(times).map(milliseconds);
            print!("  {name:<34} {median:>9.2} ms  ({fastest:.2} to {slowest:.2})");
            if self.bytes > 0 {
                print!("  {:>7.0} MB/s", self.bytes as f64 / median / 1e3);
            }
            println!();
        }
    }

    /// Prints how many times as fast as `theirs` `ours` is, and whether that is `least` at least, where there is a goal.
    pub fn compare(&self, goals: &mut Goals, ours: &str, theirs: &str, least: Option<f64>) {
        if let (Some(a), Some(b)) = (self.median(ours), self.median(theirs)) {
            let measure = format!("{ours:<22} {:>6.2} x the speed of {theirs}", b / a);
            let Some(least) = least else {
                println!("  {measure}");
                return;
            };
            let words = format!("goal: at least {least}");
            let is_met = goals.take(&measure, &words, b / a >= least);
            println!("  {measure}  ({words}: {is_met})");
        }
    }
}

fn spread(times: &[Duration]) -> [Duration; 3] {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    [
        sorted[0],
        sorted[sorted.len() / 2],
        sorted[sorted.len() - 1],
    ]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
