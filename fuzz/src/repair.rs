//! What is put right of a damaged WAL, and what is had behind damage: the twin accepts what was put right, and every page
//! stands where it is said to.

use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::{
    BackupSet, Image, Older, Origin, PastDamage, Residue, Timeline, WalRepairs,
};
use stillframe_testkit::naive;

use crate::material::Material;

/// Looks for what can be put right of a set.
///
/// # Panics
/// What is said of it is not so.
pub fn run(bytes: &[u8]) {
    let (_, mut material) = Material::read(bytes);
    material.journal = None;
    let set = material.set();
    let Ok(timeline) = Timeline::read(&set, &()) else {
        return;
    };
    wal(&material, &set, &timeline);
    older(&set, &timeline);
    past_damage(&set, &timeline);
}

/// With the bytes that are put right the twin accepts as many commits as were promised, and more than before.
fn wal(material: &Material, set: &BackupSet, timeline: &Timeline) {
    let Some(input) = &set.wal else {
        return;
    };
    let repairs = WalRepairs::of(input, timeline, &()).expect("memory can be read");
    let Some(last) = repairs.last_commit() else {
        assert!(repairs.is_empty());
        return;
    };
    let mut wal = material.wal_bytes().to_vec();
    for repair in repairs.repairs() {
        let start = repair.offset as usize;
        let place = start..start + repair.bytes.len();
        assert_eq!(wal[place.clone()], repair.found);
        wal[place].copy_from_slice(&repair.bytes);
    }
    let commits = naive::commits(&wal).len();
    assert!(commits >= last.get() as usize);
    assert!(last > timeline.last());
}

/// Pages from before the WAL was begun anew are those that the last commit has nothing newer of.
fn older(set: &BackupSet, timeline: &Timeline) {
    let Ok((_, Ok(image))) = Image::read(set, None, &()) else {
        return;
    };
    let residue = Residue::read(set.wal.as_ref(), timeline, &()).expect("memory can be read");
    let older = Older::of(set, timeline, &residue, &image, &()).expect("memory can be read");
    let Some(older) = older else {
        return;
    };
    assert!(older.first.get() > timeline.mx_frame());
    let repaired = older.image(set, timeline, &()).expect("there is a commit");
    for (page, frame) in older.lacking().iter() {
        assert!(frame >= older.first);
        assert_eq!(image.overlay().frame(page), None);
        let offset = frame.page_offset(image.page_size());
        assert_eq!(repaired.origin(page), Origin::Wal { frame, offset });
    }
    assert_eq!(repaired.stored_pages(), image.stored_pages());
    read(&repaired);
}

fn past_damage(set: &BackupSet, timeline: &Timeline) {
    let found = PastDamage::of(set, timeline, &()).expect("memory can be read");
    let Some(found) = found else {
        return;
    };
    assert!(found.first.get() > timeline.accepted());
    assert!(found.commit.last_frame >= found.first);
    assert_eq!(
        found.commit.number.get(),
        timeline.last().get() + found.commits
    );
    let image = found.image(set, timeline, &()).expect("there is a commit");
    assert_eq!(image.stored_pages(), found.commit.size_after);
    for (page, frame) in found.doubtful().iter() {
        assert_eq!(image.overlay().frame(page), Some(frame));
    }
    read(&image);
}

/// Each of the first pages can be read, or is said to be missing.
fn read(image: &Image<'_>) {
    for page in (1..=image.stored_pages().min(64)).filter_map(PageNumber::new) {
        let is_missing = image.origin(page) == Origin::Missing;
        assert_eq!(image.page(page).is_err(), is_missing, "page {page}");
    }
}
