//! Pages behind those that SQLite counts.

use super::*;

#[test]
fn the_first_trailing_page_with_content_is_found_wherever_it_is() {
    const PAGES: usize = 6000;
    for at in [3 * PAGE, 2047 * PAGE + 511, 2051 * PAGE, PAGES * PAGE - 1] {
        let mut bytes = database(3);
        bytes.resize(PAGES * PAGE, 0);
        bytes[at] = 1;
        let set = set(Some(bytes), Some(Vec::new()));
        let counter = Counter::default();
        let evidence = Evidence::gather(&set, &counter).unwrap();
        let trailing = evidence.trailing.unwrap();
        let page = PageNumber::new((at / PAGE) as u32 + 1);
        assert_eq!(trailing.content, page);
        assert_eq!(trailing.pages() as usize, PAGES - 3);
        let done = counter.done.into_inner();
        assert_eq!(done, counter.expected.into_inner());
        // The trailing pages, and the three that are walked.
        assert_eq!(done as usize, PAGES * PAGE);
    }
}

#[test]
fn a_trailing_page_that_is_in_the_wal_is_looked_at_there() {
    let mut bytes = database(3);
    bytes.resize(6 * PAGE, 7);
    let zeros = [0; PAGE];
    let first_content = |frames: &[(u32, u32, &[u8])]| {
        let set = set(Some(bytes.clone()), Some(wal_of(1, frames)));
        let trailing = Evidence::gather(&set, &()).unwrap().trailing.unwrap();
        trailing.content.map(PageNumber::get)
    };
    assert_eq!(first_content(&[(4, 6, &zeros)]), Some(5));
    assert_eq!(
        first_content(&[(4, 0, &zeros), (5, 6, &[1; PAGE])]),
        Some(5)
    );
    assert_eq!(first_content(&[(4, 6, &[1; PAGE])]), Some(4));
    let all: &[(u32, u32, &[u8])] = &[(6, 0, &zeros), (5, 0, &zeros), (4, 6, &zeros)];
    assert_eq!(first_content(all), None);
}
