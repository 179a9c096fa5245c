//! An image written as a file.

use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::rebuild::{Start, rebuild};
use stillframe_history::{BackupSet, Error, Image, Origin, Refusal};
use stillframe_testkit::naive;

use crate::material::Material;
use crate::reader::Reader;
use crate::scratch;

/// Rebuilds an image in one of the ways there are, and holds the file against the naive twin.
pub(crate) fn is_image(image: &Image<'_>, material: &Material, choices: &mut Reader<'_>) {
    let database = material.database_bytes();
    is_image_over(image, database, material, choices);
}

/// The same, where the image is of a set whose database file is rolled back first, to that of `twin`.
pub(crate) fn is_image_of(
    image: &Image<'_>,
    set: &BackupSet,
    twin: &Material,
    choices: &mut Reader<'_>,
) {
    let whole = set.database.as_ref().map(|database| {
        let length = database.bytes.len() as usize;
        let window = database.bytes.window(0, length);
        window.unwrap_or_else(|error| panic!("{error}")).to_vec()
    });
    is_image_over(image, &whole.unwrap_or_default(), twin, choices);
}

fn is_image_over(
    image: &Image<'_>,
    database: &[u8],
    material: &Material,
    choices: &mut Reader<'_>,
) {
    let (clones, hands_over) = (choices.below(2) == 1, choices.below(2) == 1);
    scratch::with(|files| {
        let start = if clones { Start::Clone } else { Start::Empty };
        scratch::fill(&mut files.output, if clones { database } else { &[] });
        let handle = hands_over.then(|| {
            scratch::fill(&mut files.database, database);
            scratch::clone(&files.database)
        });
        let rebuilt = rebuild(image, &mut files.output, start, handle, &());
        // What is encrypted is put together as it is.
        let refusal = image.refusal();
        let refusal = refusal.filter(|it| !matches!(it, Refusal::Encrypted(_)));
        if let Some(refusal) = refusal {
            assert!(matches!(rebuilt, Err(Error::Refused(refused)) if refused == refusal));
            return;
        }
        let rebuilt = rebuilt.unwrap_or_else(|error| panic!("it is not refused: {error}"));
        let bytes = scratch::contents(&mut files.output);
        assert_eq!(rebuilt.bytes, bytes.len() as u64);
        let pages =
            rebuilt.pages_from_database + rebuilt.pages_from_journal + rebuilt.pages_from_wal;
        assert_eq!(pages, image.stored_pages());
        let mut expected = expected(image, material);
        if rebuilt.pages_stamped > 0 {
            sum(image, &mut expected);
        }
        assert!(bytes == expected, "the file is not the image");
    });
}

/// Whole pages after a commit; the database file alone is itself, a last page that is cut off included.
fn expected(image: &Image<'_>, material: &Material) -> Vec<u8> {
    let database = material.database_bytes();
    let commit = image.number().get() as usize;
    if commit == 0 {
        return database.to_vec();
    }
    naive::image(database, material.wal_bytes(), commit)
        .and_then(|twin| twin.bytes())
        .unwrap_or_else(|| panic!("commit {commit} is not refused, and a page of it is nowhere"))
}

/// Sums the pages that are not from the database file, as the extension `cksumvfs` does when they get into it.
fn sum(image: &Image<'_>, database: &mut [u8]) {
    let reserved = image.header().map(|header| header.reserved_bytes);
    assert_eq!(reserved, Some(8), "there is room for sums");
    let pages = database.chunks_exact_mut(image.page_size().get() as usize);
    for (number, page) in (1..).filter_map(PageNumber::new).zip(pages) {
        if matches!(
            image.origin(number),
            Origin::Wal { .. } | Origin::Journal { .. }
        ) {
            let (content, end) = page.split_at_mut(page.len() - 8);
            let (s0, s1) = naive::checksum(false, (0, 0), content);
            end[..4].copy_from_slice(&s0.to_le_bytes());
            end[4..].copy_from_slice(&s1.to_le_bytes());
        }
    }
}
