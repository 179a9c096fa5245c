use std::collections::BTreeSet;

use stillframe_history::{BackupSet, Image, Input};
use stillframe_testkit::builder::{Plan, Seed, SetBuilder};

use super::*;
use crate::content::sound::suspect::summed;
use crate::content::tables::Job;
use crate::content::{Counted, Level, is_damaged, is_own, read_schema, roots};
use crate::walk::whole_structure;

const CONTENT: &str = "
    CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b NUMERIC, c TEXT);
    CREATE INDEX t_a ON t(a COLLATE NOCASE, b); CREATE UNIQUE INDEX t_b ON t(b DESC); CREATE INDEX t_c ON t(c);
    CREATE TABLE w(k TEXT, n INT, v, PRIMARY KEY(k, n)) WITHOUT ROWID; CREATE INDEX w_v ON w(v, k);
    INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
      SELECT i * 3, char(97 + i % 26) || i % 7, i / 4.0, CASE i % 50 WHEN 0 THEN printf('%.900c', 'c') ELSE 'c' || i END FROM n;
    INSERT INTO w WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)
      SELECT 'k' || i % 20, i, CASE i % 3 WHEN 0 THEN NULL ELSE i END FROM n;";

/// What rows are found by: their rowids, or in a table without them all of each row, whose order is nothing to the structure.
/// Searches go astray where that is damaged, and find no row, or another.
type Keys = Vec<(Option<i64>, Vec<u8>)>;

/// As far as they can be read.
fn keys<P: Pages>(reader: &Reader<'_, P>, table: &Table) -> Keys {
    let root = table.primary_key().filter(|_| table.is_without_rowid);
    let root = root.map_or(table.root, |own| own.root);
    let mut cursor = Cursor::new(reader, root, table.is_without_rowid);
    let mut keys = Keys::new();
    let mut is_there = cursor.first();
    while matches!(is_there, Ok(true)) {
        let Ok((page, cell)) = cursor.cell() else {
            break;
        };
        let payload = reader.whole_payload(&page, &cell).unwrap_or_default();
        keys.push(match cell.rowid {
            Some(rowid) => (Some(rowid), Vec::new()),
            None => (None, payload.into_owned()),
        });
        is_there = cursor.next();
    }
    keys
}

/// What is found in each index where sums are of use, with them and without, and the keys of its table.
fn found(database: Vec<u8>) -> Vec<(String, [Vec<EntryProblem>; 2], Keys)> {
    let set = BackupSet {
        database: Some(Input::new("app.db", database)),
        ..BackupSet::default()
    };
    let image = Image::read(&set, None, &()).unwrap().1.unwrap();
    let header = *image.header().unwrap();
    let schema = read_schema(&image, &header).unwrap().unwrap();
    let counted = Counted {
        is_sound: false,
        counts: &[],
        damaged: &BTreeSet::new(),
    };
    let job = Job::new(&image, &header, &schema, &counted, Level::Full).unwrap();
    let mut found = Vec::new();
    let structure = whole_structure(&image, &header, &roots(&schema), &()).unwrap();
    for table in &schema.tables {
        // Of these nothing is said.
        if is_damaged(table, &structure.damaged) {
            continue;
        }
        let Some(summed) = summed(&job, table, job.most_reads()).unwrap() else {
            continue;
        };
        for index in table.indexes.iter().filter(|index| !is_own(table, index)) {
            let problems = [Some(&summed), None].map(|summed| {
                let (entries, rows) = (job.reader(job.most_reads()), job.reader(job.most_reads()));
                let of = (table, index);
                let looked = look(&entries, &rows, of, header.text_encoding(), 1000, summed);
                looked.unwrap().problems
            });
            let keys = keys(&job.reader(job.most_reads()), table);
            found.push((index.name.clone(), problems, keys));
        }
    }
    found
}

/// Where the sums let rows be passed over nothing is missed, and nothing else is found.
#[test]
fn with_sums_the_same_is_found() {
    let plan = Plan {
        page_size: 512,
        journal_mode: "DELETE",
        ..Plan::default()
    };
    let builder = SetBuilder::new("entries", &plan);
    builder.sql(CONTENT);
    let database = builder.close();
    let sound = found(database.clone());
    assert_eq!(sound.len(), 4);
    let (mut of_use, mut with_problems) = (0, 0);
    for case in 0..2000 {
        let mut seed = Seed(case);
        let mut damaged = database.clone();
        // The schema is on page 1.
        for _ in 0..=seed.below(3) {
            let at = 512 + seed.below(damaged.len() as u64 - 512) as usize;
            damaged[at] = match seed.below(3) {
                0 => damaged[at] ^ 0x20,
                1 => damaged[at].wrapping_add(1),
                _ => seed.below(256) as u8,
            };
        }
        for (name, [with, without], keys) in found(damaged) {
            let is_led_right = sound
                .iter()
                .any(|(index, _, sound)| *index == name && *sound == keys);
            if is_led_right {
                assert_eq!(with, without, "case {case}: {name}");
                of_use += 1;
                with_problems += usize::from(!with.is_empty());
            } else {
                assert!(
                    with.iter().all(|problem| without.contains(problem)),
                    "case {case}: {name}"
                );
            }
        }
    }
    assert!(
        of_use > 4000 && with_problems > 300,
        "{of_use} {with_problems}"
    );
}
