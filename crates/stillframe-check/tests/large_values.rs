//! Values of hundreds of megabytes are looked at in full, and not held: in a process of its own, whose memory is measured.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its input fails"
)]

use std::{fs, io};

use stillframe_check::content::Level;
use stillframe_check::{Evidence, Report};
use stillframe_history::{BackupSet, Bytes, Input, Window};
use stillframe_testkit::builder::{Plan, SetBuilder};
use stillframe_testkit::naive::{be32, put32};

const PAGE: usize = 65_536;
/// Pages of each overflow chain, of which each holds this many bytes.
const CHAIN: u32 = 4000;
const HELD: u64 = PAGE as u64 - 4;

/// A database that SQLite made, and behind it the pages of two overflow chains, one behind the other, that are made when
/// they are read: of letters, and in the middle of the second a byte that is no text.
struct Made {
    database: Vec<u8>,
}

impl Made {
    fn pages(&self) -> u32 {
        (self.database.len() / PAGE) as u32
    }

    fn page(&self, page: u32) -> Vec<u8> {
        let start = page as usize * PAGE;
        if let Some(bytes) = self.database.get(start..start + PAGE) {
            return bytes.to_vec();
        }
        let of_chain = page - self.pages();
        let mut bytes = vec![b'a' + (of_chain % 26) as u8; PAGE];
        let is_last = of_chain % CHAIN == CHAIN - 1;
        put32(&mut bytes, 0, if is_last { 0 } else { page + 2 });
        if of_chain == CHAIN + CHAIN / 2 {
            bytes[1000] = 0xff;
        }
        bytes
    }
}

impl Bytes for Made {
    fn len(&self) -> u64 {
        u64::from(self.pages() + 2 * CHAIN) * PAGE as u64
    }

    fn window(&self, offset: u64, length: usize) -> io::Result<Window<'_>> {
        let mut bytes = vec![0; length];
        self.read_exact_at(offset, &mut bytes)?;
        Ok(Window::Kept(Box::new(bytes)))
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let (mut at, mut done) = (offset as usize, 0);
        while done < buffer.len() {
            let page = self.page((at / PAGE) as u32);
            let rest = &page[at % PAGE..];
            let taken = rest.len().min(buffer.len() - done);
            buffer[done..done + taken].copy_from_slice(&rest[..taken]);
            (at, done) = (at + taken, done + taken);
        }
        Ok(())
    }
}

/// A varint of five bytes.
fn varint(value: u64) -> [u8; 5] {
    [28, 21, 14, 7, 0]
        .map(|shift| ((value >> shift) & 0x7f) as u8 | if shift > 0 { 0x80 } else { 0 })
}

/// A table of some rows, two of them with a text of 260 MB, and with indexes over other columns, one of which has a WHERE
/// clause. With `is_wrong` a row has no entry in the other.
fn made(is_wrong: bool) -> Made {
    let plan = Plan {
        page_size: PAGE as u32,
        journal_mode: "DELETE",
        ..Plan::default()
    };
    let builder = SetBuilder::new("large", &plan);
    // The texts stand in for those that are written below: of two pages in part.
    builder.sql(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT NOT NULL, v TEXT NOT NULL, n NUMERIC);
         CREATE INDEX t_a ON t(a);
         CREATE INDEX t_p ON t(a) WHERE v <> '';
         INSERT INTO t VALUES (1, 'x', 'short', 5), (2, 'y', 'short', 6), (3, 'z', 'short', 'none');",
    );
    let mut database = builder.close();
    let table = 2 * PAGE - PAGE;
    assert_eq!(database[table], 0x0d);
    // Two more rows: what of a record is in its cell is what the length leaves over whole overflow pages, or the least.
    let usable = PAGE as u64;
    let least = (usable - 12) * 32 / 255 - 23;
    let text = HELD * u64::from(CHAIN);
    let first_page = (database.len() / PAGE) as u32 + 1;
    let mut end = usize::from(u16::from_be_bytes([
        database[table + 5],
        database[table + 6],
    ]));
    for row in 0..2u32 {
        // The header: its size, NULL, a text of one byte, the long one, 1.
        let mut record = vec![9, 0, 15];
        record.extend(varint(13 + 2 * (text + least - 10)));
        record.push(9);
        record.push(b'p' + row as u8);
        let length = 10 + text + least - 10;
        assert_eq!(least + (length - least) % HELD, least);
        record.resize(least as usize, b'-');
        let mut cell = varint(length).to_vec();
        cell.push(10 + row as u8);
        cell.extend(record);
        cell.extend((first_page + row * CHAIN).to_be_bytes());
        end -= cell.len();
        database[table + end..table + end + cell.len()].copy_from_slice(&cell);
        let at = table + 8 + 2 * (3 + row as usize);
        database[at..at + 2].copy_from_slice(&(end as u16).to_be_bytes());
    }
    database[table + 3..table + 5].copy_from_slice(&5u16.to_be_bytes());
    database[table + 5..table + 7].copy_from_slice(&(end as u16).to_be_bytes());
    add_entries(&mut database, 2, if is_wrong { 12 } else { 11 });
    add_entries(&mut database, 3, 11);
    let pages = be32(&database, 28) + 2 * CHAIN;
    put32(&mut database, 28, pages);
    Made { database }
}

/// Puts two entries in front of the others of an index, whose page this is from 0: 'p' and 'q' with rowids 10 and `second`.
fn add_entries(database: &mut [u8], page: usize, second: u8) {
    let index = page * PAGE;
    assert_eq!(database[index], 0x0a);
    let mut end = usize::from(u16::from_be_bytes([
        database[index + 5],
        database[index + 6],
    ]));
    let pointers = database[index + 8..index + 14].to_vec();
    for (place, (letter, rowid)) in [(b'p', 10), (b'q', second)].into_iter().enumerate() {
        let cell = [5, 3, 15, 1, letter, rowid];
        end -= cell.len();
        database[index + end..index + end + cell.len()].copy_from_slice(&cell);
        let at = index + 8 + 2 * place;
        database[at..at + 2].copy_from_slice(&(end as u16).to_be_bytes());
    }
    database[index + 12..index + 18].copy_from_slice(&pointers);
    database[index + 3..index + 5].copy_from_slice(&5u16.to_be_bytes());
    database[index + 5..index + 7].copy_from_slice(&(end as u16).to_be_bytes());
}

fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: u64 = peak
        .unwrap()
        .trim()
        .strip_suffix(" kB")
        .unwrap()
        .parse()
        .unwrap();
    kilobytes << 10
}

#[test]
fn long_values_are_looked_at_in_full_and_not_held() {
    for is_wrong in [false, true] {
        let set = BackupSet {
            database: Some(Input::new("app.db", made(is_wrong))),
            ..BackupSet::default()
        };
        let before = peak();
        let evidence = Evidence::gather_at(&set, Some(Level::Full), &()).unwrap();
        let report = Report::new(&evidence);
        let codes: Vec<&str> = report.findings.iter().map(|it| it.rule.code).collect();
        let expected: &[&str] = if is_wrong {
            &["RC201", "RC901"]
        } else {
            &["RC901"]
        };
        assert!(
            expected.iter().all(|code| codes.contains(code)),
            "{codes:?}"
        );
        assert_eq!(
            codes.iter().any(|code| code.starts_with("RC2")),
            is_wrong,
            "{codes:?}"
        );
        assert!(
            codes
                .iter()
                .all(|code| code.starts_with("RC") || code.ends_with("901")),
            "{codes:?}"
        );
        let text = report
            .findings
            .iter()
            .find(|it| it.rule.code == "RC901")
            .unwrap();
        assert!(text.message.contains("rowid 11"), "{}", text.message);
        let taken = peak() - before;
        assert!(taken < 64 << 20, "{taken}");
    }
}
