//! What a set has to do with others, by a super-journal.

use stillframe_history::{
    BackupSet, Child, Error, Fate, Held, Member, Outcome, Progress, Role, SuperJournalFile, Tie,
};

/// The transaction over several databases that a set belongs to, and the others of it.
#[derive(Clone, Debug)]
pub struct Tied {
    /// The transaction.
    pub tie: Tie,
    /// Which of its members the set is.
    pub own: usize,
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
        Ok(Self::of(&Tie::all(&children), &children, 0))
    }

    /// What ties the database `child` of `children` to others, where something does: the journal of one of them at least
    /// is hot, or was when the super-journal was still there, or was to be.
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
        tie.members.iter().any(is_alive).then(|| Self {
            tie: tie.clone(),
            own,
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

    /// Whether the super-journal is there and lists the journal of this database, and that is not there.
    pub(crate) fn lacks_journal(&self) -> bool {
        self.tie.file == SuperJournalFile::Present
            && self.fate() == Some(Fate::NoJournal)
            && (self.tie.has(Fate::RolledBack) || self.tie.has(Fate::Unsynced))
    }
}
