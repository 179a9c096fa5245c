//! How what the bytes of a set say is gathered.

use stillframe_database::ErrorKind;
use stillframe_format::{FileKind, PageNumber};
use stillframe_history::{
    BackupSet, Carried, Error, Image, JournalState, Mismatch, Misplaced, OtherMoment, Overtaken,
    Progress, Residue, Role, SuperJournalName, TextDamage, WalRepairs, exactness, pages_of_b_trees,
};

use super::{Evidence, LostDatabase};
use crate::aborted::Filled;
use crate::content::Level;
use crate::journal::{self, Looked};
use crate::repairable::{LostCommit, file_alone_is_sound, wal_repairs};
use crate::rules::database::cut_page;
use crate::{
    DumpEnd, Held, IndexEvidence, Inside, Instead, Overwritten, PageChecksums, Tied, Trailing,
    WithOlder,
};

impl<'a> Evidence<'a> {
    /// Reads the set. How much of the inside of the database is looked at its size tells.
    ///
    /// # Errors
    /// The set could not be read. Nothing that is wrong with its content is an error.
    pub fn gather(set: &'a BackupSet, progress: &dyn Progress) -> Result<Self, Error> {
        Self::gather_at(set, None, progress)
    }

    /// What is judged where there is no set: `nothing` has no file.
    ///
    /// # Errors
    /// None, as nothing is read.
    pub fn without_set(nothing: &'a BackupSet, instead: Instead) -> Result<Self, Error> {
        let mut evidence = Self::gather(nothing, &())?;
        evidence.instead = Some(instead);
        Ok(evidence)
    }

    /// As [`Evidence::gather`], with so much of the inside of the database as the level says.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn gather_at(
        set: &'a BackupSet,
        level: Option<Level>,
        progress: &dyn Progress,
    ) -> Result<Self, Error> {
        Self::gather_looked(set, level, None, progress)
    }

    /// As [`Evidence::gather_at`], where the inside of its database may have been looked at already
    /// ([`Inside::of_database_alone`]). That is passed over where the set is more than the database, or the level another.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn gather_looked(
        set: &'a BackupSet,
        level: Option<Level>,
        looked: Option<Inside>,
        progress: &dyn Progress,
    ) -> Result<Self, Error> {
        let (timeline, image) = Image::read(set, None, progress)?;
        let image = match image {
            Ok(image) => Some(image),
            Err(Error::Refused(_)) => None,
            Err(error) => return Err(error),
        };
        let journal = JournalState::of(set)?;
        let Looked {
            image,
            rollback,
            foreign,
            dormant,
        } = journal::look(set, &timeline, image, journal, progress)?;
        let accepted = image.as_ref().filter(|image| image.refusal().is_none());
        let trailing = accepted.map(|image| Trailing::of(image, progress));
        let trailing = trailing.transpose()?.flatten();
        let header_below_wal = match &image {
            Some(image) => image.header_below_wal()?,
            None => set.database_header()?,
        };
        let (text_damage, text_doubt) = TextDamage::or_doubt(set, progress)?;
        let mut evidence = Self {
            set,
            trailing,
            stale: None,
            overwritten: None,
            held: None,
            unexplained: None,
            missed: None,
            other_moment: None,
            with_older: None,
            file_alone_is_sound: false,
            wal_repairs: WalRepairs::default(),
            lost_commit: None,
            wal_index: None,
            overtaken: None,
            inside: None,
            page_checksums: None,
            text_damage,
            text_doubt,
            dump_end: None,
            database_kind: set.database_kind()?,
            behind_page_1: None,
            header_below_wal,
            residue: Residue::of(set, &timeline, progress)?,
            exactness: exactness(set, &timeline)?,
            super_journal: SuperJournalName::of(set)?,
            tied: Tied::alone(set, progress)?,
            holds_half: false,
            is_untouched: false,
            lost_to_journal: LostDatabase::of(set, progress)?,
            journal,
            rollback,
            dormant,
            misplaced: None,
            foreign_journal: foreign,
            broken_by_journal: None,
            aborted: None,
            whole_backup: None,
            timeline,
            image,
            recorded: None,
            judged: None,
            instead: None,
            met_twice: Vec::new(),
            changes: Vec::new(),
            arguments: None,
            wal_is_beside: wal_is_beside(set),
            pairing: None,
        };
        if let (Some(FileKind::SqlDump), Some(dump)) = (evidence.database_kind, &set.database) {
            evidence.dump_end = DumpEnd::of(dump)?;
        }
        if let Some(rollback) = evidence.hot_rollback() {
            evidence.misplaced = Misplaced::of(set, rollback)?;
        }
        match Filled::of(&evidence, progress)? {
            Some(Filled::InPart(aborted)) => evidence.aborted = Some(aborted),
            Some(Filled::Whole(pages)) => evidence.whole_backup = Some(pages),
            None => {}
        }
        evidence.behind_page_1 = evidence.look_behind_page_1()?;
        let looked = looked.filter(|looked| looked.is_of(set, level));
        evidence.compare(level, looked, progress)?;
        evidence.look_at_transaction(level, progress)?;
        evidence.overwritten = Overwritten::of(&evidence)?;
        Ok(evidence)
    }

    /// Whether a file that does not begin as a database is one, by its other pages.
    fn look_behind_page_1(&self) -> Result<Option<(usize, usize)>, Error> {
        let is_overwritten = self.aborted.is_none()
            && self.frame_of_page_1().is_none()
            && matches!(
                self.not_a_database().map(|error| error.kind),
                Some(ErrorKind::Magic { .. })
            )
            && matches!(
                self.database_kind,
                Some(
                    FileKind::EncryptedLooking
                        | FileKind::Unstructured
                        | FileKind::ZeroFilled
                        | FileKind::Other
                )
            );
        let Some(database) = self.set.database.as_ref().filter(|_| is_overwritten) else {
            return Ok(None);
        };
        let (of_b_trees, written) = pages_of_b_trees(database)?;
        // A file of another kind may hold a database among other things.
        let is_database = of_b_trees > 0 && of_b_trees * 16 >= written;
        Ok(is_database.then_some((of_b_trees, written)))
    }

    /// Holds the parts of the set against each other, and looks inside where they belong together.
    fn compare(
        &mut self,
        level: Option<Level>,
        looked: Option<Inside>,
        progress: &dyn Progress,
    ) -> Result<(), Error> {
        let set = self.set;
        self.held = Held::of(self)?;
        if self.encryption().is_some() || self.text_damage.is_some() {
            let (timeline, residue) = (&self.timeline, &self.residue);
            self.wal_index = IndexEvidence::gather(set, timeline, residue, None)?;
            return Ok(());
        }
        let mut unexplained = None;
        if let Some(image) = &self.image {
            let page_1 = image.overlay().frame(PageNumber::FIRST);
            let mismatch = Mismatch::of(set, &self.timeline, page_1, progress)?;
            match mismatch {
                Some(Mismatch::Stale(stale)) => self.stale = Some(stale),
                Some(Mismatch::Unexplained(found)) => unexplained = Some(found),
                // The header of the file tells of these.
                Some(Mismatch::PageSize { .. } | Mismatch::RollbackMode(_)) | None => {}
            }
        }
        if let (Some(image), false) = (&self.image, self.wal_is_of_another()) {
            let (timeline, residue) = (&self.timeline, &self.residue);
            let carried = Carried::of(set, timeline, residue, image, progress)?;
            self.missed = carried.and_then(|carried| carried.missed);
            if let Some(held) = &mut self.held {
                held.carried = carried;
            }
            if self.missed.is_some() || image.refusal().is_some() || image.trails() {
                let with = WithOlder::of(set, timeline, residue, image, progress)?;
                let sound = with
                    .as_ref()
                    .filter(|with| with.shows_that_they_go_together());
                let missed = sound.and_then(|with| with.older.missed());
                self.missed = self.missed.or(missed);
                self.with_older = with;
            }
        }
        if let Some(image) = &self.image {
            self.file_alone_is_sound = file_alone_is_sound(set, &self.timeline, image, progress)?;
        }
        let is_own = !self.wal_is_foreign() && unexplained.is_none();
        let own = self.image.as_ref().filter(|_| is_own);
        let (timeline, residue) = (&self.timeline, &self.residue);
        self.wal_index = IndexEvidence::gather(set, timeline, residue, own)?;
        self.wal_repairs = wal_repairs(set, timeline, residue, progress)?;
        self.lost_commit =
            LostCommit::of(set, timeline, residue, self.end_of_log(), &self.wal_repairs)?;
        if let (Some(image), None) = (own.filter(|_| !self.wal_is_of_another()), &self.missed) {
            self.other_moment = OtherMoment::of(set, timeline, residue, image, progress)?;
        }
        if let (Some(image), None) = (own, &self.missed) {
            self.overtaken = Overtaken::of(set, timeline, &self.exactness, image)?;
        }
        if self.missed.is_none() {
            self.unexplained = unexplained;
            self.inside = self.look(level, looked, progress)?;
            if let (Some((image, header)), Some(_)) = (self.accepted_image(), &self.inside) {
                self.page_checksums = PageChecksums::of(image, header, progress)?;
            }
            self.look_without_journal(level, progress)?;
        }
        Ok(())
    }

    /// Looks into the image, where SQLite would.
    pub(crate) fn look(
        &self,
        level: Option<Level>,
        looked: Option<Inside>,
        progress: &dyn Progress,
    ) -> Result<Option<Inside>, Error> {
        let is_one = self.foreign_journal.is_none() || self.timeline.last_commit().is_none();
        // What is cut or extended to a size that is damaged is no database that there was.
        let is_one = is_one && self.outvoted_size().is_none();
        let is_sound = self.refusal().is_none() && !self.wal_is_foreign() && is_one;
        let Some((image, header)) = self.accepted_image().filter(|_| is_sound) else {
            return Ok(None);
        };
        let mut inside = match looked {
            Some(looked) => Some(looked),
            None => Inside::look(image, header, level, progress)?,
        };
        if let (Some(inside), Some((cut, ..))) = (&mut inside, cut_page(self)) {
            // Zeros stand for what is cut off.
            let problems = &mut inside.structure.problems;
            problems.retain(|it| it.place.page != cut);
        }
        Ok(inside)
    }
}

fn wal_is_beside(set: &BackupSet) -> bool {
    let Some(wal) = &set.wal else {
        return false;
    };
    let (role, of_database) = Role::of_name(&wal.name);
    let database = set.database.as_ref();
    role == Role::Wal && database.is_none_or(|database| database.name == of_database)
}
