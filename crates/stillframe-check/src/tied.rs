//! What a set has to do with others, by a super-journal.

use stillframe_database::{Header, JournalMode};
use stillframe_history::{
    BackupSet, Child, Error, Fate, Held, Image, JournalState, Member, Outcome, Progress, Refusal,
    Role, SuperJournalFile, Tie,
};

use stillframe_wal::CommitNumber;

use crate::content::Level;
use crate::{Evidence, is_sound};

/// The transaction over several databases that a set belongs to, and the others of it.
#[derive(Clone, Debug)]
pub struct Tied {
    /// The transaction.
    pub tie: Tie,
    /// Which of its members the set is.
    pub own: usize,
    /// What the set alone tells of the super-journal.
    pub alone: SuperJournalFile,
    /// The names and lengths of the databases of its members; `None` for those that were not looked at.
    pub databases: Vec<Option<(String, u64)>>,
}

impl Tied {
    /// What a set tells of itself.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn alone(set: &BackupSet, progress: &dyn Progress) -> Result<Option<Self>, Error> {
        let named = match (&set.journal, &set.database) {
            (Some(journal), _) => journal.name.clone(),
            (None, Some(database)) => format!("{}{}", database.name, Role::Journal.suffix()),
            (None, None) => return Ok(None),
        };
        let children = [Child::read(set, named.into_bytes(), progress)?];
        Ok(Self::of(&Tie::all(&children, &[]), &children, 0))
    }

    /// What ties the database `child` of `children` to others, where something does: the journal of one of them at least
    /// is hot, or was when the super-journal was still there, or was to be; or the super-journal lies among them.
    pub fn of(ties: &[Tie], children: &[Child], child: usize) -> Option<Self> {
        let (tie, own) = ties.iter().find_map(|tie| {
            let mut members = tie.members.iter();
            let own = members.position(|member| member.child == Some(child))?;
            Some((tie, own))
        })?;
        let is_alive = |member: &Member| {
            matches!(
                member.fate,
                Fate::RolledBack | Fate::Kept(_) | Fate::Unsynced | Fate::Undecided
            )
        };
        let databases = tie.members.iter().map(|member| {
            let child = children.get(member.child?)?;
            Some((child.database.clone(), child.database_bytes))
        });
        let alone = children.get(child)?.super_journal();
        let is_any = tie.found.is_some() || tie.members.iter().any(is_alive);
        is_any.then(|| Self {
            tie: tie.clone(),
            own,
            alone,
            databases: databases.collect(),
        })
    }

    /// What SQLite does with this database.
    pub(crate) fn fate(&self) -> Option<Fate> {
        Some(self.tie.members.get(self.own)?.fate)
    }

    /// How much of the transaction the database file holds, where SQLite would leave it as it is.
    pub(crate) fn held(&self) -> Option<Held> {
        match self.fate()? {
            Fate::Kept(held) => Some(held),
            _ => None,
        }
    }

    /// The other databases.
    pub(crate) fn others(&self) -> impl Iterator<Item = (&Member, Option<&(String, u64)>)> {
        let members = self.tie.members.iter().zip(&self.databases);
        let others = members.enumerate().filter(|(index, _)| *index != self.own);
        others.map(|(_, (member, database))| (member, database.as_ref()))
    }

    /// Whether the databases would be left at different moments.
    pub(crate) fn differ(&self) -> bool {
        self.tie.outcome() == Outcome::Different
    }

    /// What casts doubt on that the transaction was committed, though the database file of `set`, which it is of, looks as it
    /// left that.
    pub(crate) fn doubt(&self, set: &BackupSet) -> Option<&'static str> {
        if self.tie.has(Fate::Kept(Held::Some)) {
            return Some("another database of it may hold a part of it");
        }
        let is_kept = |(member, _): (&Member, _)| matches!(member.fate, Fate::Kept(_));
        if set.super_journal_is_sought_elsewhere && !self.others().any(is_kept) {
            return Some(
                "it may lie where it was made, and no other journal of the transaction is here",
            );
        }
        if self.tie.lacks_others() {
            return Some(
                "SQLite deletes this journal before those of the other databases, and none of these is here",
            );
        }
        let doubt = "in another database a transaction was under way, which may be the same one";
        self.tie.is_along_another().then_some(doubt)
    }

    /// Whether the database file of `set`, which it is of, may hold a part of the transaction alone, though SQLite leaves it as
    /// it is.
    pub fn may_be_half_there(&self, set: &BackupSet) -> bool {
        let is_all = self.held() == Some(Held::All);
        self.differ() || !is_all || self.doubt(set).is_some()
    }

    /// Whether the journal of this database, whose `header` it is, is not there, and the super-journal lists it; or that is
    /// gone, was made beside this database, and the journal of another one shows that the transaction was not committed.
    /// Databases in WAL mode are listed as well, and have none.
    pub fn lacks_journal(&self, header: Option<Header>) -> bool {
        let in_wal_mode = header.is_some_and(|it| it.journal_mode() == JournalMode::Wal);
        self.fate() == Some(Fate::NoJournal) && !in_wal_mode
    }

    /// Whether others of the transaction show that it was under way when they were copied.
    pub(crate) fn is_under_way(&self) -> bool {
        self.tie.has(Fate::RolledBack) || self.tie.has(Fate::Unsynced)
    }
}

impl Evidence<'_> {
    /// Looks how much of the transaction of a hot journal is in the database file.
    pub(crate) fn look_at_transaction(
        &mut self,
        level: Option<Level>,
        progress: &dyn Progress,
    ) -> Result<(), Error> {
        let set = self.set;
        match (self.journal, self.hot_rollback()) {
            (JournalState::SuperJournalGone, _) => {
                let is_sound = self.refusal().is_none() && self.is_sound_inside();
                self.holds_half = !is_sound && is_sound_rolled_back(set, level, progress)?;
            }
            (JournalState::Hot, Some(rollback)) if self.timeline.last_commit().is_none() => {
                self.is_untouched = rollback.changes_nothing(set)?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// Whether half a transaction damages the database file of a set whose super-journal is gone: something is wrong in the file
/// as it lies there, and not once its journal is played back. So the transaction was not committed.
///
/// # Errors
/// The set could not be read.
pub fn is_damaged_by_half(
    set: &BackupSet,
    level: Option<Level>,
    progress: &dyn Progress,
) -> Result<bool, Error> {
    let (timeline, image) = Image::read(set, None, progress)?;
    let is_unknown = |refusal| refusal == Some(Refusal::SuperJournalUnknown);
    let image = match image {
        // SQLite deletes the journal where the super-journal is gone: what is asked of is the file as it lies there.
        Ok(image) if is_unknown(image.refusal()) => {
            Image::at(set, &timeline, CommitNumber::DATABASE, progress)
        }
        Err(Error::Refused(refusal)) if is_unknown(Some(refusal)) => {
            Image::at(set, &timeline, CommitNumber::DATABASE, progress)
        }
        other => other,
    };
    match image {
        Ok(image) if is_sound(&image, level, progress)? => return Ok(false),
        Ok(_) | Err(Error::Refused(_)) => {}
        Err(error) => return Err(error),
    }
    is_sound_rolled_back(set, level, progress)
}

/// Whether nothing is wrong in the database of a set once its journal is played back.
fn is_sound_rolled_back(
    set: &BackupSet,
    level: Option<Level>,
    progress: &dyn Progress,
) -> Result<bool, Error> {
    match Image::rolled_back(set, progress) {
        Ok(image) => is_sound(&image, level, progress),
        Err(Error::Refused(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
