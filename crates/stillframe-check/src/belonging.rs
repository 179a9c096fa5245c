//! Whether the WAL belongs to the database file beside it.
//!
//! Nothing but its name ties a WAL to a database: neither file has a word of the other, and salts are of a WAL and its
//! wal-index. What can be had is what stands in both. So this is what the grades mean:
//!
//! - *proven*: every page of the file that the WAL would write over is one that a commit of this same WAL wrote, page 1
//!   with its change counter among them. The file is a state that the WAL went through: laid over it, the WAL sets no page
//!   back and makes none of another database. (Two databases that are the same to the byte cannot be told apart.)
//! - *likely*: pages are the same in both that only a checkpoint writes into the file, and nothing speaks against it. Of the
//!   other pages it is not known whether they are older than the WAL, as they should be, or newer.
//! - *contradicted*: something in the bytes cannot be so if the WAL was written over this file as it is now.
//! - *unknown*: neither.

mod against;
mod held;
mod witness;

use serde::Serialize;
use stillframe_history::{JournalState, Pattern, Relation, WalState};

use crate::render::text::count;
use crate::words::{are, many};
use crate::{Evidence, Overwritten, Pairing};
pub use held::Held;
pub use witness::{Speaks, Witness, WitnessKind};

/// Whether the WAL belongs to the database file, and what shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Belonging {
    /// How far it is shown.
    pub grade: Grade,
    /// What shows it, what speaks against it, and what tells nothing although it might be thought to.
    pub evidence: Vec<Witness>,
    /// What SQLite would do to the database file, were it to open the two together; `None` where it would write nothing
    /// into it.
    pub overwrites: Option<Overwritten>,
}

/// How far it is shown that a WAL belongs to a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// The file is a state that the WAL went through.
    Proven,
    /// Pages tie the two, and nothing speaks against it.
    Likely,
    /// The WAL was not written over this file as it is now.
    Contradicted,
    /// Nothing tells.
    Unknown,
}

impl Grade {
    /// In a word.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Likely => "likely",
            Self::Contradicted => "contradicted",
            Self::Unknown => "unknown",
        }
    }
}

impl Belonging {
    /// `None` where there is no database file with anything in it, or no WAL with a frame.
    pub(crate) fn of(evidence: &Evidence<'_>) -> Option<Self> {
        let is_pair = evidence.set.database_bytes() > 1 && evidence.has_frames();
        if !is_pair {
            return None;
        }
        let mut belonging = Self {
            grade: Grade::Unknown,
            evidence: Vec::new(),
            overwrites: evidence.overwritten.clone(),
        };
        if let Some(why) = not_comparable(evidence) {
            belonging.add(WitnessKind::NotComparable, Speaks::Neither, why);
            belonging.index(evidence);
            return Some(belonging);
        }
        belonging.evidence = against::witnesses(evidence);
        let against = !belonging.evidence.is_empty();
        let tied = belonging.pages(evidence) | belonging.carried(evidence);
        let tied = tied | belonging.index(evidence) | belonging.paired(evidence);
        let in_doubt = match against {
            true => None,
            false => belonging.doubts(evidence, tied),
        };
        belonging.grade = match (against, tied) {
            (true, _) => Grade::Contradicted,
            _ if in_doubt == Some(Doubt::Moment) => Grade::Unknown,
            (_, Tied::Wholly) if in_doubt.is_none() => Grade::Proven,
            (_, Tied::Wholly | Tied::Some) => Grade::Likely,
            (_, Tied::Nothing) => Grade::Unknown,
        };
        belonging.nothing_tells();
        Some(belonging)
    }

    /// Whether something shows that the WAL was not written over the file as it is now.
    pub(crate) fn speaks_against(evidence: &Evidence<'_>) -> bool {
        not_comparable(evidence).is_none() && !against::witnesses(evidence).is_empty()
    }

    /// The grade and what decides it, in words: `proven: the file holds ...`.
    pub fn words(&self) -> String {
        let speaks = match self.grade {
            Grade::Proven | Grade::Likely => Speaks::For,
            Grade::Contradicted => Speaks::Against,
            Grade::Unknown => Speaks::Neither,
        };
        let said = self.evidence.iter().filter(|it| it.speaks == speaks);
        let mut said: Vec<&str> = said.map(|it| &*it.says).collect();
        let is_open = |it: &Witness| {
            let kinds = [
                WitnessKind::NotComparable,
                WitnessKind::PagesOvertaken,
                WitnessKind::OtherMoment,
                WitnessKind::Structure,
            ];
            kinds.contains(&it.kind)
        };
        if self.grade == Grade::Unknown && !self.evidence.iter().any(is_open) {
            said.push("nothing speaks against it");
        }
        format!("{}: {}", self.grade.words(), said.join("; "))
    }

    fn add(&mut self, kind: WitnessKind, speaks: Speaks, says: impl Into<String>) {
        self.evidence.push(Witness::new(kind, speaks, says));
    }

    /// What the pages that stand in both show.
    fn pages(&mut self, evidence: &Evidence<'_>) -> Tied {
        let Some(held) = evidence.held else {
            return Tied::Nothing;
        };
        let kind = WitnessKind::CheckpointedPages;
        if held.salt {
            let says = "page 1 begins with the same 16 random bytes in both, the salt of the key";
            self.add(kind, Speaks::For, says);
        }
        let same = held.others + u32::from(held.page_1);
        let compared = same + held.strange;
        if compared == 0 {
            return Tied::Nothing;
        }
        let is_all = held.strange == 0 && !held.is_in_part;
        if is_all && held.page_1 && held.others > 0 {
            let says = format!(
                "all {} that the WAL writes over in the file are there as a commit of it wrote them",
                many(compared, "page")
            );
            self.add(kind, Speaks::For, says);
            return Tied::Wholly;
        }
        // A page or two that are the same may be those of any database of the application.
        let is_encrypted = evidence.encryption().is_some();
        let ties = held.others > 0 && (is_encrypted || held.others > held.strange);
        let speaks = if ties { Speaks::For } else { Speaks::Neither };
        let says = match same {
            0 => {
                "no page of the file is as a commit of the WAL wrote it, as where no checkpoint ran"
                    .to_owned()
            }
            same => format!(
                "of {} that the WAL writes over in the file {} {} there as a commit of it wrote {}",
                many(compared, "page"),
                count(same.into()),
                are(same),
                if same == 1 { "it" } else { "them" }
            ),
        };
        // Where something else ties the two, that no page does says nothing.
        if same > 0 || !held.salt {
            self.add(kind, speaks, says);
        }
        match ties || held.salt {
            true => Tied::Some,
            false => Tied::Nothing,
        }
    }

    /// What is left of the generation before.
    fn carried(&mut self, evidence: &Evidence<'_>) -> Tied {
        let carried = evidence.held.and_then(|held| held.carried);
        let Some(carried) = carried.filter(|it| it.missed.is_none()) else {
            return Tied::Nothing;
        };
        let is_telling = carried.examined >= LEAST_CARRIED;
        let pages = many(carried.examined, "page");
        let says = format!(
            "the file holds {}{pages} that {} left in the WAL from before it was begun anew",
            if carried.examined > 1 { "all " } else { "the " },
            are(carried.examined)
        );
        let (speaks, tied) = match is_telling {
            true => (Speaks::For, Tied::Some),
            false => (Speaks::Neither, Tied::Nothing),
        };
        self.add(WitnessKind::GenerationBefore, speaks, says);
        tied
    }

    /// What the wal-index shows: its salts are those of a WAL. Only the pages that it says are in the file tell of that.
    fn index(&mut self, evidence: &Evidence<'_>) -> Tied {
        let Some(index) = &evidence.wal_index else {
            return Tied::Nothing;
        };
        let kind = WitnessKind::WalIndex;
        match index.relation {
            Relation::Same | Relation::Ahead | Relation::AheadOfDamage | Relation::Diverged => {
                let says = "the wal-index has the salts of the WAL: that ties those two, and not the database";
                self.add(kind, Speaks::Neither, says);
            }
            Relation::Older | Relation::Newer => {
                let says = "the wal-index is of another generation of the WAL";
                self.add(kind, Speaks::Neither, says);
            }
            Relation::OtherWal => {
                let says = "the wal-index has the salts of another WAL";
                self.add(kind, Speaks::Neither, says);
            }
            Relation::Unknown | Relation::NoWal | Relation::EmptyWal | Relation::WalIgnored => {}
        }
        let Some(backfill) = &index.backfill else {
            return Tied::Nothing;
        };
        let differing = backfill.differing.len() as u32;
        let held = backfill.examined - differing;
        let ties = match backfill.pattern {
            Pattern::Held => held >= LEAST_CARRIED,
            Pattern::Skipped => held > 0,
            Pattern::Before | Pattern::Mixed => false,
        };
        if !ties {
            return Tied::Nothing;
        }
        let says = format!(
            "of {} that the wal-index says a checkpoint brought into the file {} {} there",
            many(backfill.examined, "page"),
            count(held.into()),
            are(held)
        );
        self.add(kind, Speaks::For, says);
        Tied::Some
    }

    /// What paired the two, where their names do not.
    fn paired(&mut self, evidence: &Evidence<'_>) -> Tied {
        let Some(Pairing::Paired { fit, .. }) = &evidence.pairing else {
            return Tied::Nothing;
        };
        let is_shown = fit.equal > 0 && fit.is_shown();
        let speaks = match is_shown {
            true => Speaks::For,
            false => Speaks::Neither,
        };
        let says = evidence.pairing.as_ref().and_then(Pairing::shown_by);
        self.add(WitnessKind::Pairing, speaks, says.unwrap_or_default());
        match is_shown {
            true => Tied::Some,
            false => Tied::Nothing,
        }
    }

    /// What leaves it in doubt, whether pages tie the two or not.
    fn doubts(&mut self, evidence: &Evidence<'_>, tied: Tied) -> Option<Doubt> {
        let backfill = evidence.wal_index.as_ref();
        let backfill = backfill.and_then(|it| it.backfill.as_ref());
        let is_skipped = backfill.is_some_and(|it| it.pattern == Pattern::Skipped);
        if evidence.overtaken.is_some() && !is_skipped {
            let says = "pages are not in the file that a checkpoint writes before others that are: it skipped them, or the \
                        file is newer than the WAL";
            self.add(WitnessKind::PagesOvertaken, Speaks::Neither, says);
            return Some(Doubt::Moment);
        }
        if evidence.other_moment.is_some() {
            let says = "something makes it likely that the file is of another moment: see SET209";
            self.add(WitnessKind::OtherMoment, Speaks::Neither, says);
            return Some(Doubt::Moment);
        }
        let residue = &evidence.residue;
        let is_damaged = residue.intact_commits.slots > 0
            || residue.unverified_commits.slots > 0
            || evidence.lost_commit.is_some();
        if is_damaged && tied != Tied::Nothing {
            let says =
                "commits lie behind the frame that ends the log, and may be in the file, too";
            self.add(WitnessKind::CheckpointedPages, Speaks::Neither, says);
            return Some(Doubt::Proof);
        }
        if !evidence.is_sound_inside() {
            let says = "the database that the two make is damaged";
            self.add(WitnessKind::Structure, Speaks::Neither, says);
            return Some(Doubt::Proof);
        }
        None
    }

    /// Why it is unknown, where nothing else says so.
    fn nothing_tells(&mut self) {
        let is_said = self.evidence.iter().any(|it| it.speaks == Speaks::Neither);
        if self.grade == Grade::Unknown && !is_said {
            let says = "the WAL writes over no page of the file";
            self.add(WitnessKind::CheckpointedPages, Speaks::Neither, says);
        }
    }
}

/// Of fewer pages it can be by chance that a file of another database has them, too: those of a table that is filled as the
/// application is set up.
const LEAST_CARRIED: u32 = 2;

/// How far pages tie the WAL to the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tied {
    Nothing,
    Some,
    Wholly,
}

impl core::ops::BitOr for Tied {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.max(other)
    }
}

/// What stays in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doubt {
    /// Whether it is proven.
    Proof,
    /// Whether the two are of one moment.
    Moment,
}

/// Why the two cannot be held against each other, where they cannot.
fn not_comparable(evidence: &Evidence<'_>) -> Option<&'static str> {
    let is_ignored = evidence.timeline.state() != WalState::Read;
    if !evidence.changes.is_empty() {
        Some("it changed while it was read")
    } else if is_ignored {
        Some("SQLite does not accept the header of the WAL, and reads no frame of it")
    } else if evidence.timeline.last_commit().is_none() {
        Some("the WAL holds no commit, so that SQLite shows the file as it is")
    } else if evidence.text_damage.is_some() {
        Some("the database file was transferred as text")
    } else if evidence.journal == JournalState::SuperJournalUnknown {
        Some("whether a journal is played back before is not known")
    } else if !evidence.has_database() {
        Some("the file does not begin as a database does")
    } else {
        None
    }
}
