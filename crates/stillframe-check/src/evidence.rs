mod gather;
mod places;
mod together;

use stillframe_database::Header;
use stillframe_database::encryption::InClear;
use stillframe_database::header::{HEADER_BYTES, MAGIC};
use stillframe_format::{FileKind, PageNumber};
use stillframe_history::{
    BackupSet, Dormant, EndOfLog, Error, Exactness, ForeignJournal, Image, JournalState, Misplaced,
    Missed, Origin, OtherMoment, Overtaken, Progress, Refusal, Residue, Role, Rollback, Stale,
    SuperJournalName, TextDamage, TextDoubt, Timeline, Unexplained, WalRepairs, WalState,
};
use stillframe_manifest::Difference;
use stillframe_policy::Judged;
use stillframe_wal::FrameNumber;

use crate::content::{ContentProblem, EntryProblem};
use crate::repairable::LostCommit;
use crate::walk::Problem;
use crate::{
    Aborted, DumpEnd, Held, IndexEvidence, Inside, Instead, Overwritten, PageChecksums, Pairing,
    Tied, Trailing, WithOlder,
};

/// A database of which the file is empty, and the rollback journal is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LostDatabase {
    /// Pages that it had before the transaction: at least 1.
    pub before: u32,
    /// Pages of these that the journal holds.
    pub held: usize,
}

impl LostDatabase {
    fn of(set: &BackupSet, progress: &dyn Progress) -> Result<Option<Self>, Error> {
        if set.database.is_none() || JournalState::of(set)? != JournalState::DatabaseEmpty {
            return Ok(None);
        }
        let rollback = Rollback::read(set, progress)?;
        let before = rollback.initial_size().filter(|&before| before > 0);
        Ok(before.map(|before| Self {
            before,
            held: rollback.pages(),
        }))
    }
}

/// What the bytes of a set say, gathered once for all rules.
pub struct Evidence<'a> {
    /// The set.
    pub set: &'a BackupSet,
    /// What the database file is, from its content; `None` where there is none.
    pub database_kind: Option<FileKind>,
    /// How many pages behind the first are of b-trees, and how many were looked at, where the file does not begin as a
    /// database and is one all the same.
    pub(crate) behind_page_1: Option<(usize, usize)>,
    /// The header at the start of the database file, rolled back where a hot journal lies beside it, where there are enough
    /// bytes for one.
    pub header_below_wal: Option<Header>,
    /// The WAL.
    pub timeline: Timeline,
    /// What stands in the WAL behind the last commit.
    pub residue: Residue,
    /// The image at the last moment, accepted or not; `None` where there is neither a database nor a commit.
    pub image: Option<Image<'a>>,
    /// What of the WAL was already copied into the database file.
    pub exactness: Exactness,
    /// The pages behind those that SQLite counts, in an image that SQLite accepts.
    pub trailing: Option<Trailing>,
    /// That the database file is newer than the WAL, where its header shows that.
    pub stale: Option<Stale>,
    /// What a checkpoint of the WAL would do to the database file.
    pub overwritten: Option<Overwritten>,
    /// What the WAL and the database file have in common.
    pub held: Option<Held>,
    /// What shows that the database file is not what the WAL was written over, where it is neither stale nor lacks pages
    /// of the generation before.
    pub unexplained: Option<Unexplained>,
    /// Pages of the generation before the WAL's present one that the database file lacks, where the WAL is not stale.
    pub missed: Option<Missed>,
    /// What makes it likely that the two are of different moments, where nothing proves it.
    pub other_moment: Option<OtherMoment>,
    /// The database with pages that the file lacks and that are still in the WAL behind the log.
    pub with_older: Option<WithOlder<'a>>,
    /// Damage to the WAL of which its checksums tell what stood there.
    pub wal_repairs: WalRepairs,
    /// A commit that was damaged, with none behind it.
    pub lost_commit: Option<LostCommit>,
    /// What the wal-index says.
    pub wal_index: Option<IndexEvidence>,
    /// Pages that the database file lacks although it has others that a checkpoint copies later, where the WAL is the
    /// database's own.
    pub overtaken: Option<Overtaken>,
    /// What is inside the image at the last moment, where SQLite accepts it and the WAL is the database's own.
    pub inside: Option<Inside>,
    /// What a transfer as text did to the database file.
    pub text_damage: Option<TextDamage>,
    /// What makes it look as if there had been such a transfer, where nothing proves it.
    pub text_doubt: Option<TextDoubt>,
    /// How the file ends, where it is SQL text that begins a transaction.
    pub dump_end: Option<DumpEnd>,
    /// The checksums that `cksumvfs` keeps at the end of pages, where the database has them and its inside was looked at.
    pub page_checksums: Option<PageChecksums>,
    /// Whether pages of the last commit exist nowhere, and the database file alone is sound.
    pub(crate) file_alone_is_sound: bool,
    /// What SQLite would do with the rollback journal.
    pub journal: JournalState,
    /// The name of a super-journal at the end of the rollback journal.
    pub super_journal: Option<SuperJournalName>,
    /// The transaction over several databases that the set belongs to: as far as it tells by itself, where whoever has the
    /// others, too, does not know better.
    pub tied: Option<Tied>,
    /// Whether something is wrong in a database whose super-journal is gone, and not once its journal is played back: it holds
    /// half a transaction.
    pub(crate) holds_half: bool,
    /// Whether a hot journal would change nothing in the database file: nothing of its transaction was written yet.
    pub(crate) is_untouched: bool,
    /// What the journal beside an empty database file says of the one that was there.
    pub lost_to_journal: Option<LostDatabase>,
    /// What the rollback journal says, where SQLite would do something with it, or its first header is zeroed, and the image
    /// does not hold it.
    pub(crate) rollback: Option<Rollback>,
    /// What the rollback journal is, where SQLite leaves it alone as it begins with a zero.
    pub(crate) dormant: Option<Dormant>,
    /// Records that SQLite does not write, among those of a hot journal that it plays back.
    pub misplaced: Option<Misplaced>,
    /// What shows that the rollback journal is not of the database file.
    pub foreign_journal: Option<ForeignJournal>,
    /// How many problems with structure and content a hot journal makes that is not the file's own, where the file alone has
    /// none: then the image is that of the file alone.
    pub broken_by_journal: Option<usize>,
    /// That a part of a database lies in the file, and page 1 was never written, or the journal cuts it to nothing.
    pub aborted: Option<Aborted>,
    /// How the set differs from what was recorded of it, where whoever opened it knows what was.
    pub recorded: Option<Difference>,
    /// What became of what is expected of the set, where anything is.
    pub judged: Option<Judged>,
    /// The pages of a sound database that lies in a file which the journal cuts to nothing.
    pub whole_backup: Option<u32>,
    /// What is judged where there is no set.
    pub instead: Option<Instead>,
    /// The files of which the archive holds several of one name, and how many.
    pub met_twice: Vec<(Role, usize)>,
    /// Inputs that changed while they were read, and how.
    pub changes: Vec<(String, String)>,
    /// What names the set on a command line, as a shell takes it, where that is more than the name of its database.
    pub arguments: Option<String>,
    /// Whether SQLite finds the WAL by the name of the database. The names of the inputs tell, where whoever opened
    /// them does not know better: a database may be a link.
    pub wal_is_beside: bool,
    /// How the WAL was paired, where that was not by its name.
    pub pairing: Option<Pairing>,
}

impl<'a> Evidence<'a> {
    /// What is wrong with the content of tables and indexes.
    pub(crate) fn content_problems(&self) -> impl Iterator<Item = &ContentProblem> {
        self.inside.iter().flat_map(Inside::content_problems)
    }

    /// What is wrong with entries of indexes.
    pub(crate) fn entry_problems(&self) -> impl Iterator<Item = &EntryProblem> {
        self.inside.iter().flat_map(Inside::entry_problems)
    }

    /// What is wrong with the structure, as far as that is kept.
    pub(crate) fn problems(&self) -> &[Problem] {
        self.inside.as_ref().map_or(&[], Inside::problems)
    }

    /// Whether nothing is wrong with structure and content, as far as they were looked at.
    pub(crate) fn is_sound_inside(&self) -> bool {
        self.problems().is_empty() && self.content_problems().next().is_none()
    }

    /// What the wal-index says of where the log ends.
    pub(crate) fn end_of_log(&self) -> EndOfLog {
        let index = self.wal_index.as_ref();
        index.map_or(EndOfLog::Unknown, |it| {
            EndOfLog::of(&it.index, it.relation, &self.timeline)
        })
    }

    /// Whether there may be frames in the WAL: it is longer than its header.
    pub(crate) fn has_frames(&self) -> bool {
        self.set.wal_bytes() > stillframe_wal::header::HEADER_BYTES as u64
    }

    /// Whether SQLite would delete the WAL unread: there is nothing in the database, and the WAL has the name for it.
    pub(crate) fn wal_would_be_deleted(&self) -> bool {
        self.wal_is_beside && self.set.wal_would_be_deleted()
    }

    /// The name of the super-journal, where SQLite heeds it and would look for it elsewhere than it was looked for.
    pub(crate) fn super_journal_elsewhere(&self) -> Option<&SuperJournalName> {
        let is_asked_for = self.journal.is_hot() && self.set.super_journal_is_sought_elsewhere;
        let name = self.super_journal.as_ref().filter(|_| is_asked_for)?;
        name.is_heeded().then_some(name)
    }

    /// Why SQLite would not have the database, or which page of it exists nowhere.
    pub fn refusal(&self) -> Option<Refusal> {
        self.image.as_ref().and_then(Image::refusal)
    }

    /// Page 1's header as SQLite would see it, rolled back where there is a hot journal, where SQLite accepts it: not where
    /// it has another page size than the WAL.
    pub(crate) fn header(&self) -> Option<&Header> {
        let accepted = match self.refusal() {
            None | Some(Refusal::SizeExceedsStored { .. } | Refusal::MissingPages { .. }) => {
                !self.header_is_cut_off() && self.page_sizes_that_differ().is_none()
            }
            Some(_) => false,
        };
        let accepted = accepted && self.text_damage.is_none();
        let header = self.image.as_ref().and_then(Image::header);
        header.filter(|header| accepted && header.validate().is_ok())
    }

    /// The image, where its header is accepted.
    pub(crate) fn accepted_image(&self) -> Option<(&Image<'a>, &Header)> {
        self.image.as_ref().zip(self.header())
    }

    /// What page 1 as SQLite would see it is refused for, as not the start of a database.
    pub(crate) fn not_a_database(&self) -> Option<stillframe_database::Error> {
        match self.refusal() {
            Some(Refusal::NotADatabase(error)) if !self.header_is_cut_off() => Some(error),
            _ => None,
        }
    }

    /// What is in clear of a page 1 that has no structure, as SQLite would see it.
    pub(crate) fn encryption(&self) -> Option<InClear> {
        match self.refusal() {
            Some(Refusal::Encrypted(in_clear)) => Some(in_clear),
            _ => None,
        }
    }

    /// What the header of the WAL is not accepted for.
    pub(crate) fn wal_error(&self) -> Option<stillframe_wal::Error> {
        match self.timeline.state() {
            WalState::Ignored(error) | WalState::Refused(error) => Some(error),
            WalState::Absent | WalState::Empty | WalState::Read => None,
        }
    }

    /// Whether the database file begins as a database does, or as an encrypted one may.
    pub(crate) fn has_database(&self) -> bool {
        let begins = self.header_below_wal.map(|header| header.magic == MAGIC);
        begins == Some(true) || self.encryption().is_some()
    }

    /// The frame that SQLite would read page 1 from.
    pub(crate) fn frame_of_page_1(&self) -> Option<FrameNumber> {
        match self.image.as_ref()?.origin(PageNumber::FIRST) {
            Origin::Wal { frame, .. } => Some(frame),
            _ => None,
        }
    }

    /// Whether the database file begins as a database does and ends within the header, and SQLite would read it from
    /// there.
    pub(crate) fn header_is_cut_off(&self) -> bool {
        let length = self.set.database_bytes();
        let header = self.image.as_ref().and_then(Image::header);
        let begins = header.is_some_and(|header| {
            let bytes = header.magic.iter().zip(MAGIC).take(length as usize);
            bytes
                .into_iter()
                .all(|(&found, expected)| found == expected)
        });
        length < HEADER_BYTES as u64 && begins && self.frame_of_page_1().is_none()
    }
}
