use stillframe_history::{BackupSet, Error, Image, Progress};

use crate::record::{ImageRecord, MemberRecord, SetRecord, WalRecord, members};

/// How a set differs from what was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Whether nothing but members was recorded, as SQLite would not have had the database.
    pub only_members: bool,
    /// The members that are not the same.
    pub members: Vec<MemberDifference>,
    /// Whether the database of the last commit is the same; `None` where SQLite would not have it, then or now.
    pub same_image: Option<bool>,
    /// The pages of that that differ, as the first and the last of each run: exactly, or some around them where the
    /// database is large.
    pub pages: Vec<(u32, u32)>,
    /// How many pages were recorded together: where that is more than 1, some of those that are named differ.
    pub pages_each: u32,
    /// How many pages it had, and has.
    pub page_counts: Option<(u32, u32)>,
    /// The schema cookie that it had, and has, where they are not the same.
    pub schema_cookies: Option<(u32, u32)>,
    /// How the WAL goes on from the one that was recorded, where it is not as it was.
    pub wal: Option<WalDifference>,
}

/// A member that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberDifference {
    /// What SQLite appends to the name of the database.
    pub suffix: String,
    /// Its length when it was recorded; `None` where it was not there.
    pub recorded: Option<u64>,
    /// Its length now; `None` where it is not here.
    pub found: Option<u64>,
}

/// How a WAL goes on from one that was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WalDifference {
    /// It is gone, with so many commits.
    Gone(u32),
    /// It was not there.
    New(u32),
    /// It is the same, with fewer commits: so many are missing.
    Shorter(u32),
    /// It is the same, with so many more commits, or with others of the same number.
    Longer(u32),
    /// It was begun anew so many times since.
    Newer(u32),
    /// It was begun anew so many times between this one and the one that was recorded.
    Older(u32),
    /// Nothing ties the two together.
    Other,
}

impl Difference {
    /// Whether SQLite shows the same database, whatever its members are; where only these were recorded, whether all of
    /// them are the same.
    pub fn is_same_database(&self) -> bool {
        match self.only_members {
            true => self.is_same(),
            false => self.same_image == Some(true),
        }
    }

    /// Whether every member is the same, byte for byte.
    pub fn is_same(&self) -> bool {
        self.members.is_empty()
    }

    /// Whether what is there is older than what was recorded. A WAL that is gone shows that only beside the database file
    /// that was recorded: another one may hold its commits since a checkpoint, and later ones.
    pub fn is_older(&self) -> bool {
        let is_older = match self.wal {
            Some(WalDifference::Gone(1..)) => !self.members.iter().any(|it| it.suffix.is_empty()),
            Some(WalDifference::Shorter(_) | WalDifference::Older(_)) => true,
            _ => false,
        };
        is_older && !self.is_same_database()
    }
}

/// Compares a set with what was recorded.
///
/// # Errors
/// The set could not be read.
pub fn compare(
    record: &SetRecord,
    set: &BackupSet,
    progress: &dyn Progress,
) -> Result<Difference, Error> {
    let found = members(set, progress)?;
    let (timeline, image) = Image::read(set, None, progress)?;
    let wal = wal_difference(record.wal.as_ref(), WalRecord::of(&timeline).as_ref());
    let each = record
        .image
        .as_ref()
        .map(|image| image.fingerprints.pages_each);
    let image = match (image, each) {
        (Ok(image), Some(each)) => ImageRecord::of(&image, Some(each), progress)?,
        (Ok(_), None) | (Err(Error::Refused(_)), _) => None,
        (Err(error), _) => return Err(error),
    };
    let both = record.image.as_ref().zip(image.as_ref());
    Ok(Difference {
        only_members: record.image.is_none(),
        members: member_differences(&record.members, &found),
        same_image: both.map(|(then, now)| {
            (then.page_size, then.pages, &then.sha256) == (now.page_size, now.pages, &now.sha256)
        }),
        pages: both.map_or_else(Vec::new, |(then, now)| {
            let prints = &then.fingerprints;
            prints.differing(then.pages, &now.fingerprints, now.pages)
        }),
        pages_each: each.unwrap_or(1),
        page_counts: both.map(|(then, now)| (then.pages, now.pages)),
        schema_cookies: both
            .map(|(then, now)| (then.schema_cookie, now.schema_cookie))
            .filter(|(then, now)| then != now),
        wal,
    })
}

fn member_differences(recorded: &[MemberRecord], found: &[MemberRecord]) -> Vec<MemberDifference> {
    let of = |members: &[MemberRecord], suffix: &str| {
        let member = members.iter().find(|member| member.suffix == suffix);
        member.cloned()
    };
    let gone_or_other = recorded.iter().filter_map(|then| {
        let now = of(found, &then.suffix);
        let is_same = now.as_ref() == Some(then);
        (!is_same).then(|| MemberDifference {
            suffix: then.suffix.clone(),
            recorded: Some(then.bytes),
            found: now.map(|now| now.bytes),
        })
    });
    let new = found
        .iter()
        .filter(|now| of(recorded, &now.suffix).is_none());
    let new = new.map(|now| MemberDifference {
        suffix: now.suffix.clone(),
        recorded: None,
        found: Some(now.bytes),
    });
    gone_or_other.chain(new).collect()
}

/// Resets that two WALs are taken to be apart at most: two that have nothing to do with each other are as near as that once
/// in 2^16.
const MOST_RESETS: u32 = 1 << 15;

fn wal_difference(then: Option<&WalRecord>, now: Option<&WalRecord>) -> Option<WalDifference> {
    let (then, now) = match (then, now) {
        (None, None) => return None,
        (Some(then), None) => return Some(WalDifference::Gone(then.commits)),
        (None, Some(now)) => return Some(WalDifference::New(now.commits)),
        (Some(then), Some(now)) if then == now => return None,
        (Some(then), Some(now)) => (then, now),
    };
    if (then.salt1, then.salt2) == (now.salt1, now.salt2) {
        return Some(match then.commits.checked_sub(now.commits) {
            Some(missing @ 1..) => WalDifference::Shorter(missing),
            _ => WalDifference::Longer(now.commits - then.commits),
        });
    }
    let newer = now.salt1.wrapping_sub(then.salt1);
    let older = then.salt1.wrapping_sub(now.salt1);
    Some(match (newer, older) {
        (1..=MOST_RESETS, _) => WalDifference::Newer(newer),
        (_, 1..=MOST_RESETS) => WalDifference::Older(older),
        _ => WalDifference::Other,
    })
}

#[cfg(test)]
mod tests;
