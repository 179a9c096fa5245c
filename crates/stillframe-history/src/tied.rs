//! Databases that one transaction changed together: which of them SQLite would roll back, which it would leave as they
//! are, and whether they are then of one moment.
//!
//! SQLite commits such a transaction (`vdbeCommit` in `vdbeaux.c`) in this order, and a kill leaves what was done by then:
//!
//! 1. Each database has a journal of its own. Killed here, each is rolled back by itself.
//! 2. The super-journal is written and synced: the names of the journals.
//! 3. For one database after the other, its journal gets the name of the super-journal, and then the database file is
//!    written. Killed here, all are rolled back: those whose journal names the super-journal, as that is there, and the
//!    others by themselves.
//! 4. The super-journal is deleted: the transaction is committed. A journal that still names it now counts for nothing.
//! 5. The journals are deleted, cut or zeroed, one after the other.
//!
//! So with all files at hand the databases always come out of one moment, and what is here is for sets that lack some of
//! them. Without the super-journal nothing shows whether the transaction was committed or the copy left the file out, but
//! the database files themselves ([`Held`]), and journals whose records were never all synced: each is synced before its
//! database is written, and so before the transaction is committed.

mod child;
mod held;
mod index;
mod listing;

use std::collections::{BTreeSet, HashSet};

pub use child::Child;
pub use held::Held;
pub(crate) use held::is_as_before;
pub use listing::Listing;

use crate::{JournalState, Role, SuperJournalFile};
use child::split;
use index::Index;
use listing::listing_of;

/// The databases of one super-journal, as far as they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tie {
    /// The name of the super-journal: as it stands in the journals, or, where none names it, what the file is called in its folder.
    pub name: Vec<u8>,
    /// Whether it is there.
    pub file: SuperJournalFile,
    /// Whether its content is known, and so how many databases there are.
    pub is_listed: bool,
    /// What the file is called that lies among the databases, and its length in bytes.
    pub found: Option<(String, u64)>,
    /// The databases: those that the super-journal lists, in its order, and then the others whose journals name it. Where it
    /// is gone, and a journal shows that the transaction was not committed, the one that it was made beside belongs to
    /// them, too, if that has no journal: it is the first one to be written.
    pub members: Vec<Member>,
    /// Whether there is a database of no tie with something in its journal, which may be one of them.
    has_bystander: bool,
    /// Whether a transaction was under way in such a database, in the folder of these, or in any where they lie in several or
    /// only one of them is known.
    is_along_another: bool,
    /// Whether the only journal that names it is that of the database that it was made beside.
    is_first_alone: bool,
}

/// A database of a [`Tie`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Which of the databases it is that were looked at; `None` where it is none of them.
    pub child: Option<usize>,
    /// The path of its journal: as the super-journal has it, or else where it was found.
    pub journal: Vec<u8>,
    /// What becomes of it.
    pub fate: Fate,
}

/// What SQLite does with a database of a transaction over several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It rolls it back.
    RolledBack,
    /// It leaves it as it is, and deletes the journal, as the super-journal is gone.
    Kept(Held),
    /// It leaves it as it is: the journal names the super-journal, and its records were never synced. Nothing was written
    /// yet, so the transaction was not committed.
    Unsynced,
    /// It leaves it as it is: the journal is empty or begins with a zero. Either nothing was written yet or all is done.
    NotHot,
    /// It leaves it as it is: there is no journal. It is all done, or the journal was lost.
    NoJournal,
    /// There is a journal and no database: it deletes the journal.
    NoDatabase,
    /// It rolls it back if the super-journal is there, and leaves it as it is otherwise.
    Undecided,
    /// Its journal names another super-journal.
    OfAnother,
    /// It is not known: the database is not among those that were looked at.
    NotHere,
}

/// Of which moments the databases of a [`Tie`] are once SQLite has opened each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All as they were before the transaction.
    Before,
    /// All as the transaction left them.
    After,
    /// Some before it, and others not.
    Different,
    /// It cannot be told.
    Unknown,
}

impl Tie {
    /// What ties `children` together: one for each super-journal that a journal names, and then one for each of `listings`
    /// that none of them names. Copies of the same databases in several folders are kept apart by their folders.
    pub fn all(children: &[Child], listings: &[Listing]) -> Vec<Self> {
        let index = Index::of(children);
        let groups = index.groups();
        let mut is_taken = vec![false; listings.len()];
        let mut ties = Vec::new();
        for (name, naming) in &groups {
            let found = listing_of(&index, &groups, (name, naming), listings);
            if let Some(taken) = found.and_then(|found| is_taken.get_mut(found)) {
                *taken = true;
            }
            let listing = found.and_then(|found| listings.get(found));
            ties.push(Self::of(&index, name, naming, listing));
        }
        look_for_others(&mut ties, children);
        let listings = listings.iter().zip(is_taken);
        let unnamed = listings.filter(|(_, is_taken)| !is_taken);
        ties.extend(unnamed.map(|(listing, _)| {
            let name = split(&listing.path).1;
            Self::of(&index, name, &[], Some(listing))
        }));
        ties
    }

    fn of(index: &Index<'_>, name: &[u8], naming: &[usize], listing: Option<&Listing>) -> Self {
        let of_naming = || {
            naming
                .iter()
                .filter_map(|&number| index.children.get(number))
        };
        let is_found = listing.map(|_| SuperJournalFile::Present);
        // Each has looked for it in its own folder.
        let known = of_naming().map(|child| child.file);
        let file = known.chain(is_found).max().unwrap_or_default();
        let listed = of_naming().find_map(|child| child.listed.as_ref());
        let listed = listed.or(listing.map(|listing| &listing.journals));
        let mut near = index.folders(naming);
        near.extend(listing.map(|listing| split(&listing.path).0));
        let of_listed = listed.into_iter().flatten();
        let mut met = HashSet::new();
        let mut members: Vec<Member> = of_listed
            .map(|journal| {
                let child = index.find(&near, journal, &met);
                met.extend(child);
                let found = child.and_then(|number| index.children.get(number));
                Member {
                    child,
                    journal: journal.clone(),
                    fate: found.map_or(Fate::NotHere, |child| fate(child, name, file)),
                }
            })
            .collect();
        for (&number, child) in naming.iter().zip(of_naming()) {
            if !members.iter().any(|member| member.child == Some(number)) {
                members.push(Member {
                    child: Some(number),
                    journal: child.journal.clone(),
                    fate: fate(child, name, file),
                });
            }
        }
        let is_shown = members.iter().any(|member| shows_no_commit(member.fate));
        let beside = database_beside(index, naming, &near);
        if let Some((number, child)) = beside.filter(|_| is_shown) {
            if !members.iter().any(|member| member.child == Some(number)) {
                members.push(Member {
                    child: Some(number),
                    journal: child.journal.clone(),
                    fate: Fate::NoJournal,
                });
            }
        }
        Self {
            name: name.to_vec(),
            file,
            is_listed: listed.is_some(),
            found: listing.map(|listing| (listing.name.clone(), listing.bytes)),
            members,
            has_bystander: false,
            is_along_another: false,
            is_first_alone: false,
        }
    }

    /// Of which moments the databases come out. That they agree is said where it is known of two at least, and of each
    /// that is known to belong to them.
    pub fn outcome(&self) -> Outcome {
        let count = |is: fn(Fate) -> bool| {
            let fates = self.members.iter().map(|member| member.fate);
            fates.filter(|&fate| is(fate)).count()
        };
        if self.members.len() < 2 {
            return Outcome::Unknown;
        }
        let before = |fate| matches!(fate, Fate::RolledBack | Fate::Unsynced | Fate::NotHot);
        match self.file {
            SuperJournalFile::Unknown => Outcome::Unknown,
            // It was not committed, so a journal that is not hot was never synced, or is done with.
            SuperJournalFile::Present if count(before) == self.members.len() => Outcome::Before,
            SuperJournalFile::Present => Outcome::Unknown,
            SuperJournalFile::Missing | SuperJournalFile::Empty => {
                if self.is_half_there() {
                    return Outcome::Different;
                }
                let is_all = |fate| fate == Fate::Kept(Held::All);
                if count(is_all) == self.members.len() && !self.has_bystander {
                    Outcome::After
                } else {
                    Outcome::Unknown
                }
            }
        }
    }

    /// Whether a database shows that the transaction was not committed, and another one holds some of it.
    fn is_half_there(&self) -> bool {
        let with = |fate| matches!(fate, Fate::Kept(held) if held != Held::Nothing);
        let members = || self.members.iter().map(|member| member.fate).enumerate();
        members()
            .filter(|&(_, fate)| shows_no_commit(fate))
            .any(|(one, _)| members().any(|(other, fate)| other != one && with(fate)))
    }

    /// The databases whose files tell of the others if they are damaged, by their index among those that were looked at:
    /// the super-journal is gone, several are left as they are, and it is not known yet that they differ.
    pub fn to_be_looked_into(&self) -> Vec<usize> {
        let is_gone = matches!(
            self.file,
            SuperJournalFile::Missing | SuperJournalFile::Empty
        );
        let is_kept = |member: &&Member| matches!(member.fate, Fate::Kept(_));
        let is_of_several = self.members.iter().filter(is_kept).count() > 1;
        if !is_gone || !is_of_several || self.outcome() == Outcome::Different {
            return Vec::new();
        }
        let is_open = |fate| matches!(fate, Fate::Kept(Held::Some | Held::All));
        let open = self.members.iter().filter(|member| is_open(member.fate));
        open.filter_map(|member| member.child).collect()
    }

    /// Whether a transaction was under way in a database that nothing ties to these, in their folder, or in any where they lie in
    /// several or only one of them is known: it may be the same one.
    pub const fn is_along_another(&self) -> bool {
        self.is_along_another
    }

    /// Whether journals are missing that name the super-journal, too: the only one that does is that of the database that it
    /// was made beside, and SQLite deletes that one first.
    pub const fn lacks_others(&self) -> bool {
        self.is_first_alone
    }

    /// The database of this index among those that were looked at.
    pub fn member(&self, child: usize) -> Option<&Member> {
        let mut members = self.members.iter();
        members.find(|member| member.child == Some(child))
    }

    /// Whether this becomes of any of them.
    pub fn has(&self, fate: Fate) -> bool {
        self.members.iter().any(|member| member.fate == fate)
    }
}

/// Whether a database shows that the transaction was not committed, though the super-journal is gone.
fn shows_no_commit(fate: Fate) -> bool {
    matches!(
        fate,
        Fate::Unsynced | Fate::Kept(Held::Nothing | Held::Unfinished | Held::Damaged)
    )
}

/// The database that the super-journal of these was made beside, if it has no journal.
fn database_beside<'a>(
    index: &Index<'a>,
    naming: &[usize],
    near: &BTreeSet<&[u8]>,
) -> Option<(usize, &'a Child)> {
    let mut of_naming = naming
        .iter()
        .filter_map(|&number| index.children.get(number));
    let mut journal = of_naming.find_map(|child| child.beside.clone())?;
    journal.extend_from_slice(Role::Journal.suffix().as_bytes());
    let number = index.find(near, &journal, &HashSet::new())?;
    let child = index.children.get(number)?;
    child.journal_bytes.is_none().then_some((number, child))
}

/// Looks whether there are databases of no tie that may belong to one.
fn look_for_others(ties: &mut [Tie], children: &[Child]) {
    let members = ties.iter().flat_map(|tie| &tie.members);
    let tied: HashSet<usize> = members.filter_map(|member| member.child).collect();
    let others = children.iter().enumerate();
    let bystanders: Vec<&Child> = others
        .filter(|(number, child)| child.holds_something() && !tied.contains(number))
        .map(|(_, child)| child)
        .collect();
    for tie in ties {
        tie.is_first_alone = is_first_alone(tie, children);
        tie.has_bystander = !bystanders.is_empty();
        let members = tie.members.iter().filter_map(|member| member.child);
        let folders: HashSet<&[u8]> = members
            .filter_map(|number| Some(children.get(number)?.place().0))
            .collect();
        // The others of one that is known alone may be in any folder.
        let is_any = tie.members.len() < 2 || folders.len() > 1;
        let is_along = |child: &&Child| is_any || folders.contains(child.place().0);
        let mut along = bystanders.iter().copied().filter(is_along);
        tie.is_along_another = along.any(Child::is_under_way);
    }
}

/// Whether the database that the super-journal was made beside has a journal that names it, and no other one has.
fn is_first_alone(tie: &Tie, children: &[Child]) -> bool {
    let [
        Member {
            child: Some(only), ..
        },
    ] = tie.members.as_slice()
    else {
        return false;
    };
    let Some(child) = children.get(*only) else {
        return false;
    };
    let (_, journal) = child.place();
    let suffix = Role::Journal.suffix().as_bytes();
    let beside = child.beside.as_deref().map(|beside| split(beside).1);
    beside.is_some() && beside == journal.strip_suffix(suffix)
}

fn fate(child: &Child, name: &[u8], file: SuperJournalFile) -> Fate {
    match child.state {
        JournalState::Absent if child.journal_bytes.is_none() => Fate::NoJournal,
        JournalState::NotHot if child.is_unsynced => match &child.names {
            Some(other) if other == name => Fate::Unsynced,
            Some(_) => Fate::OfAnother,
            None => Fate::NotHot,
        },
        JournalState::Absent | JournalState::NotHot => Fate::NotHot,
        JournalState::DatabaseEmpty => Fate::NoDatabase,
        JournalState::Hot | JournalState::SuperJournalGone | JournalState::SuperJournalUnknown => {
            match (&child.names, file) {
                (None, _) => Fate::RolledBack,
                (Some(other), _) if other != name => Fate::OfAnother,
                (Some(_), SuperJournalFile::Present) => Fate::RolledBack,
                (Some(_), SuperJournalFile::Unknown) => Fate::Undecided,
                (Some(_), _) => Fate::Kept(child.held.unwrap_or(Held::Some)),
            }
        }
    }
}
