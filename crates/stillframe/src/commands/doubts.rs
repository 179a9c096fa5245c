//! What a reader of a commit should know before trusting it: SQLite says nothing of it.

mod behind_log;

use std::cell::OnceCell;

use stillframe_check::WithOlder;
use stillframe_history::{
    Backfill, BegunAnew, EndOfLog, Hidden, Image, Lacking, Mismatch, Missed, OtherMoment, Pattern,
    Relation, Residue, Timeline, WalIndex, WalState,
};
use stillframe_wal::FrameNumber;
use stillframe_wal::header::HEADER_BYTES;

use crate::inputs::Found;
use crate::words::{count, many};

/// What there is to doubt in a set, each in words.
pub struct Doubts {
    /// The WAL ends within its header.
    pub cut_header: Option<String>,
    /// The database file is not of the moment of the WAL.
    pub missed: Option<String>,
    /// The database file is hardly of the moment of the WAL.
    pub other_moment: Option<String>,
    /// Frames of after the WAL was begun anew lie behind the end of the log.
    pub newer: Option<String>,
    /// Commits lie behind the end of the log.
    pub lost: Option<String>,
    /// Commits may have been behind the end of the log.
    pub unexplained: Option<String>,
    /// The wal-index knows committed frames that are lacking.
    pub lacking: Option<String>,
    /// The database file lacks pages of a WAL that was begun anew, as the wal-index shows.
    pub begun_anew: Option<String>,
    /// The WAL hides what a checkpoint copied of frames that it has lost.
    pub hidden: Option<String>,
    /// The database file lacks pages that a checkpoint took for copied.
    pub skipped: Option<String>,
    /// How far a checkpoint has come, where that is not to the end. Nothing to doubt.
    pub checkpointed: Option<String>,
}

impl Doubts {
    /// Looks behind the log of a set. `last` is the image of the last commit, where there is one already.
    pub fn of(
        found: &Found,
        timeline: &Timeline,
        last: Option<&Image<'_>>,
        mismatch: Option<Mismatch>,
    ) -> anyhow::Result<Self> {
        let residue = Residue::of(&found.set, timeline, &())?;
        let last = &Last {
            found,
            timeline,
            given: last,
            made: OnceCell::new(),
        };
        let missed = match mismatch {
            Some(Mismatch::PageSize { .. } | Mismatch::RollbackMode(_) | Mismatch::Stale(_)) => {
                None
            }
            // That pages of the generation before are missing tells why.
            Some(Mismatch::Unexplained(_)) | None => missed(found, timeline, last, &residue)?,
        };
        let other_moment = match (mismatch, &missed) {
            (None, None) => other_moment(found, timeline, last, &residue)?,
            _ => None,
        };
        let index = found
            .set
            .wal_index
            .as_ref()
            .map(WalIndex::read)
            .transpose()?;
        let (mut lacking, mut compared, mut checkpointed) = (None, Compared::default(), None);
        let mut end_of_log = EndOfLog::Unknown;
        if let Some(index) = &index {
            let relation = Relation::of(index, &found.set, timeline, &residue)?;
            end_of_log = EndOfLog::of(index, relation, timeline);
            // Frames may be in a database file that the WAL is not of.
            let may_be_held = mismatch.is_some() && timeline.last_commit().is_some();
            lacking = self::lacking(found, index, relation, timeline, may_be_held)?;
            checkpointed = self::checkpointed(index, relation);
            if mismatch.is_none() {
                compared = Compared::of(found, timeline, last, index, relation)?;
            }
        }
        Ok(Self {
            lacking,
            begun_anew: compared.begun_anew.as_ref().map(begun_anew_in_words),
            hidden: compared.hidden.as_ref().map(hidden_in_words),
            skipped: compared.skipped.as_ref().map(skipped_in_words),
            checkpointed,
            cut_header: cut_header(found),
            other_moment,
            missed,
            newer: behind_log::newer(&residue),
            lost: behind_log::lost(found, timeline, &residue, end_of_log)?,
            unexplained: behind_log::unexplained(&residue),
        })
    }

    /// Why the database file cannot be told to hold later pages, or none, where it is not of the moment of the WAL.
    pub fn unknowable(&self) -> Option<&'static str> {
        let missed = self.missed.as_ref();
        let missed = missed.map(|_| "the database file does not go with the WAL");
        let other = self.other_moment.as_ref();
        missed.or(other.map(|_| "the database file hardly goes with the WAL"))
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let all = [
            &self.cut_header,
            &self.missed,
            &self.other_moment,
            &self.newer,
            &self.lost,
            &self.unexplained,
            &self.lacking,
            &self.begun_anew,
            &self.hidden,
            &self.skipped,
        ];
        all.into_iter().flatten().map(String::as_str)
    }
}

/// The image of the last commit: made where it is asked for, unless there is one already.
struct Last<'a> {
    found: &'a Found,
    timeline: &'a Timeline,
    given: Option<&'a Image<'a>>,
    made: OnceCell<Image<'a>>,
}

impl<'a> Last<'a> {
    fn get(&self) -> anyhow::Result<&Image<'a>> {
        if let Some(image) = self.given.or_else(|| self.made.get()) {
            return Ok(image);
        }
        let image = Image::at(&self.found.set, self.timeline, self.timeline.last(), &())?;
        Ok(self.made.get_or_init(|| image))
    }
}

/// Why the database file cannot be told to hold later pages, or none.
pub fn unknowable(timeline: &Timeline, mismatch: Option<Mismatch>) -> Option<&'static str> {
    match timeline.state() {
        WalState::Ignored(_) => Some("SQLite ignores the WAL"),
        WalState::Refused(_) => Some("SQLite refuses the WAL"),
        WalState::Absent | WalState::Empty | WalState::Read => {
            mismatch.map(|mismatch| match mismatch {
                Mismatch::Stale(_) => "the WAL is older than the database file, or of another",
                Mismatch::PageSize { .. } | Mismatch::RollbackMode(_) => {
                    "the WAL is not of this database"
                }
                Mismatch::Unexplained(_) => "the WAL is of another database, or of another time",
            })
        }
    }
}

fn cut_header(found: &Found) -> Option<String> {
    let length = found.set.wal_bytes();
    let is_cut = (1..HEADER_BYTES as u64).contains(&length);
    is_cut.then(|| {
        let bytes = many(length, "byte");
        format!(
            "the WAL ends after {bytes}, within its header: if it held commits, they are missing"
        )
    })
}

fn missed(
    found: &Found,
    timeline: &Timeline,
    last: &Last<'_>,
    residue: &Residue,
) -> anyhow::Result<Option<String>> {
    if !Missed::may_be(timeline, residue) {
        return Ok(None);
    }
    let (set, last) = (&found.set, last.get()?);
    let missed = match Missed::of(set, timeline, residue, last, &())? {
        None if last.trails() => WithOlder::of(set, timeline, residue, last, &())?
            .filter(WithOlder::shows_that_they_go_together)
            .and_then(|with| with.older.missed()),
        missed => missed,
    };
    Ok(missed.map(|missed| {
        let first = missed.first;
        let (pages, are, them) = match missed.pages {
            1 => (format!("page {first}"), "is", "it"),
            pages => {
                let pages = many(pages.into(), "page");
                (format!("{pages}, the first of them page {first},"), "are", "them")
            }
        };
        format!(
            "{pages} {are} not in the database file as a checkpoint brought {them} there before the WAL was begun anew: \
             the two are of different moments"
        )
    }))
}

fn other_moment(
    found: &Found,
    timeline: &Timeline,
    last: &Last<'_>,
    residue: &Residue,
) -> anyhow::Result<Option<String>> {
    if timeline.last_commit().is_none() {
        return Ok(None);
    }
    let (set, last) = (&found.set, last.get()?);
    let found = OtherMoment::of(set, timeline, residue, last, &())?;
    Ok(found.map(|found| found.to_string()))
}

fn lacking(
    found: &Found,
    index: &WalIndex,
    relation: Relation,
    timeline: &Timeline,
    may_be_held: bool,
) -> anyhow::Result<Option<String>> {
    let Some(mut lacking) = Lacking::of(index, relation, &found.set, timeline)? else {
        return Ok(None);
    };
    if may_be_held {
        lacking = lacking.in_doubt();
    }
    let frames = many(lacking.frames().into(), "committed frame");
    let range = match lacking.frames() {
        1 => frame(lacking.first),
        _ => format!("{} to {}", frame(lacking.first), frame(lacking.last)),
    };
    let fate = match lacking.certain_from {
        Some(_) => "not in the WAL and not in the database file",
        None => "not in the WAL, and perhaps not in the database file",
    };
    Ok(Some(format!(
        "the wal-index knows {frames}, {range}, {fate}"
    )))
}

fn frame(number: FrameNumber) -> String {
    count(number.get().into())
}

fn checkpointed(index: &WalIndex, relation: Relation) -> Option<String> {
    let (done, last) = (index.backfilled(), index.mx_frame());
    let is_part = relation.is_same_generation() && 0 < done && done < last;
    is_part.then(|| {
        let (done, last) = (count(done.into()), count(last.into()));
        format!("checkpointed to frame {done} of {last}, says the wal-index")
    })
}

/// What the wal-index tells of the pages in the database file.
#[derive(Default)]
struct Compared {
    /// Those that it lacks of a WAL that was begun anew.
    begun_anew: Option<BegunAnew>,
    /// Those that the WAL hides.
    hidden: Option<Hidden>,
    /// Those that a checkpoint skipped.
    skipped: Option<Backfill>,
}

impl Compared {
    fn of(
        found: &Found,
        timeline: &Timeline,
        last: &Last<'_>,
        index: &WalIndex,
        relation: Relation,
    ) -> anyhow::Result<Self> {
        let is_copied = index.backfilled() > 0 || relation == Relation::Newer;
        if !is_copied || timeline.last_commit().is_none() {
            return Ok(Self::default());
        }
        let (set, last) = (&found.set, last.get()?);
        let backfill = Backfill::of(index, relation, set, timeline, last)?;
        Ok(Self {
            begun_anew: BegunAnew::of(index, relation, set, timeline, last)?,
            hidden: Hidden::of(index, relation, set, timeline, last, backfill.as_ref())?,
            skipped: backfill.filter(|backfill| backfill.pattern == Pattern::Skipped),
        })
    }
}

fn begun_anew_in_words(anew: &BegunAnew) -> String {
    format!(
        "the wal-index is of after the WAL was begun anew, and the database file lacks {} of the WAL: the files are of \
         different moments",
        many(anew.lacking.into(), "page")
    )
}

fn hidden_in_words(hidden: &Hidden) -> String {
    let pages = many(hidden.pages.len() as u64, "page");
    let alone = match hidden.is_all_copied {
        true => ": --at 0 writes the file alone, which has all that was committed",
        false => "",
    };
    format!(
        "the WAL has lost frames {} to {}, which a checkpoint copied into the database file, and hides {pages} of them behind \
         older ones{alone}",
        frame(hidden.first),
        frame(hidden.last)
    )
}

fn skipped_in_words(backfill: &Backfill) -> String {
    let pages = many(backfill.differing.len() as u64, "page");
    format!(
        "a checkpoint skipped {pages} that the database file lacks now: the WAL alone holds the newest version"
    )
}
