use super::*;

fn two_commits() -> Vec<u8> {
    let mut writer = Writer::new(512, (10, 20), 0);
    writer.frame(1, &[1; 512], 0);
    writer.frame(2, &[2; 512], 2);
    writer.frame(2, &[3; 512], 4);
    writer.frame(5, &[4; 512], 0);
    writer.into_bytes()
}

#[test]
fn every_flipped_byte_of_the_chain_shortens_it() {
    let wal = two_commits();
    let whole = accept(&wal).unwrap();
    assert_eq!(
        (whole.frames.len(), whole.mx_frame, whole.page_count),
        (4, 3, 4)
    );
    for offset in 0..wal.len() {
        let mut flipped = wal.clone();
        flipped[offset] ^= 1;
        let frames = accept(&flipped).map_or(0, |accepted| accepted.frames.len());
        let expected = if offset < WAL_HEADER {
            0
        } else {
            (offset - WAL_HEADER) / 536
        };
        // A WAL whose checksum byte order is flipped has a wrong header sum as well.
        assert_eq!(frames, expected, "byte {offset}");
    }
}

#[test]
fn a_wrong_version_refuses_only_under_a_right_checksum() {
    let mut wal = two_commits();
    put32(&mut wal, 4, VERSION + 1);
    assert!(!refuses_version(&wal));
    crate::rewrite::seal_header(&mut wal);
    assert!(refuses_version(&wal));
    assert_eq!(accept(&wal), None);
}

#[test]
fn an_image_takes_the_newest_frame_then_the_file_then_nothing() {
    let wal = two_commits();
    let database = [9; 512 + 100];
    let first = image(&database, &wal, 1).unwrap();
    assert_eq!(
        (
            first.page(1).unwrap()[0],
            first.page(2).unwrap()[0],
            first.page(3)
        ),
        (1, 2, None)
    );
    let second = image(&database, &wal, 2).unwrap();
    assert_eq!((second.page(2).unwrap()[0], second.page(5)), (3, None));
    assert_eq!(second.missing(), [3, 4]);
    assert!(image(&database, &wal, 3).is_none());
    assert_eq!(prefix(&wal, 1).len(), WAL_HEADER + 2 * 536);
}

#[test]
fn a_partial_last_page_is_filled_with_zeros() {
    let mut writer = Writer::new(512, (10, 20), 0);
    writer.frame(1, &[1; 512], 2);
    let wal = writer.into_bytes();
    let database = [9; 512 + 100];
    let page = image(&database, &wal, 1)
        .unwrap()
        .page(2)
        .unwrap()
        .into_owned();
    assert_eq!((page[99], page[100], page.len()), (9, 0, 512));
}
