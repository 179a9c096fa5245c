//! Inputs to begin with: the fixtures, stories, and both with a few bytes changed. The same seed makes the same inputs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use stillframe_testkit::naive;

use crate::material::{CHOICES, Material};

/// Numbers that look random: SplitMix64.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The numbers of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.draw() % bound as u64) as usize
    }

    /// Bytes.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.draw() as u8).collect()
    }

    /// The choices of an input.
    pub fn choices(&mut self) -> [u8; CHOICES] {
        std::array::from_fn(|_| self.draw() as u8)
    }

    /// An input that tells a story of at most `steps` steps. Half of the stories are honest and end without damage.
    pub fn story(&mut self, steps: usize) -> Vec<u8> {
        let mut bytes = vec![1];
        bytes.extend(self.choices());
        let is_sound = self.below(2) == 0;
        let wild = u8::from(!is_sound && self.below(2) == 0);
        bytes.push(self.draw() as u8 & 0xde | wild | u8::from(is_sound) << 5);
        bytes.extend([self.draw() as u8, self.draw() as u8, self.below(12) as u8]);
        bytes.push(if self.below(4) == 0 {
            self.draw() as u8
        } else {
            0
        });
        // The header of the database is as it should be.
        bytes.push(0);
        for _ in 0..self.below(steps + 1) {
            let (step, length) = match self.below(16) {
                0..=5 => (0, 2),
                6..=10 => (4, 3),
                11 => (8, 2),
                12 => (9, 1),
                13 => (10, 8),
                14 if wild == 1 => (11 + self.below(2) as u8, 9),
                _ => (5, 3),
            };
            bytes.push(step);
            bytes.extend(self.bytes(length));
        }
        for _ in 0..if is_sound { 0 } else { 1 + self.below(3) } {
            bytes.push(15);
            bytes.extend(self.bytes(8));
        }
        bytes
    }

    /// A set with a journal of a few segments, over a database of a few pages, which may be of other sizes; damaged or not.
    pub fn journal(&mut self) -> Material {
        let size = 512 << self.below(2);
        let pages = 1 + self.below(6);
        let mut database = self.bytes(size * pages);
        let header = [
            b"SQLite format 3\0",
            &[(size >> 8) as u8, 0, 1, 1, 0, 64, 32, 32][..],
        ]
        .concat();
        database[..24].copy_from_slice(&header);
        database[24..32].fill(0);
        let (page_size, initial) = match self.below(6) {
            0 => (512 << self.below(3), self.below(9)),
            _ => (size, (pages + self.below(3)).saturating_sub(1)),
        };
        let segments: Vec<_> = (0..1 + self.below(3))
            .map(|_| {
                let records = (0..self.below(4))
                    .map(|_| (1 + self.below(initial + 1) as u32, self.bytes(page_size)))
                    .collect();
                (self.draw() as u32, records)
            })
            .collect();
        let sector = [512, 512, 32, 1024, 4096][self.below(5)];
        let mut journal = naive::journal(initial as u32, sector, page_size, &segments);
        if self.below(4) == 0 {
            journal[8..12].fill(0xff);
        }
        match self.below(6) {
            0 => journal.extend(naive::super_journal(
                b"/x/app.db-mj0123AB9CD",
                page_size as u32,
            )),
            1 => journal[..28].fill(0),
            2 => {
                let at = self.below(journal.len());
                journal[at] ^= 1 << self.below(8);
            }
            3 => journal.truncate(self.below(journal.len())),
            4 => database.truncate(self.below(database.len())),
            _ => {}
        }
        Material {
            database: Some(database),
            journal: Some(journal),
            ..Material::default()
        }
    }

    /// `bytes` with a few of them changed, put in, or taken out.
    pub fn mutate(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..1 + self.below(4) {
            let at = self.below(bytes.len() + 1);
            match (self.below(8), bytes.get_mut(at)) {
                (0, _) => bytes.truncate(at),
                (1, _) => bytes.insert(at, self.draw() as u8),
                (2, Some(_)) => drop(bytes.remove(at)),
                (3, Some(byte)) => *byte = self.draw() as u8,
                (_, Some(byte)) => *byte ^= 1 << self.below(8),
                (_, None) => {}
            }
        }
        bytes
    }
}

/// Inputs of the target `schema` with something of everything.
pub fn schemas_to_begin_with() -> Vec<Vec<u8>> {
    const STATEMENTS: &[&str] = &[
        "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, n DEFAULT -1.5e3, CHECK(n > 0))",
        "CREATE TABLE w(a, b INT, c DEFAULT x'00ff', PRIMARY KEY(a DESC, b)) WITHOUT ROWID, STRICT",
        "CREATE TABLE g(a INT, b AS (a + 1) STORED, c GENERATED ALWAYS AS (a || 'x'), FOREIGN KEY(a) REFERENCES t(id))\0CREATE UNIQUE INDEX i ON g(a COLLATE RTRIM DESC, b)",
        "CREATE TABLE t(a, b)\0CREATE INDEX i ON t(b, lower(a)) WHERE a IS NOT NULL AND b BETWEEN 1 AND 2",
        "CREATE VIEW v(x) AS WITH c AS (SELECT 1 UNION ALL SELECT 2) SELECT * FROM c LEFT JOIN t ON c.a = t.b",
        "CREATE TABLE t(a)\0CREATE TRIGGER r AFTER UPDATE OF a ON t WHEN new.a > 1 BEGIN INSERT INTO t VALUES(1); END",
        "CREATE VIRTUAL TABLE f USING fts5(a, b, tokenize = 'porter ascii')",
        "CREATE TABLE \"a b\"([c d] TEXT, `e` CONSTRAINT x UNIQUE ON CONFLICT REPLACE) -- a comment",
    ];
    let input = |sql: &&str| [&[0xf4], sql.as_bytes()].concat();
    STATEMENTS.iter().map(input).collect()
}

/// Inputs of the target `expectation`: expectations, times, a policy and a baseline.
pub fn expectations_to_begin_with() -> Vec<Vec<u8>> {
    const TEXTS: &[&str] = &[
        "users >= 1000",
        "a/b.tar!app.db:max(log.ts) >= now-1d 2h",
        "\"my app.db\":count(\"order \"\"details\"\"\".[a b]) != -1_000.5e3",
        "min(`t`.größe) = 'it''s'",
        "max(t.c) < 2026-09-20 02:59:58.123 +02:00",
        "-0044-03-15T24:00Z",
        "max-age = '26h'\nexpect = ['t > 1', \"u < 5\"]\nrequire-wal = true\nfail-on = ['error']\nbaseline = 'b'\n[severity]\nWAL909 = 'error'\n",
        "{\"stillframe_baseline\":1,\"accepted\":[{\"set\":\"a\",\"rule\":\"b\",\"file\":\"wal\",\"part\":\"p\",\"bytes\":[1,2],\"times\":3}]}",
    ];
    TEXTS.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// The folder of the fixtures.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

/// Every set of the fixtures, in the order of their names.
///
/// # Errors
/// They could not be read.
pub fn sets() -> io::Result<Vec<Material>> {
    let mut sets = Vec::new();
    for family in ["good", "bad", "sets"] {
        sets.extend(
            sorted(&fixtures().join(family))?
                .iter()
                .map(|folder| set_in(folder)),
        );
    }
    Ok(sets)
}

/// The pages of every database of the fixtures, each behind what `page` and `freelist` begin with.
///
/// # Errors
/// They could not be read.
pub fn pages() -> io::Result<Vec<Vec<u8>>> {
    let mut pages = Vec::new();
    for set in sets()? {
        let database = set.database_bytes();
        let field = database.get(16..18).map_or(0, |field| {
            usize::from(field[0]) << 8 | usize::from(field[1])
        });
        let size = if field == 1 { 65536 } else { field };
        if !size.is_power_of_two() || !(512..=65536).contains(&size) {
            continue;
        }
        let exponent = (size / 512).trailing_zeros() as u8;
        for (number, page) in database.chunks(size).enumerate() {
            let choices = [exponent, database[20], u8::from(number > 0)];
            pages.push([&choices[..], page].concat());
        }
    }
    Ok(pages)
}

/// Every wal-index of the fixtures, each behind the byte that `wal_index` begins with.
///
/// # Errors
/// They could not be read.
pub fn wal_indexes() -> io::Result<Vec<Vec<u8>>> {
    let indexes = sets()?.into_iter().filter_map(|set| set.wal_index);
    Ok(indexes
        .map(|index| [&[2], index.as_slice()].concat())
        .collect())
}

/// The set in a folder: `app.db` and its sidecars, or those of them that are there.
pub fn set_in(folder: &Path) -> Material {
    let file = |suffix: &str| fs::read(folder.join(format!("app.db{suffix}"))).ok();
    Material {
        database: file(""),
        wal: file("-wal"),
        wal_index: file("-shm"),
        journal: file("-journal"),
        ..Material::default()
    }
}

/// What lies in a folder, by name.
///
/// # Errors
/// It could not be read.
pub fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries: io::Result<Vec<PathBuf>> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect();
    let mut entries = entries?;
    entries.sort();
    Ok(entries)
}

/// Archives to begin with, as the target has them: of every kind, with two files each.
///
/// # Panics
/// What writes them fails.
#[must_use]
pub fn archives() -> Vec<Vec<u8>> {
    use stillframe_testkit::archives::{CompressionMethod, gzip, lz4, tar, zip, zstd};

    let files = [
        (
            "data/app.db",
            [b"SQLite format 3\0".as_slice(); 90].concat(),
        ),
        ("note", b"hello".to_vec()),
    ];
    let tar = tar(&files);
    let stored = zip(&files, CompressionMethod::Stored);
    let deflated = zip(&files, CompressionMethod::Deflated);
    let mut archives: Vec<_> = [gzip(&tar), zstd(&tar), lz4(&tar), tar]
        .iter()
        .map(|packed| [&[7], packed.as_slice()].concat())
        .collect();
    for zip in [stored, deflated] {
        archives.push([&[7], zip.as_slice()].concat());
        archives.push([&[0x37], zip.as_slice()].concat());
    }
    archives
}
