use super::*;

fn size() -> PageSize {
    PageSize::new(1024).unwrap()
}

fn found(bytes: &[u8]) -> Option<SuperJournal<'_>> {
    SuperJournal::find(bytes, bytes.len() as u64)
}

#[test]
fn a_name_is_found_where_it_was_written() {
    let name = b"/home/m\xfcller/app.db-mj012ABC9de";
    let trailer = encode(name, size());
    let mut journal = [7; 600].to_vec();
    journal.extend(&trailer);
    let super_journal = found(&journal).unwrap();
    assert_eq!(super_journal.name(), name);
    assert_eq!(super_journal.range.start, 600);
    assert_eq!(super_journal.range.end, journal.len() as u64);
    assert!(super_journal.is_made_by_sqlite());
    assert_eq!(
        super_journal.database(),
        Some(&b"/home/m\xfcller/app.db"[..])
    );
    // The last bytes are enough.
    let tail = &journal[journal.len() - MAX_TRAILER_BYTES.min(journal.len())..];
    assert_eq!(
        SuperJournal::find(tail, journal.len() as u64),
        Some(super_journal)
    );
}

#[test]
fn every_flipped_bit_and_every_cut_is_noticed() {
    let trailer = encode(b"/tmp/a.db-mj00000090f", size());
    assert!(found(&trailer).is_some());
    for bit in 32..trailer.len() * 8 {
        let mut trailer = trailer.clone();
        trailer[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(found(&trailer), None, "{bit}");
    }
    for length in 0..trailer.len() {
        assert_eq!(found(&trailer[..length]), None, "{length}");
    }
    // The page number before it is not looked at.
    assert!(found(&trailer[4..]).is_some());
}

#[test]
fn names_that_are_too_long_or_empty_are_none() {
    for (length, is_read) in [(0, false), (1, true), (512, true), (513, false)] {
        let name = alloc::vec![b'x'; length];
        let trailer = encode(&name, size());
        assert_eq!(found(&trailer).is_some(), is_read, "{length}");
    }
    assert_eq!(found(&encode(b"\0x", size())), None);
    let with_nul = encode(b"a-mj012ABC9de\0x", size());
    assert_eq!(found(&with_nul).unwrap().name(), b"a-mj012ABC9de");
}

#[test]
fn the_form_that_sqlite_asks_for_from_3_54_on() {
    for (name, is_made) in [
        (&b"x-mj012ABC9de"[..], true),
        (b"-mj012ABC9de", true),
        (b"-mj012ABC9d", false),
        (b"mj012ABC9de", false),
        (b"x-mj012ABC8de", false),
        (b"x-mj012ABg9de", false),
        (b"x-mj012ABC9de ", false),
        (b"x_mj012ABC9de", false),
        (b"super", false),
    ] {
        let trailer = encode(name, size());
        let super_journal = found(&trailer).unwrap();
        assert_eq!(super_journal.is_made_by_sqlite(), is_made);
        assert_eq!(super_journal.database().is_some(), is_made);
    }
}
