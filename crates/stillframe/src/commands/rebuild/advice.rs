//! What can be had where SQLite would refuse what was asked for.

use stillframe_history::{BackupSet, Error, Image, Progress as _, Refusal, Timeline};
use stillframe_wal::CommitNumber;

use crate::args::Common;
use crate::inputs::Found;
use crate::progress::Bar;

/// The error for an image that is refused: it names the input, and what of it could be written instead.
pub fn refused(
    common: &Common,
    found: &Found,
    timeline: &Timeline,
    image: &Image<'_>,
    refusal: Refusal,
) -> anyhow::Result<anyhow::Error> {
    let name = found.name();
    let what = match before(common, found, timeline, image)? {
        Some(commit) => format!("{name} (--at {commit} writes commit {commit})"),
        None => match alone(&found.set, timeline, image)? {
            Some((with, option)) => {
                format!("{name} with its {with} ({option} writes the file alone)")
            }
            None => name.to_owned(),
        },
    };
    Ok(anyhow::Error::new(refusal).context(what))
}

/// The last commit before that of an image that is not refused, as far as a few readings of the WAL tell.
fn before(
    common: &Common,
    found: &Found,
    timeline: &Timeline,
    image: &Image<'_>,
) -> Result<Option<u32>, Error> {
    let set = &found.set;
    let bytes = set.wal_bytes();
    let Some(refused) = image.commit().map(|commit| commit.number.get()) else {
        return Ok(None);
    };
    let readings = (MOST_BYTES_READ / bytes.max(1)).clamp(4, MOST_READINGS);
    let bar = Bar::new("looking at commits before it", 0, common.quiet);
    last_sound(refused, readings, |commit| {
        bar.expect(bytes);
        let image = Image::at(set, timeline, CommitNumber::new(commit), &bar)?;
        Ok(image.refusal().is_none())
    })
}

/// Bytes of a WAL that are read at the most to give advice, but for the readings that it always takes.
const MOST_BYTES_READ: u64 = 16 << 30;
const MOST_READINGS: u64 = 1000;

/// The last number from 1 to before `refused` that is sound, if it is found in so many looks: at one after the other for
/// the first half of them, as most are refused for what their own pages say. Then ever further back, and once one is
/// sound, at what lies between it and the next one that is not.
fn last_sound<E>(
    refused: u32,
    looks: u64,
    mut is_sound: impl FnMut(u32) -> Result<bool, E>,
) -> Result<Option<u32>, E> {
    let mut looks = 0..looks;
    let (mut sound, mut bad, mut step) = (0, refused, 1);
    while bad - sound > 1 && looks.next().is_some() {
        let next = match sound {
            0 => bad.saturating_sub(step).max(1),
            sound => sound + (bad - sound) / 2,
        };
        match is_sound(next)? {
            true => sound = next,
            false => bad = next,
        }
        if looks.start > looks.end / 2 {
            step = step.saturating_mul(2);
        }
    }
    Ok((sound > 0).then_some(sound))
}

/// Where less than what is refused would not be: what there is to leave aside, and the option that does it.
fn alone(
    set: &BackupSet,
    timeline: &Timeline,
    image: &Image<'_>,
) -> anyhow::Result<Option<(&'static str, &'static str)>> {
    if set.database_bytes() <= 1 {
        return Ok(None);
    }
    let is_rolled_back = image.rollback().is_some();
    let aside = match image.commit() {
        Some(_) => ("WAL", without_wal(is_rolled_back)),
        None if is_rolled_back => ("rollback journal", "--ignore-journal"),
        None => return Ok(None),
    };
    let alone = match image.commit() {
        Some(_) if is_rolled_back => Image::rolled_back(set, &())?,
        _ => Image::at(set, timeline, CommitNumber::DATABASE, &())?,
    };
    Ok(alone.refusal().is_none().then_some(aside))
}

/// What asks for the database file without its WAL, rolled back where it is.
pub const fn without_wal(rolled_back: bool) -> &'static str {
    match rolled_back {
        true => "--at journal",
        false => "--at 0",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(refused: u32, looks: u64, sound: impl Fn(u32) -> bool) -> (Option<u32>, u64) {
        let mut looked = 0;
        let last = last_sound(refused, looks, |number| {
            assert!((1..refused).contains(&number));
            looked += 1;
            Ok::<bool, ()>(sound(number))
        });
        (last.unwrap(), looked)
    }

    #[test]
    fn the_last_sound_one_is_found() {
        for refused in 1..40 {
            for last in 0..refused {
                let sound = (last > 0).then_some(last);
                let expected = |number| number <= last;
                assert_eq!(
                    found(refused, 1000, expected).0,
                    sound,
                    "{last} of {refused}"
                );
            }
        }
        // Also where those before it are not.
        assert_eq!(found(100, 1000, |number| number == 80).0, Some(80));
        assert_eq!(found(2, 4, |_| true), (Some(1), 1));
        assert_eq!(found(1, 4, |_| true), (None, 0));
    }

    #[test]
    fn few_looks_find_one_that_lies_far_back() {
        let (last, looked) = found(1_000_000, 100, |number| number <= 123_456);
        assert_eq!(last, Some(123_456));
        assert!(looked <= 100, "{looked}");
        // Where they do not suffice to tell which is the last, it is one before it.
        let (last, looked) = found(1_000_000, 50, |number| number <= 900_000);
        assert!(last.is_some_and(|last| last < 900_000), "{last:?}");
        assert_eq!(looked, 50);
        assert_eq!(found(u32::MAX, 8, |_| false), (None, 8));
    }
}
