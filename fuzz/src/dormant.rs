//! A journal that SQLite leaves alone as it begins with a zero: what it is called is what its bytes say in the most obvious
//! way.

use stillframe_history::{BackupSet, Contradicted, Dormant, SuperJournalName};
use stillframe_journal::header::MAGIC;
use stillframe_testkit::naive;

use crate::known::available;

/// Holds what is said of a journal against its bytes.
///
/// # Panics
/// They do not agree.
pub fn run(set: &BackupSet, database: &[u8], journal: &[u8]) {
    let found = available(Dormant::read(set, &()));
    let is_left = database.len() > 1 && journal.first() == Some(&0);
    assert_eq!(found.is_some(), is_left);
    let Some((dormant, _)) = found else {
        return;
    };
    let start = &journal[..journal.len().min(28)];
    let is_zeroed = start.iter().all(|&byte| byte == 0);
    if let Dormant::Contradicted(found) = dormant {
        return differs(found, database, journal);
    }
    if is_zeroed {
        assert!(matches!(dormant, Dormant::Ended | Dormant::Unsynced));
        return;
    }
    if start.len() < 28 {
        let is_unsynced = start.iter().take(12).all(|&byte| byte == 0);
        assert_eq!(dormant == Dormant::Unsynced, is_unsynced);
        assert!(is_unsynced || dormant == Dormant::Damaged);
        return;
    }
    let word =
        |at: usize| u32::from_be_bytes([start[at], start[at + 1], start[at + 2], start[at + 3]]);
    let is_power =
        |at, least, most| word(at).is_power_of_two() && (least..=most).contains(&word(at));
    let is_unsynced = start[..12] == [0; 12]
        && word(12) != 0
        && is_power(20, 32, 65536)
        && is_power(24, 512, 65536);
    let expected = if is_unsynced {
        Dormant::Unsynced
    } else {
        Dormant::Damaged
    };
    assert_eq!(dormant, expected);
    let is_in_wal_mode = database.len() < 100 || database[19] == 2;
    if !is_unsynced || is_in_wal_mode {
        return;
    }
    // All records that hold with the nonce are in the database.
    let (sector, size) = (word(20) as usize, word(24) as usize);
    let name = available(SuperJournalName::of(set));
    let end = name.map_or(journal.len(), |name| name.range.start as usize);
    let journal = &journal[..end];
    let mut offset = sector;
    for record in journal
        .get(sector..)
        .unwrap_or_default()
        .chunks_exact(size + 8)
    {
        let page = u32::from_be_bytes([record[0], record[1], record[2], record[3]]);
        let (data, sum) = record[4..].split_at(size);
        // Another header begins at a sector within it.
        let header = offset.next_multiple_of(sector);
        if record
            .get(header - offset..)
            .is_some_and(|it| it.starts_with(&MAGIC))
        {
            break;
        }
        offset += size + 8;
        if page == 0 || naive::journal_sum(word(12), data).to_be_bytes() != sum {
            break;
        }
        let at = (page as usize - 1).saturating_mul(size);
        let there = database.get(at..at.saturating_add(size));
        assert!(page > word(16) || there == Some(data), "page {page}");
    }
}

/// That a page differs is so.
fn differs(found: Contradicted, database: &[u8], journal: &[u8]) {
    assert!(found.differing > 0 && found.differing <= found.records);
    let at = found.record.offset as usize;
    assert_eq!(journal[at..at + 4], found.page.get().to_be_bytes());
    let size = (9..=16).map(|bits| 1usize << bits).any(|size| {
        let data = journal.get(at + 4..at + 4 + size);
        let from = (found.page.get() as usize - 1).saturating_mul(size);
        let there = database.get(from..from.saturating_add(size));
        data.is_some() && data != there
    });
    assert!(size, "page {} is the same", found.page);
}
