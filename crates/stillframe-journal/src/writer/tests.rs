use stillframe_format::PageSize;

use super::*;
use crate::{End, Playback, SectorSize, SlotReason, SuperJournal, Wanted};

/// What is written is read back, for every page and sector size, with and without the name of a super-journal.
#[test]
fn the_round_trip() {
    for page in 9..=16 {
        for sector in 5..=16 {
            for name in [None, Some(&b"/x/app.db-mj012ABC9de"[..])] {
                round_trip(1 << page, 1 << sector, name);
            }
        }
    }
}

fn round_trip(page_size: u32, sector_size: u32, name: Option<&[u8]>) {
    let layout = Layout {
        page_size: PageSize::new(page_size).unwrap(),
        sector_size: SectorSize::new(sector_size).unwrap(),
    };
    let mut writer = Writer::new(layout, 9);
    let mut journal = Vec::new();
    let mut pages = Vec::new();
    for (segment, records) in [(0u32, 2u32), (1, 1), (2, 3)] {
        journal.extend(writer.header(records, 1000 + segment));
        for record in 0..records {
            let number = PageNumber::new(1 + segment * 3 + record).unwrap();
            let page = vec![number.get() as u8; page_size as usize];
            let (before, after) = writer.record(number, &page);
            journal.extend([&before[..], &page, &after].concat());
            pages.push(number.get());
        }
    }
    if let Some(name) = name {
        journal.extend(writer.super_journal(name));
    }
    assert_eq!(writer.written(), journal.len() as u64);
    let found = SuperJournal::find(&journal, journal.len() as u64);
    assert_eq!(found.map(|found| found.name()), name);
    let mut playback = Playback::new(journal.len() as u64, layout.page_size, found.as_ref());
    let mut read = Vec::new();
    let segments = playback.read(&journal, |slot, data| {
        assert_eq!(slot.reason, SlotReason::PlayedBack);
        let number = slot.page.unwrap();
        assert!(data.iter().all(|&byte| u32::from(byte) == number));
        let start = slot.offset as usize + 4;
        assert_eq!(&journal[start..start + data.len()], data);
        read.push(number);
    });
    let is_small = journal.len() < 512;
    assert_eq!(
        (segments, read),
        if is_small {
            (0, Vec::new())
        } else {
            (3, pages)
        }
    );
    assert_eq!(playback.layout(), Some(layout));
    assert_eq!(playback.initial_size(), Some(9));
    assert!(matches!(
        playback.end(),
        Some(End::NoRoom | End::NoHeader { .. })
    ));
    assert_eq!(playback.wanted(), None::<Wanted>);
}
