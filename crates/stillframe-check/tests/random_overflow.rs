//! Databases with overflow chains, most of them with a pointer map, in which links and entries of the map are changed at
//! random: what is printed is what SQLite prints, which follows now the one and now the other.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its input fails"
)]

use stillframe_check::content::Level;
use stillframe_check::pragma::MOST_ROWS;
use stillframe_testkit::builder::{Plan, Seed, SetBuilder};
use stillframe_testkit::naive::{be32, put32};
use stillframe_testkit::oracle::Oracle;
use support::printed::{Counts, compare, judge_in_halves};

mod support;

/// Cases of each database, each compared at two levels with as many problems as [`MOST`] says.
const CASES: u64 = 250;

const MOST: [usize; 3] = [1, 5, MOST_ROWS];

/// Rows of several pages, with values behind the long ones that are looked at; chains that lie one behind the other in the
/// file, and others that fill gaps.
const CONTENT: &str = "
    CREATE TABLE t(id INTEGER PRIMARY KEY, a BLOB, b REAL NOT NULL, c NUMERIC, d TEXT NOT NULL, e, f TEXT COLLATE NOCASE);
    CREATE INDEX t_f ON t(f, e);
    CREATE UNIQUE INDEX t_d ON t(d, c);
    CREATE TABLE w(k TEXT, n TEXT, b BLOB, r REAL NOT NULL, z TEXT NOT NULL, PRIMARY KEY(z, k)) WITHOUT ROWID;
    CREATE INDEX w_r ON w(r, n COLLATE RTRIM);
    CREATE TABLE s(a BLOB, r REAL NOT NULL, b BLOB, t TEXT NOT NULL, i INT NOT NULL) STRICT;
    CREATE INDEX s_i ON s(i, t);
    CREATE TABLE long(s);
    INSERT INTO long WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
      SELECT group_concat(i) FROM n;
    CREATE TABLE gone(x);
    INSERT INTO gone WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
      SELECT zeroblob(i * 37 % 900) FROM n;
    INSERT INTO t(a, b, c, d, e, f) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 24)
      SELECT CAST(substr(s, i * 70, i * 977 % 5000) AS BLOB), i / 4.0, 'c' || i, 'd' || i,
        CAST(substr(s, i * 80, i * 311 % 2000) AS BLOB), 'F' || substr(s, i * 90, i * 100 % 700) || i FROM n, long;
    DELETE FROM gone WHERE rowid % 2;
    INSERT INTO w WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 16)
      SELECT substr(s, i * 50, i * 250), 'n' || i, CAST(substr(s, i * 60, i * 613 % 3000) AS BLOB), i / 8.0, 'z' || i
      FROM n, long;
    INSERT INTO s WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12)
      SELECT zeroblob(i * 811 % 4000), i / 2.0, CAST(substr(s, i * 40, i * 499 % 2500) AS BLOB), substr(s, i, i * 90), i
      FROM n, long;
    DROP TABLE gone;
    UPDATE t SET a = (SELECT CAST(substr(s, id * 100, 3000) AS BLOB) FROM long) WHERE id % 5 = 0;";

fn plans() -> Vec<Plan> {
    let plan = |page_size, auto_vacuum, reserved, encoding| Plan {
        page_size,
        auto_vacuum,
        reserved,
        encoding,
        journal_mode: "DELETE",
        ..Plan::default()
    };
    vec![
        plan(512, "FULL", 0, "UTF-8"),
        plan(512, "INCREMENTAL", 32, "UTF-8"),
        plan(512, "INCREMENTAL", 0, "UTF-16le"),
        plan(1024, "FULL", 8, "UTF-16be"),
        plan(1024, "INCREMENTAL", 0, "UTF-8"),
        plan(512, "NONE", 0, "UTF-8"),
    ]
}

/// A database that is damaged, and where its pages are.
struct Damaged {
    bytes: Vec<u8>,
    plan: Plan,
}

impl Damaged {
    fn size(&self) -> usize {
        self.plan.page_size as usize
    }

    fn pages(&self) -> u32 {
        (self.bytes.len() / self.size()) as u32
    }

    fn page(&self, page: u32) -> usize {
        (page as usize - 1) * self.size()
    }

    /// Where the pointer map has its entry for a page.
    fn entry(&self, page: u32) -> usize {
        let entries = (self.plan.page_size - u32::from(self.plan.reserved)) / 5;
        let map = (page - 2) / (entries + 1) * (entries + 1) + 2;
        self.page(map) + 5 * (page.saturating_sub(map + 1)) as usize
    }

    /// The pages of overflow chains, as the map has them; without a map, all.
    fn chained(&self) -> Vec<u32> {
        let has_map = self.plan.auto_vacuum != "NONE";
        let is_chained = |&page: &u32| !has_map || matches!(self.bytes[self.entry(page)], 3 | 4);
        (3..=self.pages()).filter(is_chained).collect()
    }

    fn set(&mut self, at: usize, number: u32) {
        put32(&mut self.bytes, at, number);
    }

    /// Changes a link, an entry of the map, or both.
    fn damage(&mut self, chained: &[u32], seed: &mut Seed) {
        let page = seed.pick(chained);
        let behind = (page + 1).min(self.pages());
        let any = seed.below(u64::from(self.pages()) + 2) as u32;
        let chain = seed.pick(chained);
        let other = seed.pick(&[chain, page, behind, any, 0, page - 1]);
        let link = self.page(page);
        let has_map = self.plan.auto_vacuum != "NONE";
        match seed.below(if has_map { 9 } else { 3 }) {
            0 | 1 => self.set(link, other),
            2 => {
                // Two pages change places, and what leads to them does not know.
                let other = seed.pick(chained);
                let (a, b) = (self.page(page.min(other)), self.page(page.max(other)));
                let size = self.size();
                if a < b {
                    let (left, right) = self.bytes.split_at_mut(b);
                    left[a..a + size].swap_with_slice(&mut right[..size]);
                }
            }
            3 => {
                let kind = self.entry(page);
                self.bytes[kind] = seed.below(7) as u8;
            }
            4 => {
                let parent = self.entry(page) + 1;
                self.set(parent, other);
            }
            5 => {
                // The page behind it is said to follow it.
                let entry = self.entry(behind);
                self.bytes[entry] = 4;
                self.set(entry + 1, page);
            }
            6 => {
                // Its link leads elsewhere, and the page behind it is said to follow it.
                let entry = self.entry(behind);
                self.set(link, other);
                self.bytes[entry] = 4;
                self.set(entry + 1, page);
            }
            7 => {
                // Link and map agree on another page.
                let next = be32(&self.bytes, link);
                self.set(link, other);
                if (3..=self.pages()).contains(&other) && next > 2 {
                    let entry = self.entry(other);
                    self.set(entry + 1, page);
                }
            }
            _ => {
                let bit = 1 << seed.below(8);
                let at = self.entry(page) + seed.below(5) as usize;
                self.bytes[at] ^= bit;
            }
        }
    }
}

#[test]
fn chains_are_followed_as_sqlite_follows_them() {
    let databases: Vec<(Plan, Vec<u8>)> = plans()
        .into_iter()
        .map(|plan| {
            let builder = SetBuilder::new("chains", &plan);
            builder.sql(CONTENT);
            (plan, builder.close())
        })
        .collect();
    let judge = |half: u64| {
        let oracle = Oracle::new();
        let mut counts = Counts::new();
        for (index, (plan, database)) in databases.iter().enumerate() {
            for case in (half..CASES).step_by(2) {
                let mut seed = Seed(index as u64 * CASES + case);
                let mut damaged = Damaged {
                    bytes: database.clone(),
                    plan: plan.clone(),
                };
                let chained = damaged.chained();
                for _ in 0..1 + seed.below(4) {
                    damaged.damage(&chained, &mut seed);
                }
                let what = format!("case {case} of {plan:?}");
                for level in [Level::Full, Level::Quick] {
                    for most in MOST {
                        let outcome = compare(&oracle, &damaged.bytes, level, most, &what);
                        *counts.entry(outcome).or_default() += 1;
                    }
                }
            }
        }
        counts
    };
    let counts = judge_in_halves(judge);
    assert!(counts["equal, with problems"] >= 5000);
}
